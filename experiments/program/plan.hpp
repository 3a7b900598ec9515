#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/world.hpp"
#include "experiments/score_table.hpp"
#include "experiments/study_spec.hpp"
#include "generators/generate.hpp"

// What --plan prints: what a command would read and write, and what it would take.
namespace rolecall::program {

// What work takes, in the order it is done.
struct Cost {
  double held_bytes = 0;                            // still there when it is done
  double peak_bytes = 0;                            // the most it has at once
  double serial_seconds = 0, parallel_seconds = 0;  // of one thread; the latter are shared by all

  // This, and then that.
  Cost then(const Cost& next) const;
};

// A world that a command is given.
struct GivenWorld {
  std::string path;
  bool is_bundle = false;  // its rows are estimated
  WorldSize size;
};

// Reads no more than shapes, or sizes and some lines. Throws InputError when there is no world.
GivenWorld look_at_world(const std::string& path);

// Steps of the commands. The first includes the program itself.
Cost cost_of_reading(const GivenWorld& world);
Cost cost_of_making(const WorldPlan& plan);
Cost cost_of_scoring(const WorldSize& size);
Cost cost_of_table(const WorldSize& size, Level level);  // made, and put into text or a file
// Days of a series, in one pass or scored one by one; and its groups × days as text or a file.
Cost cost_of_series(const WorldSize& size, double days, bool of_groups, bool one_pass);
Cost cost_of_series_text(double scores);
Cost cost_of_series_file(double scores);
Cost cost_of_evaluating(const WorldSize& size, std::size_t replicates);
Cost cost_of_search(const WorldSize& size, const StudySpec& spec);
Cost cost_of_kind(const WorldSize& size, const StudySpec& spec);  // of one that searches nothing
Cost cost_of_fitting_purchases(double customers);                 // of BG/NBD
Cost cost_of_simulating(const WorldPlan& world, double days, double runs);
std::size_t searches_of(const StudySpec& spec);  // of a tune study
Cost cost_of_audit(const WorldSize& size);
Cost cost_of_writing(const WorldSize& size);    // a world file
Cost cost_of_exporting(const WorldSize& size);  // a CSV bundle
Cost cost_of_exporting_file(double unpacked_bytes);
Cost cost_of_exporting_series(double scores);

// [byte] of a world file imported from a bundle.
double imported_file_bytes(const WorldSize& bundle);

struct Plan {
  std::vector<std::pair<std::string, std::string>> items = {};  // what it is about: name, value
  Cost cost = {};
  double file_bytes = 0;    // of the file it writes; 0: small
  std::string output = {};  // the file or folder it writes; empty: none

  // Path and rows.
  void add(const GivenWorld& world);
};

// Prints it. Gives the exit code.
int show(const Plan& plan);

}  // namespace rolecall::program
