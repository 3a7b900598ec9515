// Hand-offs by the letter: threshold, hysteresis, cool-down, and who is free.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "simulated.hpp"

namespace rolecall::sim {
namespace {

using testing::Event;

struct Tally {
  std::size_t handed_off = 0, again = 0, unarmed = 0, cooling = 0, incomplete = 0;
};

// Follows a run evening by evening. Sales finds nobody, so scores of the evening are those at which
// groups were handed off.
Tally follow(const Scenario& scenario, std::uint64_t seed, bool by_score, bool by_completeness) {
  const Scenario::HandOff& policy = scenario.hand_off;
  Simulation simulation(scenario, seed);
  std::map<std::uint32_t, bool> armed;
  std::map<std::uint32_t, std::int32_t> last;
  Snapshot before = simulation.save();
  Tally tally;
  while (simulation.done() < simulation.days()) {
    const auto day = static_cast<std::int32_t>(simulation.done());
    simulation.step();
    const Snapshot now = simulation.save();
    const GroupScores& scores = simulation.scores();
    std::set<std::uint32_t> handed, moved;
    std::vector<std::uint8_t> funnel = testing::column<std::uint8_t>(before, "groups/funnel");
    for (const Event& e : testing::events_of(now)) {
      if (e.day != day) continue;
      if (e.kind == EventKind::funnel) {
        moved.insert(e.group);
        funnel[e.group] = e.to;
      } else if (e.kind == EventKind::hand_off) {
        EXPECT_TRUE(handed.insert(e.group).second);
        EXPECT_TRUE(funnel[e.group] == static_cast<std::uint8_t>(Funnel::awareness) ||
                    funnel[e.group] == static_cast<std::uint8_t>(Funnel::interest));
      }
    }
    const auto& queue = testing::column<std::uint32_t>(before, "queue/group");
    const std::set<std::uint32_t> waits(queue.begin(), queue.end());
    const bool counts = day >= static_cast<std::int32_t>(scenario.run.burn_in);
    EXPECT_TRUE(counts || handed.empty());
    for (std::uint32_t g = 0; counts && g < funnel.size(); ++g) {
      if (funnel[g] == 0) continue;
      const bool hot = scores.engagement[g] >= policy.threshold;
      if (!by_score || scores.engagement[g] < policy.threshold * policy.release) armed[g] = true;
      const bool is_armed = armed.try_emplace(g, true).first->second;
      const bool full = scores.completeness[g] >= policy.completeness;
      const bool cool =
          !last.contains(g) || day - last[g] >= static_cast<std::int32_t>(policy.cool_down);
      const bool wanted = is_armed && (!by_score || hot) && (!by_completeness || full);
      const bool free = funnel[g] == static_cast<std::uint8_t>(Funnel::awareness) ||
                        funnel[g] == static_cast<std::uint8_t>(Funnel::interest);
      if (handed.contains(g)) {
        EXPECT_TRUE(wanted && cool && !waits.contains(g)) << "group " << g << ", day " << day;
        tally.again += last.contains(g);
        armed[g] = false;
        last[g] = day;
        ++tally.handed_off;
      } else if (!moved.contains(g)) {
        EXPECT_FALSE(wanted && cool && free && !waits.contains(g))
            << "group " << g << ", day " << day;
        tally.unarmed += hot && cool && free && !is_armed;
        tally.cooling += wanted && free && !cool;
        tally.incomplete += is_armed && hot && !full && free;
      }
    }
    before = now;
  }
  return tally;
}

std::vector<std::string> keys(std::initializer_list<const char*> more) {
  std::vector<std::string> all{"sales.finds_contact = 0", "hand_off.threshold = 60",
                               "hand_off.cool_down = 35", "hand_off.release = 0.5",
                               "sales.accepts = 0.3"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(HandOff, ByScoreHasHysteresisAndCoolsDown) {
  const Tally tally =
      follow(testing::small_scenario(keys({"hand_off.by = 'score'", "hand_off.release = 0.8"})), 5,
             true, false);
  EXPECT_GT(tally.handed_off, 20u);
  EXPECT_GT(tally.again, 5u);
  EXPECT_GT(tally.unarmed, 5u) << "the hysteresis held some back";
  EXPECT_GT(tally.cooling, 0u) << "and the cool-down";
}

TEST(HandOff, ByBothAsksForBoth) {
  const Tally tally =
      follow(testing::small_scenario(keys({"hand_off.by = 'both'", "hand_off.completeness = 30"})),
             6, true, true);
  EXPECT_GT(tally.handed_off, 5u);
  EXPECT_GT(tally.incomplete, 5u);
}

TEST(HandOff, ByCompletenessLooksAtNoScore) {
  const Tally tally = follow(
      testing::small_scenario(keys({"hand_off.by = 'completeness'", "hand_off.completeness = 30"})),
      7, false, true);
  EXPECT_GT(tally.handed_off, 20u);
  EXPECT_GT(tally.cooling, 20u);
}

// Sales with no time leaves hand-offs waiting, each once, until it gives them up.
TEST(HandOff, WaitsOnceWhileSalesHasNoTime) {
  const Snapshot run = testing::run_through(
      testing::small_scenario(keys({"hand_off.by = 'completeness'", "hand_off.completeness = 10",
                                    "sales.reps = 0", "hand_off.cool_down = 1"})),
      3);
  std::map<std::uint32_t, std::int32_t> last;
  std::size_t again = 0;
  for (const Event& e : testing::of_kind(testing::events_of(run), EventKind::hand_off)) {
    if (last.contains(e.group)) {
      EXPECT_GT(e.day - last[e.group], 60);
      ++again;
    }
    last[e.group] = e.day;
  }
  EXPECT_GT(again, 0u);
  EXPECT_EQ(testing::column<std::uint32_t>(run, "deals/group").size(), 0u);
}

}  // namespace
}  // namespace rolecall::sim
