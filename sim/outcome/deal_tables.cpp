#include <array>
#include <optional>

#include "sim/measures/forecast.hpp"
#include "sim/outcome/run_tables.hpp"
#include "sim/seller/pipeline.hpp"

namespace rolecall::sim {

StudyTable deal_table(const Play& play) {
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
  return TableBuilder("deals", "every opportunity, in order of opening")
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

std::vector<DatedForecast> forecasts_of(const Play& play) {
  const DealState& rows = play.state.deals;
  const auto state_on = [&](std::size_t d, std::int32_t day) {
    const bool evaluated = rows.evaluated[d] >= 0 && rows.evaluated[d] <= day;
    std::optional<bool> won;
    if (rows.outcome[d] != 0) won = rows.outcome[d] == 1;
    return DealOnDay{evaluated ? std::size_t{1} : std::size_t{0},
                     static_cast<double>(day - rows.opened[d]), rows.value[d], won};
  };
  std::vector<DatedForecast> forecasts;
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
    forecasts.push_back({day, forecast(WinRates(closed, 2), open)});
  }
  return forecasts;
}

StudyTable forecast_table(const Play& play, const std::vector<DatedForecast>& forecasts) {
  TextColumn date;
  std::vector<std::int64_t> open_deals, undecided;
  std::array<std::vector<double>, 5> figures_of;
  for (const auto& [day, f] : forecasts) {
    date.push_back(date_text(play, day));
    open_deals.push_back(static_cast<std::int64_t>(f.deals));
    undecided.push_back(static_cast<std::int64_t>(f.undecided));
    figures_of[0].push_back(f.open.mean);
    figures_of[1].push_back(f.open.deviation_learnt);
    figures_of[2].push_back(f.decided.mean);
    figures_of[3].push_back(f.decided.deviation_learnt);
    figures_of[4].push_back(f.realised);
  }
  return TableBuilder("forecast", "revenue that the funnel promised, and what then happened")
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

}  // namespace rolecall::sim
