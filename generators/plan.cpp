#include <algorithm>
#include <cmath>

#include "generators/generate.hpp"
#include "generators/synthetic/population.hpp"

namespace rolecall {
namespace {

// Measured with `/usr/bin/time -v rolecall generate` over the presets, and over worlds of people or
// accounts alone, on two cores of a shared server; tests/python/test_generate.py holds the memory.
constexpr double base_bytes = 68e6;          // program, libraries, blocks of people under way
constexpr double bytes_per_thread = 2e6;     // chunks under way
constexpr double bytes_per_activity = 12.6;  // time 8, type 2, origin 1, the room between
constexpr double bytes_per_person = 180;
constexpr double bytes_per_account = 310;
constexpr double bytes_per_group = 340;  // with its members
constexpr double file_bytes_per_activity = 6;
constexpr double file_bytes_per_person = 62;
constexpr double file_bytes_per_account = 57;
constexpr double file_bytes_per_group = 65;
constexpr double seconds_per_activity = 125e-9;  // of one thread: made, hashed, packed
constexpr double seconds_per_person = 1.2e-6;    // likewise, half of it in one thread alone
constexpr double seconds_per_account = 1.2e-6;
constexpr double seconds_per_group = 2.5e-6;

// Families among so many accounts: drawn, or for very many from the mean size, Σ P(size ≥ k).
double count_families(const WorldSpec& spec) {
  if (spec.accounts.levels == 1) return static_cast<double>(spec.size.accounts);
  if (spec.size.accounts <= 100'000)
    return static_cast<double>(synthetic::draw_families(spec).size());
  const auto largest = static_cast<double>(spec.accounts.largest_family);
  const double tail = std::pow(largest + 1, -spec.accounts.family_tail);
  double mean = 0;
  for (double k = 1; k <= largest; ++k)
    mean += (std::pow(k, -spec.accounts.family_tail) - tail) / (1 - tail);
  return static_cast<double>(spec.size.accounts) / mean;
}

}  // namespace

WorldPlan plan_world(const WorldSpec& spec, std::size_t threads) {
  check(spec, "");
  WorldPlan plan{.accounts = spec.size.accounts,
                 .people = spec.size.people,
                 .activities = static_cast<double>(spec.size.activities)};
  double per_root = 0, per_account = 0;
  for (const auto& solution : spec.solutions)
    (solution.level == "company" ? per_root : per_account) += solution.share;
  const auto accounts = static_cast<double>(spec.size.accounts);
  const auto people = static_cast<double>(spec.size.people);
  const double peopled = std::min(accounts, people);  // a group needs somebody
  const double groups = std::min(count_families(spec), peopled) * per_root + peopled * per_account;
  plan.groups = static_cast<std::uint64_t>(groups);
  const auto n = static_cast<double>(std::max<std::size_t>(threads, 1));
  plan.memory_bytes = base_bytes + n * bytes_per_thread + plan.activities * bytes_per_activity +
                      people * bytes_per_person + accounts * bytes_per_account +
                      groups * bytes_per_group;
  plan.file_bytes = plan.activities * file_bytes_per_activity + people * file_bytes_per_person +
                    accounts * file_bytes_per_account + groups * file_bytes_per_group;
  plan.seconds =
      plan.activities * seconds_per_activity / n +
      (people * seconds_per_person + accounts * seconds_per_account + groups * seconds_per_group) *
          (.5 + .5 / n);
  return plan;
}

}  // namespace rolecall
