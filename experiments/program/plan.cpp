#include "experiments/program/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "core/parallel.hpp"
#include "experiments/program/table_output.hpp"
#include "generators/csv_bundle.hpp"
#include "results/world_file.hpp"

namespace rolecall::program {
namespace {

// Measured with --profile-json over worlds of 0.03 to 30 million activities and 10,000 to a million
// people, and over their CSV bundles, on two cores of a shared server; tests/python/test_profile.py
// holds the memory.
constexpr double program_bytes = 15e6;
constexpr double reading_bytes = 7e6;  // HDF5, chunks under way
constexpr double bytes_per_thread = 2e6;

constexpr double held_per_table_byte = 1.1;
constexpr double widest_log_row = 16;  // times, as read and as kept
constexpr double seconds_per_table_byte = 4.8e-9;
constexpr double seconds_per_activity = 55e-9;  // read, checked, hashed

constexpr double import_per_table_byte = 5.4;  // the text, its fields, the keys, the columns
constexpr double import_per_activity = 80;     // rows as parsed and as sorted
constexpr double imported_per_table_byte = 2;
constexpr double imported_per_activity = 10;  // time 8, type 2
constexpr double import_seconds_per_table_byte = 25e-9;
constexpr double import_seconds_per_activity = 350e-9;
constexpr double packed_per_table_byte = .6;
constexpr double packed_per_activity = 5.2;

constexpr double index_bytes_per_activity = 2;
constexpr double score_seconds_per_activity = 14e-9;
constexpr double table_bytes_per_group = 500;
constexpr double table_bytes_per_row = 130;  // of people or accounts
constexpr double table_seconds_per_group = 1e-6;
constexpr double table_seconds_per_row = .3e-6;
constexpr double series_seconds_per_activity = 14e-9;
constexpr double series_seconds_per_score = 3e-9;
constexpr double day_seconds_per_activity = .5e-9;  // of a day scored alone
constexpr double day_seconds_per_person = 90e-9;
constexpr double text_seconds_per_score = 35e-9;
constexpr double text_serial_seconds_per_score = 10e-9;
constexpr double hash_seconds_per_score = 5e-9;
constexpr double pack_seconds_per_score = 20e-9;
constexpr double bootstrap_seconds = 6e-9;  // for each group and replicate
constexpr double search_seconds = 1e-9;     // likewise, and candidate
constexpr double search_bytes = 2;          // for each group and replicate
constexpr double what_if_seconds = 3.4e-9;  // for each group and candidate
constexpr double what_if_bytes_per_group = 40;
constexpr double fit_seconds_per_customer = 30e-6;
constexpr double readings_seconds_per_activity = 19e-6;  // some 250 readings, days of their own
constexpr double models_seconds_per_activity = .4e-6;
constexpr double simulation_bytes_per_person = 320;
constexpr double simulation_bytes_per_person_day = 2.7;  // what people did is kept
constexpr double run_bytes_per_person_day = .9;          // the tables of a run that is over
constexpr double cast_seconds_per_person = 4e-6;
constexpr double simulation_seconds_per_person_day = 55e-9;
constexpr double audit_bytes_per_person = 34;
constexpr double audit_seconds_per_activity = 13e-9;
constexpr double write_seconds_per_activity = 35e-9;
constexpr double export_seconds_per_activity = 540e-9;
constexpr double export_seconds_per_table_byte = 3e-9;

Cost cost_of_import(const WorldSize& bundle) {
  return {.held_bytes = program_bytes + bundle.table_bytes * imported_per_table_byte +
                        bundle.activities * imported_per_activity,
          .peak_bytes = program_bytes + bundle.table_bytes * import_per_table_byte +
                        bundle.log_bytes + bundle.activities * import_per_activity,
          .serial_seconds = bundle.table_bytes * import_seconds_per_table_byte / 2,
          .parallel_seconds = bundle.table_bytes * import_seconds_per_table_byte / 2 +
                              bundle.activities * import_seconds_per_activity};
}

Cost cost_of_world_file(const WorldSize& size) {
  const double program =
      program_bytes + reading_bytes + static_cast<double>(parallel::threads()) * bytes_per_thread;
  const double tables = size.table_bytes * held_per_table_byte;
  return {
      .held_bytes = program + tables + size.log_bytes,
      .peak_bytes = program + tables + std::max(size.log_bytes, size.activities * widest_log_row),
      .serial_seconds = size.table_bytes * seconds_per_table_byte,
      .parallel_seconds = size.activities * seconds_per_activity};
}

}  // namespace

Cost Cost::then(const Cost& next) const {
  return {held_bytes + next.held_bytes, std::max(peak_bytes, held_bytes + next.peak_bytes),
          serial_seconds + next.serial_seconds, parallel_seconds + next.parallel_seconds};
}

GivenWorld look_at_world(const std::string& path) {
  const bool is_bundle = std::filesystem::is_directory(path);
  return {path, is_bundle, is_bundle ? estimate_csv_bundle(path) : measure_world(path)};
}

Cost cost_of_reading(const GivenWorld& world) {
  return world.is_bundle ? cost_of_import(world.size) : cost_of_world_file(world.size);
}

Cost cost_of_making(const WorldPlan& plan) {
  return {plan.memory_bytes, plan.memory_bytes, plan.seconds, 0};
}

Cost cost_of_scoring(const WorldSize& size) {
  const double bytes =
      size.activities * index_bytes_per_activity + size.people * sizeof(std::int64_t);
  return {0, bytes, 0, size.activities * score_seconds_per_activity};
}

Cost cost_of_table(const WorldSize& size, Level level) {
  const bool groups = level == Level::group;
  const double rows = groups ? size.groups : level == Level::person ? size.people : size.accounts;
  return {0, rows * (groups ? table_bytes_per_group : table_bytes_per_row),
          rows * (groups ? table_seconds_per_group : table_seconds_per_row), 0};
}

Cost cost_of_series(const WorldSize& size, double days, bool of_groups, bool one_pass) {
  const double rows = of_groups ? size.groups : size.people;
  const double held = rows * days * sizeof(double);
  const double index = size.activities * index_bytes_per_activity;
  const double scored = one_pass ? 0 : size.people * 16 + size.groups * 50;
  const double seconds = size.activities * series_seconds_per_activity +
                         rows * days * series_seconds_per_score +
                         (one_pass ? 0
                                   : days * (size.activities * day_seconds_per_activity +
                                             size.people * day_seconds_per_person));
  return {held, held + index + scored, 0, seconds};
}

Cost cost_of_series_text(double scores) {
  const double bytes = static_cast<double>(parallel::threads()) * bytes_per_thread;
  return {0, bytes, scores * text_serial_seconds_per_score, scores * text_seconds_per_score};
}

Cost cost_of_series_file(double scores) {
  return {0, reading_bytes, scores * hash_seconds_per_score, scores * pack_seconds_per_score};
}

Cost cost_of_evaluating(const WorldSize& size, std::size_t replicates) {
  return {0, 0, 0, size.groups * static_cast<double>(replicates) * bootstrap_seconds};
}

std::size_t searches_of(const StudySpec& spec) {
  if (spec.search.method == "external") return 1;
  return spec.validation.split == "accounts" ? spec.validation.folds + 1 : 1;
}

Cost cost_of_search(const WorldSize& size, const StudySpec& spec) {
  const auto candidates = static_cast<double>(spec.search.candidates);
  const auto shortlist = std::min(candidates, static_cast<double>(spec.bootstrap.shortlist));
  const auto replicates = static_cast<double>(spec.bootstrap.replicates + 1);
  const auto searches = static_cast<double>(searches_of(spec));
  const double bytes =
      size.groups * (replicates * search_bytes + searches * what_if_bytes_per_group);
  return {bytes, bytes, 0,
          size.groups *
              (candidates * searches * what_if_seconds + shortlist * replicates * search_seconds)};
}

Cost cost_of_kind(const WorldSize& size, const StudySpec& spec) {
  const double seconds = spec.kind == "readings" ? readings_seconds_per_activity
                         : spec.kind == "models" ? models_seconds_per_activity
                                                 : 0;
  return {0, 0, size.activities * seconds, 0};
}

Cost cost_of_fitting_purchases(double customers) {
  return {0, program_bytes + 30e6, 0, customers * fit_seconds_per_customer};
}

Cost cost_of_simulating(const WorldPlan& world, double days, double runs) {
  const auto people = static_cast<double>(world.people);
  const double bytes =
      program_bytes + reading_bytes + static_cast<double>(parallel::threads()) * bytes_per_thread +
      people * (simulation_bytes_per_person + days * simulation_bytes_per_person_day +
                days * runs * run_bytes_per_person_day);
  return {bytes, bytes,
          runs * people * (cast_seconds_per_person + days * simulation_seconds_per_person_day), 0};
}

Cost cost_of_audit(const WorldSize& size) {
  return {0, size.people * audit_bytes_per_person, size.activities * audit_seconds_per_activity, 0};
}

Cost cost_of_writing(const WorldSize& size) {
  return {0, 0, 0, size.activities * write_seconds_per_activity};
}

Cost cost_of_exporting(const WorldSize& size) {
  return {0, 0,
          size.activities * export_seconds_per_activity +
              size.table_bytes * export_seconds_per_table_byte,
          0};
}

Cost cost_of_exporting_file(double unpacked_bytes) {
  const double bytes = program_bytes + reading_bytes + 3 * unpacked_bytes;
  return {bytes, bytes, unpacked_bytes * (seconds_per_table_byte + export_seconds_per_table_byte),
          0};
}

Cost cost_of_exporting_series(double scores) {
  const double bytes = scores * sizeof(double);
  const Cost reading{bytes + program_bytes, bytes + program_bytes + reading_bytes, 0,
                     bytes * seconds_per_table_byte};
  return reading.then(cost_of_series_text(scores));
}

double imported_file_bytes(const WorldSize& bundle) {
  return bundle.table_bytes * packed_per_table_byte + bundle.activities * packed_per_activity;
}

void Plan::add(const GivenWorld& world) {
  const auto rows = [&](const char* name, double count) {
    items.emplace_back(
        name, (world.is_bundle ? "about " : "") + grouped(static_cast<std::uint64_t>(count)));
  };
  items.emplace_back("world", world.path);
  rows("accounts", world.size.accounts);
  rows("people", world.size.people);
  rows("groups", world.size.groups);
  rows("members", world.size.members);
  rows("activities", world.size.activities);
}

int show(const Plan& plan) {
  std::string text;
  const auto line = [&](const std::string& name, const std::string& value) {
    text += fmt::format("{:<12}{}\n", name, value);
  };
  for (const auto& [name, value] : plan.items) line(name, value);
  const std::size_t threads = parallel::threads();
  const double seconds =
      plan.cost.serial_seconds + plan.cost.parallel_seconds / static_cast<double>(threads);
  line("memory", fmt::format("about {:.0f} MB at the peak", plan.cost.peak_bytes / 1e6));
  if (plan.file_bytes > 0) line("file", fmt::format("about {:.0f} MB", plan.file_bytes / 1e6));
  line("time", fmt::format("about {:.1f} s on {} threads", seconds, threads));
  line("writes", plan.output.empty() ? "no file" : plan.output);
  print(text);
  return 0;
}

}  // namespace rolecall::program
