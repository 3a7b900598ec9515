#include "scoring/model_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <limits>
#include <set>

#include "core/day_boundary.hpp"
#include "core/predicate/condition_key.hpp"
#include "core/text_file.hpp"
#include "core/toml_table.hpp"
#include "scoring/deals/builtin_rules.hpp"
#include "scoring/model_names.hpp"

namespace rolecall {
namespace {

constexpr std::string_view format_name = "rolecall.model/1";
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t largest_count = std::int64_t{1} << 53;

const std::array<std::pair<std::string, double>, 5> default_bands{
    {{"Trivial", 20}, {"Minor", 40}, {"Normal", 60}, {"Important", 80}, {"Vital", 100}}};

// A cap: a whole number, or the word "none".
void read_cap(TomlTable& in, std::string_view key, std::uint64_t& cap) {
  const toml::node* node = in.raw().get(key);
  if (node != nullptr && node->value<std::string_view>() == "none") {
    in.take(key);
    cap = no_cap;
  } else if (node != nullptr && !node->is_integer()) {
    in.take(key);
    in.report(*node, key, "this is not a daily cap", "Write a whole number, or \"none\".");
  } else if (const auto value = in.integer(key, 0, largest_count)) {
    cap = static_cast<std::uint64_t>(*value);
  }
}

void read_activities(TomlTable& in, Model& model) {
  const toml::table* table = in.table("activities");
  if (table == nullptr || table->empty()) {
    if (in.raw().get("activities") == nullptr || table != nullptr)
      in.report_missing("activities",
                        "Name at least one: [activities] \"Open Email\" = 30, or "
                        "\"*\" = 1 for every type.");
    return;
  }
  TomlTable activities = in.inner(*table, "activities");
  for (const auto& [key, node] : *table) {
    ActivityRule rule{.name = std::string(key.str()), .daily_cap = model.daily_cap};
    if (const auto* details = node.as_table()) {
      TomlTable one = activities.inner(*details, key.str());
      if (const auto weight = one.number("weight", -infinity, infinity))
        rule.weight = *weight;
      else if (details->get("weight") == nullptr)
        one.report_missing("weight", "Say what one activity is worth.");
      read_cap(one, "daily_cap", rule.daily_cap);
      rule.channel = one.string("channel").value_or("");
      one.reject_unknown_keys();
    } else if (const auto weight = activities.number(node, key.str(), -infinity, infinity)) {
      rule.weight = *weight;
    }
    if (rule.name == "*")
      model.every_other = std::move(rule);
    else
      model.activities.push_back(std::move(rule));
  }
  std::ranges::sort(model.activities, {}, &ActivityRule::name);
}

void read_decay(TomlTable& in, Model& model) {
  const toml::table* table = in.table("decay");
  if (table == nullptr) return;
  TomlTable decay = in.inner(*table, "decay");
  if (decay.take("kind") == nullptr)
    decay.report_missing("kind", "Write none, linear, half-life or monthly-steps.");
  decay.choice("kind", model.decay.kind);
  if (const auto days = decay.number("half_life_days", 1e-3, infinity))
    model.decay.half_life_days = *days;
  else if (model.decay.kind == Decay::Kind::half_life && table->get("half_life_days") == nullptr)
    decay.report_missing("half_life_days", "Say after how many days an activity is worth half.");
  if (const auto loss = decay.number("step_loss", 0, 1))
    model.decay.step_loss = *loss;
  else if (model.decay.kind == Decay::Kind::monthly_steps && table->get("step_loss") == nullptr)
    decay.report_missing("step_loss", "Say what share is lost every 30 days, such as 0.25.");
  decay.reject_unknown_keys();
}

void read_bands(TomlTable& in, Model& model) {
  model.bands.assign(default_bands.begin(), default_bands.end());
  const toml::table* table = in.table("bands");
  if (table == nullptr) return;
  TomlTable bands = in.inner(*table, "bands");
  for (const auto& [key, node] : *table) {
    const auto value = bands.number(node, key.str(), 0, infinity);
    const auto known =
        std::ranges::find(model.bands, key.str(), [](const auto& band) { return band.first; });
    if (known != model.bands.end())
      known->second = value.value_or(0);
    else
      model.bands.emplace_back(std::string(key.str()), value.value_or(0));
  }
}

void read_weighting(TomlTable& in, const Model& model, RoleCard& card) {
  const toml::node* node = in.take("weighting");
  if (node == nullptr) {
    in.report_missing("weighting", "Give the role a band such as \"Normal\", or a number.");
  } else if (const auto* word = node->as_string()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : model.bands) {
      names.push_back(name);
      if (name != word->get()) continue;
      card.band = name;
      card.weighting = value;
      return;
    }
    in.report(*node, "weighting", "there is no such band", suggest(word->get(), names));
  } else {
    card.weighting = in.number(*node, "weighting", 0, infinity).value_or(0);
  }
}

RoleCard read_role(TomlTable in, const Model& model) {
  RoleCard card;
  if (const auto name = in.string("name"))
    card.name = *name;
  else if (in.raw().get("name") == nullptr)
    in.report_missing("name", "Name the role.");
  read_weighting(in, model, card);
  card.members_required =
      static_cast<std::uint64_t>(in.integer("members_required", 1, 1'000'000).value_or(1));
  card.required = in.boolean("required").value_or(true);
  card.when = read_condition(in, "when");
  in.reject_unknown_keys();
  return card;
}

RolesTemplate read_template(TomlTable in, const Model& model) {
  RolesTemplate result;
  result.name = in.string("name").value_or("Default");
  if (const toml::array* solutions = in.array("solutions")) {
    if (solutions->empty())
      in.report(*solutions, "solutions", "the list is empty", "List solutions, or \"*\" for any.");
    result.solutions.clear();
    for (const toml::node& solution : *solutions) {
      if (const auto* text = solution.as_string())
        result.solutions.push_back(text->get());
      else
        in.report(solution, "solutions", "this is not a text", "List names of solutions or \"*\".");
    }
  }
  in.choice("candidates", result.candidates);
  const toml::array* roles = in.array("roles");
  if (roles == nullptr || roles->empty()) {
    if (roles != nullptr || in.raw().get("roles") == nullptr)
      in.report_missing("roles", "List at least one role.");
    in.reject_unknown_keys();
    return result;
  }
  std::set<std::string> names;
  for (const toml::node& node : *roles) {
    const auto* table = node.as_table();
    if (table == nullptr) {
      in.report(node, "roles", "this is not a role", "Write { name = \"...\", weighting = ... }.");
      continue;
    }
    result.roles.push_back(read_role(in.inner(*table, "roles"), model));
    const std::string& name = result.roles.back().name;
    if (!name.empty() && !names.insert(name).second)
      in.report(*table->get("name"), "roles.name", "the template has this role already",
                "Keep one of the two cards.");
  }
  if (roles->size() > RolesTemplate::most_roles)
    in.report(*roles, "roles",
              fmt::format("a template has at most {} roles; this has {}", RolesTemplate::most_roles,
                          roles->size()),
              "Merge or remove roles.");
  in.reject_unknown_keys();
  return result;
}

void read_templates(TomlTable& in, Model& model) {
  const toml::array* templates = in.array("template");
  if (templates == nullptr) {
    if (in.raw().get("template") == nullptr) model.templates = default_templates();
    return;
  }
  if (templates->empty())
    in.report(*templates, "template", "the list is empty", "Leave it out for the default roles.");
  for (const toml::node& node : *templates) {
    if (const auto* table = node.as_table())
      model.templates.push_back(read_template(in.inner(*table, "template"), model));
    else
      in.report(node, "template", "this is not a template", "Write it as [[template]].");
  }
}

void read_personas(TomlTable& in, Model& model) {
  const toml::array* personas = in.array("persona");
  if (personas == nullptr) return;
  for (const toml::node& node : *personas) {
    const auto* table = node.as_table();
    if (table == nullptr) {
      in.report(node, "persona", "this is not a persona", "Write it as [[persona]].");
      continue;
    }
    TomlTable persona = in.inner(*table, "persona");
    const std::optional<std::string> name = persona.string("name");
    if (!name && table->get("name") == nullptr) persona.report_missing("name", "Name the persona.");
    if (name && std::ranges::find(model.personas, *name, &Persona::name) != model.personas.end())
      persona.report(*table->get("name"), "name", "there is a persona of this name already",
                     "Keep one of the two.");
    const std::optional<Predicate> when = read_condition(persona, "when");
    if (table->get("when") == nullptr)
      persona.report_missing("when", "Say who it is: when = 'title has_word \"CTO\"'.");
    if (name && when) model.personas.push_back({*name, *when});
    persona.reject_unknown_keys();
  }
}

void read_readings(TomlTable& in, Model& model) {
  const toml::table* table = in.table("readings");
  if (table == nullptr) return;
  TomlTable readings = in.inner(*table, "readings");
  for_each_choice(model.readings,
                  [&](std::string_view key, auto& value) { readings.choice(key, value); });
  model.readings.since_creation = readings.boolean("since_creation").value_or(false);
  if (const auto zone = readings.string("day_boundary")) {
    model.readings.day_boundary = *zone;
    try {
      DayBoundary check(*zone);
    } catch (const UnknownTimeZone&) {
      readings.report(*table->get("day_boundary"), "day_boundary",
                      "this is not a time zone of the IANA database",
                      "Write UTC or a name such as America/New_York.");
    }
  }
  readings.reject_unknown_keys();
}

}  // namespace

Model parse_model(std::string_view text, const std::string& source) {
  const toml::table root = parse_toml(text, source);
  ProblemList problems;
  TomlTable in(root, "", source, problems);
  if (const auto format = in.string("format"); format && *format != format_name)
    in.report(*root.get("format"), "format", "this program does not read the format",
              fmt::format("It reads \"{}\".", format_name));
  else if (root.get("format") == nullptr)
    in.report_missing("format", fmt::format("Is this a model? Add format = \"{}\".", format_name));
  Model model;
  if (const auto name = in.string("name"))
    model.name = *name;
  else if (root.get("name") == nullptr)
    in.report_missing("name", "Name the model.");
  model.description = in.string("description").value_or("");
  model.window_days = static_cast<int>(in.integer("window_days", 1, 1'000'000).value_or(30));
  read_cap(in, "daily_cap", model.daily_cap);
  read_activities(in, model);
  read_decay(in, model);
  read_bands(in, model);
  read_personas(in, model);
  read_templates(in, model);
  read_readings(in, model);
  in.reject_unknown_keys();
  problems.throw_if_any();
  return model;
}

bool is_builtin_model(std::string_view name) {
  return std::ranges::find(builtin_models(), name, &Model::name) != builtin_models().end();
}

Model load_model(const std::string& name_or_path) {
  std::vector<std::string> names;
  for (const Model& model : builtin_models()) {
    if (model.name == name_or_path) return model;
    names.push_back(model.name);
  }
  if (std::filesystem::is_directory(name_or_path) || !std::ifstream(name_or_path)) {
    if (find_builtin_rules(name_or_path) != nullptr)
      throw InputError(
          {.field = "model",
           .value = name_or_path,
           .what = "these are rules, which write points into ledgers of deals and people",
           .remedy = "Score with `rolecall deals WORLD --rules " + name_or_path + "`."});
    throw InputError(
        {.field = "model",
         .value = name_or_path,
         .what = "this is neither a built-in model nor a file that can be read",
         .remedy = suggest(name_or_path, names) + " `rolecall models` lists the built-in ones."});
  }
  return parse_model(read_text(name_or_path), name_or_path);
}

}  // namespace rolecall
