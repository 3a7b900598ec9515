#include "scoring/groups/stage_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace rolecall {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

StageModel standard() {
  return {.name = "Standard",
          .stages = {"Engaged", "Qualified", "Won", "Lost"},
          .entry = {0},
          .success = 2,
          .failure = {3},
          .moves = {{0, 1}, {1, 0}, {1, 2}, {0, 3}, {1, 3}, {3, 0}}};
}

TEST(StageModel, NeedsEntriesExitsAndAClearEnd) {
  EXPECT_THAT(faults(standard()), IsEmpty());
  EXPECT_THAT(warnings(standard()), IsEmpty());
  StageModel model = standard();
  model.entry.clear();
  EXPECT_THAT(faults(model), ElementsAre("it has no entry stage"));
  model = standard();
  model.moves = {{0, 1}, {3, 0}};
  EXPECT_THAT(faults(model), ElementsAre("the stage 'Qualified' has no exit"));
  model = standard();
  model.failure.push_back(2);
  EXPECT_THAT(faults(model), ElementsAre("'Won' is both success and failure"));
  model = standard();
  model.stages.push_back("Won");
  EXPECT_THAT(faults(model), Contains("the stage 'Won' is listed more than once"));
  model = standard();
  model.moves.emplace_back(1, 1);
  EXPECT_THAT(faults(model), ElementsAre("'Qualified' moves to itself"));
}

TEST(StageModel, FailureNeedsNoExitAndMayHaveOne) {
  StageModel model = standard();
  std::erase(model.moves, std::pair<std::size_t, std::size_t>(3, 0));
  EXPECT_THAT(faults(model), IsEmpty());
  EXPECT_THAT(warnings(model), IsEmpty());
  EXPECT_EQ(move(standard(), {.stage = 3}, 0), (StageState{.stage = 0})) << "resurgence";
}

TEST(StageModel, WarnsOfStagesOutOfReach) {
  StageModel model = standard();
  model.stages.push_back("Parked");
  model.moves.emplace_back(4, 3);
  EXPECT_THAT(faults(model), IsEmpty());
  std::erase(model.moves, std::pair<std::size_t, std::size_t>(3, 0));
  EXPECT_THAT(warnings(model),
              ElementsAre("no group can reach the stage 'Parked' of 'Standard'",
                          "no way leads from the stage 'Parked' of 'Standard' to success"));
}

TEST(StageModel, AMoveThatTheGraphLacksIsACountedNoOp) {
  const StageModel model = standard();
  EXPECT_EQ(move(model, {.stage = 0}, 2), (StageState{.stage = 0, .refused = 1}));
  EXPECT_EQ(move(model, {.stage = 0, .refused = 1}, 1), (StageState{.stage = 1, .refused = 1}));
  EXPECT_EQ(move(model, {.stage = 2}, 0), (StageState{.stage = 2, .refused = 1}));
}

TEST(StageModel, WalksAreWalksOfTheGraph) {
  const StageModel model = standard();
  std::mt19937 bits(7);
  StageState state{.stage = model.entry.front()};
  std::uint64_t refused = 0;
  for (int step = 0; step < 2'000; ++step) {
    const std::size_t to = bits() % model.stages.size();
    const StageState next = move(model, state, to);
    if (model.allows(state.stage, to)) {
      EXPECT_EQ(next.stage, to);
    } else {
      EXPECT_EQ(next.stage, state.stage);
      ++refused;
    }
    EXPECT_EQ(next.refused, refused);
    state = next.stage == model.success ? StageState{model.entry.front(), refused} : next;
  }
  EXPECT_GT(refused, 500u);
}

}  // namespace
}  // namespace rolecall
