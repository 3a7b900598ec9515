#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/bench_world.hpp"
#include "scoring/deals/deal_scorer.hpp"
#include "scoring/deals/rules_file.hpp"

namespace rolecall::bench {
namespace {

constexpr std::size_t contacts_per_deal = 2;
constexpr std::size_t checked_deals = 12;  // against the slow reference

// Points that are added and stay.
constexpr std::string_view plain_rules = R"(
format = "rolecall.rules/1"
name = "plain"
[[score]]
name = "Engagement"
[[score.rule]]
on = { activity = ["type 00", "type 01", "type 02", "type 03"] }
add = 5
[[score.rule]]
on = { activity = "*" }
add = 0.5
[[score.rule]]
when = 'value >= 5000'
add = 10
)";

// Entries that expire, idling, a sum, crossings.
constexpr std::string_view full_rules = R"(
format = "rolecall.rules/1"
name = "full"
[[score]]
name = "Engagement"
[[score.rule]]
on = { activity = ["type 00", "type 01", "type 02", "type 03"] }
add = 5
expires_days = 30
[[score.rule]]
on = { activity = "*" }
add = 0.5
expires_days = 7
[[score.stagnation]]
idle_days = 3
points = 5
[[score]]
name = "Fit"
[[score.rule]]
when = 'value >= 5000'
add = 10
[[score]]
name = "Total"
sum = ["Engagement", "Fit"]
[[action]]
on = { score = "Total", crosses = 50 }
hand_off = "sales"
once = true
)";

// As many deals as there are people, each with two of them; opened in the first half of the year,
// one in four closed in the second.
World make_deal_world(const Data& data) {
  const TimeOrderedLog& log = data.log();
  const std::size_t people = log.people;
  World world = make_world(people, 0, nullptr);
  ActivityLog& out = world.activities;
  out.offsets.assign(people + 1, 0);
  for (const std::uint32_t person : log.person) ++out.offsets[person + 1];
  for (std::size_t p = 0; p < people; ++p) out.offsets[p + 1] += out.offsets[p];
  out.times.resize(log.size());
  out.types.resize(log.size());
  std::vector<std::uint64_t> next(out.offsets.begin(), out.offsets.end() - 1);
  for (std::size_t day = 0; day + 1 < log.day_offsets.size(); ++day)
    for (std::size_t i = log.day_offsets[day]; i < log.day_offsets[day + 1]; ++i) {
      const std::uint64_t row = next[log.person[i]]++;
      out.times[row] = Timestamp(log.first_day + days_rep{static_cast<int>(day)});
      out.types[row] = ActivityTypeId{log.type[i]};
    }
  for (std::size_t d = 0; d < people; ++d) {
    const Day opened = log.first_day + days_rep{static_cast<int>(d * 7919 % 180)};
    const bool ended = d % 4 == 0;
    world.deals.ids.push_back(fmt::format("d{:08}", d));
    world.deals.accounts.push_back(world.people.accounts[d]);
    world.deals.solutions.emplace_back();
    world.deals.pipelines.push_back("");
    world.deals.stages.push_back("");
    world.deals.opened.emplace_back(opened);
    world.deals.closed.push_back(ended ? Timestamp(opened + days_rep{180}) : Timestamp{});
    world.deals.values.push_back(static_cast<double>(d % 10'000));
    world.deals.outcomes.push_back(ended ? Outcome::won : Outcome::open);
    for (const std::size_t person : {d, (d + people / 2) % people}) {
      if (world.deal_contacts.people.size() % contacts_per_deal == 1 &&
          person < world.deal_contacts.people.back().index()) {
        const PersonId first = world.deal_contacts.people.back();
        world.deal_contacts.people.back() = PersonId{person};
        world.deal_contacts.people.push_back(first);
      } else {
        world.deal_contacts.people.emplace_back(person);
      }
      world.deal_contacts.roles.emplace_back();
    }
    world.deal_contacts.offsets.push_back(world.deal_contacts.people.size());
    world.deal_events.offsets.push_back(0);
  }
  return world;
}

Work deals(const Scale& scale, std::string_view rules) {
  struct State {
    World world;
    DealRules rules;
    RuleScores scores;
  };
  auto state = std::make_shared<State>();
  state->world = make_deal_world(data_of(scale.activities));
  state->rules = parse_deal_rules(rules, "benchmark");
  return {.run =
              [=] {
                const DealScorer scorer(state->world, state->rules, {.date = last_day()});
                state->scores = scorer.score_deals();
              },
          .correct =
              [=] {
                const RuleScores& got = state->scores;
                if (got.size() != state->world.deals.size()) return false;
                const std::size_t step = std::max<std::size_t>(got.size() / checked_deals, 1);
                for (std::size_t row = 0; row < got.size(); row += step) {
                  const auto want = scores_by_reference(
                      state->world, state->rules, ScoreLevel::deal, got.rows[row], last_day());
                  for (std::size_t s = 0; s < want.size(); ++s)
                    if (got.value(row, s) != want[s]) return false;
                }
                return true;
              },
          .items = static_cast<double>(scale.activities)};
}

}  // namespace

void add_deal_cases() {
  add_case("deals/plain", [](const Scale& s) { return deals(s, plain_rules); });
  add_case("deals/full", [](const Scale& s) { return deals(s, full_rules); });
}

}  // namespace rolecall::bench
