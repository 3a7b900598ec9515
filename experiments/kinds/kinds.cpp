#include "experiments/kinds/kinds.hpp"

#include <algorithm>
#include <cassert>

namespace rolecall {

const std::vector<StudyKind>& all_kinds() {
  static const std::vector<StudyKind> kinds{
      {"tune", "searches a space of models, and compares what it found on groups it never saw",
       run_tune, true, false}};
  return kinds;
}

const StudyKind& kind_named(std::string_view name) {
  const auto found = std::ranges::find(all_kinds(), name, &StudyKind::name);
  assert(found != all_kinds().end());
  return *found;
}

}  // namespace rolecall
