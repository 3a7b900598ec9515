#include "sim/outcome/run_result.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "core/account_forest.hpp"
#include "core/profile.hpp"
#include "sim/measures/association.hpp"
#include "sim/measures/coverage_gaps.hpp"
#include "sim/measures/forecast.hpp"
#include "sim/measures/lag.hpp"
#include "sim/outcome/run_kpis.hpp"
#include "sim/seller/pipeline.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<const char*, funnel_states> funnel_names{
    "none", "awareness", "interest", "consideration", "intent", "evaluation", "purchase", "lost"};
constexpr std::array<const char*, journey_stages + 1> stage_names{
    "not in market", "problem",    "exploration", "requirements",
    "selection",     "validation", "consensus"};
constexpr std::array<const char*, channels> channel_names{"start",      "form",  "paid social",
                                                          "enrichment", "sales", "joined"};

// Fills a table column by column.
class Columns {
 public:
  Columns(std::string name, std::string description)
      : table_{std::move(name), std::move(description), {}} {}
  template <class Values>
  Columns& add(std::string name, Values values, std::string unit, std::string description) {
    table_.columns.push_back(
        {std::move(name), std::move(values), std::move(unit), std::move(description)});
    return *this;
  }
  StudyTable done() { return std::move(table_); }

 private:
  StudyTable table_;
};

std::string date_text(const Play& play, std::int32_t day) {
  return day < 0 ? std::string{} : rolecall::to_string(play.cast.date(day));
}

StudyTable panel(const Play& play) {
  const auto days = static_cast<std::size_t>(play.day());
  TextColumn dates;
  std::vector<std::int64_t> number;
  for (std::size_t d = 0; d < days; ++d) {
    dates.push_back(rolecall::to_string(play.cast.date(static_cast<DayIndex>(d))));
    number.push_back(static_cast<std::int64_t>(d) -
                     static_cast<std::int64_t>(play.scenario.run.burn_in));
  }
  Columns table("panel", "every day's figures; those of days below 0, the burn-in, count nowhere");
  table.add("date", std::move(dates), "", "");
  table.add("day", std::move(number), "day", "since the end of the burn-in");
  for (std::size_t f = 0; f < figures; ++f) {
    std::vector<double> column;
    for (std::size_t d = 0; d < days; ++d) column.push_back(play.state.panel[d * figures + f]);
    const FigureInfo& info = panel_columns()[f];
    table.add(std::string(info.name), std::move(column), std::string(info.unit),
              std::string(info.meaning));
  }
  return table.done();
}

StudyTable deals(const Play& play) {
  const DealState& rows = play.state.deals;
  const World& world = play.cast.world;
  TextColumn group, account, solution, accepted, opened, evaluated, closed, outcome, reason;
  std::vector<std::int64_t> stalls;
  for (std::size_t d = 0; d < rows.group.size(); ++d) {
    const std::uint32_t g = rows.group[d];
    group.push_back(world.groups.ids[g]);
    account.push_back(world.accounts.ids[world.groups.accounts[g].index()]);
    solution.push_back(world.solutions[world.groups.solutions[g].index()]);
    accepted.push_back(date_text(play, rows.accepted[d]));
    opened.push_back(date_text(play, rows.opened[d]));
    evaluated.push_back(date_text(play, rows.evaluated[d]));
    closed.push_back(date_text(play, rows.closed[d]));
    outcome.push_back(rows.outcome[d] == 0 ? "open" : rows.outcome[d] == 1 ? "won" : "lost");
    reason.push_back(to_string(static_cast<LossReason>(rows.reason[d])));
    stalls.push_back(rows.stalls[d]);
  }
  return Columns("deals", "every opportunity, in order of opening")
      .add("group_id", std::move(group), "", "")
      .add("account_id", std::move(account), "", "")
      .add("solution", std::move(solution), "", "")
      .add("accepted", std::move(accepted), "", "date on which sales took the group on")
      .add("opened", std::move(opened), "", "date")
      .add("evaluated", std::move(evaluated), "", "date of the move to evaluation, if any")
      .add("closed", std::move(closed), "", "date, if any")
      .add("outcome", std::move(outcome), "", "open, won or lost")
      .add("reason", std::move(reason), "", "why it was lost")
      .add("value", rows.value, "currency", "")
      .add("stalls", std::move(stalls), "", "how often it came to a halt")
      .add("hours", rows.hours, "hour", "that sales worked on it")
      .done();
}

StudyTable events(const Play& play) {
  const EventState& rows = play.state.events;
  const World& world = play.cast.world;
  TextColumn date, event, group, person, from, to;
  const auto name_of = [&](std::size_t r, std::uint8_t value) -> std::string_view {
    switch (static_cast<EventKind>(rows.kind[r])) {
      case EventKind::buyer_stage:
        return stage_names[value];
      case EventKind::funnel:
        return funnel_names[value];
      case EventKind::group_stage: {
        const auto* model = play.stage_models[world.groups.solutions[rows.group[r]].index()];
        return model->stages[value];
      }
      case EventKind::known:
        return channel_names[value];
      default:
        return "";
    }
  };
  constexpr std::array kinds{"buyer stage",     "funnel", "group stage", "hand-off",   "known",
                             "hired",           "left",   "promoted",    "reparented", "stalled",
                             "bought elsewhere"};
  for (std::size_t r = 0; r < rows.day.size(); ++r) {
    const auto kind = static_cast<EventKind>(rows.kind[r]);
    date.push_back(date_text(play, rows.day[r]));
    event.push_back(kinds[rows.kind[r]]);
    group.push_back(rows.group[r] == nobody         ? ""
                    : kind == EventKind::reparented ? world.accounts.ids[rows.group[r]]
                                                    : world.groups.ids[rows.group[r]]);
    person.push_back(rows.person[r] == nobody ? "" : world.people.ids[rows.person[r]]);
    from.push_back(kind == EventKind::known ? "" : name_of(r, rows.from[r]));
    to.push_back(name_of(r, rows.to[r]));
  }
  return Columns("events", "what happened beside activities, in order of day")
      .add("date", std::move(date), "", "")
      .add("event", std::move(event), "", "its kind")
      .add("group_id", std::move(group), "", "the buying group; of a reparented account its id")
      .add("person_id", std::move(person), "", "")
      .add("from", std::move(from), "", "stage or funnel state before")
      .add("to", std::move(to), "", "the same after; how a person became known")
      .done();
}

std::vector<std::string> personas_of(const Play& play) {
  std::vector<std::string> names;
  for (const auto& persona : play.scenario.world.personas) names.push_back(persona.name);
  return names;
}

StudyTable occupancy(const Play& play) {
  TextColumn persona, stage, funnel;
  std::vector<std::int64_t> days;
  std::size_t cell = 0;
  for (const std::string& p : personas_of(play))
    for (const char* s : stage_names)
      for (const char* f : funnel_names) {
        persona.push_back(p);
        stage.push_back(s);
        funnel.push_back(f);
        days.push_back(static_cast<std::int64_t>(play.state.occupancy[cell++]));
      }
  return Columns("occupancy", "where buyers and the seller stood at the same time")
      .add("persona", std::move(persona), "", "")
      .add("stage", std::move(stage), "", "of the buyer's journey")
      .add("funnel", std::move(funnel), "", "of the group")
      .add("person_days", std::move(days), "person-days", "of seats")
      .done();
}

// Stage × funnel over all personas, or one, without groups that were not made or were lost.
std::vector<std::int64_t> aligned_counts(const Play& play, std::size_t from, std::size_t to) {
  constexpr std::size_t states = funnel_states - 2;
  std::vector<std::int64_t> counts((journey_stages + 1) * states, 0);
  for (std::size_t p = from; p < to; ++p)
    for (std::size_t s = 0; s <= journey_stages; ++s)
      for (std::size_t f = 0; f < states; ++f)
        counts[s * states + f] += static_cast<std::int64_t>(
            play.state.occupancy[(p * (journey_stages + 1) + s) * funnel_states + f + 1]);
  return counts;
}

StudyTable alignment(const Play& play) {
  constexpr std::size_t states = funnel_states - 2;
  // Not in the market: awareness or interest; problem and exploration: interest; requirements:
  // consideration; selection: intent; validation and consensus: evaluation.
  constexpr std::array<std::size_t, journey_stages + 1> expected{0, 1, 1, 2, 3, 4, 4};
  const std::vector<std::string> personas = personas_of(play);
  TextColumn of;
  std::vector<double> information, corrected, cramer, share, near;
  const auto add = [&](std::string_view name, std::size_t from, std::size_t to) {
    const std::vector<std::int64_t> counts = aligned_counts(play, from, to);
    const OccupancyTable table{counts, states};
    const Association a = association_of(table);
    of.push_back(name);
    information.push_back(a.mutual_information);
    corrected.push_back(a.mutual_information_corrected);
    cramer.push_back(a.cramers_v);
    share.push_back(aligned_share(table, expected));
    near.push_back(aligned_share(table, expected, 1));
  };
  add("all", 0, personas.size());
  for (std::size_t p = 0; p < personas.size(); ++p) add(personas[p], p, p + 1);
  return Columns("alignment", "how far the seller's clock tells the buyers'")
      .add("persona", std::move(of), "", "")
      .add("mutual_information", std::move(information), "bit", "of stage and funnel state")
      .add("mutual_information_corrected", std::move(corrected), "bit", "after Miller and Madow")
      .add("cramers_v", std::move(cramer), "", "0: none; 1: the one tells the other")
      .add("aligned", std::move(share), "", "person-days in the funnel state that fits the stage")
      .add("nearly_aligned", std::move(near), "", "the same, or a state beside it")
      .done();
}

StudyTable lags(const Play& play) {
  struct Pair {
    std::uint8_t stage;
    Funnel funnel;
  };
  constexpr std::array pairs{Pair{1, Funnel::interest}, Pair{3, Funnel::consideration},
                             Pair{4, Funnel::intent}, Pair{5, Funnel::evaluation},
                             Pair{6, Funnel::purchase}};
  TextColumn stage, funnel;
  std::array<std::vector<double>, 4> figures_of;  // quartiles, share ahead
  std::array<std::vector<std::int64_t>, 3> counts;
  const EventState& rows = play.state.events;
  const auto burn_in = static_cast<std::int32_t>(play.scenario.run.burn_in);
  for (const Pair& pair : pairs) {
    std::vector<EntryDays> entries(play.cast.groups());
    for (std::size_t r = 0; r < rows.day.size(); ++r) {
      if (rows.day[r] < burn_in || rows.group[r] == nobody) continue;
      const auto kind = static_cast<EventKind>(rows.kind[r]);
      if (kind == EventKind::buyer_stage && rows.to[r] == pair.stage) {
        if (auto& day = entries[rows.group[r]].buyer; !day) day = play.cast.date(rows.day[r]);
      } else if (kind == EventKind::funnel &&
                 rows.to[r] == static_cast<std::uint8_t>(pair.funnel)) {
        if (auto& day = entries[rows.group[r]].seller; !day) day = play.cast.date(rows.day[r]);
      }
    }
    const LagSummary lag = lags_of(entries);
    stage.push_back(stage_names[pair.stage]);
    funnel.push_back(funnel_names[static_cast<std::size_t>(pair.funnel)]);
    figures_of[0].push_back(lag.lower_quartile);
    figures_of[1].push_back(lag.median);
    figures_of[2].push_back(lag.upper_quartile);
    figures_of[3].push_back(lag.seller_ahead);
    counts[0].push_back(static_cast<std::int64_t>(lag.both));
    counts[1].push_back(static_cast<std::int64_t>(lag.buyer_only));
    counts[2].push_back(static_cast<std::int64_t>(lag.seller_only));
  }
  return Columns("lags", "from the first buyer's entry into a stage to the seller's into a state")
      .add("stage", std::move(stage), "", "")
      .add("funnel", std::move(funnel), "", "")
      .add("lower_quartile", std::move(figures_of[0]), "day", "")
      .add("median", std::move(figures_of[1]), "day", "below 0: the seller is ahead")
      .add("upper_quartile", std::move(figures_of[2]), "day", "")
      .add("seller_ahead", std::move(figures_of[3]), "", "share of the groups with both")
      .add("both", std::move(counts[0]), "groups", "")
      .add("buyer_only", std::move(counts[1]), "groups", "that the seller never noticed")
      .add("seller_only", std::move(counts[2]), "groups", "where the seller was moved alone")
      .done();
}

StudyTable coverage(const Play& play) {
  const std::vector<std::string> personas = personas_of(play);
  std::vector<std::int64_t> at_risk;
  std::vector<double> served;
  for (std::size_t p = 0; p < personas.size(); ++p) {
    const auto c =
        std::ranges::find(play.scenario.coverage, personas[p], &Scenario::Coverage::persona);
    for (std::size_t s = 1; s <= journey_stages; ++s) {
      const std::size_t cell = p * (journey_stages + 1) + s;
      std::uint64_t days = 0;
      for (std::size_t f = 0; f < funnel_states; ++f)
        days += play.state.occupancy[cell * funnel_states + f];
      for (std::size_t channel = 0; channel < 2; ++channel) {
        const double content = c == play.scenario.coverage.end() ? 0
                               : channel == 0                    ? c->inbound[s - 1]
                                                                 : c->outbound[s - 1];
        at_risk.push_back(static_cast<std::int64_t>(days));
        served.push_back(content * static_cast<double>(play.state.exposure[cell * 2 + channel]));
      }
    }
  }
  TextColumn persona, stage, channel;
  std::vector<std::int64_t> days;
  std::vector<double> share, gap;
  for (const CoverageGap& g : coverage_gaps({journey_stages, 2, at_risk, served})) {
    persona.push_back(personas[g.persona]);
    stage.push_back(stage_names[g.stage + 1]);
    channel.push_back(g.channel == 0 ? "inbound" : "outbound");
    days.push_back(g.at_risk);
    share.push_back(g.coverage);
    gap.push_back(g.gap);
  }
  return Columns("coverage_gaps", "where buyers went without content, the widest gaps first")
      .add("persona", std::move(persona), "", "")
      .add("stage", std::move(stage), "", "")
      .add("channel", std::move(channel), "", "inbound or outbound")
      .add("person_days", std::move(days), "person-days", "of buyers in the stage")
      .add("served", std::move(share), "", "coverage times the share of days with exposure")
      .add("gap", std::move(gap), "person-days", "person-days times 1 − served")
      .done();
}

StudyTable forecasts(const Play& play) {
  const DealState& rows = play.state.deals;
  const auto state_on = [&](std::size_t d, std::int32_t day) {
    const bool evaluated = rows.evaluated[d] >= 0 && rows.evaluated[d] <= day;
    std::optional<bool> won;
    if (rows.outcome[d] != 0) won = rows.outcome[d] == 1;
    return DealOnDay{evaluated ? std::size_t{1} : std::size_t{0},
                     static_cast<double>(day - rows.opened[d]), rows.value[d], won};
  };
  TextColumn date;
  std::vector<std::int64_t> open_deals, undecided;
  std::array<std::vector<double>, 5> figures_of;
  for (auto day = static_cast<std::int32_t>(play.scenario.run.burn_in) + 90; day < play.day();
       day += 30) {
    std::vector<DealOnDay> closed, open;
    for (std::size_t d = 0; d < rows.group.size(); ++d) {
      if (rows.opened[d] > day) continue;
      if (rows.closed[d] >= 0 && rows.closed[d] <= day) {  // stood in intent, and perhaps beyond
        DealOnDay first = state_on(d, rows.opened[d]);
        first.stage = 0;
        closed.push_back(first);
        if (rows.evaluated[d] >= 0) closed.push_back(state_on(d, rows.closed[d]));
      } else {
        open.push_back(state_on(d, day));
      }
    }
    const Forecast f = forecast(WinRates(closed, 2), open);
    date.push_back(rolecall::to_string(play.cast.date(day)));
    open_deals.push_back(static_cast<std::int64_t>(f.deals));
    undecided.push_back(static_cast<std::int64_t>(f.undecided));
    figures_of[0].push_back(f.open.mean);
    figures_of[1].push_back(f.open.deviation_learnt);
    figures_of[2].push_back(f.decided.mean);
    figures_of[3].push_back(f.decided.deviation_learnt);
    figures_of[4].push_back(f.realised);
  }
  return Columns("forecast", "revenue that the funnel promised, and what then happened")
      .add("date", std::move(date), "", "of the forecast")
      .add("open_deals", std::move(open_deals), "deals", "")
      .add("undecided", std::move(undecided), "deals", "of these, open to the end of the run")
      .add("expected", std::move(figures_of[0]), "currency", "of all open deals")
      .add("deviation", std::move(figures_of[1]), "currency", "its standard deviation")
      .add("expected_decided", std::move(figures_of[2]), "currency",
           "of those that closed within the run")
      .add("deviation_decided", std::move(figures_of[3]), "currency", "")
      .add("realised", std::move(figures_of[4]), "currency", "of these, once they closed")
      .done();
}

// Groups by what they are of: what was handed off, opened, won.
struct Segments {
  std::vector<std::int64_t> groups, handed_off, opportunities, won, lost;
  std::vector<double> revenue, hours;
  explicit Segments(std::size_t n)
      : groups(n), handed_off(n), opportunities(n), won(n), lost(n), revenue(n), hours(n) {}
};

template <class SegmentOf>
Segments segments(const Play& play, std::size_t n, SegmentOf of) {
  Segments s(n);
  for (std::uint32_t g = 0; g < play.cast.groups(); ++g)
    if (play.state.groups.created[g] >= 0) ++s.groups[of(g)];
  const EventState& events_of = play.state.events;
  for (std::size_t r = 0; r < events_of.day.size(); ++r)
    if (events_of.kind[r] == static_cast<std::uint8_t>(EventKind::hand_off))
      ++s.handed_off[of(events_of.group[r])];
  const DealState& rows = play.state.deals;
  for (std::size_t d = 0; d < rows.group.size(); ++d) {
    const std::size_t at = of(rows.group[d]);
    ++s.opportunities[at];
    s.won[at] += rows.outcome[d] == 1;
    s.lost[at] += rows.outcome[d] == 2;
    s.revenue[at] += rows.outcome[d] == 1 ? rows.value[d] : 0;
    s.hours[at] += rows.hours[d];
  }
  return s;
}

StudyTable segment_table(std::string name, std::string description, std::string key,
                         TextColumn keys, Segments s) {
  return Columns(std::move(name), std::move(description))
      .add(std::move(key), std::move(keys), "", "")
      .add("groups", std::move(s.groups), "groups", "made")
      .add("hand_offs", std::move(s.handed_off), "groups", "handed off to sales")
      .add("opportunities", std::move(s.opportunities), "deals", "opened")
      .add("won", std::move(s.won), "deals", "")
      .add("lost", std::move(s.lost), "deals", "")
      .add("revenue", std::move(s.revenue), "currency", "of deals won")
      .add("deal_hours", std::move(s.hours), "hour", "that sales worked on deals")
      .done();
}

StudyTable solutions(const Play& play) {
  const World& world = play.cast.world;
  return segment_table("solutions", "what was sold", "solution", world.solutions,
                       segments(play, world.solutions.size(), [&](std::uint32_t g) {
                         return world.groups.solutions[g].index();
                       }));
}

// By the root that each account has in the end; trees without a hand-off are left out.
StudyTable trees(const Play& play) {
  const World& world = play.cast.world;
  std::vector<AccountId> parents;
  for (const std::uint32_t parent : play.state.accounts.parent)
    parents.push_back(parent == nobody ? AccountId{} : AccountId{parent});
  const std::vector<AccountId> roots = tree_roots(parents);
  Segments all = segments(play, parents.size(), [&](std::uint32_t g) {
    return roots[world.groups.accounts[g].index()].index();
  });
  TextColumn keys;
  std::size_t kept = 0;
  for (std::size_t a = 0; a < parents.size(); ++a) {
    if (all.handed_off[a] == 0) continue;
    keys.push_back(world.accounts.ids[a]);
    for (auto* column : {&all.groups, &all.handed_off, &all.opportunities, &all.won, &all.lost})
      (*column)[kept] = (*column)[a];
    for (auto* column : {&all.revenue, &all.hours}) (*column)[kept] = (*column)[a];
    ++kept;
  }
  for (auto* column : {&all.groups, &all.handed_off, &all.opportunities, &all.won, &all.lost})
    column->resize(kept);
  for (auto* column : {&all.revenue, &all.hours}) column->resize(kept);
  return segment_table("trees", "account trees with a hand-off, by their root", "account_id",
                       std::move(keys), std::move(all));
}

StudyTable personas(const Play& play) {
  const std::vector<std::string> names = personas_of(play);
  std::vector<std::int64_t> people(names.size()), known(names.size()), acts(names.size()),
      machine(names.size()), became_known(names.size());
  for (std::uint32_t p = 0; p < play.cast.people(); ++p) {
    if (!play.works(p)) continue;
    ++people[play.persona(p)];
    known[play.persona(p)] += play.state.people.known[p];
    became_known[play.persona(p)] +=
        play.state.people.known[p] != 0 && play.state.people.channel[p] != 0;
  }
  const LogState& log = play.state.log;
  const std::size_t first =
      std::min<std::size_t>(play.scenario.run.burn_in, log.day_begin.size() - 1);
  for (std::uint64_t r = log.day_begin[first]; r < log.time.size(); ++r) {
    const bool human = RowOrigin(static_cast<RowMaker>(log.maker[r])).is_human();
    ++(human ? acts : machine)[play.persona(log.person[r])];
  }
  return Columns("personas", "people at the end of the run, and what those known did in it")
      .add("persona", TextColumn(names), "", "")
      .add("people", std::move(people), "people", "employed")
      .add("known", std::move(known), "people", "of these, in the database")
      .add("leads", std::move(became_known), "people", "of these, who became known in the run")
      .add("acts", std::move(acts), "activities", "recorded of people")
      .add("machine_acts", std::move(machine), "activities", "recorded of their machines")
      .done();
}

StudyTable channels_table(const Play& play) {
  const std::array leads{
      counted_sum(play, Figure::leads_form), counted_sum(play, Figure::leads_paid_social),
      counted_sum(play, Figure::leads_enrichment), counted_sum(play, Figure::leads_sales)};
  const std::array spend{0., counted_sum(play, Figure::spend_leads),
                         counted_sum(play, Figure::spend_enrichment), 0.};
  std::vector<double> cost;
  for (std::size_t c = 0; c < leads.size(); ++c)
    cost.push_back(leads[c] > 0 ? spend[c] / leads[c] : nan);
  TextColumn names;
  for (const char* name : {"form", "paid social", "enrichment", "sales"}) names.push_back(name);
  return Columns("channels", "how people became known, and at what cost")
      .add("channel", std::move(names), "", "")
      .add("leads", std::vector<double>(leads.begin(), leads.end()), "people", "")
      .add("spend", std::vector<double>(spend.begin(), spend.end()), "currency", "on these")
      .add("cost_per_lead", std::move(cost), "currency", "")
      .done();
}

}  // namespace

RunResult run_result(const Play& play, const LiveMemberships& memberships) {
  const Phase phase("results");
  return {run_kpis(play, memberships),
          {panel(play), deals(play), events(play), occupancy(play), alignment(play), lags(play),
           coverage(play), forecasts(play), solutions(play), trees(play), personas(play),
           channels_table(play)}};
}

}  // namespace rolecall::sim
