#include "sim/outcome/kpis.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/error.hpp"

namespace rolecall {
namespace {

// Over the days after the burn-in. Shares and ratios are NaN where there is nothing to divide by.
constexpr std::array list{
    KpiInfo{"awareness", "", "targeted accounts that visited, a 30-day period"},
    KpiInfo{"awareness_before", "", "the same over the burn-in, before anything was sent"},
    KpiInfo{"engaged", "", "targeted accounts with a scored activity"},
    KpiInfo{"visitor_to_lead", "", "leads by form over unknown visitors, a 30-day period"},
    KpiInfo{"leads", "people", "who became known, by whatever channel"},
    KpiInfo{"hand_offs", "groups", "handed to sales: MQL"},
    KpiInfo{"accepted", "groups", "that sales took on: SQL"},
    KpiInfo{"opportunities", "deals", "opened"},
    KpiInfo{"won", "deals", "won"},
    KpiInfo{"lost", "deals", "lost"},
    KpiInfo{"mql_to_sql", "", "accepted over handed off, of those that sales looked at"},
    KpiInfo{"sql_to_opportunity", "", "with an opportunity, of accepted groups that are decided"},
    KpiInfo{"opportunity_to_won", "",
            "deals that are won, of those that close, with open deals as censored"},
    KpiInfo{"cycle_median", "day", "from open to close, with open deals as censored"},
    KpiInfo{"cycle_4_months", "", "deals that take 4 months or more, likewise"},
    KpiInfo{"cycle_7_months", "", "deals that take 7 months or more, likewise"},
    KpiInfo{"stalled", "", "closed deals that stalled at least once"},
    KpiInfo{"involved", "people", "mean of those involved in a purchase"},
    KpiInfo{"contact_days", "day",
            "median from opportunity to a known member in each required role"},
    KpiInfo{"revenue", "currency", "of deals won"},
    KpiInfo{"spend", "currency", "on messages, ads, leads and enrichment"},
    KpiInfo{"sales_hours", "hour", "worked on hand-offs and deals"},
    KpiInfo{"won_revenue_per_sales_hour", "currency/hour", "revenue over sales_hours"},
    KpiInfo{"cost_per_lead", "currency", "spend on acquisition over leads acquired"},
    KpiInfo{"cost_per_won", "currency", "spend and hours at their price, over deals won"},
    KpiInfo{"profit", "currency", "revenue at its margin, less spend and hours at their price"},
    KpiInfo{"human_opens", "", "e-mails opened by people over delivered"},
    KpiInfo{"reported_opens", "", "e-mails opened by anyone over delivered"},
    KpiInfo{"clicks", "", "e-mails clicked by people over delivered"},
    KpiInfo{"match_by_name", "",
            "people found by the paid destination, of those sent by name, each once"},
    KpiInfo{"match_with_domain", "", "the same of those sent with their company's domain"},
    KpiInfo{"branching", "", "activities set off by another, over those in reply to nothing"},
    KpiInfo{"engagement", "points", "mean engagement of groups, over days"},
    KpiInfo{"engagement_idle", "points", "the same of groups whose buyers are not in the market"},
    KpiInfo{"completeness", "%", "mean completeness of groups, over days"},
    KpiInfo{"auc_intent", "", "engagement against being in the market, mean over 30-day marks"},
    KpiInfo{"precision", "", "groups handed off that were in the market that day"},
    KpiInfo{"regret", "currency",
            "revenue that hand-offs by known intent would have won in addition"},
    KpiInfo{"forecast_calibration", "", "revenue realised over revenue forecast from the funnel"},
    KpiInfo{"forecast_coverage", "", "forecasts whose 90 % interval held what was realised"},
    KpiInfo{"refused_moves", "moves", "that the stage graph does not allow"},
};

}  // namespace

std::span<const KpiInfo> kpi_list() { return list; }

std::size_t kpi_index(std::string_view name) {
  const auto at = std::ranges::find(list, name, &KpiInfo::name);
  if (at != list.end()) return static_cast<std::size_t>(at - list.begin());
  std::vector<std::string> names;
  for (const KpiInfo& kpi : list) names.emplace_back(kpi.name);
  throw InputError({.field = "kpi",
                    .value = std::string(name),
                    .what = "there is no such figure of a simulation",
                    .remedy = suggest(std::string(name), names)});
}

}  // namespace rolecall
