#include <algorithm>

#include "generators/generate.hpp"
#include "generators/synthetic/population.hpp"

namespace rolecall {
namespace {

// Measured with `make plan-check` on two cores of a 2.x GHz server; an estimate elsewhere.
constexpr double bytes_per_activity = 11;  // time 8, type 2, origin 1
constexpr double bytes_per_person = 400;   // texts, rates, boosts, offsets
constexpr double bytes_per_account = 400;
constexpr double bytes_per_group = 700;  // with its members
constexpr double base_bytes = 40e6;      // program, libraries, blocks under way
constexpr double file_bytes_per_activity = 4.6;
constexpr double file_bytes_per_person = 25;
constexpr double seconds_per_activity = 260e-9;  // of one thread: made, hashed, packed
constexpr double seconds_per_person = 6e-6;      // of one thread; half of it in one alone

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
  plan.memory_bytes =
      base_bytes + plan.activities * bytes_per_activity + people * bytes_per_person +
      static_cast<double>(spec.size.accounts) * bytes_per_account + groups * bytes_per_group;
  plan.file_bytes = plan.activities * file_bytes_per_activity + people * file_bytes_per_person;
  const auto n = static_cast<double>(std::max<std::size_t>(threads, 1));
  plan.seconds =
      plan.activities * seconds_per_activity / n + people * seconds_per_person * (.5 + .5 / n);
  return plan;
}

}  // namespace rolecall
