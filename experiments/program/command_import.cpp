#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "experiments/program/plan.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/csv_bundle.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string folder, output;
  std::string on_error = "stop";
};

// world.h5 → world.rejects.csv
std::filesystem::path rejects_path(std::filesystem::path output) {
  return output.replace_extension(".rejects.csv");
}

// One row per rejected row of the bundle, with the first thing that is wrong with it.
std::string rejects_csv(const std::vector<Problem>& rejects, std::size_t& rows) {
  TextColumn files, fields, values, problems;
  std::vector<std::int64_t> row_numbers;
  std::set<std::pair<std::string, std::size_t>> seen;
  for (const Problem& p : rejects) {
    if (!seen.emplace(p.file, p.row).second) continue;
    files.push_back(p.file);
    row_numbers.push_back(static_cast<std::int64_t>(p.row));
    fields.push_back(p.field);
    values.push_back(p.value);
    problems.push_back(p.what);
  }
  rows = seen.size();
  return to_csv({{"file", std::move(files)},
                 {"row", std::move(row_numbers)},
                 {"field", std::move(fields)},
                 {"value", std::move(values)},
                 {"problem", std::move(problems)}});
}

Plan plan_of(const Options& o) {
  const GivenWorld bundle{o.folder, true, estimate_csv_bundle(o.folder)};
  Plan plan{.file_bytes = imported_file_bytes(bundle.size), .output = o.output};
  plan.add(bundle);
  plan.cost = cost_of_reading(bundle).then(cost_of_writing(bundle.size));
  return plan;
}

int run(const Options& o, const Session& session) {
  if (session.plan) return show(plan_of(o));
  require_writable(o.output, o.folder, session.overwrite());
  CsvBundleOptions options;
  options.on_error = o.on_error == "skip" ? OnError::skip : OnError::stop;
  if (options.on_error == OnError::skip)
    require_writable(rejects_path(o.output), o.folder, session.overwrite());
  const auto progress = session.progress();
  const CsvBundle bundle = import_csv_bundle(o.folder, options, progress.get());
  for (const std::string& warning : bundle.warnings) session.warn(warning);
  const nlohmann::ordered_json parameters{{"folder", o.folder}, {"on_error", o.on_error}};
  // The list and the world appear together, and no list stays from an earlier run.
  const std::string rejects = rejects_path(o.output);
  std::size_t rejected = 0;
  std::optional<OutputFile> list;
  if (!bundle.rejects.empty())
    fill(list.emplace(rejects, session.overwrite()), rejects_csv(bundle.rejects, rejected));
  write_world(bundle.world, o.output, session.provenance(parameters.dump()), session.overwrite());
  if (list)
    list->commit();
  else if (options.on_error == OnError::skip && session.force)
    std::filesystem::remove(rejects);
  if (rejected > 0)
    session.warn(
        fmt::format("{} rows were rejected; they are listed in {}", grouped(rejected), rejects));
  const World& w = bundle.world;
  session.say(fmt::format(
      "{}: {} accounts, {} people, {} groups, {} memberships, {} activity rows of {} types",
      o.output, grouped(w.accounts.size()), grouped(w.people.size()), grouped(w.groups.size()),
      grouped(w.members.size()), grouped(w.activities.size()), w.activities.type_names.size()));
  return 0;
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  CLI::App* import = app.add_subcommand("import", "Make a world from exported files");
  import->require_subcommand(1);
  auto o = std::make_shared<Options>();
  CLI::App* command = import->add_subcommand("csv", "Import the folder of a CSV bundle");
  command
      ->add_option("folder", o->folder,
                   "Holds accounts.csv, people.csv, groups.csv, activities.csv, and where known "
                   "members.csv and outcomes.csv")
      ->required()
      ->type_name("DIR");
  command->add_option("-o,--output", o->output, "The world file to write")
      ->required()
      ->type_name("WORLD.h5");
  command
      ->add_option("--on-error", o->on_error,
                   "stop: report every bad row and import nothing; skip: leave bad rows out and "
                   "list them in WORLD.rejects.csv")
      ->check(CLI::IsMember({"stop", "skip"}))
      ->type_name("stop|skip")
      ->capture_default_str();
  add_plan_option(*command, session);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer("Example: rolecall import csv examples/small -o small.h5");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
