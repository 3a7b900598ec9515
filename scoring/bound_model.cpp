#include "scoring/bound_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rolecall {
namespace {

BoundTemplate bind_template(const RolesTemplate& source, const World& world) {
  BoundTemplate bound{.source = &source};
  bound.card_of.assign(world.roles.size(), BoundTemplate::no_card);
  for (std::size_t role = 0; role < world.roles.size(); ++role) {
    const auto card = std::ranges::find(source.roles, world.roles[role], &RoleCard::name);
    if (card != source.roles.end())
      bound.card_of[role] = static_cast<int>(card - source.roles.begin());
  }
  std::vector<double> weightings;
  for (const RoleCard& card : source.roles) weightings.push_back(card.weighting);
  if (auto decimals = exact_decimals(weightings))
    bound.values = std::move(decimals->units);
  else
    bound.exact = false;
  return bound;
}

void bind_activities(BoundModel& bound, const World& world) {
  std::vector<std::string_view> unnamed;
  std::vector<std::uint8_t> has_rule;
  for (std::size_t t = 0; t < world.activities.type_names.size(); ++t) {
    const ActivityRule* rule = bound.model->rule_for(world.activities.type_names[t]);
    bound.weights.push_back(rule != nullptr ? rule->weight : 0);
    bound.caps.push_back(rule != nullptr ? rule->daily_cap : no_cap);
    has_rule.push_back(rule != nullptr);
    if (rule == nullptr) unnamed.push_back(world.activities.type_names[t]);
  }
  if (unnamed.empty()) return;
  std::uint64_t rows = 0;
  for (const ActivityTypeId type : world.activities.types) rows += has_rule[type.index()] == 0;
  const std::size_t shown = std::min<std::size_t>(unnamed.size(), 5);
  bound.warnings.push_back(fmt::format(
      "{} of {} activity rows weigh nothing: the model does not name their types ({}{}). Add them "
      "to [activities], or \"*\" for every other type.",
      rows, world.activities.size(), fmt::join(unnamed.begin(), unnamed.begin() + shown, ", "),
      unnamed.size() > shown ? fmt::format(", … {} in all", unnamed.size()) : ""));
}

void bind_templates(BoundModel& bound, const World& world) {
  for (const RolesTemplate& source : bound.model->templates)
    bound.templates.push_back(bind_template(source, world));
  for (std::size_t s = 0; s < world.solutions.size(); ++s) {
    const RolesTemplate* found = bound.model->template_for(world.solutions[s]);
    bound.template_of.push_back(
        found == nullptr ? -1 : static_cast<int>(found - bound.model->templates.data()));
  }
  std::size_t without_template = 0, without_card = 0;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const int t = bound.template_of[world.groups.solutions[g].index()];
    without_template += t < 0;
    if (t < 0) continue;
    const std::vector<int>& card_of = bound.templates[static_cast<std::size_t>(t)].card_of;
    for (std::uint64_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m)
      without_card += card_of[world.members.roles[m].index()] == BoundTemplate::no_card;
  }
  if (without_template > 0)
    bound.warnings.push_back(fmt::format(
        "{} of {} groups score 0: no template of the model names their solution. Add it to a "
        "template's solutions, or use \"*\".",
        without_template, world.groups.size()));
  if (without_card > 0)
    bound.warnings.push_back(
        fmt::format("{} of {} memberships count nowhere: the group's template lacks their role.",
                    without_card, world.members.size()));
}

}  // namespace

BoundModel bind(const Model& model, const World& world) {
  BoundModel bound{.model = &model, .boundary = DayBoundary(model.readings.day_boundary)};
  bind_activities(bound, world);
  bind_templates(bound, world);
  return bound;
}

}  // namespace rolecall
