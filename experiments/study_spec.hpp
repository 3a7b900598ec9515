#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/field_info.hpp"
#include "experiments/decision_metrics.hpp"

namespace rolecall {

// One line of a search space: a part of a model (see ModelPart), or every part that its * stands
// for, and the values it may take.
struct SpaceEntry {
  std::string path;
  double low = 0, high = 0;
  bool whole = false;               // whole numbers only
  bool log = false;                 // even on a logarithmic scale
  bool shared = false;              // * is one value for all, not one for each
  std::vector<double> values = {};  // a list instead of a range; "none" is infinity
  std::vector<std::string> words = {};

  bool is_range() const { return values.empty() && words.empty(); }
};

// What a study does. Meaning, unit and range of each field: study_spec_fields.hpp.
struct StudySpec {
  std::string name;
  std::string question;
  std::string kind = "tune";  // see study_kinds()

  struct World {
    std::string file;
    std::string spec;
    std::string preset = "medium";
    std::uint64_t seed = 0;
    std::vector<std::string> set = {};
  } world;

  struct Worlds {
    std::uint64_t seeds = 20;
    std::vector<double> accounts = {};
    std::vector<std::string> vary = {};
    std::vector<double> values = {};
    std::vector<double> factors = {};
    double effect = .02;
  } worlds;

  struct Simulation {
    std::vector<std::string> scenarios = {};
    std::vector<std::string> set = {};
  } simulation;

  struct Model {
    std::string base = "ajo-seed";
    std::string activities = "base";
    std::string as_of = "outcome-1d";
    std::vector<std::string> against = {};
  } model;

  std::vector<SpaceEntry> space = {};

  struct Constraints {
    std::vector<std::vector<std::string>> ordered = {};     // each part no less than the next
    std::vector<std::pair<std::string, double>> sums = {};  // parts of a path, and their sum
    std::vector<std::pair<std::string, double>> fixed = {};
  } constraints;

  struct Search {
    std::string method = "refine";
    std::uint64_t candidates = 600;
    std::string objective = "auc";
    std::uint64_t steps = 3;
    double eta = 3;
    double ridge = 0;
    bool non_negative = true;
    std::vector<std::string> methods = {};
    std::uint64_t seed = 1;
  } search;

  struct Validation {
    std::string split = "accounts";
    std::uint64_t folds = 5;
    std::vector<std::string> test_accounts = {};
    double test_share = .3;
    double purge_days = 30;
  } validation;

  HandOff hand_off{.capacity = .1, .value_won = 1, .cost = .1};

  struct Bootstrap {
    std::uint64_t replicates = 200;
    double confidence = .95;
    std::uint64_t shortlist = 200;
    std::uint64_t seed = 1;
  } bootstrap;
};

inline constexpr std::string_view study_spec_format = "rolecall.study-spec/2";

// What a kind of study is called, and what it does in a line.
const std::vector<std::pair<std::string, std::string>>& study_kinds();
std::vector<std::string> search_methods();
std::vector<std::string> search_objectives();

// Reads a study in TOML. `source` names it in messages. Throws InputError with every problem.
StudySpec parse_study_spec(std::string_view toml, const std::string& source);

// The study with every default written out, as parse_study_spec reads it back.
std::string to_toml(const StudySpec& spec, Comments comments);

// The studies that come with the program, in order of name.
const std::vector<StudySpec>& builtin_studies();

// A built-in study by name, or the file of that path. Throws InputError when it is neither.
StudySpec load_study(const std::string& name_or_path);

}  // namespace rolecall
