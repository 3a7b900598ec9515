#include "scoring/bound_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/parallel.hpp"
#include "core/profile.hpp"

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

// "a, b, c, … 7 in all"
std::string listed(const std::vector<std::string_view>& names) {
  constexpr std::size_t most = 5;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{}, … {} in all", fmt::join(names.begin(), names.begin() + most, ", "),
                     names.size());
}

void bind_activities(BoundModel& bound, const World& world) {
  const ActivityLog& log = world.activities;
  std::vector<std::string_view> unnamed;
  std::vector<std::uint8_t> has_rule;
  for (std::size_t t = 0; t < log.type_names.size(); ++t) {
    const ActivityRule* rule = bound.model->rule_for(log.type_names[t]);
    bound.weights.push_back(rule != nullptr ? rule->weight : 0);
    bound.caps.push_back(rule != nullptr ? rule->daily_cap : no_cap);
    has_rule.push_back(rule != nullptr);
    if (rule == nullptr) unnamed.push_back(log.type_names[t]);
  }
  if (unnamed.empty()) return;
  const Phase phase("count unnamed types");
  struct Counts {
    double activities = 0, weightless = 0;
  };
  constexpr std::size_t grain = 1 << 18;
  std::vector<Counts> blocks(parallel::block_count(log.size(), grain));
  parallel::for_blocks(log.size(), grain, [&](std::size_t begin, std::size_t end) {
    Counts mine;
    for (std::size_t i = begin; i < end; ++i) {
      const auto count = static_cast<double>(log.count(i));
      mine.activities += count;
      if (!has_rule[log.types[i].index()]) mine.weightless += count;
    }
    blocks[begin / grain] = mine;
  });
  double activities = 0, weightless = 0;
  for (const Counts& block : blocks) {
    activities += block.activities;
    weightless += block.weightless;
  }
  bound.warnings.push_back(fmt::format(
      "{:.0f} of {:.0f} activities weigh nothing: the model does not name their types ({}). Add "
      "them to [activities], or \"*\" for every other type.",
      weightless, activities, listed(unnamed)));
}

// Which roles the templates lack, and how many memberships that leaves out.
void warn_of_roles_without_card(BoundModel& bound, const World& world) {
  std::vector<std::size_t> lost(world.roles.size(), 0);
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const int t = bound.template_of[world.groups.solutions[g].index()];
    if (t < 0) continue;
    const std::vector<int>& card_of = bound.templates[static_cast<std::size_t>(t)].card_of;
    for (std::uint64_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m) {
      const std::size_t role = world.members.roles[m].index();
      lost[role] += card_of[role] == BoundTemplate::no_card;
    }
  }
  std::vector<std::string_view> names;
  std::size_t memberships = 0;
  for (std::size_t role = 0; role < lost.size(); ++role) {
    if (lost[role] > 0) names.push_back(world.roles[role]);
    memberships += lost[role];
  }
  if (memberships > 0)
    bound.warnings.push_back(fmt::format(
        "{} of {} memberships count nowhere: the group's template lacks their role ({}). Add a "
        "card for it, or correct members.csv.",
        memberships, world.members.size(), listed(names)));
}

void bind_templates(BoundModel& bound, const World& world) {
  for (const RolesTemplate& source : bound.model->templates)
    bound.templates.push_back(bind_template(source, world));
  std::vector<std::string_view> unmatched;
  for (std::size_t s = 0; s < world.solutions.size(); ++s) {
    const RolesTemplate* found = bound.model->template_for(world.solutions[s]);
    if (found == nullptr) unmatched.push_back(world.solutions[s]);
    bound.template_of.push_back(
        found == nullptr ? -1 : static_cast<int>(found - bound.model->templates.data()));
  }
  if (!unmatched.empty())
    bound.warnings.push_back(
        fmt::format("groups for some solutions score 0: no template of the model names them ({}). "
                    "Add them to a template's solutions, or use \"*\".",
                    listed(unmatched)));
  warn_of_roles_without_card(bound, world);
}

}  // namespace

BoundModel bind(const Model& model, const World& world) {
  BoundModel bound{.model = &model, .boundary = DayBoundary(model.readings.day_boundary)};
  bind_activities(bound, world);
  bind_templates(bound, world);
  return bound;
}

}  // namespace rolecall
