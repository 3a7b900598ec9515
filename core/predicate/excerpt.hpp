#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/predicate/syntax.hpp"

namespace rolecall {

// The line of a text that bytes begin … end stand in, and carets under them. Of a long line, what
// is near.
std::string excerpt(std::string_view text, std::size_t begin, std::size_t end);

// The predicate cannot be used, because of one of its nodes.
[[noreturn]] void throw_at(const Predicate& predicate, const syntax::Node& node, std::string what,
                           std::string remedy);

}  // namespace rolecall
