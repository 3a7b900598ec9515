#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "core/choices.hpp"
#include "scoring/groups/playbook.hpp"
#include "sim/scenario.hpp"

// The words of a scenario, and what it takes when it does not say.
namespace rolecall::sim {

inline constexpr std::string_view default_playbook_name = "default";

// The personas of the vocabulary, from executives to specialists.
std::vector<Scenario::Coverage> default_coverage();
// What there is for a persona; null: nothing, or it was taken away.
const Scenario::Coverage* coverage_of(const Scenario& scenario, std::string_view persona);

// The playbook of a scenario, with its model.
Playbook playbook_of(const Scenario& scenario);

}  // namespace rolecall::sim

namespace rolecall {

template <>
struct Choices<sim::Outreach> {
  static constexpr std::array<std::pair<std::string_view, sim::Outreach>, 4> all{
      {{"none", sim::Outreach::none},
       {"everyone", sim::Outreach::everyone},
       {"score", sim::Outreach::score},
       {"random", sim::Outreach::random}}};
};
template <>
struct Choices<sim::HandOffBy> {
  static constexpr std::array<std::pair<std::string_view, sim::HandOffBy>, 6> all{
      {{"none", sim::HandOffBy::none},
       {"score", sim::HandOffBy::score},
       {"completeness", sim::HandOffBy::completeness},
       {"both", sim::HandOffBy::both},
       {"random", sim::HandOffBy::random},
       {"intent", sim::HandOffBy::intent}}};
};

}  // namespace rolecall
