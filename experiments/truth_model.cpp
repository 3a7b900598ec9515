#include "experiments/truth_model.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "generators/world_spec.hpp"

namespace rolecall {
namespace {

const Truth& truth_of(const World& world, const std::string& source) {
  if (!world.truth)
    throw InputError(
        {.file = source,
         .field = "truth",
         .what = "the world has no known truth, nor a model of its own: it was imported, or "
                 "simulated",
         .remedy = "Generate a world, or name another model."});
  return *world.truth;
}

Model model_of(std::string name, std::string description, int window_days, std::uint64_t daily_cap,
               const WorldSpec& spec) {
  Model model;
  model.name = std::move(name);
  model.description = std::move(description);
  model.window_days = window_days;
  model.daily_cap = daily_cap;
  for (const auto& type : spec.types)
    model.activities.push_back({.name = type.name,
                                .weight = type.weight,
                                .daily_cap = daily_cap,
                                .channel = type.channel});
  std::ranges::sort(model.activities, {}, &ActivityRule::name);
  RolesTemplate roles{.name = "Default", .roles = {}};
  for (const auto& role : spec.roles)
    roles.roles.push_back(
        {.name = role.name, .weighting = role.weighting, .required = role.required});
  model.templates.push_back(std::move(roles));
  return model;
}

}  // namespace

Model vendor_model(const World& world, const std::string& source) {
  const WorldSpec spec = parse_world_spec(truth_of(world, source).specification, source, {});
  return model_of("vendor", "what the vendor of a generated world believes",
                  static_cast<int>(spec.model.window_days), spec.model.daily_cap, spec);
}

Model truth_model(const World& world, const std::string& source) {
  const Truth& truth = truth_of(world, source);
  Model model = model_of("truth", "what a generated world was made with", truth.window_days,
                         truth.daily_cap, parse_world_spec(truth.specification, source, {}));
  for (ActivityRule& rule : model.activities)
    for (std::size_t t = 0; t < truth.types.size(); ++t)
      if (truth.types[t] == rule.name) rule.weight = truth.type_influence[t];
  for (RoleCard& card : model.templates.front().roles)
    for (std::size_t r = 0; r < truth.roles.size(); ++r)
      if (truth.roles[r] == card.name) card.weighting = truth.role_influence[r];
  if (truth.half_life_days > 0)
    model.decay = {.kind = Decay::Kind::half_life, .half_life_days = truth.half_life_days};
  return model;
}

Model with_activities_of(Model model, const Model& from) {
  model.window_days = from.window_days;
  model.daily_cap = from.daily_cap;
  model.activities = from.activities;
  model.every_other = from.every_other;
  model.decay = from.decay;
  return model;
}

}  // namespace rolecall
