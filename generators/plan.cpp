#include <algorithm>

#include "generators/generate.hpp"
#include "generators/synthetic/population.hpp"

namespace rolecall {
namespace {

// Measured with `/usr/bin/time -v rolecall generate` over the presets, and over worlds of people or
// accounts alone, on two cores of a shared server; tests/python/test_generate.py holds the memory.
constexpr double base_bytes = 46e6;          // program, libraries, blocks of people under way
constexpr double bytes_per_thread = 2e6;     // chunks under way
constexpr double bytes_per_activity = 12.6;  // time 8, type 2, origin 1, the room between
constexpr double bytes_per_person = 170;
constexpr double bytes_per_account = 280;
constexpr double bytes_per_group = 340;  // with its members
constexpr double file_bytes_per_activity = 6;
constexpr double file_bytes_per_person = 25;
constexpr double seconds_per_activity = 125e-9;  // of one thread: made, hashed, packed
constexpr double seconds_per_person = 2.5e-6;    // half of it in one thread alone

}  // namespace

WorldPlan plan_world(const WorldSpec& spec, std::size_t threads) {
  check(spec, "");
  WorldPlan plan{.accounts = spec.size.accounts,
                 .people = spec.size.people,
                 .activities = static_cast<double>(spec.size.activities)};
  double per_root = 0, per_account = 0;
  for (const auto& solution : spec.solutions)
    (solution.level == "company" ? per_root : per_account) += solution.share;
  const auto roots = static_cast<double>(synthetic::draw_families(spec).size());
  const auto accounts = static_cast<double>(std::min(spec.size.accounts, spec.size.people));
  const double groups = std::min(roots, accounts) * per_root + accounts * per_account;
  plan.groups = static_cast<std::uint64_t>(groups);
  const auto people = static_cast<double>(spec.size.people);
  plan.memory_bytes = base_bytes + static_cast<double>(threads) * bytes_per_thread +
                      plan.activities * bytes_per_activity + people * bytes_per_person +
                      static_cast<double>(spec.size.accounts) * bytes_per_account +
                      groups * bytes_per_group;
  plan.file_bytes = plan.activities * file_bytes_per_activity + people * file_bytes_per_person;
  const auto n = static_cast<double>(std::max<std::size_t>(threads, 1));
  plan.seconds =
      plan.activities * seconds_per_activity / n + people * seconds_per_person * (.5 + .5 / n);
  return plan;
}

}  // namespace rolecall
