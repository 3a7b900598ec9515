#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "sim/scenario_sources.hpp"
#include "sim/simulation.hpp"
#include "simulated.hpp"
#include "temp_folder.hpp"

namespace rolecall::sim {
namespace {

// Audiences are asked before anything happened: what looks at activities finds none.
TEST(Audience, MayLookAtActivities) {
  std::string playbook(default_playbook());
  const std::string where = "employees >= 1";
  for (const std::string& condition :
       {R"(count("Open Email") > 3)", R"(count(*, last 30 days) > 3)",
        R"(days_since("Open Email") > 3)"}) {
    std::string text = playbook;
    text.replace(text.find(where), where.size(), condition);
    Scenario scenario = testing::small_scenario({});
    scenario.playbook = {text, "playbook"};
    Simulation simulation(scenario, 1);
    simulation.step();
    EXPECT_EQ(simulation.world().groups.size(), 0u) << condition;
  }
}

}  // namespace
}  // namespace rolecall::sim
