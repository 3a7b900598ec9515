#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/world.hpp"
#include "experiments/ranked_groups.hpp"
#include "experiments/study_spec.hpp"

namespace rolecall {

// What a search sees, and what it is judged on.
struct Split {
  std::string name;                      // "fold 1"; "time"
  std::vector<std::size_t> train, test;  // places in the groups
};

struct Validation {
  std::vector<Split> splits;
  // Whether the model handed out is searched on all groups once more (after cross-validation), or
  // is the very one that was judged.
  bool searches_all_again = false;
  ResamplingUnits units;  // of the groups
};

// `groups` with an outcome and the account tree of each. No account tree stands on both sides of an
// accounts or named split; by time it may, with other groups, and no group is on both. Throws
// InputError when a side would be empty.
Validation split_groups(const World& world, const std::vector<GroupId>& groups,
                        const std::vector<std::uint32_t>& tree, const StudySpec::Validation& how);

}  // namespace rolecall
