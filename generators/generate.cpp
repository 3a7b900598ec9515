#include "generators/generate.hpp"

#include <algorithm>

#include "core/profile.hpp"
#include "generators/synthetic/decisions.hpp"
#include "generators/synthetic/population.hpp"
#include "generators/synthetic/purchases.hpp"
#include "generators/synthetic/rates.hpp"
#include "generators/synthetic/streams.hpp"

namespace rolecall {
namespace {

using namespace synthetic;

// Leaves out the names of types that did not occur.
void close_up_types(ActivityLog& log) {
  const std::size_t n = log.type_names.size();
  std::vector<std::uint8_t> occurred(n, 0);
  for (const ActivityTypeId type : log.types) occurred[type.index()] = 1;
  if (std::ranges::count(occurred, 1) == static_cast<std::ptrdiff_t>(n)) return;
  std::vector<ActivityTypeId> renamed(n);
  TextColumn names;
  for (std::size_t t = 0; t < n; ++t) {
    if (occurred[t] == 0) continue;
    renamed[t] = ActivityTypeId{names.size()};
    names.push_back(log.type_names[t]);
  }
  for (ActivityTypeId& type : log.types) type = renamed[type.index()];
  log.type_names = std::move(names);
}

Truth describe_truth(const WorldSpec& spec) {
  Truth truth;
  truth.specification = to_toml(spec, Comments::none);
  for (const auto& role : spec.roles) {
    truth.roles.push_back(role.name);
    truth.role_influence.push_back(role.influence);
  }
  const TypeOrder order = order_types(spec);
  truth.types = TextColumn(order.names);
  truth.type_influence.resize(order.names.size());
  for (std::size_t t = 0; t < spec.types.size(); ++t)
    truth.type_influence[order.place[t]] = spec.types[t].influence;
  truth.window_days = static_cast<int>(spec.outcome.window_days);
  truth.daily_cap = spec.outcome.daily_cap;
  truth.half_life_days = spec.outcome.half_life_days;
  return truth;
}

}  // namespace

World generate_world(const WorldSpec& spec, Progress* progress) {
  const Phase phase("generate the world");
  check(spec, "");
  Progress silent;
  Company company = make_accounts(spec);
  Staff staff = make_people(spec, company);
  Buying buying = make_groups(spec, company, staff);
  const WeekClock clock = make_clock(spec);
  Rates rates = draw_rates(spec, staff, buying, clock);
  Stream stream = make_stream(spec, staff, rates, clock, progress != nullptr ? *progress : silent);

  Truth truth = describe_truth(spec);
  truth.score = true_scores(spec, buying, stream);
  Decisions decisions = decide(spec, buying, truth.score);
  truth.intercept = decisions.intercept;
  truth.slope = decisions.slope;
  truth.ceiling_auc = decisions.ceiling_auc;
  truth.probability = std::move(decisions.probability);
  for (const Purchase& purchase : buying.purchases) truth.intent.push_back(purchase.intent);
  truth.person_rate = std::move(rates.acts);
  truth.person_kind = std::move(rates.kind);
  truth.origin = std::move(stream.origin);
  truth.late_rows = std::move(stream.late_rows);
  truth.late_arrivals = std::move(stream.late_arrivals);
  close_up_types(stream.log);

  return {.accounts = std::move(company.accounts),
          .people = std::move(staff.people),
          .solutions = std::move(buying.solutions),
          .roles = std::move(buying.roles),
          .groups = std::move(buying.groups),
          .members = std::move(buying.members),
          .activities = std::move(stream.log),
          .outcomes = std::move(decisions.outcomes),
          .deals = {},
          .deal_contacts = {},
          .deal_events = {},
          .truth = std::move(truth)};
}

}  // namespace rolecall
