#include "experiments/study_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "core/error.hpp"
#include "core/text_file.hpp"
#include "core/toml_fields.hpp"
#include "experiments/study_sources.hpp"
#include "experiments/study_spec_fields.hpp"
#include "generators/world_spec.hpp"
#include "scoring/as_of.hpp"

namespace rolecall {
namespace {

constexpr std::string_view format_name = "rolecall.study-spec/1";

void check(const StudySpec& s, TomlTable& root) {
  const auto report = [&](const char* section, const char* key, std::string what,
                          std::string remedy) {
    root.inner(*root.raw()[section].as_table(), section)
        .report(*root.raw()[section][key].node(), key, std::move(what), std::move(remedy));
  };
  const auto choose = [&](const char* section, const char* key, const std::string& value,
                          const std::vector<std::string>& choices) {
    if (std::ranges::find(choices, value) == choices.end())
      report(section, key, "this is not one of the choices", suggest(value, choices));
  };
  choose("world", "preset", s.world.preset, preset_names());
  choose("model", "activities", s.model.activities, {"base", "truth"});
  choose("search", "method", s.search.method, {"grid", "random", "refine"});
  try {
    parse_as_of(s.model.as_of);
  } catch (const InputError& error) {
    report("model", "as_of", error.problems().front().what, error.problems().front().remedy);
  }
  if (s.search.lowest > s.search.highest)
    root.report(
        *root.raw()["search"].node(), "search.lowest",
        fmt::format("it is {}, above search.highest, {}", s.search.lowest, s.search.highest),
        "Exchange the two.");
  if (!s.world.file.empty() && !s.world.spec.empty())
    root.report(*root.raw()["world"]["spec"].node(), "world.spec",
                "the world is read from world.file already", "Leave one of the two out.");
}

}  // namespace

StudySpec parse_study_spec(std::string_view text, const std::string& source) {
  const toml::table table = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(table, "", source, problems);
  if (const auto format = in.string("format"); format && *format != format_name)
    in.report(*table.get("format"), "format", "this program does not run studies of this format",
              fmt::format("It reads \"{}\".", format_name));
  else if (table.get("format") == nullptr)
    in.report_missing("format", fmt::format("Is this a study? Add format = \"{}\".", format_name));
  StudySpec spec;
  if (const auto name = in.string("name"))
    spec.name = *name;
  else if (table.get("name") == nullptr)
    in.report_missing("name", "Name the study.");
  spec.question = in.string("question").value_or("");
  for_each_section(spec, [&](std::string_view name, std::string_view, auto& section) {
    if (const toml::table* inner = in.table(name)) read_section(in.inner(*inner, name), section);
  });
  in.reject_unknown_keys();
  check(spec, in);
  problems.throw_if_any();
  return spec;
}

std::string to_toml(const StudySpec& spec, Comments comments) {
  std::string out = fmt::format("format = \"{}\"\nname = {}\nquestion = {}\n", format_name,
                                quoted_key(spec.name), quoted_key(spec.question));
  for_each_section(spec, [&](std::string_view name, std::string_view meaning, const auto& section) {
    out += '\n';
    if (comments == Comments::meanings) out += fmt::format("# {}\n", meaning);
    out += fmt::format("[{}]\n", name);
    for_each_field(section, FieldWriter(out, comments));
  });
  return out;
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
  if (!std::filesystem::is_regular_file(name_or_path))
    throw InputError(
        {.field = "study",
         .value = name_or_path,
         .what = "this is neither a built-in study nor a file",
         .remedy = suggest(name_or_path, names) + " `rolecall studies` lists the built-in ones."});
  return parse_study_spec(read_text(name_or_path), name_or_path);
}

}  // namespace rolecall
