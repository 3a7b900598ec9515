#include "random_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <tuple>

#include "scoring/model_file.hpp"
#include "scoring/model_names.hpp"

namespace rolecall::testing {
namespace {

const Day log_start = *parse_day("2026-02-20");
constexpr int log_days = 45;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : bits_(seed) {}
  std::size_t below(std::size_t n) { return bits_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  T pick(std::initializer_list<T> choices) {
    return *(choices.begin() + below(choices.size()));
  }
  Timestamp time() {
    const Day day = log_start + days_rep{static_cast<int>(below(log_days))};
    if (one_in(4)) return Timestamp{day};
    return Timestamp{Instant{day} + std::chrono::minutes{below(24 * 60)}};
  }

 private:
  std::mt19937_64 bits_;
};

TextColumn names(const char* prefix, std::size_t n) {
  TextColumn column;
  for (std::size_t i = 0; i < n; ++i) column.push_back(fmt::format("{}{:04}", prefix, i));
  return column;
}

void add_activities(World& world, Dice& dice) {
  ActivityLog& log = world.activities;
  const std::size_t types = dice.one_in(5) ? 70 : 1 + dice.below(6);
  const bool counted = dice.one_in(2);
  log.type_names = names("t", types);
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    std::vector<std::tuple<Timestamp, ActivityTypeId, std::uint64_t>> rows(
        dice.one_in(5) ? 0 : dice.below(200));
    for (auto& row : rows)
      row = {dice.time(), ActivityTypeId{dice.below(types)}, counted ? dice.below(30) : 1};
    std::ranges::sort(rows);
    for (const auto& [time, type, count] : rows) {
      log.times.push_back(time);
      log.types.push_back(type);
      if (counted) log.counts.push_back(count);
    }
    log.offsets.push_back(log.times.size());
  }
}

void add_members(World& world, Dice& dice) {
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    std::set<std::pair<std::size_t, std::size_t>> keys;
    for (std::size_t i = dice.below(8); i > 0; --i)
      keys.emplace(dice.below(world.people.size()), dice.below(world.roles.size()));
    for (const auto& [person, role] : keys) {
      world.members.people.emplace_back(person);
      world.members.roles.emplace_back(role);
      world.members.sources.push_back(MemberSource::manual);
      world.members.since.push_back(dice.one_in(4) ? dice.time() : Timestamp{});
      world.members.until.push_back(dice.one_in(4) ? dice.time() : Timestamp{});
    }
    world.members.offsets.push_back(world.members.people.size());
  }
}

}  // namespace

World crowded_world(std::uint64_t seed) {
  Dice dice(seed);
  World world;
  world.accounts.ids = names("a", 3);
  world.accounts.parents = {AccountId{}, AccountId{0}, AccountId{}};
  world.people.ids = names("p", 1 + dice.below(12));
  world.people.accounts.assign(world.people.size(), AccountId{});
  world.solutions = names("s", 2);
  world.roles = names("r", 5);  // templates know r0000 … r0003
  world.groups.ids = names("g", dice.below(10));
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    world.groups.accounts.emplace_back(dice.below(3));
    world.groups.solutions.emplace_back(dice.below(2));
    world.groups.created.push_back(dice.one_in(4) ? Timestamp{} : dice.time());
    world.outcomes.outcome.push_back(dice.pick({Outcome::won, Outcome::lost, Outcome::open}));
    world.outcomes.date.push_back(dice.one_in(4) ? Timestamp{} : dice.time());
    world.outcomes.value.push_back(std::nan(""));
  }
  add_members(world, dice);
  add_activities(world, dice);
  return world;
}

Model random_model(std::uint64_t seed) {
  Dice dice(seed ^ 0x9e3779b97f4a7c15);
  Model model = load_model("ajo-example");
  model.activities.clear(), model.templates.clear(), model.every_other.reset();
  model.window_days = static_cast<int>(dice.pick({1, 7, 30, 100}));
  const auto weight = [&] {
    return dice.pick({1.0, 0.0, 2.5, 30.0, -4.0, 0.1, 1e-25, 123456789.0, 33.33333333333});
  };
  const auto cap = [&] { return dice.pick<std::uint64_t>({0, 1, 2, 3, 20, no_cap}); };
  for (std::size_t t = 0; t < 4; ++t)
    model.activities.push_back({fmt::format("t{:04}", t), dice.one_in(9) ? weight() : 3.0, cap()});
  if (dice.one_in(2)) model.every_other = ActivityRule{"*", 0.5, cap()};
  if (dice.one_in(3))
    model.decay = {
        dice.pick({Decay::Kind::linear, Decay::Kind::half_life, Decay::Kind::monthly_steps}), 3.5,
        0.25};
  for (const char* solution : {"s0000", "*"}) {
    if (dice.one_in(4)) continue;
    RolesTemplate t{.name = solution, .solutions = {solution}, .roles = {}};
    for (std::size_t r = 0; r < 4; ++r)
      t.roles.push_back({.name = fmt::format("r{:04}", r),
                         .weighting = dice.pick({20.0, 62.5, 100.0, 66.6666667}),
                         .members_required = 1 + dice.below(3),
                         .required = !dice.one_in(3)});
    model.templates.push_back(std::move(t));
  }
  if (dice.one_in(2)) {
    for_each_choice(model.readings, [&]<class E>(std::string_view, E& value) {
      value = Choices<E>::all[dice.below(Choices<E>::all.size())].second;
    });
  } else {  // linear
    model.readings.role_denominator = static_cast<Readings::RoleDenominator>(dice.below(3));
    model.readings.aggregation = static_cast<Readings::Aggregation>(dice.below(3));
  }
  model.readings.since_creation = dice.one_in(3);
  model.readings.day_boundary = dice.pick({"UTC", "America/New_York", "Asia/Kolkata"});
  return model;
}

Model role_model(std::uint64_t seed) {
  Model model = random_model(seed);
  model.readings.person_transform = model.readings.group_transform = Readings::Transform::none;
  model.readings.person_scaling = model.readings.group_scaling = Readings::Scaling::none;
  model.readings.aggregation = Readings::Aggregation::sum;
  model.readings.role_denominator = Readings::RoleDenominator::of_template;
  if (model.templates.empty())
    model.templates.push_back({.name = "t", .roles = {{"r0001", 30}, {"r0003", 62.5}}});
  model.templates.resize(1);
  model.templates[0].solutions = {"*"};
  return model;
}

}  // namespace rolecall::testing
