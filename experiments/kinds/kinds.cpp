#include "experiments/kinds/kinds.hpp"

#include <algorithm>
#include <cassert>

namespace rolecall {

const std::vector<StudyKind>& all_kinds() {
  static const std::vector<StudyKind> kinds{
      {"tune", "searches a space of models, and compares what it found on groups it never saw",
       run_tune, true, false},
      {"sweep", "every point of a grid of models on worlds that differ in one thing", run_sweep,
       true, true},
      {"recovery", "whether estimates find a known truth: bias, coverage, regret, by size",
       run_recovery, true, true},
      {"power", "how many accounts it takes to see a difference between two models", run_power,
       false, true},
      {"tuners", "compares search methods at the same number of models tried, over several worlds",
       run_tuners, true, true},
      {"bg-nbd", "simulates the BG/NBD model of repeat purchases, and fits it again", run_bg_nbd,
       false, true},
      {"calibration", "simulates scenarios over seeds, and holds their figures against targets",
       run_calibration, false, true, true},
      {"group-size", "purchases by the size of the group, simulated under several veto rates",
       run_group_size, false, true, true},
      {"hand-off", "chooses groups for sales by engagement, completeness or both", run_hand_off,
       false, false},
      {"models", "compares models as they are, every two of them, on all groups", run_models, false,
       false},
      {"readings", "ranks groups under every reading of one model", run_readings, false, false}};
  return kinds;
}

const StudyKind& kind_named(std::string_view name) {
  const auto found = std::ranges::find(all_kinds(), name, &StudyKind::name);
  assert(found != all_kinds().end());
  return *found;
}

}  // namespace rolecall
