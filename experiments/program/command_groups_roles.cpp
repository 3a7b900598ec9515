#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "scoring/model_file.hpp"
#include "scoring/role_report.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, model, roles_template, as_of;
  std::string format = "table";
  bool people = false;
};

const RolesTemplate& template_of(const Model& model, const std::string& name) {
  if (name.empty()) return model.templates.front();
  std::vector<std::string> known;
  for (const RolesTemplate& source : model.templates) {
    if (source.name == name) return source;
    known.push_back(source.name);
  }
  throw InputError({.field = "--template",
                    .value = name,
                    .what = "the model has no such template",
                    .remedy = suggest(name, known)});
}

// The day asked for; else one that does not matter, or the last of the log.
Day day_of(const Options& o, const World& world, const Model& model, const RolesTemplate& source) {
  if (!o.as_of.empty()) return read_day(o.as_of);
  return roles_change_with_day(world, model, source) ? last_day_of(world) : Day{};
}

Columns counts(const RolesTemplate& source, const RoleReport& report) {
  TextColumn roles, conditions;
  std::vector<std::int64_t> people;
  std::vector<double> shares;
  const auto all = static_cast<double>(report.card.size());
  const auto add = [&](std::string_view role, std::size_t n, std::string_view when) {
    roles.push_back(role);
    people.push_back(static_cast<std::int64_t>(n));
    shares.push_back(all == 0 ? std::nan("") : 100 * static_cast<double>(n) / all);
    conditions.push_back(when);
  };
  for (std::size_t c = 0; c < source.roles.size(); ++c)
    add(source.roles[c].name, report.people[c],
        source.roles[c].when ? source.roles[c].when->text() : "(nobody: no condition)");
  add("", report.without_card, "(no card)");
  return {{"role", std::move(roles), "", ""},
          {"people", std::move(people), "", ""},
          {"percent", std::move(shares), "%", ""},
          {"when", std::move(conditions), "", ""}};
}

Columns people_table(const World& world, const RolesTemplate& source, const RoleReport& report) {
  TextColumn titles, roles, conditions;
  const Attribute* title = find(world.people.attributes, "title");
  const auto* texts = title == nullptr ? nullptr : std::get_if<TextColumn>(&title->values);
  for (std::size_t p = 0; p < report.card.size(); ++p) {
    const bool has = report.card[p] != RoleReport::no_card;
    const RoleCard* card = has ? &source.roles[static_cast<std::size_t>(report.card[p])] : nullptr;
    titles.push_back(texts == nullptr ? std::string_view() : (*texts)[p]);
    roles.push_back(card == nullptr ? std::string_view() : card->name);
    conditions.push_back(card == nullptr ? std::string_view() : card->when->text());
  }
  return {{"person_id", world.people.ids, "", ""},
          {"title", std::move(titles), "", ""},
          {"persona", report.persona, "", ""},
          {"role", std::move(roles), "", ""},
          {"when", std::move(conditions), "", ""}};
}

int run(const Options& o, const Session& session) {
  const auto [world, model] = load_world_and_model(o.world, o.model, session);
  const RolesTemplate& source = template_of(model, o.roles_template);
  const Day as_of = day_of(o, world, model, source);
  const auto start = std::chrono::steady_clock::now();
  const RoleReport report = report_roles(world, model, source, as_of);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  for (const std::string& warning : report.warnings) session.warn(warning);
  print(o.people ? people_table(world, source, report) : counts(source, report), o.format);
  session.say(fmt::format("{} of {} people are left without a role ({:.1f} %); asked in {:.1f} ms",
                          grouped(report.without_card), grouped(report.card.size()),
                          100 * static_cast<double>(report.without_card) /
                              static_cast<double>(std::max<std::size_t>(1, report.card.size())),
                          took.count()));
  return 0;
}

}  // namespace

void add_groups_roles(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "roles", "Which role card each person would get, how many each card gets, and who none");
  add_world_and_model_options(*command, o->world, o->model);
  command->add_option("--template", o->roles_template, "Of the model; the first unless given")
      ->type_name("NAME");
  command
      ->add_option("--as-of", o->as_of,
                   "The day to look from where conditions look at the past; the last of the log "
                   "unless given")
      ->type_name("DAY");
  command->add_flag("--people", o->people, "List the people, with persona, role and condition");
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall groups roles examples/small --model examples/models/title-roles.toml");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
