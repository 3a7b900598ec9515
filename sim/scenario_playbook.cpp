#include "sim/scenario_playbook.hpp"

#include <filesystem>
#include <optional>

#include "core/text_file.hpp"
#include "core/toml_embedded.hpp"
#include "scoring/groups/playbook_file.hpp"
#include "sim/policies.hpp"

namespace rolecall::sim {
namespace {

// A path beside the scenario; settings, which stand in no file, have their paths from here.
std::string beside(const std::string& source, const std::string& path) {
  const bool is_file = std::filesystem::is_regular_file(source);
  return is_file ? (std::filesystem::path(source).parent_path() / path).string() : path;
}

// The playbook of a name that stands at `key`; what is wrong with it is reported.
ScenarioPlaybook load(TomlTable& in, const char* key, const std::string& name) {
  if (name == default_playbook_name) return {};
  const std::string path = beside(in.source(), name);
  try {
    if (!std::filesystem::is_regular_file(path))
      throw InputError({.file = in.source(),
                        .row = in.raw().get(key)->source().begin.line,
                        .field = in.name(key),
                        .value = name,
                        .what = "there is no such playbook",
                        .remedy = "Name a file beside this one, or \"default\"."});
    const std::string text = read_text(path);
    parse_playbook(text, path);  // for its problems, which have their rows here
    return {self_contained_playbook(text, path), path};
  } catch (const InputError& error) {
    in.report(error);
    return {};
  }
}

}  // namespace

void read_playbook(TomlTable& in, ScenarioPlaybook& playbook) {
  const toml::node* node = in.raw().get("playbook");
  if (node == nullptr) return;
  if (node->is_table()) {
    const std::string path = in.source() + ", [playbook]";
    read_embedded(in, "playbook", [&](const toml::table& table) {
      playbook = {toml_text(table), path};
      parse_playbook(playbook.toml, path);
    });
    return;
  }
  if (const auto name = in.string("playbook")) playbook = load(in, "playbook", *name);
}

void write_playbook_into(std::string& setting, TomlTable& arm) {
  std::optional<std::string> name;
  try {
    name = parse_toml(setting, "set")["playbook"].value<std::string>();
  } catch (const InputError&) {
    return;  // told when it is set
  }
  if (name && *name != default_playbook_name) setting = playbook_sections(load(arm, "set", *name));
}

std::string playbook_key(const ScenarioPlaybook& playbook) {
  return playbook.toml.empty() ? "playbook = \"" + std::string(default_playbook_name) + "\"\n" : "";
}

std::string playbook_sections(const ScenarioPlaybook& playbook) {
  if (playbook.toml.empty()) return "";
  return toml_text(toml::table{{"playbook", parse_toml(playbook.toml, playbook.path)}}) + '\n';
}

}  // namespace rolecall::sim
