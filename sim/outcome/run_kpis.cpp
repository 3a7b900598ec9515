#include "sim/outcome/run_kpis.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "sim/measures/survival.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/outcome/records.hpp"
#include "sim/outcome/run_tables.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double month = 365.25 / 12;  // [day]
constexpr std::size_t period = 30;     // [day]

double ratio(double a, double b) { return b > 0 ? a / b : nan; }

// NaN also where more than half outlast the run, which no mean over replicates can hold.
double median_reached(const SurvivalCurve& curve) {
  const double median = curve.median();
  return std::isfinite(median) ? median : nan;
}

double at(const Play& play, std::size_t day, Figure figure) {
  return play.state.panel[day * figures + static_cast<std::size_t>(figure)];
}

// The share of targeted accounts that visit in a period of 30 days: the mean of those that lie
// within days from … to − 1.
double awareness(const Play& play, double targets, std::size_t from, std::size_t to) {
  double visiting = 0, periods = 0;
  for (std::size_t first = (from + period - 1) / period * period; first + period <= to;
       first += period, ++periods)
    for (std::size_t d = first; d < first + period; ++d)
      visiting += at(play, d, Figure::visiting_accounts);
  return ratio(visiting, targets * periods);
}

// The last day on which a deal was watched.
std::int32_t last_seen(const Play& play, std::size_t deal) {
  const DealState& deals = play.state.deals;
  return deals.outcome[deal] != 0 ? deals.closed[deal] : play.day() - 1;
}

std::vector<Spell> cycles(const Play& play) {
  const DealState& deals = play.state.deals;
  std::vector<Spell> spells;
  for (std::size_t d = 0; d < deals.group.size(); ++d)
    spells.push_back(
        {static_cast<double>(last_seen(play, d) - deals.opened[d]), deals.outcome[d] != 0});
  return spells;
}

// Losses are quicker than wins, and deals still open may be either.
double won_share(const Play& play, const std::vector<Spell>& spells) {
  std::vector<std::uint8_t> won;
  for (const std::uint8_t outcome : play.state.deals.outcome) won.push_back(outcome == 1);
  return share_of_ends(spells, won);
}

// Deals that never stall are quicker than others.
double stalled_share(const Play& play, const std::vector<Spell>& spells) {
  std::vector<std::uint8_t> stalled;
  for (const auto stalls : play.state.deals.stalls) stalled.push_back(stalls > 0);
  return share_of_ends(spells, stalled);
}

// From an opportunity to a member in each of its required roles; open where there never was one.
double contact_days(const Play& play, const LiveMemberships& memberships) {
  const MembershipState& rows = play.state.members;
  const DealState& deals = play.state.deals;
  const std::vector<std::vector<std::uint32_t>> of_group = membership_rows(play);
  std::vector<Spell> spells;
  for (std::size_t d = 0; d < deals.group.size(); ++d) {
    const std::uint32_t group = deals.group[d];
    const std::size_t interest = memberships.interest(group);
    if (interest == LiveMemberships::npos) continue;
    const auto& cards = play.model.templates[interest].roles;
    const std::int32_t end = last_seen(play, d);
    for (std::size_t c = 0; c < cards.size(); ++c) {
      if (!cards[c].required) continue;
      const std::size_t role = memberships.role(interest, static_cast<std::int8_t>(c)).index();
      std::int32_t first = never;
      for (const std::uint32_t r : of_group[group])
        if (rows.role[r] == role && rows.until[r] >= deals.opened[d])
          first = std::min(first, std::max(rows.since[r], deals.opened[d]));
      const bool found = first <= end;
      spells.push_back({static_cast<double>((found ? first : end) - deals.opened[d]), found});
    }
  }
  return median_reached(SurvivalCurve(spells));
}

// People with a seat in the groups that had an opportunity.
double involved(const Play& play) {
  std::vector<std::uint8_t> had(play.cast.groups(), 0);
  for (const std::uint32_t group : play.state.deals.group) had[group] = 1;
  double people = 0, groups = 0;
  for (std::size_t g = 0; g < had.size(); ++g) {
    if (had[g] == 0) continue;
    ++groups;
    for (std::uint64_t s = play.cast.seats_of[g]; s < play.cast.seats_of[g + 1]; ++s)
      people += play.state.seats.person[s] != nobody;
  }
  return ratio(people, groups);
}

double mean(const std::vector<double>& values) {
  double sum = 0, n = 0;
  for (const double v : values)
    if (!std::isnan(v)) {
      sum += v;
      ++n;
    }
  return ratio(sum, n);
}

}  // namespace

double counted_sum(const Play& play, Figure figure) {
  double sum = 0;
  for (std::size_t d = play.scenario.run.burn_in; d < static_cast<std::size_t>(play.day()); ++d)
    sum += at(play, d, figure);
  return sum;
}

std::vector<double> run_kpis(const Play& play, const LiveMemberships& memberships,
                             const std::vector<DatedForecast>& forecasts) {
  const auto sum = [&](Figure figure) { return counted_sum(play, figure); };
  const auto burn_in = static_cast<std::size_t>(play.scenario.run.burn_in);
  const auto done = static_cast<std::size_t>(play.day());
  double targets = 0;
  for (std::size_t a = 0; a < play.cast.world.accounts.size(); ++a)
    targets += play.is_target(AccountId{a});
  const double spend =
      sum(Figure::spend_messages) + sum(Figure::spend_leads) + sum(Figure::spend_enrichment);
  const double bought = sum(Figure::leads_paid_social) + sum(Figure::leads_enrichment);
  const double hours = sum(Figure::sales_hours);
  const double labour = hours * play.scenario.sales.price_per_hour;
  const double revenue = sum(Figure::revenue);
  const double won = sum(Figure::won);
  const double groups = sum(Figure::groups), in_market = sum(Figure::in_market);
  const double named = sum(Figure::sent_by_name), with_domain = sum(Figure::sent_with_domain);
  std::vector<Forecast> of_days;
  for (const DatedForecast& f : forecasts) of_days.push_back(f.forecast);
  const ForecastQuality forecast = judge_forecasts(of_days);
  const std::vector<Spell> spells = cycles(play);
  const SurvivalCurve cycle(spells);

  std::map<std::string_view, double> kpi{
      {"awareness", awareness(play, targets, burn_in, done)},
      {"awareness_before", awareness(play, targets, 1, std::min(burn_in, done))},
      {"engaged", ratio(sum(Figure::engaged_accounts), targets)},
      {"visitor_to_lead", ratio(sum(Figure::leads_form), sum(Figure::visitors))},
      {"leads", sum(Figure::leads_form) + bought + sum(Figure::leads_sales)},
      {"hand_offs", sum(Figure::hand_offs)},
      {"accepted", sum(Figure::accepted)},
      {"opportunities", sum(Figure::opportunities)},
      {"won", won},
      {"lost", sum(Figure::lost)},
      {"mql_to_sql", ratio(sum(Figure::accepted), sum(Figure::looked_at))},
      {"sql_to_opportunity", ratio(sum(Figure::opportunities), sum(Figure::discovered))},
      {"opportunity_to_won", won_share(play, spells)},
      {"cycle_median", median_reached(cycle)},
      {"cycle_4_months", cycle.reaching(4 * month)},
      {"cycle_7_months", cycle.reaching(7 * month)},
      {"stalled", stalled_share(play, spells)},
      {"involved", involved(play)},
      {"contact_days", contact_days(play, memberships)},
      {"revenue", revenue},
      {"spend", spend},
      {"sales_hours", hours},
      {"won_revenue_per_sales_hour", ratio(revenue, hours)},
      {"cost_per_lead", ratio(sum(Figure::spend_leads) + sum(Figure::spend_enrichment), bought)},
      {"cost_per_won", ratio(spend + labour, won)},
      {"profit", revenue * play.scenario.deal.margin - spend - labour},
      {"human_opens", ratio(sum(Figure::mails_opened), sum(Figure::mails))},
      {"reported_opens", ratio(sum(Figure::mails_opened_by_any), sum(Figure::mails))},
      {"clicks", ratio(sum(Figure::mails_clicked), sum(Figure::mails))},
      {"match_by_name", ratio(sum(Figure::matched_by_name), named)},
      {"match_with_domain", ratio(sum(Figure::matched_with_domain), with_domain)},
      {"branching", ratio(sum(Figure::acts_set_off), sum(Figure::acts_started))},
      {"engagement", ratio(sum(Figure::engagement), groups)},
      {"engagement_idle", ratio(sum(Figure::engagement_idle), groups - in_market)},
      {"completeness", ratio(sum(Figure::completeness), groups)},
      {"auc_intent", mean(play.state.marks)},
      {"precision", ratio(sum(Figure::hand_offs_in_market), sum(Figure::hand_offs))},
      {"regret", nan},
      {"forecast_calibration", forecast.calibration},
      {"forecast_coverage", forecast.coverage_learnt},
      {"refused_moves", sum(Figure::refused_moves)},
  };
  std::vector<double> values;
  for (const KpiInfo& info : kpi_list()) values.push_back(kpi.at(info.name));
  return values;
}

}  // namespace rolecall::sim
