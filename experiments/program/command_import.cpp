#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "experiments/program/plan.hpp"
#include "experiments/program/rejects_list.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/csv_bundle.hpp"
#include "generators/mapped_import.hpp"
#include "generators/mapping_file.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct Options {
  std::string folder, output;
  std::string map;  // of a mapping file; empty: the folder is a CSV bundle
  std::string on_error = "stop";
};

std::string text_of(const ValueChange& c) {
  const std::string ours = c.our_value.empty() ? "missing" : fmt::format("'{}'", c.our_value);
  return printable(fmt::format("{}: {} '{}' → {} {} in {} {}", c.file, c.column, c.value,
                               c.our_column, ours, grouped(c.rows), c.rows == 1 ? "row" : "rows"));
}

// What a world has beside deals, and, where it has them, the deals.
std::string counts_of(const World& w) {
  std::string text = fmt::format(
      "{} accounts, {} people, {} groups, {} memberships, {} activity rows of {} types",
      grouped(w.accounts.size()), grouped(w.people.size()), grouped(w.groups.size()),
      grouped(w.members.size()), grouped(w.activities.size()), w.activities.type_names.size());
  if (w.deals.size() == 0) return text;
  const auto free = std::ranges::count(w.deals.accounts, AccountId{});
  return text + fmt::format(", {} deals ({} without an account) with {} contacts and {} events",
                            grouped(w.deals.size()), grouped(static_cast<std::uint64_t>(free)),
                            grouped(w.deal_contacts.size()), grouped(w.deal_events.size()));
}

Plan plan_of(const Options& o) {
  const GivenWorld bundle{o.folder, true,
                          o.map.empty() ? estimate_csv_bundle(o.folder)
                                        : estimate_mapped(o.folder, read_mapping(o.map))};
  Plan plan{.file_bytes = imported_file_bytes(bundle.size), .output = o.output};
  plan.add(bundle);
  plan.cost = cost_of_reading(bundle).then(cost_of_writing(bundle.size));
  return plan;
}

int run(const Options& o, const Session& session) {
  if (session.plan) return show(plan_of(o));
  require_writable(o.output, o.folder, session.overwrite());
  if (!o.map.empty()) require_writable(o.output, o.map, session.overwrite());
  CsvBundleOptions options;
  options.on_error = o.on_error == "skip" ? OnError::skip : OnError::stop;
  if (options.on_error == OnError::skip)
    require_writable(rejects_path(o.output), o.folder, session.overwrite());
  const auto progress = session.progress();
  const CsvBundle bundle =
      o.map.empty() ? import_csv_bundle(o.folder, options, progress.get())
                    : import_mapped(o.folder, read_mapping(o.map), options, progress.get());
  for (const std::string& warning : bundle.warnings) session.warn(warning);
  for (const ValueChange& change : bundle.changes) session.say(text_of(change));
  nlohmann::ordered_json parameters{{"folder", o.folder}, {"on_error", o.on_error}};
  if (!o.map.empty()) parameters["map"] = o.map;
  // The list and the world appear together, and no list stays from an earlier run.
  const std::string rejects = rejects_path(o.output);
  const std::size_t rejected = count_rows(bundle.rejects);
  std::optional<OutputFile> list;
  if (!bundle.rejects.empty() || !bundle.notes.empty())
    fill(list.emplace(rejects, session.overwrite()), rejects_csv(bundle.rejects, bundle.notes));
  write_world(bundle.world, o.output, session.provenance(parameters.dump()), session.overwrite());
  if (list)
    list->commit();
  else if (options.on_error == OnError::skip && session.force)
    std::filesystem::remove(rejects);
  if (rejected > 0)
    session.warn(
        fmt::format("{} rows were rejected; they are listed in {}", grouped(rejected), rejects));
  if (!bundle.notes.empty())
    session.warn(fmt::format("{} rows stay though something is wrong with them: see {}",
                             grouped(count_rows(bundle.notes)), rejects));
  session.say(fmt::format("{}: {}", o.output, counts_of(bundle.world)));
  return 0;
}

}  // namespace

void add_import(CLI::App& app, Session& session) {
  CLI::App* import = app.add_subcommand("import", "Make a world from exported files");
  import->require_subcommand(1);
  auto o = std::make_shared<Options>();
  CLI::App* command = import->add_subcommand(
      "csv", "Import the folder of a CSV bundle, or, with a mapping, of whatever CSV files");
  command
      ->add_option("folder", o->folder,
                   "Holds accounts.csv, people.csv, groups.csv, activities.csv, and where known "
                   "members.csv, outcomes.csv, deals.csv, deal_contacts.csv, deal_events.csv; or "
                   "the files that the mapping names")
      ->required()
      ->type_name("DIR");
  command->add_option("-o,--output", o->output, "The world file to write")
      ->required()
      ->type_name("WORLD.h5");
  command
      ->add_option("--map", o->map,
                   "Says which files and columns are which, and corrects values; see "
                   "docs/mapping-file.md")
      ->type_name("MAP.toml");
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
