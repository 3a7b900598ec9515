#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "experiments/program/playbook_files.hpp"
#include "scoring/groups/playbook_file.hpp"
#include "scoring/groups/seal.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string playbook, kind, name, new_name, world;
};

int publish(const Options& o, const Session& session) {
  const Playbook playbook = load_playbook(o.playbook);
  const PlaybookPart part = to_part(o.kind);
  const bool is_template = part == PlaybookPart::roles_template;
  const Publishable kind = is_template ? Publishable::roles_template : Publishable::stage_model;
  const std::vector<std::string> known = names_of(playbook, part);
  const auto refuse = [&](std::string what, std::string remedy) {
    return InputError({.file = o.playbook,
                       .field = o.kind,
                       .value = o.name,
                       .what = std::move(what),
                       .remedy = std::move(remedy)});
  };
  if (std::ranges::find(known, o.name) == known.end())
    throw refuse("there is none of this name", suggest(o.name, known));
  if (playbook.is_published(kind, o.name))
    throw refuse("it is published already", "It stays as it is; copy it to change it.");
  const std::string content = is_template ? seal(*playbook.roles_template(o.name), playbook.model)
                                          : seal(*playbook.stage_model(o.name));
  replace_playbook(o.playbook, with_publication(read_text(o.playbook), {kind, o.name, content}));
  session.say(fmt::format("{}: the {} '{}' is published; it stays as it is from now on", o.playbook,
                          o.kind, o.name));
  return 0;
}

int copy(const Options& o, const Session& session) {
  const Playbook playbook = load_playbook(o.playbook);
  const PlaybookPart part = to_part(o.kind);
  const std::vector<std::string> known = names_of(playbook, part);
  const auto refuse = [&](const std::string& name, const char* what, std::string remedy) {
    return InputError({.file = o.playbook,
                       .field = o.kind,
                       .value = name,
                       .what = what,
                       .remedy = std::move(remedy)});
  };
  if (std::ranges::find(known, o.name) == known.end())
    throw refuse(o.name, "there is none of this name", suggest(o.name, known));
  if (std::ranges::find(known, o.new_name) != known.end() || o.new_name.empty())
    throw refuse(o.new_name, "another one has this name", "Names tell them apart: take another.");
  const std::string file = file_of(playbook, part);
  const std::string text = with_copy(read_text(file), file, table_of(part), o.name, o.new_name);
  if (part == PlaybookPart::roles_template)
    replace_model(file, text);
  else
    replace_playbook(file, text);
  session.say(fmt::format("{}: '{}' is a draft, the same as '{}' but for its name", file,
                          o.new_name, o.name));
  return 0;
}

int remove(const Options& o, const Session& session) {
  const Playbook playbook = load_playbook(o.playbook, Seals::ignored);
  const PlaybookPart part = to_part(o.kind);
  if (part == PlaybookPart::interest && o.world.empty())
    session.warn(
        "no world was looked at; give --world, so that no groups are left without their "
        "interest.");
  std::optional<World> world;
  if (!o.world.empty()) world = load_world(o.world, session);
  ProblemList problems;
  for (Problem& problem : deletion_problems(playbook, part, o.name, world ? &*world : nullptr))
    problems.add(std::move(problem));
  problems.throw_if_any();
  const std::vector<std::string> known = names_of(playbook, part);
  const bool there = std::ranges::find(known, o.name) != known.end();
  const std::string file = there ? file_of(playbook, part) : o.playbook;
  std::string text = read_text(o.playbook);
  if (there && file == o.playbook) text = without_table(text, file, table_of(part), "name", o.name);
  const auto published = std::ranges::any_of(playbook.published, [&](const Publication& p) {
    return p.name == o.name && to_string(p.kind) == table_of(part);
  });
  if (published) text = without_table(text, o.playbook, "published", table_of(part), o.name);
  // The record first: between the two the template is a draft.
  if (published || file == o.playbook) replace_playbook(o.playbook, text);
  if (there && file != o.playbook)
    replace_model(file, without_table(read_text(file), file, "template", "name", o.name));
  session.say(fmt::format("{}: '{}' is deleted", file, o.name));
  return 0;
}

CLI::App* add(CLI::App& groups, Session& session, const char* name, const char* help,
              const std::shared_ptr<Options>& o, const std::vector<std::string>& kinds) {
  CLI::App* command = groups.add_subcommand(name, help);
  command->add_option("playbook", o->playbook, "The playbook to change")
      ->required()
      ->type_name("P.toml");
  command->add_option("kind", o->kind, "What kind of thing it is")
      ->required()
      ->check(CLI::IsMember(kinds))
      ->type_name("KIND");
  command->add_option("name", o->name, "Its name")->required()->type_name("NAME");
  add_common_options(*command, session);
  return command;
}

}  // namespace

void add_groups_edit(CLI::App& groups, Session& session) {
  const std::vector<std::string> all{"audience", "stage-model", "template", "interest"};
  auto o = std::make_shared<Options>();
  CLI::App* command = add(groups, session, "publish",
                          "Publish a roles template or stage model, which then stays as it is", o,
                          {"template", "stage-model"});
  command->footer("Example: rolecall groups publish p.toml template \"By title\"");
  command->callback(
      [o, &session] { session.run = [o, &session] { return publish(*o, session); }; });

  o = std::make_shared<Options>();
  command =
      add(groups, session, "copy",
          "Copy a part of a playbook under another name, to change what is published", o, all);
  command->add_option("new", o->new_name, "The name of the copy")->required()->type_name("NEW");
  command->callback([o, &session] { session.run = [o, &session] { return copy(*o, session); }; });

  o = std::make_shared<Options>();
  command = add(groups, session, "delete", "Delete a part of a playbook that nothing uses", o, all);
  command
      ->add_option("--world", o->world,
                   "An interest is only deleted when this world has no groups for it")
      ->type_name("WORLD");
  command->callback([o, &session] { session.run = [o, &session] { return remove(*o, session); }; });
}

}  // namespace rolecall::program
