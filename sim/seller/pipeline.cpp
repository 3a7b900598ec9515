#include "sim/seller/pipeline.hpp"

#include <algorithm>
#include <cmath>

#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/samplers.hpp"
#include "sim/draws.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

constexpr double unattended_pace = .5;
constexpr double no_decision = .4;  // chance that buyers who do not agree give up; else they go on
constexpr std::uint8_t won = 1, lost = 2;

double known_share(const Play& play, std::uint32_t group, const LiveMemberships& memberships) {
  std::uint64_t known = 0, all = 0;
  for (std::uint64_t s = play.cast.seats_of[group]; s < play.cast.seats_of[group + 1]; ++s) {
    const std::uint32_t person = play.state.seats.person[s];
    if (person == nobody) continue;
    ++all;
    known += memberships.has(play, group, person);
  }
  return all > 0 ? static_cast<double>(known) / static_cast<double>(all) : 0;
}

// What a group's nth deal comes with, whenever it is opened.
struct Terms {
  double value = 0, intent = 0, evaluation = 0;  // limits of the two clocks
};
Terms draw_terms(const Play& play, std::uint32_t group, std::uint64_t nth) {
  const Scenario::Deal& deal = play.scenario.deal;
  Random random = draws(play.seed, stream::deals, group, nth);
  Terms terms;
  terms.value = std::floor(draw_log_normal(random, deal.value, deal.value_spread) + .5);
  terms.intent = draw_exponential(random, 1);
  terms.evaluation = draw_exponential(random, 1);
  return terms;
}

}  // namespace

std::string_view to_string(LossReason reason) {
  switch (reason) {
    case LossReason::none:
      return "";
    case LossReason::veto:
      return "veto";
    case LossReason::competitor:
      return "competitor";
    case LossReason::no_decision:
      return "no decision";
    case LossReason::abandoned:
      return "abandoned";
  }
  return "";
}

Pipeline::Pipeline(const Scenario& scenario)
    : intent_(scenario.deal.intent_days, scenario.deal.spread),
      evaluation_(scenario.deal.evaluation_days, scenario.deal.spread) {}

void Pipeline::open(Play& play, std::uint32_t group, std::int32_t accepted) const {
  DealState& deals = play.state.deals;
  GroupState& groups = play.state.groups;
  const Terms drawn = draw_terms(play, group, ++groups.deals[group]);
  groups.deal[group] = static_cast<std::int32_t>(deals.group.size());
  deals.group.push_back(group);
  deals.nth.push_back(groups.deals[group]);
  deals.accepted.push_back(accepted);
  deals.opened.push_back(play.day());
  deals.evaluated.push_back(-1);
  deals.closed.push_back(-1);
  deals.outcome.push_back(0);
  deals.reason.push_back(0);
  deals.value.push_back(drawn.value);
  deals.clock.push_back(0);
  deals.threshold.push_back(drawn.intent);
  deals.stalled_until.push_back(play.day());
  deals.stalls.push_back(0);
  deals.worked.push_back(0);
  deals.hours.push_back(0);
  play.move_funnel(group, Funnel::intent);
  play.move_stage(group, "Opportunity");
  play.today.add(Figure::opportunities, 1);
}

LossReason Pipeline::decide(Play& play, std::size_t deal, const LiveMemberships& memberships,
                            Random& random) const {
  const Scenario::Deal& terms = play.scenario.deal;
  const std::uint32_t group = play.state.deals.group[deal];
  bool vetoed = false;
  for (std::uint64_t s = play.cast.seats_of[group]; s < play.cast.seats_of[group + 1]; ++s) {
    const double says_no = random.uniform();
    const std::uint32_t person = play.state.seats.person[s];
    if (person == nobody) continue;
    vetoed |= says_no < (memberships.has(play, group, person) ? terms.veto : terms.veto_unknown);
  }
  const double other = random.uniform();
  if (vetoed) return LossReason::veto;
  if (other < play.scenario.market.competition * (1 - known_share(play, group, memberships)))
    return LossReason::competitor;
  return LossReason::none;
}

void Pipeline::close(Play& play, std::size_t deal, LossReason reason, const Buyers& buyers) const {
  DealState& deals = play.state.deals;
  const std::uint32_t group = deals.group[deal];
  deals.closed[deal] = play.day();
  deals.outcome[deal] = reason == LossReason::none ? won : lost;
  deals.reason[deal] = static_cast<std::uint8_t>(reason);
  play.state.groups.deal[group] = -1;
  if (reason == LossReason::none) {
    play.today.add(Figure::won, 1);
    play.today.add(Figure::revenue, deals.value[deal]);
    play.move_funnel(group, Funnel::purchase);
    play.move_stage(group, "Won");
    buyers.end_market(play, group, play.scenario.market.rest_won);
    return;
  }
  play.today.add(Figure::lost, 1);
  play.move_funnel(group, Funnel::lost);
  play.move_stage(group, "Lost");
  if (reason == LossReason::competitor)
    buyers.end_market(play, group, play.scenario.market.rest_won);
  else if (reason == LossReason::veto)
    buyers.end_market(play, group, play.scenario.market.rest_lost);
}

void Pipeline::pass_day(Play& play, const LiveMemberships& memberships,
                        const Buyers& buyers) const {
  const Phase phase("deals");
  DealState& deals = play.state.deals;
  const Scenario::Deal& terms = play.scenario.deal;
  const double stalls = -portable_expm1(-terms.stall_rate);
  const double gives_up = -portable_expm1(-1 / terms.abandon_days);
  for (std::size_t d = 0; d < deals.group.size(); ++d) {
    if (deals.closed[d] >= 0) continue;
    const std::uint32_t group = deals.group[d];
    Random random =
        draws(play.seed, stream::deal_days, group, static_cast<std::uint64_t>(play.day()));
    const bool halts = random.uniform() < stalls;
    const double gap = draw_log_normal(random, terms.stall_days, terms.stall_spread);
    const bool leaves = random.uniform() < gives_up;
    if (play.state.groups.in_market[group] == 0 && leaves) {
      close(play, d, LossReason::abandoned, buyers);
      continue;
    }
    if (play.day() < deals.stalled_until[d]) continue;
    if (halts) {
      deals.stalled_until[d] = play.day() + 1 + static_cast<DayIndex>(std::min(gap, 3650.));
      ++deals.stalls[d];
      play.tell(EventKind::stalled, group, nobody, 0, 0);
      continue;
    }
    const bool evaluates = deals.evaluated[d] >= 0;
    const std::int32_t since = evaluates ? deals.evaluated[d] : deals.opened[d];
    const double pace =
        (deals.worked[d] != 0 ? 1 : unattended_pace) * (.5 + mean_progress(play, group));
    deals.clock[d] += pace * (evaluates ? evaluation_ : intent_).step(play.day() - since - 1);
    if (deals.clock[d] < deals.threshold[d]) continue;
    deals.clock[d] = 0;
    const double again = draw_exponential(random, 1) / 2;  // they meet again before long
    if (!evaluates) {
      deals.evaluated[d] = play.day();
      deals.threshold[d] = draw_terms(play, group, deals.nth[d]).evaluation;
      play.move_funnel(group, Funnel::evaluation);
    } else if (share_at(play, group, 5) < terms.consensus) {
      if (random.uniform() < no_decision)
        close(play, d, LossReason::no_decision, buyers);
      else
        deals.threshold[d] = again;
    } else {
      close(play, d, decide(play, d, memberships, random), buyers);
    }
  }
}

}  // namespace rolecall::sim
