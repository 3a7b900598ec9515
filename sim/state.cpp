#include "sim/state.hpp"

#include "core/samplers.hpp"
#include "sim/draws.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {

State first_state(const Cast& cast, std::uint64_t seed) {
  constexpr std::int32_t long_ago = -100'000;
  State state;
  const std::size_t people = cast.people(), groups = cast.groups(), seats = cast.seats.size();
  PeopleState& p = state.people;
  for (const std::uint8_t traits : cast.traits) p.known.push_back((traits & known_at_start) != 0);
  for (std::size_t i = 0; i < people; ++i)
    if (cast.hired[i] > 0) p.known[i] = 0;
  p.channel.assign(people, 0);
  p.inbox.assign(people, 0);
  p.last_inbound.assign(people, long_ago);
  p.last_outbound.assign(people, long_ago);
  p.visited.assign(people, long_ago);
  p.abandoned.assign(people, long_ago);
  p.served_until.assign(people, long_ago);
  p.tried.assign(people, 0);

  for (const Seat& seat : cast.seats) state.seats.person.push_back(seat.person);
  state.seats.stage.assign(seats, 0);
  state.seats.clock.assign(seats, 0);
  state.seats.threshold.assign(seats, 0);
  state.seats.moves.assign(seats, 0);
  state.seats.since.assign(seats, long_ago);

  GroupState& g = state.groups;
  g.created.assign(groups, -1);
  g.funnel.assign(groups, 0);
  g.funnel_since.assign(groups, 0);
  g.in_market.assign(groups, 0);
  g.market_since.assign(groups, long_ago);
  g.problems.assign(groups, 0);
  g.clock.assign(groups, 0);
  for (std::size_t i = 0; i < groups; ++i) {
    Random random = draws(seed, stream::markets, i, 0);
    g.threshold.push_back(draw_exponential(random, 1));
  }
  g.rests_until.assign(groups, long_ago);
  g.stage.assign(groups, 0);
  g.status.assign(groups, 0);
  g.adjustment.assign(groups, 0);
  g.armed.assign(groups, 1);
  g.handed_off.assign(groups, long_ago);
  g.deal.assign(groups, -1);
  g.deals.assign(groups, 0);

  const Accounts& accounts = cast.world.accounts;
  for (const AccountId parent : accounts.parents)
    state.accounts.parent.push_back(parent ? static_cast<std::uint32_t>(parent.index()) : nobody);
  state.accounts.visited.assign(accounts.size(), long_ago);
  state.accounts.engaged.assign(accounts.size(), 0);
  return state;
}

}  // namespace rolecall::sim
