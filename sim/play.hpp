#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/world.hpp"
#include "scoring/groups/playbook.hpp"
#include "sim/outcome/panel.hpp"
#include "sim/people/activity_types.hpp"
#include "sim/people/cast.hpp"
#include "sim/people/hazard.hpp"
#include "sim/scenario.hpp"
#include "sim/state.hpp"

// What the steps of a day share. Each step is a function in a file of its own; simulation.cpp calls
// them in the order of docs/simulation.md.
namespace rolecall::sim {

struct Play {
  const Scenario& scenario;
  const Playbook& playbook;
  const Model& model;
  const Cast& cast;
  std::uint64_t seed;
  const ActivityTypes& types;
  const std::vector<const StageModel*>& stage_models;  // by solution; null: none

  State& state;
  DayFigures& today;

  DayIndex day() const { return state.day; }
  Day date() const { return cast.date(state.day); }
  // Whether policies act and figures count: after the burn-in.
  bool counts() const { return state.day >= static_cast<DayIndex>(scenario.run.burn_in); }

  bool works(std::uint32_t person) const { return works(person, state.day); }
  bool works(std::uint32_t person, DayIndex day) const {
    return person != nobody && cast.hired[person] <= day && day < cast.leaves[person];
  }
  std::uint16_t persona(std::uint32_t person) const { return persona(person, state.day); }
  std::uint16_t persona(std::uint32_t person, DayIndex day) const {
    const Promotion& promotion = cast.promotion[person];
    return day >= promotion.day ? promotion.persona : cast.persona[person];
  }
  // The card of somebody for a solution's interest; -1: none.
  std::int8_t card(std::size_t interest, std::uint32_t person) const {
    return state.day >= cast.promotion[person].day ? cast.later_card[interest][person]
                                                   : cast.card[interest][person];
  }

  // Whether the vendor has a group at the account.
  bool is_target(AccountId account) const {
    for (const GroupId group : cast.groups_at.of(account.index()))
      if (state.groups.created[group.index()] >= 0) return true;
    return false;
  }

  void tell(EventKind kind, std::uint32_t group, std::uint32_t person, std::uint8_t from,
            std::uint8_t to) {
    EventState& events = state.events;
    events.day.push_back(state.day);
    events.kind.push_back(static_cast<std::uint8_t>(kind));
    events.group.push_back(group);
    events.person.push_back(person);
    events.from.push_back(from);
    events.to.push_back(to);
  }
  void move_funnel(std::uint32_t group, Funnel to) {
    std::uint8_t& at = state.groups.funnel[group];
    if (at == static_cast<std::uint8_t>(to)) return;
    tell(EventKind::funnel, group, nobody, at, static_cast<std::uint8_t>(to));
    at = static_cast<std::uint8_t>(to);
    state.groups.funnel_since[group] = state.day;
  }
  Funnel funnel(std::size_t group) const { return static_cast<Funnel>(state.groups.funnel[group]); }
  // A wish that the stage model may refuse; a name that it does not have is no wish.
  void move_stage(std::uint32_t group, std::string_view stage);
};

}  // namespace rolecall::sim
