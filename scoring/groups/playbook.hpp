#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "scoring/groups/stage_model.hpp"
#include "scoring/model.hpp"

// A playbook says how buying groups come and go: docs/groups.md.
namespace rolecall {

// A set of accounts: a list, or all that a condition holds for.
struct Audience {
  std::string name;
  std::vector<std::string> accounts;  // ids; empty with `where`
  std::optional<Predicate> where;
  std::size_t row = 0;  // of the playbook, for messages
};

// What is sold to an audience: its groups are named after it.
struct SolutionInterest {
  std::string name;
  std::string roles_template;  // of the model
  std::string stage_model;     // of the playbook; may be empty
  RolesTemplate::Candidates level = RolesTemplate::Candidates::account;
  std::vector<std::string> audiences;
  std::size_t row = 0;
};

// What can be a draft, or published and from then on immutable.
enum class Publishable : std::uint8_t { roles_template, stage_model };

// That something was published, and the seal of its content then.
struct Publication {
  Publishable kind = Publishable::roles_template;
  std::string name;
  std::string seal;
};

struct Playbook {
  std::string path;
  std::string model_name;  // built-in, or the path of its file; empty: it stands in the playbook
  Model model;
  std::vector<Audience> audiences;
  std::vector<StageModel> stage_models;
  std::vector<SolutionInterest> interests;
  std::vector<Publication> published;

  bool is_published(Publishable kind, std::string_view name) const;
  const SolutionInterest* interest(std::string_view name) const;  // null: none of the name
  const StageModel* stage_model(std::string_view name) const;
  const RolesTemplate* roles_template(std::string_view name) const;
};

std::string_view to_string(Publishable kind);  // as commands and files call it: "stage_model"

// The interests of the names given, or all when there are none. Throws InputError for a name that
// the playbook does not have.
std::vector<const SolutionInterest*> chosen_interests(const Playbook& playbook,
                                                      const std::vector<std::string>& names);

// A problem for each thing that the interests use and that is not published yet, at the first that
// uses it: groups are only made by what is published.
std::vector<Problem> drafts_in_use(const Playbook& playbook,
                                   const std::vector<const SolutionInterest*>& interests);

// The model with a template for each interest, and for nothing else: that of the interest, with its
// level of the hierarchy.
Model model_of(const Playbook& playbook);

}  // namespace rolecall
