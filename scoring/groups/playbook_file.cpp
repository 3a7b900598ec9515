#include "scoring/groups/playbook_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "core/predicate/condition_key.hpp"
#include "core/text_file.hpp"
#include "core/toml_embedded.hpp"
#include "core/toml_lists.hpp"
#include "scoring/groups/seal.hpp"
#include "scoring/groups/stage_model_table.hpp"
#include "scoring/model_file.hpp"
#include "scoring/model_names.hpp"

namespace rolecall {
namespace {

constexpr std::string_view format_name = "rolecall.playbook/1";

template <class T>
std::vector<std::string> names_of(const std::vector<T>& all) {
  std::vector<std::string> names;
  for (const T& one : all) names.push_back(one.name);
  return names;
}

std::string beside(const std::string& playbook, const std::string& path) {
  return (std::filesystem::path(playbook).parent_path() / path).string();
}

// The name of a table, which none before it has.
template <class T>
std::string read_name(TomlTable& in, const std::vector<T>& before) {
  const std::optional<std::string> name = in.string("name");
  const toml::node* node = in.raw().get("name");
  if (node == nullptr) in.report_missing("name", "Give it a name.");
  if (name && name->empty()) in.report(*node, "name", "the name is empty", "Give it one.");
  if (name && std::ranges::find(before, *name, &T::name) != before.end())
    in.report(*node, "name", "another one has this name", "Names tell them apart: change one.");
  return name.value_or("");
}

// A name that must be one of those known.
std::string read_known(TomlTable& in, std::string_view key, const std::vector<std::string>& known,
                       std::string_view what) {
  const std::optional<std::string> name = in.string(key);
  if (name && std::ranges::find(known, *name) == known.end())
    in.report(*in.raw().get(key), key, fmt::format("there is no {} of this name", what),
              known.empty() ? fmt::format("There is no {} at all.", what) : suggest(*name, known));
  return name.value_or("");
}

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::istringstream text(read_text(path));
  for (std::string line; std::getline(text, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

Audience read_audience(TomlTable in, const Playbook& playbook) {
  Audience audience;
  audience.row = in.raw().source().begin.line;
  audience.name = read_name(in, playbook.audiences);
  audience.accounts = texts(in, "accounts");
  if (const auto file = in.string("file")) {
    try {
      audience.accounts = lines_of(beside(playbook.path, *file));
    } catch (const InputError& error) {
      in.report(error);
    }
  }
  audience.where = read_condition(in, "where");
  const auto given = [&](const char* key) { return in.raw().get(key) != nullptr; };
  if (given("accounts") + given("file") + given("where") != 1)
    in.report_missing(
        "where",
        "Say who it is in one way: accounts = [\"acc-1\"], file = \"list.txt\" with an "
        "id a line, or where = 'revenue > 1e6'.");
  in.reject_unknown_keys();
  return audience;
}

SolutionInterest read_interest(TomlTable in, const Playbook& playbook, bool has_model) {
  SolutionInterest interest;
  interest.row = in.raw().source().begin.line;
  interest.name = read_name(in, playbook.interests);
  if (in.raw().get("template") == nullptr)
    in.report_missing("template", "Name the roles template of its groups.");
  if (has_model)
    interest.roles_template =
        read_known(in, "template", names_of(playbook.model.templates), "roles template");
  else
    interest.roles_template = in.string("template").value_or("");
  interest.stage_model =
      read_known(in, "stage_model", names_of(playbook.stage_models), "stage model");
  in.choice("level", interest.level);
  interest.audiences = texts(in, "audiences");
  if (interest.audiences.empty() && in.raw().get("audiences") == nullptr)
    in.report_missing("audiences", "Name at least one: audiences = [\"Growers\"].");
  const std::vector<std::string> known = names_of(playbook.audiences);
  for (const std::string& audience : interest.audiences)
    if (std::ranges::find(known, audience) == known.end())
      in.report(*in.raw().get("audiences"), "audiences",
                fmt::format("there is no audience '{}'", audience), suggest(audience, known));
  in.reject_unknown_keys();
  return interest;
}

// Reports a published thing that is gone or has changed.
void check_seal(TomlTable& in, const Publication& publication, const std::string& now) {
  const toml::node& node = in.raw();
  const std::string what =
      publication.kind == Publishable::roles_template ? "template" : "stage model";
  if (now.empty())
    in.report(node, to_string(publication.kind),
              fmt::format("the published {} '{}' is gone", what, publication.name),
              "Restore it; or, if no interest uses it, delete it with `rolecall groups delete`.");
  else if (now != publication.seal)
    in.report(node, to_string(publication.kind),
              fmt::format("the published {} '{}' has been changed", what, publication.name),
              "What is published stays as it is: restore it, and make the changed one anew under "
              "another name.");
}

void read_publication(TomlTable in, Playbook& playbook, Seals seals, bool has_model) {
  Publication publication;
  const auto name = in.string("template"), stages = in.string("stage_model");
  const auto seal_text = in.string("seal");
  if (bool(name) == bool(stages) || !seal_text) {
    in.report_missing("seal",
                      "It takes a template or a stage_model, and its seal: let "
                      "`rolecall groups publish` write it.");
    in.reject_unknown_keys();
    return;
  }
  publication.kind = name ? Publishable::roles_template : Publishable::stage_model;
  publication.name = name ? *name : *stages;
  publication.seal = *seal_text;
  if (playbook.is_published(publication.kind, publication.name))
    in.report(in.raw(), to_string(publication.kind),
              fmt::format("'{}' is published twice", publication.name), "Keep the first.");
  std::string now;
  if (const auto* roles = playbook.roles_template(publication.name); name && roles != nullptr)
    now = seal(*roles, playbook.model);
  if (const auto* model = playbook.stage_model(publication.name); stages && model != nullptr)
    now = seal(*model);
  if (seals == Seals::checked && (stages || has_model)) check_seal(in, publication, now);
  playbook.published.push_back(std::move(publication));
  in.reject_unknown_keys();
}

bool read_model(TomlTable& in, Playbook& playbook) {
  if (in.raw()["model"].is_table())
    return read_embedded(in, "model", [&](const toml::table& model) {
      playbook.model = parse_model(toml_text(model), playbook.path);
    });
  const auto name = in.string("model");
  if (!name) {
    if (in.raw().get("model") == nullptr)
      in.report_missing("model",
                        "Name the model that has the roles templates: a file, or one that "
                        "`rolecall models` lists.");
    return false;
  }
  playbook.model_name = is_builtin_model(*name) ? *name : beside(playbook.path, *name);
  try {
    playbook.model = load_model(playbook.model_name);
    return true;
  } catch (const InputError& error) {
    in.report(error);
    return false;
  }
}

}  // namespace

Playbook parse_playbook(std::string_view text, const std::string& path, Seals seals) {
  const toml::table root = parse_toml(text, path);
  ProblemList problems;
  TomlTable in(root, "", path, problems);
  if (const auto format = in.string("format"); format && *format != format_name)
    in.report(*root.get("format"), "format", "this program does not read the format",
              fmt::format("It reads \"{}\".", format_name));
  else if (root.get("format") == nullptr)
    in.report_missing("format",
                      fmt::format("Is this a playbook? Add format = \"{}\".", format_name));
  Playbook playbook;
  playbook.path = path;
  const bool has_model = read_model(in, playbook);
  for_each_table(in, "audience", [&](TomlTable table) {
    playbook.audiences.push_back(read_audience(std::move(table), playbook));
  });
  for_each_table(in, "stage_model", [&](TomlTable table) {
    std::string name = read_name(table, playbook.stage_models);
    playbook.stage_models.push_back(read_stage_model(std::move(table), std::move(name)));
  });
  for_each_table(in, "interest", [&](TomlTable table) {
    playbook.interests.push_back(read_interest(std::move(table), playbook, has_model));
  });
  for_each_table(in, "published", [&](TomlTable table) {
    read_publication(std::move(table), playbook, seals, has_model);
  });
  in.reject_unknown_keys();
  problems.throw_if_any();
  return playbook;
}

Playbook load_playbook(const std::string& path, Seals seals) {
  return parse_playbook(read_text(path), path, seals);
}

std::string self_contained_playbook(std::string_view text, const std::string& path) {
  toml::table root = parse_toml(text, path);
  if (const auto model = root["model"].value<std::string>(); model && !is_builtin_model(*model)) {
    const std::string file = beside(path, *model);
    root.insert_or_assign("model", parse_toml(read_text(file), file));
  }
  if (toml::array* audiences = root["audience"].as_array())
    audiences->for_each([&](toml::table& audience) {
      const auto file = audience["file"].value<std::string>();
      if (!file) return;
      toml::array accounts;
      for (const std::string& id : lines_of(beside(path, *file))) accounts.push_back(id);
      audience.erase("file");
      audience.insert_or_assign("accounts", std::move(accounts));
    });
  return toml_text(root);
}

}  // namespace rolecall
