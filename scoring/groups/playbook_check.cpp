#include "scoring/groups/playbook_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scoring/groups/audience.hpp"
#include "scoring/role_conditions.hpp"

namespace rolecall {
namespace {

// Adds what the work throws, each problem once: a persona is asked for by many cards.
template <class Work>
void attempt(PlaybookCheck& check, const Work& work) {
  try {
    work();
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems())
      if (std::ranges::none_of(check.problems.kept(), [&](const Problem& p) {
            return to_string(p) == to_string(problem);
          }))
        check.problems.add(problem);
  }
}

void check_with(PlaybookCheck& check, const Playbook& playbook, const World& world) {
  for (const Audience& audience : playbook.audiences)
    attempt(check, [&] { accounts_of(audience, world, playbook, Day{}); });
  // Conditions are bound card by card, so that each tells what is wrong with it.
  for (const RolesTemplate& roles : playbook.model.templates)
    for (const RoleCard& card : roles.roles) {
      RolesTemplate one = roles;
      one.roles = {card};
      attempt(check, [&] {
        for (const std::string& warning : RoleConditions(world, playbook.model, one).warnings())
          if (std::ranges::find(check.warnings, warning) == check.warnings.end())
            check.warnings.push_back(warning);
      });
    }
  std::vector<std::string> interests;
  for (const SolutionInterest& interest : playbook.interests) interests.push_back(interest.name);
  for (std::size_t s = 0; s < world.solutions.size(); ++s) {
    const std::string solution(world.solutions[s]);
    const auto groups = std::ranges::count(world.groups.solutions, SolutionId{s});
    if (groups == 0 || playbook.interest(solution) != nullptr) continue;
    const std::string_view near = nearest(solution, interests);
    check.warnings.push_back(
        fmt::format("{} groups of the world are for '{}', which is no interest of the playbook{}",
                    groups, solution, near.empty() ? "" : fmt::format("; there is '{}'", near)));
  }
}

}  // namespace

PlaybookCheck check_playbook(const Playbook& playbook, const World* world) {
  PlaybookCheck check;
  for (const StageModel& stages : playbook.stage_models)
    for (std::string& warning : warnings(stages)) check.warnings.push_back(std::move(warning));
  for (const SolutionInterest& interest : playbook.interests) {
    const RolesTemplate& roles = *playbook.roles_template(interest.roles_template);
    if (std::ranges::none_of(roles.roles, [](const RoleCard& c) { return bool(c.when); }))
      check.warnings.push_back(fmt::format(
          "no card of '{}' has a condition, so that the jobs give nobody a role of '{}'",
          roles.name, interest.name));
  }
  if (world != nullptr) check_with(check, playbook, *world);
  return check;
}

}  // namespace rolecall
