#pragma once

#include "core/predicate/subject.hpp"
#include "core/predicate/syntax.hpp"

namespace rolecall {

// The column that a name or call stands for: the table's own, else that of the nearest owner.
// Throws InputError for names that nobody knows, and for arguments that cannot be used.
Column resolve(const Predicate& predicate, const syntax::Node& node, const Subject& subject);

}  // namespace rolecall
