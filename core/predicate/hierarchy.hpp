#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/predicate/subject.hpp"
#include "core/world.hpp"

namespace rolecall {

// any_ancestor(P), any_descendant(P), parent(P) and subtree("id" or P) of accounts. Parents are not
// their own ancestors; an account is in its own subtree. `subject` gives what P may ask.
std::vector<SubjectFunction> hierarchy_functions(
    const Accounts& accounts, std::function<std::shared_ptr<const Subject>()> subject);

// Steps from the root of each account's tree.
std::vector<double> depths(const Accounts& accounts);

}  // namespace rolecall
