#include "sim/seller/sales.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/profile.hpp"
#include "core/samplers.hpp"
#include "sim/draws.hpp"
#include "sim/policies.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

constexpr DayIndex patience = 60;  // [day] after which a hand-off nobody looked at is dropped
constexpr std::uint64_t at_hand_off = 1, at_work = 2, at_discovery = 3;  // of an entity's draws

// Draws about a group on a day, a set for each purpose.
Random group_draws(const Play& play, std::uint32_t group, std::uint64_t purpose) {
  return draws(play.seed, stream::lots, std::uint64_t{group} << 2 | purpose,
               static_cast<std::uint64_t>(play.day()));
}

DayIndex whole_days(double days) {
  return static_cast<DayIndex>(std::clamp(std::floor(days + .5), 0., 3650.));
}

unsigned weekday(Day date) {  // 1: Monday
  return std::chrono::weekday{std::chrono::sys_days{date}}.iso_encoding();
}
bool is_working_day(Day date) { return weekday(date) <= 5; }

// Whether sales has it neither as an opportunity nor taken on.
bool is_free(const Play& play, std::uint32_t group) {
  const Funnel funnel = play.funnel(group);
  return funnel == Funnel::awareness || funnel == Funnel::interest;
}

}  // namespace

Sales::Sales(const Scenario& scenario) : by_(choice_named<HandOffBy>(scenario.hand_off.by)) {}

bool Sales::wants(Play& play, const LiveScores& scores, std::uint32_t group) const {
  const Scenario::HandOff& policy = play.scenario.hand_off;
  const double engagement = scores.engagement(play, group);
  const double completeness = scores.completeness(group);
  std::uint8_t& armed = play.state.groups.armed[group];
  const bool scored = by_ == HandOffBy::score || by_ == HandOffBy::both;
  if (!scored || engagement < policy.threshold * policy.release) armed = 1;
  if (armed == 0) return false;
  switch (by_) {
    case HandOffBy::none:
      return false;
    case HandOffBy::score:
      return engagement >= policy.threshold;
    case HandOffBy::completeness:
      return completeness >= policy.completeness;
    case HandOffBy::both:
      return engagement >= policy.threshold && completeness >= policy.completeness;
    case HandOffBy::random: {
      Random random = group_draws(play, group, at_hand_off);
      return draw_chance(random, policy.random_share);
    }
    case HandOffBy::intent:
      return highest_stage(play, group) >= 2;
  }
  return false;
}

void Sales::alert(Play& play, std::uint32_t group) const {
  const std::vector<std::uint32_t>& waiting = play.state.queue.group;
  if (is_free(play, group) && std::ranges::find(waiting, group) == waiting.end())
    take_in(play, group);
}

void Sales::take_in(Play& play, std::uint32_t group) const {
  GroupState& groups = play.state.groups;
  QueueState& queue = play.state.queue;
  groups.armed[group] = 0;
  groups.handed_off[group] = play.day();
  Random random = group_draws(play, group, at_hand_off);
  random.word64();  // of the chance to be handed off at all
  const double response = draw_log_normal(random, play.scenario.sales.response_days, .7);
  queue.group.push_back(group);
  queue.entered.push_back(play.day());
  queue.due.push_back(play.day() + whole_days(response));
  queue.accepted.push_back(0);
  queue.hours.push_back(0);
  play.tell(EventKind::hand_off, group, nobody, 0, 0);
  play.move_stage(group, "Qualified");
  play.today.add(Figure::hand_offs, 1);
  play.today.add(Figure::hand_offs_in_market, groups.in_market[group]);
}

void Sales::hand_off(Play& play, const LiveScores& scores) const {
  const Phase phase("hand-off");
  const auto cool_down = static_cast<DayIndex>(play.scenario.hand_off.cool_down);
  std::vector<std::uint8_t> waits(play.cast.groups(), 0);
  for (const std::uint32_t group : play.state.queue.group) waits[group] = 1;
  for (std::uint32_t g = 0; g < play.cast.groups(); ++g) {
    if (play.state.groups.created[g] < 0 || !wants(play, scores, g)) continue;
    const bool is_cool = play.day() - play.state.groups.handed_off[g] >= cool_down;
    if (is_cool && waits[g] == 0 && is_free(play, g)) take_in(play, g);
  }
}

std::vector<std::uint32_t> Sales::work(Play& play, LiveMemberships& memberships,
                                       const Pipeline& pipeline) const {
  const Phase phase("sales");
  const Scenario::Sales& terms = play.scenario.sales;
  GroupState& groups = play.state.groups;
  DealState& open = play.state.deals;
  std::vector<std::uint32_t> found;
  const double capacity = is_working_day(play.date())
                              ? terms.reps * static_cast<double>(play.cast.world.accounts.size()) /
                                    1000 * terms.hours_per_day
                              : 0;
  double left = capacity;

  // As much of some hours as is left of the day.
  const auto take = [&](double hours) {
    const double taken = std::min(left, hours);
    left -= taken;
    return taken;
  };
  // Goes on with work of so many hours, which is then done exactly or not.
  const auto spend = [&](double& spent, double hours) {
    const double needed = hours - spent, taken = take(needed);
    spent = taken == needed ? hours : spent + taken;
  };
  // Messages to the buyers whom sales knows, and a look for those whom it does not.
  const auto attend = [&](std::uint32_t group, Random& random) {
    for (std::uint64_t s = play.cast.seats_of[group]; s < play.cast.seats_of[group + 1]; ++s) {
      const bool finds = draw_chance(random, terms.finds_contact);
      const std::uint32_t person = play.state.seats.person[s];
      if (person == nobody) continue;
      if (memberships.has(play, group, person)) {
        const bool reachable = (play.cast.traits[person] & out_of_reach) == 0;
        if (reachable && weekday(play.date()) == 1 + s % 5)  // once a week, on a working day
          play.state.people.inbox[person] |= sales_mail;
        play.state.people.last_outbound[person] = play.day();
      } else if (finds && memberships.interest(group) != LiveMemberships::npos) {
        // Sales learns what the buyer's say is; where the model has no such role, what the card
        // says.
        RoleId role = play.cast.role_of_seat[play.cast.seats[s].role];
        const std::int8_t card = play.card(memberships.interest(group), person);
        if (!role && card >= 0) role = memberships.role(memberships.interest(group), card);
        if (!role) continue;
        const bool was_known = play.state.people.known[person] != 0;
        memberships.add(play, group, person, static_cast<std::uint16_t>(role.index()),
                        MemberSource::manual);
        if (!was_known) found.push_back(person);
      }
    }
  };

  for (std::size_t d = 0; d < open.group.size(); ++d) {
    if (open.outcome[d] != 0) continue;
    const bool stalls = play.day() < open.stalled_until[d];
    if (capacity == 0) continue;  // on Sundays deals go on as on the Friday before
    open.worked[d] = static_cast<std::uint8_t>(!stalls && left >= terms.deal_hours);
    if (open.worked[d] == 0) continue;
    open.hours[d] += take(terms.deal_hours);
    Random random = group_draws(play, open.group[d], at_work);
    attend(open.group[d], random);
  }

  QueueState& queue = play.state.queue;
  std::vector<std::uint8_t> done(queue.group.size(), 0);
  for (std::size_t q = 0; q < queue.group.size(); ++q) {  // those accepted
    if (queue.accepted[q] == 0) continue;
    const std::uint32_t group = queue.group[q];
    spend(queue.hours[q], terms.discovery_hours);
    if (queue.hours[q] < terms.discovery_hours || play.day() < queue.due[q]) continue;
    Random random = group_draws(play, group, at_discovery);
    const double opens = random.uniform();
    const std::uint8_t stage = highest_stage(play, group);
    const double chance = terms.opens_deal * (stage >= 3 ? 1 : stage >= 1 ? 1. / 3 : .1);
    done[q] = 1;
    play.today.add(Figure::discovered, 1);
    if (opens < chance) {
      pipeline.open(play, group, queue.entered[q]);
    } else {
      play.move_funnel(group, Funnel::interest);
      play.move_stage(group, "Engaged");
    }
  }
  for (std::size_t q = 0; q < queue.group.size(); ++q) {  // those to be qualified
    if (queue.accepted[q] != 0 || done[q] != 0) continue;
    const std::uint32_t group = queue.group[q];
    if (play.day() - queue.entered[q] > patience) {
      done[q] = 1;
      play.move_stage(group, "Engaged");
      continue;
    }
    if (play.day() < queue.due[q]) continue;
    spend(queue.hours[q], terms.qualify_hours);
    if (queue.hours[q] < terms.qualify_hours) continue;
    Random random = group_draws(play, group, at_work);
    const bool accepts =
        random.uniform() < (groups.in_market[group] != 0 ? terms.accepts : terms.fooled);
    const double discovery = draw_log_normal(random, terms.discovery_days, .6);
    play.today.add(Figure::looked_at, 1);
    if (!accepts) {
      done[q] = 1;
      play.move_stage(group, "Engaged");
      continue;
    }
    attend(group, random);
    play.today.add(Figure::accepted, 1);
    play.move_funnel(group, Funnel::consideration);
    play.move_stage(group, "Accepted");
    queue.accepted[q] = 1;
    queue.entered[q] = play.day();
    queue.due[q] = play.day() + 1 + whole_days(discovery);
    queue.hours[q] = 0;
  }
  const auto keep = [&](auto& column) {
    std::size_t kept = 0;
    for (std::size_t q = 0; q < done.size(); ++q)
      if (done[q] == 0) column[kept++] = column[q];
    column.resize(kept);
  };
  keep(queue.group);
  keep(queue.entered);
  keep(queue.due);
  keep(queue.accepted);
  keep(queue.hours);

  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  play.today.add(Figure::sales_hours, capacity - left);
  play.today.add(Figure::sales_capacity, capacity);
  play.today.add(Figure::waiting, static_cast<double>(queue.group.size()));
  return found;
}

}  // namespace rolecall::sim
