// What journeys name and the world does not have is told with the place where it stands.
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "sim/simulation.hpp"
#include "simulated.hpp"
#include "temp_folder.hpp"

namespace rolecall::sim {
namespace {

constexpr std::string_view format = "format = \"rolecall.scenario/1\"\n";
constexpr std::string_view journeys = R"([[journey]]
name = "wrong"
[[journey.node]]
id = "hear"
kind = "listen"
activities = ["Clik Email"]
timeout_days = 3
then = "move"
[[journey.node]]
id = "move"
kind = "action"
actions = [
  { do = "set_stage", stage = "Engagd" },
]
)";

std::vector<Problem> problems_of(const Scenario& scenario) {
  try {
    const Simulation simulation(scenario, 1);
  } catch (const InputError& error) {
    return error.problems();
  }
  return {};
}

TEST(JourneyNames, AreToldWithTheFileThatHasThem) {
  const testing::TempFolder folder;
  testing::spill(folder / "bad.toml", std::string(format) + "name = \"bad\"\nbase = \"small\"\n" +
                                          std::string(journeys));
  testing::spill(folder / "own.toml",
                 std::string(format) + "name = \"own\"\n\nbase = \"bad.toml\"\n");
  const std::vector<std::string> small{"world.size.accounts = 30", "world.size.people = 300"};
  for (const char* name : {"bad.toml", "own.toml"}) {
    SCOPED_TRACE(name);
    const std::vector<Problem> problems = problems_of(with(load_scenario(folder / name), small));
    ASSERT_EQ(problems.size(), 2u);
    for (const Problem& problem : problems)
      EXPECT_EQ(std::filesystem::path(problem.file), folder / "bad.toml");
    EXPECT_EQ(problems[0].row, 16u);
    EXPECT_EQ(problems[0].field, "journey.node.actions.stage");
    EXPECT_EQ(problems[1].row, 6u);
    EXPECT_EQ(problems[1].field, "journey.node.activities");
    EXPECT_NE(problems[1].remedy.find("Click Email"), std::string::npos);
  }
}

// Such lines are of a text that nobody sees.
TEST(JourneyNames, OfSettingsHaveNoLine) {
  const Scenario scenario = testing::small_scenario(
      {"journey = [{ name = 'set', node = [{ id = 'a', kind = 'action', actions = [{ do = "
       "'set_stage', stage = 'Engagd' }] }] }]"});
  const std::vector<Problem> problems = problems_of(scenario);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].file, scenario.name);
  EXPECT_EQ(problems[0].row, 0u);
}

}  // namespace
}  // namespace rolecall::sim
