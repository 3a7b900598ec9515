#include "scoring/model.hpp"

#include <algorithm>

namespace rolecall {

bool Model::has_conditions() const {
  return std::ranges::any_of(templates, [](const RolesTemplate& t) {
    return std::ranges::any_of(t.roles, [](const RoleCard& card) { return card.when.has_value(); });
  });
}

const ActivityRule* Model::rule_for(std::string_view type) const {
  const auto rule = std::ranges::find(activities, type, &ActivityRule::name);
  if (rule != activities.end()) return &*rule;
  return every_other ? &*every_other : nullptr;
}

const RolesTemplate* Model::template_for(std::string_view solution) const {
  const auto matches = [&](const RolesTemplate& t) {
    return std::ranges::any_of(t.solutions,
                               [&](const std::string& s) { return s == "*" || s == solution; });
  };
  const auto found = std::ranges::find_if(templates, matches);
  return found == templates.end() ? nullptr : &*found;
}

}  // namespace rolecall
