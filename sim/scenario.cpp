#include "sim/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <sstream>

#include "core/error.hpp"
#include "core/text_file.hpp"
#include "core/toml_embedded.hpp"
#include "core/toml_fields.hpp"
#include "core/toml_lists.hpp"
#include "sim/journeys/journey_file.hpp"
#include "sim/outcome/kpis.hpp"
#include "sim/policies.hpp"
#include "sim/scenario_fields.hpp"
#include "sim/scenario_playbook.hpp"
#include "sim/scenario_sources.hpp"

namespace rolecall::sim {
namespace {

std::vector<double> six(TomlTable& in, std::string_view key) {
  std::vector<double> values;
  const FieldReader read(in);
  read(FieldInfo{key, "", "", 0, 1}, values);
  if (values.size() != journey_stages && in.raw().get(key) != nullptr)
    in.report(*in.raw().get(key), key, "a coverage has one number for each stage",
              fmt::format("Give {} numbers from 0 to 1.", journey_stages));
  else if (std::ranges::any_of(values, [](double v) { return !(v >= 0 && v <= 1); }))
    in.report(*in.raw().get(key), key, "a coverage lies between 0 and 1",
              "Give the share of people whom the content fits.");
  else if (values.empty())
    in.report_missing(key, "Give six numbers from 0 to 1: the coverage of each stage.");
  return values;
}

std::string name_of(TomlTable& in, std::string_view key) {
  const auto name = in.string(key);
  if (in.raw().get(key) == nullptr) in.report_missing(key, "Give it a name.");
  return name.value_or("");
}

void read_coverage(TomlTable& in, Scenario& scenario) {
  if (in.raw().get("coverage") != nullptr) scenario.coverage.clear();
  for_each_table(in, "coverage", [&](TomlTable one) {
    Scenario::Coverage coverage;
    coverage.persona = name_of(one, "persona");
    coverage.inbound = six(one, "inbound");
    coverage.outbound = six(one, "outbound");
    one.reject_unknown_keys();
    const auto same = [&](const auto& c) { return c.persona == coverage.persona; };
    if (std::ranges::any_of(scenario.coverage, same))
      one.report(*one.raw().get("persona"), "persona", "this persona has its coverage already",
                 "Leave one of the two out.");
    scenario.coverage.push_back(std::move(coverage));
  });
}

// Arms differ in what is done in a world, not in the world or in how long it is watched: else there
// is nothing to compare.
void check_setting(TomlTable& arm, const std::string& line) {
  toml::table keys;
  try {
    keys = parse_toml(line, "set");
  } catch (const InputError&) {
    return;  // told when it is set
  }
  for (const char* key : {"format", "name", "base", "question", "arm", "run", "world"})
    if (keys.contains(key))
      arm.report(*arm.raw().get("set"), "set", fmt::format("an arm cannot have its own {}", key),
                 "Let arms differ in what is done; write another scenario for another world.");
  if (keys["population"]["preset"])
    arm.report(*arm.raw().get("set"), "set", "an arm cannot have its own population.preset",
               "Let arms differ in what is done; write another scenario for another world.");
}

void read_arms(TomlTable& in, Scenario& scenario) {
  for_each_table(in, "arm", [&](TomlTable one) {
    Scenario::Arm arm;
    arm.name = name_of(one, "name");
    if (const auto* node = one.raw().get("name")) {
      const auto same = [&](const auto& a) { return a.name == arm.name; };
      if (std::ranges::any_of(scenario.arms, same))
        one.report(*node, "name", "another arm has this name", "Names tell them apart.");
      else if (arm.name == oracle_arm)
        one.report(*node, "name", "this is what the arm that knows it all is called",
                   "Choose another.");
      else if (arm.name.empty())
        one.report(*node, "name", "the name is empty", "Give it one.");
    }
    FieldReader reader(one);
    reader(FieldInfo{"set", "", ""}, arm.set);
    for (std::string& line : arm.set) {
      check_setting(one, line);
      write_playbook_into(line, one);
    }
    one.reject_unknown_keys();
    scenario.arms.push_back(std::move(arm));
  });
}

void read_world(TomlTable& in, Scenario& scenario) {
  const auto presets = preset_names();
  if (std::ranges::find(presets, scenario.population.preset) == presets.end()) {
    in.report(*in.raw()["population"].as_table()->get("preset"), "population.preset",
              "there is no preset of this name", suggest(scenario.population.preset, presets));
    in.table("world");
    return;
  }
  const toml::table* section = in.raw()["population"].as_table();
  if (section != nullptr && section->contains("preset"))
    scenario.world = preset(scenario.population.preset);
  read_embedded(in, "world", [&](const toml::table& world) {
    toml::table whole = world;
    whole.insert("format", "rolecall.world-spec/1");
    scenario.world = parse_world_spec(toml_text(whole), in.source() + ", [world]", scenario.world);
  });
}

// Whether the bases of a file, one after another, come back to one of them.
bool is_circular(std::filesystem::path path) {
  std::set<std::filesystem::path> seen;
  while (std::filesystem::is_regular_file(path)) {
    if (!seen.insert(std::filesystem::canonical(path)).second) return true;
    const toml::table table = parse_toml(read_text(path.string()), path.string());
    const auto base = table["base"].value<std::string>();
    if (!base) return false;
    path = path.parent_path() / *base;
  }
  return false;
}

// The built-in scenario of a name; else `names` receives those that there are. No other is read
// whole.
std::optional<Scenario> find_builtin(const std::string& name, std::vector<std::string>& names) {
  for (const std::string_view text : scenario_sources()) {
    const std::string source = "built-in scenario";
    names.push_back(parse_toml(text, source)["name"].value_or(std::string()));
    if (names.back() == name) return parse_scenario(text, source + " " + name);
  }
  return std::nullopt;
}

// The built-in scenario, or the file beside this one, that a scenario differs from.
std::optional<Scenario> read_base(TomlTable& in) {
  const auto name = in.string("base");
  if (!name) return std::nullopt;
  std::vector<std::string> names;
  if (std::optional<Scenario> built_in = find_builtin(*name, names)) return built_in;
  const auto path = std::filesystem::path(in.source()).parent_path() / *name;
  if (std::filesystem::is_regular_file(path)) {
    if (!is_circular(path)) return load_scenario(path.string());
    in.report(*in.raw().get("base"), "base", "this leads back to itself",
              "Let one of them stand without a base.");
    return std::nullopt;
  }
  in.report(*in.raw().get("base"), "base", "this is neither a built-in scenario nor a file",
            suggest(*name, names));
  return std::nullopt;
}

// What no range of a single key says.
void check(const Scenario& s, TomlTable& root) {
  const auto report = [&](const char* section, const char* key, std::string what,
                          std::string remedy) {
    const toml::table* table = root.raw()[section].as_table();
    const toml::node* node = table == nullptr ? nullptr : table->get(key);
    if (node != nullptr)
      root.inner(*table, section).report(*node, key, std::move(what), std::move(remedy));
    else
      root.report_missing(section, what + ". " + remedy);
  };
  const auto by_stage = [&](const char* section, const char* key, const std::vector<double>& v) {
    if (v.size() != journey_stages)
      report(section, key,
             fmt::format("there are {} numbers for {} stages", v.size(), journey_stages),
             "Give one for each stage.");
  };
  by_stage("buyers", "dwell_days", s.buyers.dwell_days);
  by_stage("buyers", "dwell_spread", s.buyers.dwell_spread);
  by_stage("buyers", "onward", s.buyers.onward);
  by_stage("buyers", "back", s.buyers.back);
  by_stage("activity", "stage_lift", s.activity.stage_lift);
  if (s.buyers.onward.size() == journey_stages && s.buyers.back.size() == journey_stages)
    for (std::size_t k = 0; k < journey_stages; ++k)
      if (s.buyers.onward[k] + s.buyers.back[k] > 1 + 1e-9)
        report("buyers", "back",
               fmt::format("stage {} is left onward or back with a chance above 1", k + 1),
               "Let the two add up to 1 at most.");
  if (s.buyers.onward.size() == journey_stages && s.buyers.onward.back() > 0)
    report("buyers", "onward", "nothing comes after consensus", "Let the sixth be 0.");
  const auto choose = [&](const char* section, const char* key, const std::string& value,
                          const std::vector<std::string>& choices) {
    if (std::ranges::find(choices, value) == choices.end())
      report(section, key, "this is not one of the choices", suggest(value, choices));
  };
  if (const std::uint64_t most = largest_seed - (std::max<std::uint64_t>(s.run.replicates, 1) - 1);
      s.run.seed > most)
    report("run", "seed",
           fmt::format("with {} replicates the seeds would go beyond {}", s.run.replicates,
                       largest_seed),
           fmt::format("Take {} at most, or fewer replicates.", most));
  choose("outreach", "to", s.outreach.to, words_of<Outreach>());
  choose("hand_off", "by", s.hand_off.by, words_of<HandOffBy>());
  std::vector<std::string> kpis;
  for (const KpiInfo& kpi : kpi_list()) kpis.emplace_back(kpi.name);
  choose("run", "judged_by", s.run.judged_by, kpis);
  std::vector<std::string> personas;
  for (const auto& persona : s.world.personas) personas.push_back(persona.name);
  for (const std::string& name : s.buyers.without_content)
    if (std::ranges::find(personas, name) == personas.end())
      report("buyers", "without_content", "the world has no persona " + name,
             suggest(name, personas));
  const toml::array* coverages = root.raw()["coverage"].as_array();
  if (coverages == nullptr) return;
  for (const toml::node& node : *coverages) {
    const auto* persona =
        node.is_table() ? node.as_table()->get_as<std::string>("persona") : nullptr;
    if (persona != nullptr && std::ranges::find(personas, persona->get()) == personas.end())
      root.report(*persona, "coverage.persona", "the world has no persona of this name",
                  suggest(persona->get(), personas));
  }
}

std::string list_of(const std::vector<double>& values) {
  return fmt::format("[{}]", fmt::join(values, ", "));
}

// A world specification as the part of a scenario: its sections get the name in front.
std::string world_section(const std::string& specification) {
  std::istringstream lines(specification);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("format = ")) continue;
    if (line.starts_with("[["))
      line.insert(2, "world.");
    else if (line.starts_with('['))
      line.insert(1, "world.");
    out += line + '\n';
  }
  return out;
}

void merge(toml::table& into, const toml::table& from) {
  for (const auto& [key, node] : from) {
    toml::node* there = into.get(key);
    if (there != nullptr && there->is_table() && node.is_table())
      merge(*there->as_table(), *node.as_table());
    else
      into.insert_or_assign(key, node);
  }
}

// Whether all that arms set are keys, and the scenario still is one.
void check_arms(const Scenario& scenario, const toml::table& table, const std::string& source) {
  ProblemList problems;
  for (std::size_t i = 0; i < scenario.arms.size(); ++i) try {
      with(scenario, scenario.arms[i].set);
    } catch (const InputError& error) {
      const toml::node* set = table["arm"][i]["set"].node();
      for (Problem problem : error.problems()) {
        problem.what = fmt::format("in arm \"{}\": {}", scenario.arms[i].name, problem.what);
        problem.file = source;
        problem.row = set == nullptr ? 0 : set->source().begin.line;
        problems.add(std::move(problem));
      }
    }
  problems.throw_if_any();
}

}  // namespace

Scenario parse_scenario(std::string_view text, const std::string& source) {
  const toml::table table = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(table, "", source, problems);
  if (table["format"].value_or(std::string_view{}).starts_with("rolecall.study-spec/")) {
    in.report(*table.get("format"), "format", "this is a study, not a scenario",
              fmt::format("Run it: `rolecall run {}`.", source));
    problems.throw_if_any();
  }
  if (const auto format = in.string("format"); format && *format != scenario_format)
    in.report(
        *table.get("format"), "format", "this program does not run scenarios of this format",
        fmt::format("It reads \"{}\"; `rolecall scenarios small` prints one.", scenario_format));
  else if (table.get("format") == nullptr)
    in.report_missing("format",
                      fmt::format("Is this a scenario? Add format = \"{}\".", scenario_format));
  Scenario scenario;
  scenario.coverage = default_coverage();
  scenario.world = preset(scenario.population.preset);
  if (std::optional<Scenario> base = read_base(in)) {
    scenario = std::move(*base);
    scenario.arms.clear();
    scenario.question.clear();
  }
  scenario.name = name_of(in, "name");
  scenario.question = in.string("question").value_or(scenario.question);
  read_playbook(in, scenario.playbook);
  for_each_section(scenario, [&](std::string_view name, std::string_view, auto& section) {
    if (const toml::table* inner = in.table(name)) read_section(in.inner(*inner, name), section);
  });
  read_coverage(in, scenario);
  read_arms(in, scenario);
  read_world(in, scenario);
  if (table.get("coverage") == nullptr)  // the usual one, as far as it is of this world
    std::erase_if(scenario.coverage, [&](const Scenario::Coverage& coverage) {
      return std::ranges::find(scenario.world.personas, coverage.persona,
                               &WorldSpec::Persona::name) == scenario.world.personas.end();
    });
  if (in.raw().get("journey") != nullptr) scenario.journeys = read_journeys(in);
  in.reject_unknown_keys();
  check(scenario, in);
  problems.throw_if_any();
  check_arms(scenario, table, source);
  return scenario;
}

std::string to_toml(const Scenario& scenario, Comments comments) {
  std::string out = fmt::format("format = \"{}\"\nname = {}\nquestion = {}\n", scenario_format,
                                quoted_key(scenario.name), quoted_key(scenario.question));
  if (comments == Comments::meanings)
    out +=
        "# How groups come and go, by which model they are scored: default, a file beside this "
        "one, or a section.\n";
  out += playbook_key(scenario.playbook);
  if (scenario.coverage.empty()) out += "coverage = []\n";
  for_each_section(scenario,
                   [&](std::string_view name, std::string_view meaning, const auto& section) {
                     out += '\n';
                     if (comments == Comments::meanings) out += fmt::format("# {}\n", meaning);
                     out += fmt::format("[{}]\n", name);
                     for_each_field(section, FieldWriter(out, comments));
                   });
  if (comments == Comments::meanings)
    out +=
        "\n# Content for each persona and stage, from 0 to 1: it multiplies the effects above.\n";
  for (const Scenario::Coverage& c : scenario.coverage)
    out += fmt::format("\n[[coverage]]\npersona = {}\ninbound = {}\noutbound = {}\n",
                       quoted_key(c.persona), list_of(c.inbound), list_of(c.outbound));
  if (comments == Comments::meanings && !scenario.arms.empty())
    out += "\n# What is compared: the same world under other settings.\n";
  for (const Scenario::Arm& arm : scenario.arms) {
    std::vector<std::string> set;
    for (const std::string& line : arm.set) set.push_back(quoted_key(line));
    out += fmt::format("\n[[arm]]\nname = {}\nset = [{}]\n", quoted_key(arm.name),
                       fmt::join(set, ", "));
  }
  if (!scenario.journeys.empty()) out += '\n' + to_toml(scenario.journeys);
  out += "\n[world]\n" + world_section(to_toml(scenario.world, comments));
  return scenario.playbook.toml.empty() ? out : out + '\n' + playbook_sections(scenario.playbook);
}

const std::vector<Scenario>& builtin_scenarios() {
  static const std::vector<Scenario> scenarios = [] {
    std::vector<Scenario> all;
    for (const std::string_view text : scenario_sources())
      all.push_back(parse_scenario(text, "built-in scenario"));
    std::ranges::sort(all, {}, &Scenario::name);
    return all;
  }();
  return scenarios;
}

Scenario load_scenario(const std::string& name_or_path) {
  std::vector<std::string> names;
  if (std::optional<Scenario> built_in = find_builtin(name_or_path, names)) return *built_in;
  if (!std::filesystem::is_regular_file(name_or_path))
    throw InputError({.field = "scenario",
                      .value = name_or_path,
                      .what = "this is neither a built-in scenario nor a file",
                      .remedy = suggest(name_or_path, names) +
                                " `rolecall scenarios` lists the built-in ones."});
  return parse_scenario(read_text(name_or_path), name_or_path);
}

Scenario with(const Scenario& scenario, const std::vector<std::string>& set) {
  if (set.empty()) return scenario;
  const std::string source = "settings of " + scenario.name;
  Scenario plain = scenario;
  plain.arms.clear();
  toml::table whole = parse_toml(to_toml(plain, Comments::none), source);
  for (const std::string& line : set) {
    const toml::table more = parse_toml(line, "set: " + line);
    for (const char* key : {"format", "base", "arm"})
      if (more.contains(key))
        throw InputError({.field = "set",
                          .value = line,
                          .what = fmt::format("{} cannot be set", key),
                          .remedy = "Write it into a scenario file of your own."});
    if (more["population"]["preset"]) whole.erase("world");  // the preset takes its place
    if (more.contains("playbook")) whole.erase("playbook");  // as does another playbook, whole
    merge(whole, more);
  }
  try {
    Scenario changed = parse_scenario(toml_text(whole), source);
    changed.arms = scenario.arms;
    // What nobody touched is still of its file.
    if (changed.playbook.toml == scenario.playbook.toml) changed.playbook = scenario.playbook;
    if (to_toml(changed.journeys) == to_toml(scenario.journeys))
      changed.journeys = scenario.journeys;
    else
      for (Journey& journey : changed.journeys) journey.file.clear();
    return changed;
  } catch (const InputError& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) problem.row = 0;  // of no file that anybody sees
    throw InputError(std::move(problems), error.total());
  }
}

std::vector<std::pair<std::string, Scenario>> arms_of(const Scenario& scenario) {
  std::vector<std::pair<std::string, Scenario>> arms;
  for (const Scenario::Arm& arm : scenario.arms)
    arms.emplace_back(arm.name, with(scenario, arm.set));
  if (arms.empty()) arms.emplace_back("base", scenario);
  if (scenario.run.oracle) {
    Scenario oracle = arms.front().second;
    oracle.hand_off.by = "intent";
    arms.emplace_back(oracle_arm, std::move(oracle));
  }
  for (auto& [name, arm] : arms) arm.arms.clear();
  return arms;
}

}  // namespace rolecall::sim
