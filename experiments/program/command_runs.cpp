#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "core/error.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "experiments/simulation_study.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"
#include "results/study_file.hpp"
#include "results/study_journal.hpp"

namespace rolecall::program {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct RunsOptions {
  std::string folder;
  std::string sort = "file";
  std::string format = "table";
};

// One file of the folder, from its attributes alone.
struct Run {
  std::string file, state, study, kind, created;
  std::int64_t trials = 0;
  std::string figure;  // its main one
  double value = nan;
  std::string finding;
  double seconds = nan;
  std::string software_commit, digest;
};

template <class T>
const T* find(const std::vector<FileAttribute>& attributes, std::string_view name) {
  const auto at = std::ranges::find(attributes, name, &FileAttribute::name);
  return at == attributes.end() ? nullptr : std::get_if<T>(&at->value);
}

std::string text_in(const std::vector<FileAttribute>& attributes, std::string_view name) {
  const auto* text = find<std::string>(attributes, name);
  return text == nullptr ? "" : *text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// What a study of its kind is looked up for, or the first figure it has.
void take_main_figure(const std::vector<FileAttribute>& summary, Run& run) {
  const std::string judged_by = text_in(summary, "judged_by");  // of simulations
  for (const std::string_view name :
       {std::string_view(judged_by), std::string_view("found_gain"), std::string_view("coverage"),
        std::string_view("accounts_for_80"), std::string_view("within_2"),
        std::string_view("margin"), std::string_view("median_flipped_groups"),
        std::string_view("best_regret")})
    if (const auto* value = find<double>(summary, name)) {
      run.figure = name;
      run.value = *value;
      return;
    }
  for (const FileAttribute& attribute : summary)
    if (const auto* value = std::get_if<double>(&attribute.value);
        value != nullptr && attribute.name != "confidence") {
      run.figure = attribute.name;
      run.value = *value;
      return;
    }
}

std::int64_t rows_done(const Hdf5Reader& file) {
  std::int64_t rows = 0;
  for (const std::string& link : file.links("progress"))
    if (const DatasetInfo info = file.dataset("progress/" + link); !info.shape.empty())
      rows += static_cast<std::int64_t>(info.shape[0]);
  return rows;
}

void read_into(const Hdf5Reader& file, bool is_partial, Run& run) {
  const FileFormat format = file_format(file);
  const auto attributes = [&](const char* group) {
    return file.has(group) ? file.attributes(group) : std::vector<FileAttribute>{};
  };
  const std::vector<FileAttribute> provenance = attributes("provenance");
  run.created = text_in(provenance, "created");
  run.software_commit = text_in(provenance, "commit");
  run.digest = text_in(provenance, "content_digest");
  if (const auto* seconds = find<double>(provenance, "wall_seconds")) run.seconds = *seconds;
  const bool is_progress = to_string(format) == study_progress_format;
  if (format.name != parse_format(study_format).value().name && !is_progress) {
    run.state = "no study";
    run.finding = "a " + to_string(format) + " file";
    return;
  }
  const std::vector<FileAttribute> recipe = attributes("recipe"), summary = attributes("summary");
  run.study = text_in(recipe, "study");
  run.kind = text_in(recipe, "kind");
  if (is_progress) {
    run.trials = rows_done(file);
    run.state = "unfinished";
    run.digest.clear();
    run.finding = fmt::format("unfinished, {} {}", grouped(static_cast<std::uint64_t>(run.trials)),
                              run.kind == simulation_kind ? "runs" : "trials");
    return;
  }
  run.state = is_partial ? "unnamed" : "finished";
  for (const char* name : {"trials", "worlds", "fits", "combinations", "models", "runs"})
    if (const auto* trials = find<std::int64_t>(summary, name); trials && run.trials == 0)
      run.trials = *trials;
  take_main_figure(summary, run);
  run.finding = is_partial ? "finished, but stopped before it had its name: add --resume"
                : to_string(format) == study_format
                    ? first_line(text_in(summary, "finding"))
                    : "a " + to_string(format) + " file: run the study again";
}

Run read_run(const std::filesystem::path& path, bool is_partial) {
  Run run;
  run.file = path.filename().string();
  try {
    if (is_partial && std::filesystem::file_size(path) == 0) {
      run.state = "unfinished";
      run.finding = "unfinished, 0 trials";
      return run;
    }
    read_into(Hdf5Reader(path.string()), is_partial, run);
  } catch (const std::exception& error) {
    // The file is named already.
    std::string why = first_line(error.what());
    if (const auto at = why.find(path.string()); at == 0)
      why = why.substr(std::min(why.size(), path.string().size() + 2));
    run.state = "unreadable";
    run.finding = std::move(why);
  }
  return run;
}

std::vector<Run> read_runs(const std::string& folder) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(folder))
    throw InputError(
        {.file = folder,
         .what = fs::exists(folder) ? "this is not a folder" : "there is no such folder",
         .remedy = "Name the folder of your results."});
  std::error_code failed;
  std::vector<fs::path> paths;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with(".h5") || name.ends_with(".h5.partial")) paths.push_back(at->path());
  }
  if (failed) throw SystemError::from_errno("read the folder", folder, failed.value());
  std::ranges::sort(paths);
  std::vector<Run> runs;
  for (const fs::path& path : paths) runs.push_back(read_run(path, path.extension() == ".partial"));
  return runs;
}

Columns table_of(const std::vector<Run>& runs, bool for_people) {
  TextColumn file, state, study, kind, created, figure, value_text, finding, commit, digest;
  std::vector<std::int64_t> trials;
  std::vector<double> value, seconds;
  for (const Run& run : runs) {
    file.push_back(for_people ? printable(run.file) : run.file);
    state.push_back(run.state);
    study.push_back(run.study);
    kind.push_back(run.kind);
    created.push_back(for_people ? run.created.substr(0, 10) : run.created);
    trials.push_back(run.trials);
    figure.push_back(run.figure);
    value.push_back(run.value);
    finding.push_back(for_people ? printable(run.finding) : run.finding);
    seconds.push_back(run.seconds);
    commit.push_back(for_people ? run.software_commit.substr(0, 8) : run.software_commit);
    digest.push_back(for_people ? run.digest.substr(0, 8) : run.digest);
  }
  Columns columns{{"file", std::move(file)},       {"state", std::move(state)},
                  {"study", std::move(study)},     {"kind", std::move(kind)},
                  {"when", std::move(created)},    {"trials", std::move(trials)},
                  {"figure", std::move(figure)},   {"value", std::move(value)},
                  {"seconds", std::move(seconds)}, {"commit", std::move(commit)},
                  {"digest", std::move(digest)},   {"finding", std::move(finding)}};
  return columns;
}

// Four places of a gain, where tables for people have two.
void place_values(Columns& columns) {
  const auto at = std::ranges::find(columns, "value", &TableColumn::name);
  TextColumn texts;
  for (const double v : std::get<std::vector<double>>(at->values))
    texts.push_back(std::isnan(v) ? "" : fmt::format("{:.4f}", v));
  at->values = std::move(texts);
}

// In full, what a column has no room for: of files that are no finished study, what they are.
std::string notes_of(const std::vector<Run>& runs) {
  std::string notes;
  for (const Run& run : runs)
    if (run.state != "finished" || run.kind.empty())
      notes += fmt::format("{}: {}\n", printable(run.file), printable(run.finding));
  return notes.empty() ? notes : '\n' + notes;
}

int run(const RunsOptions& o) {
  const std::vector<Run> runs = read_runs(o.folder);
  Columns columns = table_of(runs, o.format == "table");
  sort_rows(columns, o.sort);
  if (o.format != "table") {
    print(columns, o.format);
  } else if (row_count(columns) == 0) {
    print("no results (.h5) in " + o.folder + '\n');
  } else {
    place_values(columns);
    print(to_text(columns, terminal_width()) + notes_of(runs));
  }
  return 0;
}

}  // namespace

void add_runs(CLI::App& app, Session& session) {
  auto o = std::make_shared<RunsOptions>();
  CLI::App* command = app.add_subcommand(
      "runs", "List the studies of a folder, finished or not, with what each found");
  command->add_option("folder", o->folder, "A folder of results files")
      ->required()
      ->type_name("DIR");
  command
      ->add_option(
          "--sort", o->sort,
          "A column of the list, -FIELD from high to low: --sort -value for the best first")
      ->type_name("[-]FIELD")
      ->capture_default_str();
  add_format_option(*command, o->format);
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Digests are those that the files were written with; `rolecall info` computes them again.\n"
      "Example: rolecall runs results --sort -value");
  command->callback([o, &session] { session.run = [o] { return run(*o); }; });
}

}  // namespace rolecall::program
