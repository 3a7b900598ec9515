#include "sim/policies.hpp"

#include <algorithm>

#include "scoring/groups/playbook_file.hpp"
#include "sim/scenario_sources.hpp"

namespace rolecall::sim {
// Assumed: content is richest for the hands-on in the middle of the journey, thin for executives
// and at its end, and sales fills in late.
std::vector<Scenario::Coverage> default_coverage() {
  return {
      {"Executive", {.5, .3, .2, .2, .2, .3}, {.2, .2, .3, .5, .5, .6}},
      {"Vice President", {.5, .4, .3, .3, .3, .3}, {.2, .3, .4, .5, .5, .6}},
      {"Director", {.5, .6, .5, .5, .4, .3}, {.3, .4, .5, .6, .6, .5}},
      {"Manager", {.6, .7, .6, .5, .4, .3}, {.3, .4, .5, .6, .5, .4}},
      {"Specialist", {.6, .8, .7, .6, .5, .2}, {.2, .3, .4, .4, .4, .2}},
  };
}

const Scenario::Coverage* coverage_of(const Scenario& scenario, std::string_view persona) {
  const auto& without = scenario.buyers.without_content;
  if (std::ranges::find(without, persona) != without.end()) return nullptr;
  const auto at = std::ranges::find(scenario.coverage, persona, &Scenario::Coverage::persona);
  return at == scenario.coverage.end() ? nullptr : &*at;
}

Playbook playbook_of(const Scenario& scenario) {
  const auto& [toml, path] = scenario.playbook;
  return toml.empty()
             ? parse_playbook(default_playbook(), std::string(default_playbook_name) + " playbook")
             : parse_playbook(toml, path);
}

}  // namespace rolecall::sim
