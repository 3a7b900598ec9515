#include "sim/people/buyers.hpp"

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/samplers.hpp"
#include "sim/draws.hpp"
#include "sim/policies.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

constexpr std::size_t grain = 512;  // [group]
// Buyers who agree and have no opportunity with us choose another vendor within a month or so.
constexpr double elsewhere_a_day = 1. / 30;

}  // namespace

struct Buyers::Turn {
  struct Move {
    std::uint32_t group, person;
    std::uint8_t from, to;
  };
  std::vector<Move> moves;
  std::vector<std::uint32_t> bought_elsewhere;
};

Buyers::Buyers(const Scenario& scenario) {
  const Scenario::Buyers& terms = scenario.buyers;
  for (std::size_t k = 0; k < journey_stages; ++k)
    dwell_.emplace_back(terms.dwell_days[k], terms.dwell_spread[k]);
  for (const auto& persona : scenario.world.personas) {
    std::vector<double> in(journey_stages, 0.), out(journey_stages, 0.);
    if (const Scenario::Coverage* coverage = coverage_of(scenario, persona.name))
      for (std::size_t k = 0; k < journey_stages; ++k) {
        in[k] = terms.inbound_effect * coverage->inbound[k];
        out[k] = terms.outbound_effect * coverage->outbound[k];
      }
    in_.push_back(std::move(in));
    out_.push_back(std::move(out));
  }
  daily_problems_ = scenario.market.entries / 365;
  daily_followers_ = -portable_expm1(-1 / scenario.market.contagion_days);
}

void Buyers::move_seat(Play& play, std::uint32_t group, std::uint32_t seat, std::uint8_t to,
                       Turn& turn) const {
  SeatState& seats = play.state.seats;
  turn.moves.push_back({group, seats.person[seat], seats.stage[seat], to});
  Random random = draws(play.seed, stream::seats, seat, ++seats.moves[seat]);
  seats.stage[seat] = to;
  seats.since[seat] = play.day();
  seats.clock[seat] = 0;
  seats.threshold[seat] = draw_exponential(random, 1);
}

// Somebody else of the account takes the place, when there is one who has none in the group.
void Buyers::replace_leavers(Play& play, std::uint32_t group, Turn& turn) const {
  constexpr int tries = 8;
  SeatState& seats = play.state.seats;
  const std::uint64_t begin = play.cast.seats_of[group], end = play.cast.seats_of[group + 1];
  for (std::uint64_t s = begin; s < end; ++s) {
    const bool had = seats.person[s] != nobody;
    if (play.works(seats.person[s])) continue;
    if (!had && (play.day() + static_cast<DayIndex>(s)) % 30 != 0) continue;  // now and then
    const std::size_t account = play.cast.world.groups.accounts[group].index();
    const std::uint64_t first = play.cast.people_of[account];
    const std::uint64_t people = play.cast.people_of[account + 1] - first;
    Random random = draws(play.seed, stream::heirs, s, static_cast<std::uint64_t>(play.day()));
    std::uint32_t heir = nobody;
    for (int i = 0; i < tries && people > 0 && heir == nobody; ++i) {
      const auto person = static_cast<std::uint32_t>(first + random.below(people));
      const auto taken =
          std::ranges::any_of(seats.person.begin() + static_cast<std::ptrdiff_t>(begin),
                              seats.person.begin() + static_cast<std::ptrdiff_t>(end),
                              [&](std::uint32_t holder) { return holder == person; });
      if (play.works(person) && !taken) heir = person;
    }
    if (seats.stage[s] > 0) turn.moves.push_back({group, seats.person[s], seats.stage[s], 0});
    seats.person[s] = heir;
    seats.stage[s] = 0;
    seats.since[s] = play.state.groups.market_since[group] - 1;  // was not in with the others
  }
}

void Buyers::wait_for_problem(Play& play, std::uint32_t group, Turn& turn) const {
  GroupState& groups = play.state.groups;
  if (play.day() < groups.rests_until[group]) return;
  const Scenario& scenario = play.scenario;
  const SeatState& seats = play.state.seats;
  const std::uint64_t begin = play.cast.seats_of[group], end = play.cast.seats_of[group + 1];
  std::uint64_t there = 0, reached = 0;
  for (std::uint64_t s = begin; s < end; ++s) {
    const std::uint32_t person = seats.person[s];
    if (person == nobody) continue;
    ++there;
    reached += play.day() - play.state.people.last_outbound[person] <=
               static_cast<DayIndex>(scenario.buyers.memory_days);
  }
  if (there == 0) return;
  const double effect = scenario.market.intent_effect;
  const double pace =
      portable_exp(effect * play.cast.group_intent[group] - effect * effect / 2) *
      (1 + scenario.market.demand_lift * static_cast<double>(reached) / static_cast<double>(there));
  groups.clock[group] += daily_problems_ * pace;
  if (groups.clock[group] < groups.threshold[group]) return;
  Random random = draws(play.seed, stream::markets, group, ++groups.problems[group]);
  groups.in_market[group] = 1;
  groups.market_since[group] = play.day();
  groups.clock[group] = 0;
  groups.threshold[group] = draw_exponential(random, 1);
  std::uint64_t nth = random.below(there);
  for (std::uint64_t s = begin; s < end; ++s)
    if (seats.person[s] != nobody && nth-- == 0)
      return move_seat(play, group, static_cast<std::uint32_t>(s), 1, turn);
}

void Buyers::go_on(Play& play, std::uint32_t group, Turn& turn) const {
  const Scenario::Buyers& terms = play.scenario.buyers;
  const PeopleState& people = play.state.people;
  SeatState& seats = play.state.seats;
  const std::uint64_t begin = play.cast.seats_of[group], end = play.cast.seats_of[group + 1];
  if (highest_stage(play, group) == 0) {  // the last of them went out, or away: nobody to follow
    play.state.groups.in_market[group] = 0;
    play.state.groups.rests_until[group] =
        play.day() + static_cast<DayIndex>(play.scenario.market.rest_lost);
    return;
  }
  Random random = draws(play.seed, stream::groups, group, static_cast<std::uint64_t>(play.day()));
  const auto memory = static_cast<DayIndex>(terms.memory_days);
  for (std::uint64_t s = begin; s < end; ++s) {
    const double follows = random.uniform();
    const std::uint32_t person = seats.person[s];
    const std::uint8_t stage = seats.stage[s];
    if (person == nobody) continue;
    if (stage == 0) {
      // Those who went out come back at a quarter of the rate.
      const bool was_in =
          seats.since[s] >= play.state.groups.market_since[group] && seats.moves[s] > 0;
      if (follows < daily_followers_ * (was_in ? .25 : 1))
        move_seat(play, group, static_cast<std::uint32_t>(s), 1, turn);
      continue;
    }
    const std::size_t k = stage - 1u;
    const std::uint16_t persona = play.persona(person);
    const double inbound = play.day() - people.last_inbound[person] < memory ? in_[persona][k] : 0;
    const double outbound =
        play.day() - people.last_outbound[person] <= memory ? out_[persona][k] : 0;
    const double pace =
        portable_exp(pace_effect * (play.cast.group_intent[group] + play.cast.intent[person])) *
        (1 + inbound + outbound);
    seats.clock[s] += pace * dwell_[k].step(play.day() - seats.since[s] - 1);
    if (seats.clock[s] < seats.threshold[s]) continue;
    Random turns = draws(play.seed, stream::seats, s, seats.moves[s]);
    turns.word64();  // the limit of this stage
    const double way = turns.uniform();
    const std::uint8_t to = way < terms.onward[k] ? static_cast<std::uint8_t>(stage + 1)
                            : way < terms.onward[k] + terms.back[k]
                                ? static_cast<std::uint8_t>(stage - 1)
                                : std::uint8_t{0};
    move_seat(play, group, static_cast<std::uint32_t>(s), to, turn);
  }
  const double elsewhere = random.uniform();
  if (elsewhere < elsewhere_a_day && play.state.groups.deal[group] < 0 &&
      share_at(play, group, 6) >= play.scenario.deal.consensus)
    turn.bought_elsewhere.push_back(group);
}

void Buyers::pass_day(Play& play) const {
  const Phase phase("buyers");
  const std::size_t n = play.cast.groups();
  std::vector<Turn> turns(parallel::block_count(n, grain));
  parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
    Turn& turn = turns[from / grain];
    for (std::size_t g = from; g < to; ++g) {
      const auto group = static_cast<std::uint32_t>(g);
      replace_leavers(play, group, turn);
      if (play.state.groups.in_market[g] != 0)
        go_on(play, group, turn);
      else
        wait_for_problem(play, group, turn);
    }
  });
  for (const Turn& turn : turns) {
    for (const Turn::Move& m : turn.moves)
      play.tell(EventKind::buyer_stage, m.group, m.person, m.from, m.to);
    for (const std::uint32_t group : turn.bought_elsewhere) {
      play.tell(EventKind::competitor, group, nobody, 0, 0);
      end_market(play, group, play.scenario.market.rest_won);
    }
  }
}

void Buyers::end_market(Play& play, std::uint32_t group, double rest_days) const {
  SeatState& seats = play.state.seats;
  for (std::uint64_t s = play.cast.seats_of[group]; s < play.cast.seats_of[group + 1]; ++s) {
    if (seats.stage[s] == 0) continue;
    play.tell(EventKind::buyer_stage, group, seats.person[s], seats.stage[s], 0);
    seats.stage[s] = 0;
    seats.since[s] = play.day();
  }
  play.state.groups.in_market[group] = 0;
  play.state.groups.rests_until[group] = play.day() + static_cast<DayIndex>(rest_days);
}

double share_at(const Play& play, std::size_t group, std::uint8_t stage) {
  double all = 0, there = 0;
  for (std::uint64_t s = play.cast.seats_of[group]; s < play.cast.seats_of[group + 1]; ++s) {
    const double weight = play.cast.role_weight[play.cast.seats[s].role];
    all += weight;
    if (play.state.seats.stage[s] >= stage) there += weight;
  }
  return all > 0 ? there / all : 0;
}

double mean_progress(const Play& play, std::size_t group) {
  double sum = 0;
  const std::uint64_t begin = play.cast.seats_of[group], end = play.cast.seats_of[group + 1];
  for (std::uint64_t s = begin; s < end; ++s) sum += play.state.seats.stage[s];
  return end > begin ? sum / (6 * static_cast<double>(end - begin)) : 0;
}

std::uint8_t highest_stage(const Play& play, std::size_t group) {
  std::uint8_t highest = 0;
  for (std::uint64_t s = play.cast.seats_of[group]; s < play.cast.seats_of[group + 1]; ++s)
    highest = std::max(highest, play.state.seats.stage[s]);
  return highest;
}

}  // namespace rolecall::sim
