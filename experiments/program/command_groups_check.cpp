#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "scoring/groups/playbook_check.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string playbook, world;
  std::string format = "table";
};

Columns table_of(const Playbook& playbook) {
  TextColumn kinds, names, states, users;
  const auto add = [&](std::string_view kind, const std::string& name, std::string_view state,
                       auto is_used) {
    kinds.push_back(kind);
    names.push_back(name);
    states.push_back(state);
    std::string by;
    for (const SolutionInterest& interest : playbook.interests)
      if (is_used(interest)) by += (by.empty() ? "" : ";") + interest.name;
    users.push_back(by);
  };
  const auto state = [&](Publishable kind, const std::string& name) {
    return playbook.is_published(kind, name) ? "published" : "draft";
  };
  for (const RolesTemplate& t : playbook.model.templates)
    add("template", t.name, state(Publishable::roles_template, t.name),
        [&](const SolutionInterest& i) { return i.roles_template == t.name; });
  for (const StageModel& s : playbook.stage_models)
    add("stage-model", s.name, state(Publishable::stage_model, s.name),
        [&](const SolutionInterest& i) { return i.stage_model == s.name; });
  for (const Audience& a : playbook.audiences)
    add("audience", a.name, "", [&](const SolutionInterest& i) {
      return std::ranges::find(i.audiences, a.name) != i.audiences.end();
    });
  for (const SolutionInterest& i : playbook.interests)
    add("interest", i.name, "", [](const SolutionInterest&) { return false; });
  return {{"kind", std::move(kinds), "", ""},
          {"name", std::move(names), "", ""},
          {"state", std::move(states), "", ""},
          {"used_by", std::move(users), "", ""}};
}

int run(const Options& o, const Session& session) {
  const Playbook playbook = load_playbook(o.playbook);
  std::optional<World> world;
  if (!o.world.empty()) world = load_world(o.world, session);
  const PlaybookCheck check = check_playbook(playbook, world ? &*world : nullptr);
  check.problems.throw_if_any();
  for (const std::string& warning : check.warnings) session.warn(warning);
  print(table_of(playbook), o.format);
  return 0;
}

}  // namespace

void add_groups_check(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "check", "Say what a playbook has, what is a draft, and everything that is wrong with it");
  command->add_option("playbook", o->playbook, "The playbook")->required()->type_name("P.toml");
  command->add_option("--world", o->world, "Ask its conditions of this world too")
      ->type_name("WORLD");
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
