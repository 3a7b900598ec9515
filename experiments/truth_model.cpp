#include "experiments/truth_model.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "generators/world_spec.hpp"

namespace rolecall {

Model truth_model(const World& world, const std::string& source) {
  if (!world.truth)
    throw InputError({.file = source,
                      .field = "truth",
                      .what = "the world has no known truth: it was imported",
                      .remedy = "Generate a world, or name another model."});
  const Truth& truth = *world.truth;
  Model model;
  model.name = "truth";
  model.description = "what the world was made with";
  model.window_days = truth.window_days;
  model.daily_cap = truth.daily_cap;
  for (std::size_t t = 0; t < truth.types.size(); ++t)
    model.activities.push_back({.name = std::string(truth.types[t]),
                                .weight = truth.type_influence[t],
                                .daily_cap = truth.daily_cap});
  if (truth.half_life_days > 0)
    model.decay = {.kind = Decay::Kind::half_life, .half_life_days = truth.half_life_days};
  const WorldSpec spec = parse_world_spec(truth.specification, source, {});
  RolesTemplate roles{.name = "Default", .roles = {}};
  for (std::size_t r = 0; r < truth.roles.size(); ++r) {
    const auto named = std::ranges::find(spec.roles, truth.roles[r], &WorldSpec::Role::name);
    roles.roles.push_back({.name = std::string(truth.roles[r]),
                           .weighting = truth.role_influence[r],
                           .required = named == spec.roles.end() || named->required});
  }
  model.templates.push_back(std::move(roles));
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
