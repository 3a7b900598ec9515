#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/inverse.hpp"
#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"
#include "sim/scenario.hpp"

// Who there is, and what will happen to them whatever anybody does: drawn from the seed before the
// first day, and again by a run that is resumed.
namespace rolecall::sim {

using DayIndex = std::int32_t;  // counted from the first day of the burn-in
inline constexpr DayIndex never = INT32_MAX;
inline constexpr DayIndex always = INT32_MIN;
inline constexpr std::uint32_t nobody = UINT32_MAX;

// Bits of a person.
enum PersonTrait : std::uint8_t {
  known_at_start = 1,
  out_of_reach = 2,  // no valid e-mail address, or unsubscribed
  prefetching = 4,   // the mail client opens everything
  scanned = 8,       // a gateway opens everything and follows all links
};

// A place in a purchase: somebody who has a say in it. Who holds it may change.
struct Seat {
  std::uint32_t person = 0;  // at the start
  std::uint16_t role = 0;    // of the world specification
};

// A title that somebody will have from a day on.
struct Promotion {
  DayIndex day = never;
  std::uint16_t persona = 0;
};

struct Reparenting {
  DayIndex day = 0;
  std::uint32_t account = 0;
  std::uint64_t lot = 0;  // which account becomes the parent
};

struct Cast {
  Day first{};              // of the burn-in
  DayIndex days = 0;        // in all
  World world;              // accounts, people, solutions, roles, groups; no log, no memberships
  TextColumn later_titles;  // by person, after the promotion; empty: there is none

  // By person.
  std::vector<std::uint16_t> persona;
  std::vector<double> rate;    // acts started on an average day, unknown and out of the market
  std::vector<double> intent;  // standard normal
  std::vector<std::uint8_t> traits;
  std::vector<DayIndex> hired, leaves;
  std::vector<Promotion> promotion;
  std::vector<std::uint64_t> people_of;  // of account a: people_of[a] … people_of[a + 1]

  // By group, which is an account and a solution.
  std::vector<double> group_intent;  // standard normal
  std::vector<std::uint64_t> seats_of{0};
  std::vector<Seat> seats;
  Inverse<GroupId> groups_at;  // by account

  std::vector<Reparenting> reparentings;  // in order of day

  std::vector<double> role_weight;   // of the specification's roles
  std::vector<RoleId> role_of_seat;  // of the specification's roles: that of the model, or none
  std::vector<std::vector<std::int8_t>> card, later_card;  // by interest, person: or none, -1

  std::size_t people() const { return persona.size(); }
  std::size_t groups() const { return group_intent.size(); }
  Day date(DayIndex day) const { return first + days_rep{day}; }
};

// Gives rows of a table of people the titles and levels of seniority that they have on a day, or
// had when they left, in place of those at the start. `rows`: who they are in the cast.
void put_titles(const Cast& cast, const WorldSpec& spec, DayIndex day, People& people,
                const std::vector<std::uint32_t>& rows);

// Throws InputError when the playbook does not fit the world.
Cast make_cast(const Scenario& scenario, const Playbook& playbook, const Model& model,
               std::uint64_t seed);

}  // namespace rolecall::sim
