// Scenarios with damaged bytes: read, or refused with a reason; and what is read is written as it
// is read. `make fuzz` runs many more.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "sim/simulation.hpp"

namespace rolecall::sim {
namespace {

// So small that some days of it pass at once.
Scenario shrunk(Scenario scenario) {
  scenario.run.days = std::min<std::uint64_t>(scenario.run.days, 6);
  scenario.run.burn_in = std::min<std::uint64_t>(scenario.run.burn_in, 4);
  scenario.world.size.accounts = std::min<std::uint64_t>(scenario.world.size.accounts, 15);
  scenario.world.size.people = std::min<std::uint64_t>(scenario.world.size.people, 60);
  scenario.playbook = {};
  scenario.activity.visits = std::min(scenario.activity.visits, 10.);
  return scenario;
}

const std::string settings = R"(
[[arm]]
name = "a"
set = ["hand_off.by = 'random'", "hand_off.random_share = 0.2"]
[[arm]]
name = "b"
set = ["outreach.to = 'none'", "sales.reps = 7"]
)";

TEST(Mutation, ScenariosAreReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(100);
  std::mt19937_64 bits(21);
  std::size_t read = 0, refused = 0;
  const std::vector<Scenario>& all = builtin_scenarios();
  for (std::size_t round = 0; round < rounds; ++round) {
    const Scenario& whole = all[bits() % all.size()];
    std::string text = to_toml(whole, bits() % 2 == 0 ? Comments::none : Comments::meanings);
    text = text.substr(0, text.find("\n[world"));  // mutations of worlds are tested with them
    if (bits() % 2 == 0) text += "\n[world.size]\naccounts = 12\npeople = 50\n";
    text = testing::damaged_toml(text + settings, bits);
    try {
      const Scenario mutant = parse_scenario(text, "mutant");
      const std::string written = to_toml(mutant, Comments::none);
      EXPECT_EQ(to_toml(parse_scenario(written, "again"), Comments::none), written);
      EXPECT_GE(arms_of(mutant).size(), 1u);
      if (round % 8 == 0) {
        Simulation simulation(shrunk(mutant), bits());
        while (simulation.done() < simulation.days()) simulation.step();
        EXPECT_FALSE(simulation.result().tables.empty());
      }
      ++read;
    } catch (const InputError& error) {
      EXPECT_GT(error.total(), 0u);
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
    ASSERT_FALSE(HasFailure()) << text;
  }
  EXPECT_GT(read, rounds / 10);
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall::sim
