// What a seed means. A world of a seed is quoted, compared and made again elsewhere, so it may only
// change when this file says so: ROLECALL_REFRESH_GOLDENS=1 writes it anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "generators/generate.hpp"
#include "results/digest.hpp"
#include "temp_folder.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using testing::sized_spec;
using testing::slurp;
using testing::small_spec;
using testing::spill;

std::vector<std::pair<std::string, WorldSpec>> golden_worlds() {
  WorldSpec busy = sized_spec(std::uint64_t{1} << 40, 60, 300, 30'000, 700);
  busy.size.end = *parse_day("2024-02-29");
  busy.machines.bots = .05;
  busy.rows.late = busy.rows.duplicates = .1;
  busy.activity.branching = .7;
  busy.outcome.half_life_days = 0;
  WorldSpec sparse = sized_spec(7, 3'000, 2'000, 10'000, 30);  // fewer people than accounts
  sparse.accounts.levels = 3;
  sparse.activity.dispersion = .3;
  sparse.groups.leavers = .5;
  return {{"small", small_spec(1)}, {"busy", busy}, {"sparse", sparse}};
}

TEST(Goldens, OfGeneratedWorlds) {
  const std::string path =
      (std::filesystem::path(__FILE__).parent_path() / "goldens" / "world_digests.txt").string();
  std::string digests;
  for (const auto& [name, spec] : golden_worlds())
    digests += name + " " + content_digest(generate_world(spec)) + "\n";
  const char* refresh = std::getenv("ROLECALL_REFRESH_GOLDENS");
  if (refresh != nullptr && refresh == std::string("1")) spill(path, digests);
  EXPECT_EQ(digests, slurp(path))
      << "Seeds mean other worlds than before. If that is meant, say so in CHANGELOG.md and run\n"
         "ROLECALL_REFRESH_GOLDENS=1 build/bin/rolecall_experiments_tests "
         "--gtest_filter='Goldens.*'";
}

}  // namespace
}  // namespace rolecall
