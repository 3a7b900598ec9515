#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/predicate/subject.hpp"

namespace rolecall {

// Which rows of another table belong to each row of one: the people of an account.
struct Relation {
  std::string other;  // what one of the others is called: "person"
  // Appends the others of a row as of a day, each once. Called by many threads at once.
  std::function<void(std::uint32_t row, Day as_of, std::vector<std::uint32_t>& others)> others = {};
  bool changes_with_day = false;
  std::function<std::shared_ptr<const Subject>()>
      subject;  // what a predicate may ask of the others
};

// any_person(P): whether P holds for one of them.
SubjectFunction any_function(Relation relation);

// people(P): how many of them P holds for; people(): how many there are.
Column count_column(const Relation& relation, const Predicate* condition);

}  // namespace rolecall
