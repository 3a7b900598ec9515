#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scoring/groups/playbook.hpp"
#include "sim/scenario.hpp"

// The words of a scenario, and what it takes when it does not say.
namespace rolecall::sim {

inline constexpr std::string_view default_playbook_name = "default";

std::vector<std::string> outreach_names();
std::vector<std::string> hand_off_names();
Outreach outreach_named(std::string_view name);   // one that is there
HandOffBy hand_off_named(std::string_view name);  // likewise

// The personas of the vocabulary, from executives to specialists.
std::vector<Scenario::Coverage> default_coverage();
// What there is for a persona; null: nothing, or it was taken away.
const Scenario::Coverage* coverage_of(const Scenario& scenario, std::string_view persona);

// The built-in playbook with its model, or the file of that path. Throws InputError.
Playbook playbook_of(const Scenario& scenario);

}  // namespace rolecall::sim
