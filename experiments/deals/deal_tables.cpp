#include "experiments/deals/deal_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/error.hpp"
#include "core/exact.hpp"
#include "experiments/deals/deal_filter.hpp"
#include "scoring/deals/grades.hpp"

namespace rolecall {
namespace {

std::string_view account_name(const World& world, AccountId account) {
  return account ? world.accounts.ids[account.index()] : std::string_view{};
}

void add_scores(std::vector<TableColumn>& columns, const DealRules& rules, ScoreLevel level,
                const RuleScores& scores) {
  for (std::size_t s = 0; s < scores.names.size(); ++s) {
    std::vector<double> values;
    for (std::size_t i = 0; i < scores.size(); ++i) values.push_back(scores.value(i, s));
    columns.push_back({scores.names[s], std::move(values), "points", "score by rules"});
  }
  for (ProbabilityColumn& column : probability_columns(rules, level, scores))
    columns.push_back({column.name, std::move(column.values), "", "1 / (1 + e^-score)"});
  for (GradeColumn& column : grade_columns(rules, level, scores))
    columns.push_back({column.name, std::move(column.values), "", "grade by rules"});
}

TextColumn day_texts(const std::vector<Day>& days) {
  TextColumn texts;
  for (const Day day : days) texts.push_back(to_string(day));
  return texts;
}

const TextColumn& ids_of(const World& world, ScoreLevel level) {
  return level == ScoreLevel::deal ? world.deals.ids : world.people.ids;
}

const char* id_name(ScoreLevel level) {
  return level == ScoreLevel::deal ? "deal_id" : "person_id";
}

}  // namespace

std::vector<TableColumn> deal_table(const DealScorer& scorer, const RuleScores& scores) {
  const World& world = scorer.world();
  TextColumn ids, accounts, pipelines, stages, outcomes, competitive;
  std::vector<double> values;
  const std::vector<std::uint8_t> competes = competitive_deals(scorer, scores);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const DealId deal{scores.rows[i]};
    const Day day = scorer.as_of(deal).value_or(scores.days[i]);
    const Outcome outcome = scorer.facts().outcome_on(deal, day);
    ids.push_back(world.deals.ids[deal.index()]);
    accounts.push_back(account_name(world, world.deals.accounts[deal.index()]));
    pipelines.push_back(scorer.facts().pipeline_on(deal, day));
    stages.push_back(scorer.facts().stage_on(deal, day));
    outcomes.push_back(to_string(outcome));
    values.push_back(scorer.facts().value_on(deal, day));
    competitive.push_back(competes[i] ? "yes" : "no");
  }
  std::vector<TableColumn> columns{
      {"deal_id", std::move(ids), "", "external id of the deal"},
      {"account_id", std::move(accounts), "", "account of the deal"},
      {"pipeline", std::move(pipelines), "", "on the as-of day"},
      {"stage", std::move(stages), "", "on the as-of day"},
      {"outcome", std::move(outcomes), "", "on the as-of day"},
      {"value", std::move(values), "", "in the currency of the source; NaN: missing"}};
  add_scores(columns, *scorer.rules().rules, ScoreLevel::deal, scores);
  columns.push_back(
      {"competitive", std::move(competitive), "", "another vendor is recorded on the account"});
  columns.push_back({"scored_on", day_texts(scores.days), "",
                     "the as-of day, or the day the deal closed if that is earlier"});
  return columns;
}

std::vector<TableColumn> contact_table(const DealScorer& scorer, const RuleScores& scores) {
  const World& world = scorer.world();
  TextColumn ids, accounts;
  std::vector<std::int64_t> deals;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const PersonId person{scores.rows[i]};
    ids.push_back(world.people.ids[person.index()]);
    accounts.push_back(account_name(world, world.people.accounts[person.index()]));
    deals.push_back(std::ranges::count_if(scorer.facts().deals_of(person), [&](DealId deal) {
      return scorer.facts().first_day(deal) <= scores.days[i] &&
             scorer.facts().last_day(deal) >= scores.days[i];
    }));
  }
  std::vector<TableColumn> columns{{"person_id", std::move(ids), "", "external id of the person"},
                                   {"account_id", std::move(accounts), "", "primary account"}};
  add_scores(columns, *scorer.rules().rules, ScoreLevel::contact, scores);
  columns.push_back({"open_deals", std::move(deals), "deals", "of which it is one of the people"});
  return columns;
}

std::vector<TableColumn> action_table(const DealScorer& scorer, ScoreLevel level,
                                      const RuleScores& scores) {
  const World& world = scorer.world();
  TextColumn ids, days, names, verbs, objects, causes;
  for (const FiredAction& fired : scores.actions) {
    const ActionRule& action = scorer.rules().rules->actions[fired.action];
    ids.push_back(ids_of(world, level)[fired.owner]);
    days.push_back(to_string(fired.day));
    names.push_back(action.name);
    verbs.push_back(action.verb);
    objects.push_back(action.object);
    causes.push_back(action.occasion.on && action.occasion.on->kind == Trigger::Kind::score
                         ? to_string(*action.occasion.on)
                     : action.occasion.on ? to_string(fired.cause, world)
                                          : action.occasion.when->text());
  }
  return {{id_name(level), std::move(ids)},
          {"day", std::move(days)},
          {"action", std::move(names)},
          {"does", std::move(verbs), "", "notify, hand_off or enter_journey"},
          {"object", std::move(objects), "", "whom, to whom, which"},
          {"cause", std::move(causes), "", "what set it off"}};
}

std::vector<TableColumn> history_table(const DealScorer& scorer, ScoreLevel level,
                                       const RuleScores& scores, Day first) {
  const std::size_t columns = scores.names.size();
  TextColumn dates, ids;
  std::vector<std::vector<double>> values(columns);
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool is_deal = level == ScoreLevel::deal;
    const LedgerTrace trace =
        is_deal ? scorer.trace(DealId{scores.rows[i]}) : scorer.trace(PersonId{scores.rows[i]});
    const Day last =
        is_deal ? scorer.as_of(DealId{scores.rows[i]}).value_or(scores.days[i]) : scores.days[i];
    std::size_t at = 0;
    for (Day day = std::max(first, trace.days.front()); day <= last; day += days_rep{1}) {
      while (at + 1 < trace.days.size() && trace.days[at + 1] <= day) ++at;
      dates.push_back(to_string(day));
      ids.push_back(ids_of(scorer.world(), level)[scores.rows[i]]);
      for (std::size_t s = 0; s < columns; ++s)
        values[s].push_back(rounded_ratio(trace.values[at * columns + s], scores.scale));
    }
  }
  std::vector<TableColumn> table{{"date", std::move(dates)}, {id_name(level), std::move(ids)}};
  for (std::size_t s = 0; s < columns; ++s)
    table.push_back({scores.names[s], std::move(values[s]), "points", "at the end of the day"});
  return table;
}

std::vector<TableColumn> explanation_table(const DealScorer& scorer, ScoreLevel level,
                                           const std::vector<ExplainedLine>& lines, bool since) {
  const BoundRules& rules = scorer.rules();
  const BoundLevel& of = level == ScoreLevel::deal ? rules.deals : rules.contacts;
  TextColumn score, day, rule, cause, change, state;
  std::vector<double> points, total, before, difference;
  std::vector<std::int64_t> units;
  std::vector<std::int64_t> totals(of.scores.size(), 0);
  for (const ExplainedLine& line : lines) {
    score.push_back(of.scores[line.score].source->name);
    day.push_back(line.day ? to_string(*line.day) : "");
    rule.push_back(line.rule);
    cause.push_back(line.cause);
    change.push_back(line.change);
    state.push_back(to_string(line.state));
    totals[line.score] += line.counted;
    points.push_back(rounded_ratio(line.counted, rules.scale));
    total.push_back(rounded_ratio(totals[line.score], rules.scale));
    before.push_back(rounded_ratio(line.before, rules.scale));
    difference.push_back(rounded_ratio(line.counted - line.before, rules.scale));
    units.push_back(line.counted);
  }
  std::vector<TableColumn> table{{"score", std::move(score)},
                                 {"day", std::move(day)},
                                 {"rule", std::move(rule)},
                                 {"cause", std::move(cause)},
                                 {"change", std::move(change), "", "what the entry says"},
                                 {"state", std::move(state)}};
  if (since) {
    table.push_back({"before", std::move(before), "points", "counted on the earlier day"});
    table.push_back({"points", std::move(points), "points", "counted on the as-of day"});
    table.push_back({"difference", std::move(difference), "points", "points less before"});
  } else {
    table.push_back({"points", std::move(points), "points", "counted on the as-of day"});
    table.push_back({"total", std::move(total), "points", "of the score so far"});
  }
  table.push_back({"units", std::move(units), "", "points in whole numbers over scale"});
  table.push_back(
      {"scale", std::vector<std::int64_t>(lines.size(), rules.scale), "", "units of a point"});
  return table;
}

std::vector<TableColumn> feeds_table(const DealScorer& scorer, PersonId person) {
  struct Row {
    std::uint64_t activity;
    std::string score, rule;
    std::size_t deal;
    bool operator<(const Row& other) const {
      return std::tie(activity, deal) < std::tie(other.activity, other.deal);
    }
  };
  const World& world = scorer.world();
  const ActivityLog& log = world.activities;
  const BoundLevel& level = scorer.rules().deals;
  std::vector<Row> rows;
  std::vector<std::uint8_t> feeds(log.offsets[person.index() + 1] - log.offsets[person.index()], 0);
  const std::uint64_t first = log.offsets[person.index()];
  for (const DealId deal : scorer.facts().deals_of(person)) {
    if (scorer.span(deal).first > scorer.span(deal).last) continue;
    for (const LedgerLine& line : scorer.trace(deal).lines) {
      if (line.cause.kind != Cause::Kind::activity || line.cause.row < first ||
          line.cause.row >= first + feeds.size())
        continue;
      const Listener& listener = level.listeners[line.listener];
      const ScoreRules& score = *level.scores[line.score].source;
      rows.push_back({line.cause.row, score.name, score.rules[listener.rule].name, deal.index()});
      feeds[line.cause.row - first] = 1;
    }
  }
  constexpr auto no_deal = static_cast<std::size_t>(-1);
  for (std::size_t a = 0; a < feeds.size(); ++a)
    if (!feeds[a]) rows.push_back({first + a, "", "", no_deal});
  std::ranges::stable_sort(rows, std::less<>());
  TextColumn times, activities, deals, scores, rules;
  for (const Row& row : rows) {
    times.push_back(to_string(log.times[row.activity]));
    activities.push_back(log.type_names[log.types[row.activity].index()]);
    deals.push_back(row.deal == no_deal ? std::string_view{} : world.deals.ids[row.deal]);
    scores.push_back(row.score);
    rules.push_back(row.rule);
  }
  return {{"time", std::move(times)},
          {"activity", std::move(activities)},
          {"deal_id", std::move(deals), "", "empty: feeds no deal"},
          {"score", std::move(scores)},
          {"rule", std::move(rules)}};
}

}  // namespace rolecall
