#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "experiments/program/python.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/member_rows.hpp"
#include "results/world_file.hpp"
#include "scoring/groups/member_import.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, train, cards, as_of, columns, sources, output;
  std::string accept_above, max_error, seed;  // as typed
  std::string format = "table";
  bool people = false, behaviour = false;

  bool makes_world() const { return output.ends_with(".h5"); }
};

// `python -m rolecall.roles` with the rows written to `output`.
PythonCommand command_of(const Options& o, const Session& session, const std::string& output) {
  PythonCommand command{"rolecall.roles.__main__", "inferred roles", {o.world}};
  std::vector<std::string>& words = command.arguments;
  const auto give = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.push_back(fmt::format("{}={}", option, value));
  };
  give("--train", o.train);
  give("--cards", o.cards);
  give("--as-of", o.as_of);
  give("--columns", o.columns);
  give("--sources", o.sources);
  give("--accept-above", o.accept_above);
  give("--max-error", o.max_error);
  give("--seed", o.seed);
  give("--format", o.format);
  give("--output", output);
  if (o.people) words.emplace_back("--people");
  if (o.behaviour) words.emplace_back("--behaviour");
  if (session.quiet || o.makes_world()) words.emplace_back("--quiet");
  if (session.force || o.makes_world()) words.emplace_back("--force");
  return command;
}

int run(const Options& o, const Session& session) {
  if (!o.output.empty()) require_writable(o.output, o.world, session.overwrite());
  if (!o.makes_world()) become(command_of(o, session, o.output));
  if (o.people)
    throw InputError({.file = o.output,
                      .what = "roles of people outside groups have no place in a world",
                      .remedy = "Write them to a .csv file, or leave out --people."});
  // Never committed, so that it goes when the work ends, or is interrupted.
  const OutputFile rows(o.output + ".members.csv", Overwrite::yes);
  if (const int code = run(command_of(o, session, rows.partial_path())); code != 0) return code;
  World world = load_world(o.world, session);
  const MemberRows inferred =
      read_member_rows(rows.partial_path(), world, MemberSource::job, OnError::stop);
  const MemberImport import = import_members(std::move(world), inferred.members, inferred.roles);
  const nlohmann::ordered_json parameters{{"world", o.world},     {"train", o.train},
                                          {"as_of", o.as_of},     {"columns", o.columns},
                                          {"sources", o.sources}, {"accept_above", o.accept_above},
                                          {"seed", o.seed},       {"max_error", o.max_error},
                                          {"cards", o.cards},     {"behaviour", o.behaviour}};
  write_world(import.world, o.output, session.provenance(parameters.dump()), session.overwrite());
  session.say(fmt::format("{}: {} memberships, {} of them new", o.output,
                          grouped(import.world.members.size()), grouped(import.counts.added)));
  return 0;
}

}  // namespace

void add_groups_infer(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command = groups.add_subcommand(
      "infer", "Give people roles by what their titles say, as the members there are have them");
  command->add_option("world", o->world, "A world file")->required()->type_name("WORLD.h5");
  command->add_option("--train", o->train, "Learn from the members of another world")
      ->type_name("OTHER.h5");
  command->add_flag("--people", o->people, "Give roles to everybody, whether or not in a group");
  CLI::Option* above = command
                           ->add_option("--accept-above", o->accept_above,
                                        "Give a role from this probability on, whatever the error")
                           ->type_name("P");
  command
      ->add_option("--max-error", o->max_error,
                   "Choose that probability so that at most this share of the roles given is "
                   "wrong on account trees not learnt from (0.2 unless given)")
      ->type_name("E")
      ->excludes(above);
  command->add_flag("--behaviour", o->behaviour, "Learn from activities by type too");
  command
      ->add_option("--columns", o->columns,
                   "Of people, to learn from beside the title: department,seniority unless given")
      ->type_name("NAMES");
  command
      ->add_option("--sources", o->sources,
                   "Whose memberships to learn from: job,journey,manual unless given")
      ->type_name("NAMES");
  command
      ->add_option("--cards", o->cards,
                   "Roles given in another way, to compare with: columns person_id and role")
      ->type_name("FILE.csv");
  command
      ->add_option("--as-of", o->as_of,
                   "What was known by the end of this UTC day; the last of the log unless given")
      ->type_name("DAY");
  command->add_option("--seed", o->seed, "Of folds and intervals; 1 unless given")->type_name("N");
  command
      ->add_option("-o,--output", o->output,
                   "Rows for members.csv, or the world with them; with --people a list of people")
      ->type_name("FILE.csv|WORLD.h5");
  command->add_option("--format", o->format, "How to print what was found: table, csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->type_name("FORMAT")
      ->capture_default_str();
  add_common_options(*command, session);
  command->footer(
      "Without -o it only says how good the roles would be.\n"
      "Example: rolecall groups infer world.h5 --max-error 0.25 -o members.csv");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
