#include <sstream>

#include "core/toml_table.hpp"
#include "scoring/model_file.hpp"
#include "scoring/model_names.hpp"

namespace rolecall {
namespace {

void insert_cap(toml::table& table, std::uint64_t cap) {
  if (cap == no_cap)
    table.insert("daily_cap", "none");
  else
    table.insert("daily_cap", static_cast<std::int64_t>(cap));
}

toml::table rule_table(const ActivityRule& rule) {
  toml::table table{{"weight", rule.weight}};
  insert_cap(table, rule.daily_cap);
  if (!rule.channel.empty()) table.insert("channel", rule.channel);
  table.is_inline(true);
  return table;
}

toml::table role_table(const RoleCard& card) {
  toml::table table{{"name", card.name},
                    {"members_required", static_cast<std::int64_t>(card.members_required)},
                    {"required", card.required}};
  if (card.band.empty())
    table.insert("weighting", card.weighting);
  else
    table.insert("weighting", card.band);
  if (card.when) table.insert("when", card.when->text());
  table.is_inline(true);
  return table;
}

toml::table template_table(const RolesTemplate& t) {
  toml::array solutions, roles;
  for (const std::string& solution : t.solutions) solutions.push_back(solution);
  for (const RoleCard& card : t.roles) roles.push_back(role_table(card));
  toml::table table{
      {"name", t.name}, {"solutions", std::move(solutions)}, {"roles", std::move(roles)}};
  if (t.candidates != RolesTemplate::Candidates::account)
    table.insert("candidates", word_for(t.candidates));
  return table;
}

toml::table decay_table(const Decay& decay) {
  toml::table table{{"kind", word_for(decay.kind)}};
  if (decay.kind == Decay::Kind::half_life) table.insert("half_life_days", decay.half_life_days);
  if (decay.kind == Decay::Kind::monthly_steps) table.insert("step_loss", decay.step_loss);
  return table;
}

toml::table readings_table(const Readings& readings) {
  toml::table table{{"day_boundary", readings.day_boundary},
                    {"since_creation", readings.since_creation}};
  for_each_choice(readings,
                  [&](std::string_view key, auto value) { table.insert(key, word_for(value)); });
  return table;
}

}  // namespace

std::string to_toml(const Model& model) {
  toml::array templates;
  for (const RolesTemplate& t : model.templates) templates.push_back(template_table(t));
  toml::table root{
      {"format", "rolecall.model/1"},     {"name", model.name},
      {"window_days", model.window_days}, {"decay", decay_table(model.decay)},
      {"template", std::move(templates)}, {"readings", readings_table(model.readings)}};
  if (!model.personas.empty()) {
    toml::array personas;
    for (const Persona& persona : model.personas)
      personas.push_back(toml::table{{"name", persona.name}, {"when", persona.when.text()}});
    root.insert("persona", std::move(personas));
  }
  if (!model.description.empty()) root.insert("description", model.description);
  insert_cap(root, model.daily_cap);
  std::ostringstream text;
  text << root << "\n\n[activities]\n";
  for (const ActivityRule& rule : model.activities)
    text << quoted_key(rule.name) << " = " << rule_table(rule) << '\n';
  if (model.every_other) text << "\"*\" = " << rule_table(*model.every_other) << '\n';
  text << "\n[bands]\n";
  for (const auto& [name, value] : model.bands)
    text << quoted_key(name) << " = " << toml::value(value) << '\n';
  return text.str();
}

}  // namespace rolecall
