#include "scoring/groups/playbook.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rolecall {
namespace {

template <class T>
const T* find_named(const std::vector<T>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &T::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(Publishable kind) {
  return kind == Publishable::roles_template ? "template" : "stage_model";
}

bool Playbook::is_published(Publishable kind, std::string_view name) const {
  return std::ranges::any_of(
      published, [&](const Publication& p) { return p.kind == kind && p.name == name; });
}

const SolutionInterest* Playbook::interest(std::string_view name) const {
  return find_named(interests, name);
}
const StageModel* Playbook::stage_model(std::string_view name) const {
  return find_named(stage_models, name);
}
const RolesTemplate* Playbook::roles_template(std::string_view name) const {
  return find_named(model.templates, name);
}

std::vector<const SolutionInterest*> chosen_interests(const Playbook& playbook,
                                                      const std::vector<std::string>& names) {
  std::vector<const SolutionInterest*> chosen;
  std::vector<std::string> known;
  for (const SolutionInterest& interest : playbook.interests) {
    known.push_back(interest.name);
    if (names.empty() || std::ranges::find(names, interest.name) != names.end())
      chosen.push_back(&interest);
  }
  for (const std::string& name : names)
    if (playbook.interest(name) == nullptr)
      throw InputError({.file = playbook.path,
                        .field = "--interest",
                        .value = name,
                        .what = "the playbook has no such interest",
                        .remedy = suggest(name, known)});
  return chosen;
}

std::vector<Problem> drafts_in_use(const Playbook& playbook,
                                   const std::vector<const SolutionInterest*>& interests) {
  std::vector<Problem> problems;
  const auto look = [&](const SolutionInterest& interest, Publishable kind, std::string_view what,
                        std::string_view option, const std::string& name) {
    if (name.empty() || playbook.is_published(kind, name)) return;
    const bool said = std::ranges::any_of(problems, [&](const Problem& p) {
      return p.value == name && p.field.ends_with(to_string(kind));
    });
    if (said) return;
    problems.push_back(
        {.file = playbook.path,
         .row = interest.row,
         .field = fmt::format("interest.{}", to_string(kind)),
         .value = name,
         .what = fmt::format("the {} of '{}' is a draft, and groups are made by what is published",
                             what, interest.name),
         .remedy =
             fmt::format("Look at it with --dry-run, then `rolecall groups publish {} {} \"{}\"`.",
                         playbook.path, option, name)});
  };
  for (const SolutionInterest* interest : interests) {
    look(*interest, Publishable::roles_template, "roles template", "template",
         interest->roles_template);
    look(*interest, Publishable::stage_model, "stage model", "stage-model", interest->stage_model);
  }
  return problems;
}

Model model_of(const Playbook& playbook) {
  Model model = playbook.model;
  model.templates.clear();
  for (const SolutionInterest& interest : playbook.interests) {
    RolesTemplate roles = *playbook.roles_template(interest.roles_template);
    roles.solutions = {interest.name};
    roles.candidates = interest.level;
    model.templates.push_back(std::move(roles));
  }
  return model;
}

}  // namespace rolecall
