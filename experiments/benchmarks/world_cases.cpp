#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "core/parallel.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/bench_world.hpp"
#include "generators/generate.hpp"
#include "results/digest.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"

namespace rolecall::bench {
namespace {

const AsOf as_of_last_day{.date = last_day()};

// Groups far outnumber people, each of whom did one thing, so that the time is that of the groups.
Work rollup(const Scale& scale) {
  const std::size_t groups = std::max<std::size_t>(scale.activities / 100, 10);
  const std::size_t people = std::max<std::size_t>(groups / 10, 10);
  const Data& data = data_of(scale.activities);
  struct State {
    World world;
    Model model;
    ActivityIndex index;
    Scores scores;
  };
  auto state = std::make_shared<State>();
  state->world = make_world(people, groups, [&](std::size_t group, std::size_t role) {
    return data.member(group % data.groups(), role) % static_cast<std::uint32_t>(people);
  });
  state->model = make_model(data.plain(), days);
  TimeOrderedLog log;
  log.first_day = data.log().first_day;
  log.people = people;
  log.types = types;
  for (std::size_t day = 1; day <= days; ++day) log.day_offsets.push_back(people * day / days);
  for (std::size_t p = 0; p < people; ++p) {
    log.person.push_back(static_cast<std::uint32_t>(p));
    log.type.push_back(static_cast<std::uint8_t>(p % types));
  }
  state->index = index_activities(log);
  return {.run =
              [=] {
                state->scores = score(state->world, state->index, bind(state->model, state->world),
                                      as_of_last_day);
              },
          .correct =
              [=, &data] {
                const Rollup want = roll_up(state->world, [&](std::size_t person) {
                  return data.plain().weights[person % types];
                });
                const GroupScores& got = state->scores.groups;
                if (got.size() != groups) return false;
                for (std::size_t g = 0; g < groups; ++g) {
                  std::int64_t sum = 0, weight = 0, filled = 0;
                  for (std::size_t r = 0; r < roles; ++r) {
                    sum += role_weights[r] * want.sum[g * roles + r];
                    weight += role_weights[r];
                    filled += r + 1 < roles && want.members[g * roles + r] > 0;
                  }
                  if (got.engagement[g] != static_cast<double>(sum) / static_cast<double>(weight) ||
                      got.completeness[g] != static_cast<double>(100 * filled) / (roles - 1))
                    return false;
                }
                return true;
              },
          .items = static_cast<double>(state->world.members.size())};
}

// The vendor's present logic by its formulas in plain floating point.
bool is_vendors_score(const Data& data, const World& world, const Scores& got) {
  const std::vector<std::int64_t>& totals = data.reference().last_365;
  std::vector<double> people;
  for (const std::int64_t total : totals) people.push_back(std::sqrt(static_cast<double>(total)));
  const double most = std::ranges::max(people);
  const Rollup present = roll_up(world, [](std::size_t) { return 0; });
  std::vector<double> scores(world.groups.size(), 0);
  for (std::size_t g = 0; g < scores.size(); ++g) {
    std::array<double, roles> sum{};
    const Memberships& members = world.members;
    double weight = 0;
    for (std::size_t r = 0; r < roles; ++r) {
      if (present.members[g * roles + r] == 0) continue;
      weight += static_cast<double>(role_weights[r]);
      for (std::size_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m)
        if (members.roles[m].index() == r) sum[r] += 100 * people[members.people[m].index()] / most;
      scores[g] += static_cast<double>(role_weights[r]) * sum[r];
    }
    scores[g] = weight > 0 ? std::sqrt(scores[g] / weight) : 0;
  }
  const double highest = std::ranges::max(scores);
  for (std::size_t g = 0; g < scores.size(); ++g)
    if (!(std::abs(got.groups.engagement[g] - 100 * scores[g] / highest) <= 1e-9)) return false;
  for (std::size_t p = 0; p < people.size(); ++p)
    if (!(std::abs(got.people[p] - 100 * people[p] / most) <= 1e-9)) return false;
  return true;
}

// Square roots and scaling over the tenant, beside plain sums from the same index.
Work person_path(const Scale& scale, std::size_t window) {
  const Data& data = data_of(scale.activities);
  struct State {
    World world;
    Model plain, vendors;
    Scores plain_scores, scores;
  };
  auto state = std::make_shared<State>();
  state->world = make_world(data);
  state->plain = state->vendors = make_model(data.plain(), window);
  state->vendors.readings = load_model("ajo-2026").readings;
  const ActivityIndex& index = data.index();
  return {.run =
              [=, &index] {
                state->scores =
                    score(state->world, index, bind(state->vendors, state->world), as_of_last_day);
              },
          .correct = [=, &data] { return is_vendors_score(data, state->world, state->scores); },
          .items = static_cast<double>(scale.activities),
          .bytes = static_cast<double>(scale.activities) * sizeof(std::uint16_t),
          .peer =
              [=, &index] {
                state->plain_scores =
                    score(state->world, index, bind(state->plain, state->world), as_of_last_day);
              },
          .times_peer = "times_linear"};
}

// The whole of a generated world.
Work generate_whole(const Scale& scale) {
  WorldSpec spec = preset("medium");
  spec.size.activities = scale.activities;
  spec.size.people = std::max<std::size_t>(scale.activities / 100, 100);
  spec.size.accounts = std::max<std::size_t>(spec.size.people / 10, 10);
  auto world = std::make_shared<World>();
  return {.run = [=] { *world = generate_world(spec); },
          .correct =
              [=] {
                const parallel::ThreadLimit one(1);
                return content_digest(*world) == content_digest(generate_world(spec));
              },
          .items = static_cast<double>(scale.activities)};
}

}  // namespace

void add_world_cases() {
  add_case("rollup", rollup);
  add_case("person/window:365", [](const Scale& s) { return person_path(s, 365); });
  add_case("generate/streams", generate_whole, 10'000'000);
}

}  // namespace rolecall::bench
