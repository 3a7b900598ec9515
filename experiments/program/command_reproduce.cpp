#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "experiments/program/difference_text.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/reproduce.hpp"
#include "experiments/simulation_study.hpp"
#include "generators/generate.hpp"
#include "results/content_compare.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/study_file.hpp"
#include "results/world_content.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

struct ReproduceOptions {
  std::string results, world, output;
};

// A file as it stands, and what it says it was when it was written.
struct StoredFile {
  explicit StoredFile(const std::string& path) : reader(path), format(file_format(reader)) {
    const FileDigest found = file_digest(reader);
    digest = found.content;
    for (const DigestedDataset& dataset : found.datasets)
      if (dataset.is_altered()) altered.push_back(dataset.info.path);
    if (!reader.has("provenance")) return;
    stored = reader.text_attribute("provenance", "content_digest");
    const auto json = nlohmann::ordered_json::parse(
        reader.text_attribute("provenance", "parameters"), nullptr, false);
    if (json.is_object()) parameters = json;
  }

  std::string parameter(const char* name) const {
    const auto at = parameters.find(name);
    return at != parameters.end() && at->is_string() ? at->get<std::string>() : "";
  }

  Hdf5Reader reader;
  FileFormat format;
  std::string digest, stored;        // of the content now; that it was written with
  std::vector<std::string> altered;  // datasets that are not as they were written
  nlohmann::ordered_json parameters = nlohmann::ordered_json::object();
};

int say_no(const std::string& path, const std::string& first,
           const std::vector<std::string>& more) {
  std::string text = fmt::format("not reproduced: {}\n{}\n", path, first);
  for (const std::string& line : more) text += line + '\n';
  print(text);
  return 1;
}

constexpr const char* was_altered = "The file was altered after it was written.";

int say_no_of(const std::string& path, const AlteredText& altered) {
  return say_no(path,
                one_line("recipe@" + altered.name, altered.now, altered.was, "stored", "written"),
                {was_altered});
}

std::string count_text(const ContentDifference& difference) {
  std::uint64_t rows = 0;
  for (const DatasetDifference& dataset : difference.datasets) rows += dataset.rows;
  return fmt::format("In all {} attributes and {} datasets differ, {} rows of them.",
                     difference.attributes.size(), difference.datasets.size(), grouped(rows));
}

// The verdict on a file that was made again. `suspect` is what to name when the file was altered
// and no item explains it; empty: none.
int compare_with(const Content& again, const StoredFile& file, const std::string& path,
                 const std::string& suspect) {
  const std::string digest = content_digest(again);
  ContentDifference difference = compare(view_of(file.reader), view_of(again));
  std::ranges::stable_partition(difference.datasets, [&](const DatasetDifference& d) {
    return std::ranges::find(file.altered, d.path) != file.altered.end();
  });
  const bool is_altered = file.digest != file.stored || !file.altered.empty();
  if (difference.is_empty() && !is_altered) {
    print(fmt::format("reproduced: same digest {}\n", digest));
    return 0;
  }
  std::vector<std::string> more;
  if (!difference.is_empty()) more.push_back(count_text(difference));
  if (is_altered)
    more.emplace_back(digest == file.stored
                          ? "The file was altered after it was written; as it was written, it is "
                            "reproduced."
                          : was_altered);
  more.push_back(fmt::format("digest: stored {}, of the data now {}, recomputed {}", file.stored,
                             file.digest, digest));
  if (difference.is_empty()) {
    if (!file.altered.empty())
      return say_no(path, file.altered.front() + ": its data are reproduced, its own digest is not",
                    more);
    return say_no(path, "provenance@content_digest: the content is reproduced, its digest is not",
                  more);
  }
  std::string first;
  if (!difference.datasets.empty() && (!file.altered.empty() || difference.attributes.empty()))
    first = one_line(difference.datasets.front(), "stored", "recomputed");
  else
    first = one_line(difference.attributes.front(), "stored", "recomputed");
  // Data as they were written, another digest, and not what the recipe gives: the recipe.
  if (is_altered && file.altered.empty() && digest != file.stored && !suspect.empty()) {
    more.insert(more.begin(), first);
    first = suspect + ": this is not what the file was written with, and gives other results";
  }
  return say_no(path, first, more);
}

// Of a study on a world that was given: at --world, or where it stood.
void take_given_world(StudyTask& task, const ReproduceOptions& o, const StoredFile& file,
                      const Session& session) {
  namespace fs = std::filesystem;
  std::string path = o.world;
  if (path.empty()) {
    path = file.parameter("world");
    const fs::path beside = fs::path(o.results).parent_path() / path;
    if (!path.empty() && !fs::exists(path) && fs::exists(beside)) path = beside.string();
  }
  if (path.empty() || (o.world.empty() && !fs::exists(path)))
    throw InputError({.file = o.results,
                      .field = "recipe@world_digest",
                      .what = path.empty()
                                  ? "the study read a world, and the file does not say where it is"
                                  : "the study read the world " + path + ", which is not there",
                      .remedy = "Name the world with --world."});
  task.world = load_world(path, session);
}

int reproduce_simulation(const StudyRecord& study, const ReproduceOptions& o,
                         const StoredFile& file, const Session& session) {
  if (!o.world.empty())
    throw InputError({.field = "--world",
                      .value = o.world,
                      .what = "a simulation makes its own world",
                      .remedy = "Leave it out."});
  RunJournal nothing_kept;
  const auto progress = session.progress();
  const SimulationRun again =
      run_simulation(scenario_of(study, o.results), nothing_kept, *progress);
  if (!o.output.empty())
    write_study(again.record, o.output, session.provenance(file.parameters.dump()),
                session.overwrite());
  return compare_with(study_content(again.record), file, o.results, "recipe@specification");
}

int reproduce_study(const ReproduceOptions& o, const StoredFile& file, const Session& session) {
  const StudyRecord study = read_study(o.results);
  const bool is_altered = file.digest != file.stored;
  if (is_altered)
    if (const auto altered =
            find_altered_recipe(study, file.stored, file.parameter("specification"), o.results))
      return say_no_of(o.results, *altered);
  if (is_simulation(study)) return reproduce_simulation(study, o, file, session);
  StudyTask task = task_again(study, o.results);
  const bool is_given = !task.spec.world.file.empty();
  if (!is_given && !o.world.empty())
    throw InputError({.field = "--world",
                      .value = o.world,
                      .what = "the study makes its own world",
                      .remedy = "Leave it out."});
  // What was proposed is read from a table: nothing tells what stood there.
  if (task.external.is_replay)
    for (const std::string& path : file.altered)
      if (path.starts_with("tables/trials/"))
        return say_no(o.results, path + ": these are not the trials that the file was written with",
                      {was_altered});
  if (is_given) {
    take_given_world(task, o, file, session);
    const std::string digest = content_digest(*task.world);
    if (digest != task.world_digest) {
      if (is_altered && was_written_with(study, "world_digest", digest, file.stored))
        return say_no_of(o.results, {"world_digest", task.world_digest, digest});
      throw InputError(
          {.file = o.results,
           .field = "recipe@world_digest",
           .value = task.world_digest,
           .what = "the study was made on another world: this one has the digest " + digest,
           .remedy = "Name the world it was made on with --world."});
    }
  }
  StudyJournal nothing_kept;
  const auto progress = session.progress();
  const StudyRun again = run_study(task, nothing_kept, *progress);
  for (const std::string& warning : again.warnings) session.warn(warning);
  if (!o.output.empty()) {
    nlohmann::ordered_json parameters = file.parameters;
    if (is_given && !o.world.empty()) parameters["world"] = o.world;
    write_study(again.record, o.output, session.provenance(parameters.dump()), session.overwrite());
  }
  const std::string suspect = unaccounted_recipe(study, again.record);
  return compare_with(study_content(again.record), file, o.results,
                      suspect.empty() ? "" : "recipe@" + suspect);
}

int reproduce_world(const ReproduceOptions& o, const StoredFile& file, const Session& session) {
  const std::string specification = file.reader.text_attribute("truth", "specification");
  const auto progress = session.progress();
  const World again = generate_world(
      parse_world_spec(specification, o.results + ", truth@specification", {}), progress.get());
  if (!o.output.empty())
    write_world(again, o.output, session.provenance(file.parameters.dump()), session.overwrite());
  return compare_with(world_content(again), file, o.results, "truth@specification");
}

int run(const ReproduceOptions& o, const Session& session) {
  if (!o.output.empty()) require_writable(o.output, o.results, session.overwrite());
  const StoredFile file(o.results);
  const std::string format = to_string(file.format);
  const bool is_made = file.format.name == world_format && file.reader.has("truth");
  if (is_made && file.format.version == world_version) return reproduce_world(o, file, session);
  if (file.format.name == parse_format(study_format).value().name)
    return reproduce_study(o, file, session);
  throw InputError(
      {.file = o.results,
       .field = "format",
       .value = format,
       .what = "only studies and generated worlds can be reproduced from the file alone",
       .remedy = "The command that made it is in `rolecall info`: run that again, and "
                 "compare with `rolecall diff`."});
}

}  // namespace

void add_reproduce(CLI::App& app, Session& session) {
  auto o = std::make_shared<ReproduceOptions>();
  CLI::App* command = app.add_subcommand(
      "reproduce", "Run again what a results file says, and tell whether it comes out the same");
  command
      ->add_option("results", o->results,
                   "A results file of rolecall run or simulate, or a generated world")
      ->required()
      ->type_name("RESULTS.h5");
  command
      ->add_option("--world", o->world,
                   "The world of a study that was given one; else where it was then")
      ->type_name("WORLD");
  command->add_option("-o,--output", o->output, "Also write what comes out")->type_name("AGAIN.h5");
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "What the file holds now is compared, to the bit: its recipe, figures, tables and models.\n"
      "Exit code 0: all of it is the same. 1: something differs, and the first of it is named;\n"
      "also when the file was altered after it was written.");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
