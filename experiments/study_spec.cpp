#include "experiments/study_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "core/error.hpp"
#include "core/text_file.hpp"
#include "core/toml_fields.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/search_space_file.hpp"
#include "experiments/study_sources.hpp"
#include "experiments/study_spec_fields.hpp"
#include "generators/world_spec.hpp"
#include "scoring/as_of.hpp"
#include "sim/scenario.hpp"

namespace rolecall {
namespace {

void check(const StudySpec& s, TomlTable& root) {
  const auto report = [&](const char* section, const char* key, std::string what,
                          std::string remedy) {
    const toml::table* table = root.raw()[section].as_table();
    if (table == nullptr)
      root.report_missing(section, what + ". " + remedy);
    else if (const toml::node* node = table->get(key))
      root.inner(*table, section).report(*node, key, std::move(what), std::move(remedy));
    else
      root.inner(*table, section).report_missing(key, what + ". " + remedy);
  };
  const auto choose = [&](const char* section, const char* key, const std::string& value,
                          const std::vector<std::string>& choices) {
    if (std::ranges::find(choices, value) == choices.end())
      report(section, key, "this is not one of the choices", suggest(value, choices));
  };
  std::vector<std::string> kinds;
  for (const StudyKind& kind : all_kinds()) kinds.push_back(kind.name);
  const auto kind = std::ranges::find(all_kinds(), s.kind, &StudyKind::name);
  if (kind == all_kinds().end()) {
    root.report(*root.raw().get("kind"), "kind", "there is no such kind of study",
                suggest(s.kind, kinds));
    return;
  }
  choose("world", "preset", s.world.preset, preset_names());
  choose("model", "activities", s.model.activities, {"base", "truth"});
  choose("search", "method", s.search.method, search_methods());
  choose("search", "objective", s.search.objective, search_objectives());
  for (const std::string& method : s.search.methods)
    choose("search", "methods", method, search_methods());
  choose("validation", "split", s.validation.split, {"accounts", "named", "time"});
  try {
    parse_as_of(s.model.as_of);
  } catch (const InputError& error) {
    report("model", "as_of", error.problems().front().what, error.problems().front().remedy);
  }
  if (!s.world.file.empty() && !s.world.spec.empty())
    report("world", "spec", "the world is read from world.file already",
           "Leave one of the two out.");
  if (!s.world.file.empty() && kind->makes_worlds)
    report("world", "file", fmt::format("a {} study makes its worlds, of known truth", s.kind),
           "Leave it out, or take another kind.");
  const toml::table* space = root.raw()["space"].as_table();
  if (kind->searches && s.space.empty() && (space == nullptr || space->empty()))
    root.report_missing("space",
                        "Say what is searched, such as \"role.*.weighting\" = { low = 1, "
                        "high = 100, whole = true }.");
  if (!kind->searches && !s.space.empty())
    root.report(*root.raw().get("space"), "space",
                fmt::format("a {} study searches nothing", s.kind), "Leave it out.");
  if (kind->simulates && s.simulation.scenarios.empty())
    report("simulation", "scenarios",
           fmt::format("a {} study simulates, and nothing is named", s.kind),
           "List scenarios; `rolecall scenarios` has those that come with the program.");
  if (!kind->simulates && !s.simulation.scenarios.empty())
    report("simulation", "scenarios", fmt::format("a {} study simulates nothing", s.kind),
           "Leave it out.");
  if (s.validation.split == "named" && s.validation.test_accounts.empty())
    report("validation", "test_accounts", "the split is named, and nothing is",
           "List the account ids to hold out.");
  if (s.worlds.vary.empty() != s.worlds.values.empty())
    report("worlds", s.worlds.vary.empty() ? "vary" : "values",
           "vary and values stand together or not at all", "Give both.");
  if (!s.worlds.factors.empty() && s.worlds.factors.size() != s.worlds.vary.size())
    report("worlds", "factors", "there is not one for each number that varies",
           fmt::format("Give {}.", s.worlds.vary.size()));
}

}  // namespace

const std::vector<std::pair<std::string, std::string>>& study_kinds() {
  static const std::vector<std::pair<std::string, std::string>> kinds = [] {
    std::vector<std::pair<std::string, std::string>> all;
    for (const StudyKind& kind : all_kinds()) all.emplace_back(kind.name, kind.meaning);
    return all;
  }();
  return kinds;
}

std::vector<std::string> search_methods() {
  return {"grid",    "random", "sobol",  "latin-hypercube", "refine", "halving",  "nelder-mead",
          "subplex", "bobyqa", "cobyla", "direct",          "crs2",   "logistic", "external"};
}

std::vector<std::string> search_objectives() {
  return {"auc", "pr_auc", "lift_at_5", "lift_at_10", "lift_at_20", "ndcg", "profit"};
}

StudySpec parse_study_spec(std::string_view text, const std::string& source) {
  const toml::table table = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(table, "", source, problems);
  if (table["format"].value_or(std::string_view{}).starts_with("rolecall.scenario/")) {
    in.report(*table.get("format"), "format", "this is a scenario, not a study",
              fmt::format("Simulate it: `rolecall simulate {}`.", source));
    problems.throw_if_any();
  }
  if (const auto format = in.string("format"); format && *format != study_spec_format)
    in.report(*table.get("format"), "format", "this program does not run studies of this format",
              fmt::format("It reads \"{}\"; `rolecall studies role-weights` prints one.",
                          study_spec_format));
  else if (table.get("format") == nullptr)
    in.report_missing("format",
                      fmt::format("Is this a study? Add format = \"{}\".", study_spec_format));
  StudySpec spec;
  if (const auto name = in.string("name"))
    spec.name = *name;
  else if (table.get("name") == nullptr)
    in.report_missing("name", "Name the study.");
  spec.question = in.string("question").value_or("");
  spec.kind = in.string("kind").value_or(spec.kind);
  for_each_section(spec, [&](std::string_view name, std::string_view, auto& section) {
    if (const toml::table* inner = in.table(name)) read_section(in.inner(*inner, name), section);
  });
  read_space(in, spec.space);
  read_constraints(in, spec.constraints);
  in.reject_unknown_keys();
  check(spec, in);
  problems.throw_if_any();
  return spec;
}

std::string to_toml(const StudySpec& spec, Comments comments) {
  std::string out = fmt::format("format = \"{}\"\nname = {}\nquestion = {}\n", study_spec_format,
                                quoted_key(spec.name), quoted_key(spec.question));
  if (comments == Comments::meanings)
    for (const auto& [kind, meaning] : study_kinds())
      out += fmt::format("# {}: {}\n", kind, meaning);
  out += fmt::format("kind = {}\n", quoted_key(spec.kind));
  for_each_section(spec, [&](std::string_view name, std::string_view meaning, const auto& section) {
    out += '\n';
    if (comments == Comments::meanings) out += fmt::format("# {}\n", meaning);
    out += fmt::format("[{}]\n", name);
    for_each_field(section, FieldWriter(out, comments));
  });
  return out + space_toml(spec.space, comments) + constraints_toml(spec.constraints, comments);
}

const std::vector<StudySpec>& builtin_studies() {
  static const std::vector<StudySpec> studies = [] {
    std::vector<StudySpec> all;
    for (const std::string_view source : study_sources())
      all.push_back(parse_study_spec(source, "built-in study"));
    std::ranges::sort(all, {}, &StudySpec::name);
    return all;
  }();
  return studies;
}

StudySpec load_study(const std::string& name_or_path) {
  std::vector<std::string> names;
  for (const StudySpec& study : builtin_studies()) {
    if (study.name == name_or_path) return study;
    names.push_back(study.name);
  }
  if (!std::filesystem::is_regular_file(name_or_path)) {
    for (const sim::Scenario& scenario : sim::builtin_scenarios())
      if (scenario.name == name_or_path)
        throw InputError(
            {.field = "study",
             .value = name_or_path,
             .what = "this is a built-in scenario, not a study",
             .remedy = fmt::format("Simulate it: `rolecall simulate {}`.", name_or_path)});
    throw InputError(
        {.field = "study",
         .value = name_or_path,
         .what = "this is neither a built-in study nor a file",
         .remedy = suggest(name_or_path, names) + " `rolecall studies` lists the built-in ones."});
  }
  return parse_study_spec(read_text(name_or_path), name_or_path);
}

}  // namespace rolecall
