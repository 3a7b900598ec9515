#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "generators/world_spec.hpp"

// Specifications of worlds small enough for tests.
namespace rolecall::testing {

inline WorldSpec sized_spec(std::uint64_t seed, std::uint64_t accounts, std::uint64_t people,
                            std::uint64_t activities, std::uint64_t days) {
  WorldSpec spec = preset("small");
  spec.name = "test";
  spec.seed = seed;
  spec.size.accounts = accounts;
  spec.size.people = people;
  spec.size.activities = activities;
  spec.size.days = days;
  return spec;
}

// The built-in vocabulary and chances over a season of 200 accounts.
inline WorldSpec small_spec(std::uint64_t seed) { return sized_spec(seed, 200, 2'000, 40'000, 90); }

// Choices of one specification out of the ends and the middle of what is allowed.
class SpecDice {
 public:
  explicit SpecDice(std::uint64_t seed) : bits_(seed) {}

  std::size_t below(std::size_t n) { return bits_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }
  template <class T>
  void pick(T& value, std::initializer_list<std::type_identity_t<T>> choices) {
    value = *(choices.begin() + below(choices.size()));
  }

 private:
  std::mt19937_64 bits_;
};

// A tiny world at the edges of what a specification allows: one account, one person, no activity,
// one day, fewer people than accounts, one level, everyone quiet or a bot, no decay, no cap that
// presses, one role, one type, …
inline WorldSpec random_spec(std::uint64_t seed) {
  SpecDice dice(seed);
  WorldSpec s = sized_spec(seed, 1, 1, 0, 1);
  dice.pick(s.size.accounts, {1, 2, 7, 40});
  dice.pick(s.size.people, {1, 3, 30, 300});
  dice.pick(s.size.activities, {0, 50, 2'000, 10'000});
  dice.pick(s.size.days, {1, 2, 9, 60, 400});
  s.size.end -= days_rep{static_cast<int>(dice.below(800))};
  dice.pick(s.accounts.family_tail, {.1, 1.3, 10});
  dice.pick(s.accounts.largest_family, {1, 3, 200});
  dice.pick(s.accounts.levels, {1, 2, 3, 5});
  dice.pick(s.accounts.most_employees, {20, 200'000});
  dice.pick(s.accounts.owns_product, {0, .3, 1});
  dice.pick(s.people.contact_elasticity, {0, .5, 2});
  dice.pick(s.people.contractors, {0, .08, 1});
  dice.pick(s.people.abroad, {0, .15, 1});
  dice.pick(s.groups.open, {0, .25, 1});
  dice.pick(s.groups.cycle_days, {1, 90, 10'000});
  dice.pick(s.groups.cycle_spread, {0, .6, 5});
  dice.pick(s.groups.dated_members, {0, .5, 1});
  dice.pick(s.groups.leavers, {0, .06, 1});
  dice.pick(s.groups.deal_value, {1, 60'000});
  dice.pick(s.activity.dispersion, {.05, .8, 1'000});
  dice.pick(s.activity.quiet, {0, .25, 1});
  dice.pick(s.activity.purchase_lift, {0, 3, 1'000});
  dice.pick(s.activity.intent_effect, {0, .8, 3});
  dice.pick(s.activity.branching, {0, .45, .9});
  dice.pick(s.activity.burst_hours, {.001, 1, 1'000});
  dice.pick(s.activity.burst_same_type, {0, .6, 1});
  if (dice.one_in(4)) s.activity.weekdays = {0, 0, 1, 0, 0, 2, 0};
  if (dice.one_in(4)) std::fill(s.activity.hours.begin(), s.activity.hours.end() - 1, 0.);
  dice.pick(s.machines.machine_opens, {0, .5, .95});
  dice.pick(s.machines.prefetching, {0, .5, 1});
  dice.pick(s.machines.bots, {0, .1, 1});
  dice.pick(s.machines.bot_rows, {0, .08, .95});
  dice.pick(s.machines.bot_acts, {0, 3, 150});
  dice.pick(s.rows.late, {0, .01, .3});
  dice.pick(s.rows.late_days, {0, 2, 1'000});
  dice.pick(s.rows.duplicates, {0, .005, .5});
  dice.pick(s.model.window_days, {1, 30, 36'500});
  dice.pick(s.model.daily_cap, {1, 20, 1'000'000'000'000'000});
  dice.pick(s.outcome.window_days, {1, 30, 400});
  dice.pick(s.outcome.daily_cap, {1, 3, 20, 1'000'000'000'000'000});
  dice.pick(s.outcome.half_life_days, {0, .5, 10});
  dice.pick(s.outcome.base_rate, {1e-6, .25, 1 - 1e-6});
  dice.pick(s.outcome.noise, {1e-3, .5, 1e6});
  for (auto& solution : s.solutions) {
    dice.pick(solution.share, {0, .45, 1});
    dice.pick(solution.level, {"company", "division"});
  }
  for (auto& role : s.roles) {
    dice.pick(role.missing, {0, .3, 1});
    dice.pick(role.members, {1, 2.5, 20});
    dice.pick(role.influence, {0, 1, 62.5});
  }
  for (auto& type : s.types)
    if (dice.one_in(5)) type.influence = -type.influence;
  dice.shuffle(s.types);  // no order is asked for
  dice.shuffle(s.roles);
  dice.shuffle(s.solutions);
  if (dice.one_in(3)) s.roles.resize(1);
  if (dice.one_in(3)) s.departments = {{"Purchasing", 2, "Buying", {"Buyer"}}};
  if (dice.one_in(3)) {
    s.personas = {{"Anyone", 1, 2.5, {"{specialist} of {department}"}, {}}};
    for (auto& role : s.roles) role.from = role.to = "Anyone";
  }
  for (auto& solution : s.solutions) solution.department = s.departments.back().name;
  if (dice.one_in(3)) {
    for (auto& persona : s.personas) persona.channels.clear();
    s.types = {{.name = "Visit", .channel = "Web", .share = .1, .weight = 2, .influence = 3}};
    s.machines.opened_type = s.machines.followed_type = "Visit";
  }
  return s;
}

}  // namespace rolecall::testing
