#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "experiments/program/command_groups.hpp"
#include "experiments/program/rejects_list.hpp"
#include "generators/member_rows.hpp"
#include "results/world_file.hpp"
#include "scoring/groups/member_import.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string world, members, playbook, output;
  std::string source = "manual", on_error = "stop", format = "table";
};

MemberSource to_source(const std::string& word) {
  if (word == "job") return MemberSource::job;
  return word == "journey" ? MemberSource::journey : MemberSource::manual;
}

Columns table_of(const ImportCounts& c, std::size_t rejected) {
  const auto column = [](const char* name, std::size_t n) {
    return TableColumn{name, std::vector{static_cast<std::int64_t>(n)}, "", ""};
  };
  return {column("added", c.added),
          column("ended", c.ended),
          column("already_there", c.there),
          column("gave_way", c.gave_way),
          column("blocked_by_journey", c.blocked_by_journey),
          column("blocked_by_manual", c.blocked_by_manual),
          column("rejected", rejected)};
}

Problem problem_of(const Options& o, const MemberRows& rows, std::size_t membership,
                   const World& world, const char* what, const char* remedy) {
  return {.file = std::filesystem::path(o.members).filename().string(),
          .row = rows.rows[membership],
          .field = "role",
          .value = std::string(rows.roles[rows.members.roles[membership].index()]),
          .what = fmt::format("{} ({})", what,
                              world.people.ids[rows.members.people[membership].index()]),
          .remedy = remedy};
}

int run(const Options& o, const Session& session) {
  const OnError on_error = o.on_error == "skip" ? OnError::skip : OnError::stop;
  const std::string rejects = rejects_path(o.output);
  if (session.plan) return show_plan_of_job(o.world, o.output);
  require_writable(o.output, o.world, session.overwrite());
  require_writable(o.output, o.members, session.overwrite());
  if (on_error == OnError::skip) require_writable(rejects, o.members, session.overwrite());
  std::optional<Model> model;
  if (!o.playbook.empty()) model = model_of(load_playbook(o.playbook));
  World world = load_world(o.world, session);
  const MemberRows rows = read_member_rows(o.members, world, to_source(o.source), on_error);

  std::vector<Problem> rejected = rows.rejects;
  std::vector<bool> left_out(rows.members.size(), false);
  if (model)
    for (const std::size_t i : rows_without_card(world, *model, rows.members, rows.roles)) {
      left_out[i] = true;
      rejected.push_back(problem_of(o, rows, i, world, "the group's template has no such role",
                                    "Correct the role, or add a card for it."));
    }
  const MemberImport import = import_members(std::move(world), rows.members, rows.roles, left_out);
  for (const std::size_t i : import.overlaps)
    rejected.push_back(problem_of(
        o, rows, i, import.world, "the world has the person in this role on some of these days",
        "Let one membership end before the other begins; a row with the first day of the one there "
        "gives that another last day."));
  if (on_error == OnError::stop) {
    ProblemList problems;
    for (const Problem& problem : rejected) problems.add(problem);
    problems.throw_if_any();
  }
  std::optional<OutputFile> list;  // appears with the world; none stays from an earlier run
  if (!rejected.empty()) fill(list.emplace(rejects, session.overwrite()), rejects_csv(rejected));
  const nlohmann::ordered_json parameters{{"world", o.world},
                                          {"members", o.members},
                                          {"playbook", o.playbook},
                                          {"source", o.source},
                                          {"on_error", o.on_error}};
  write_world(import.world, o.output, session.provenance(parameters.dump()), session.overwrite());
  if (list)
    list->commit();
  else if (on_error == OnError::skip && session.force)
    std::filesystem::remove(rejects);
  const std::size_t count = count_rows(rejected);
  if (count > 0)
    session.warn(
        fmt::format("{} rows were rejected; they are listed in {}", grouped(count), rejects));
  print(table_of(import.counts, count), o.format);
  return 0;
}

}  // namespace

void add_groups_import(CLI::App& groups, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      groups.add_subcommand("import", "Add memberships, under the precedence of sources");
  command->add_option("world", o->world, "A world.h5, or the folder of a CSV bundle")
      ->required()
      ->type_name("WORLD");
  command
      ->add_option("members", o->members,
                   "Rows with group_id, person_id, role, and where known source, since, until")
      ->required()
      ->type_name("MEMBERS.csv");
  command->add_option("--source", o->source, "Of rows that do not say: manual, journey or job")
      ->check(CLI::IsMember({"manual", "journey", "job"}))
      ->type_name("SOURCE")
      ->capture_default_str();
  command
      ->add_option("--playbook", o->playbook,
                   "Reject roles that the templates of its interests do not have")
      ->type_name("P.toml");
  command
      ->add_option("--on-error", o->on_error,
                   "stop: report every bad row and import nothing; skip: leave bad rows out and "
                   "list them in W2.rejects.csv")
      ->check(CLI::IsMember({"stop", "skip"}))
      ->type_name("stop|skip")
      ->capture_default_str();
  command->add_option("-o,--output", o->output, "The world to write")
      ->required()
      ->type_name("W2.h5");
  add_format_option(*command, o->format);
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "A source neither adds over nor removes what a higher one decided: manual > journey > job.");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
