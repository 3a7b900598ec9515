// Journeys with damaged bytes: read and written, or refused with a reason. `make fuzz` runs many
// more.
#include <gtest/gtest.h>

#include <random>

#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "journey_text.hpp"
#include "keyed_host.hpp"
#include "random_journeys.hpp"
#include "sim/journeys/journey_run.hpp"

namespace rolecall::sim {
namespace {

TEST(Mutation, JourneysAreReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(1500);
  std::mt19937_64 bits(12);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text = testing::damaged_toml(to_toml(random_journeys(bits)), bits);
    try {
      const std::vector<Journey> journeys = parse_journeys(text);
      const std::string written = to_toml(journeys);
      ASSERT_EQ(to_toml(parse_journeys(written)), written) << text;
      JourneyRun run(journeys);
      KeyedHost host(round, 5);
      for (int d = 20'520; d < 20'530; ++d) {
        host.begin(Day(days_rep(d)));
        run.run_day(Day(days_rep(d)), host.existing(), host);
      }
      ++read;
    } catch (const InputError& error) {
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  EXPECT_GT(read, rounds / 20);
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall::sim
