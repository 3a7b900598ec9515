#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/field_info.hpp"

namespace rolecall {

// What a role-weights study does. Meaning, unit and range of each field: study_spec_fields.hpp.
struct StudySpec {
  std::string name;
  std::string question;

  struct World {
    std::string file;
    std::string spec;
    std::string preset = "medium";
    std::uint64_t seed = 0;
  } world;

  struct Model {
    std::string base = "ajo-seed";
    std::string activities = "truth";
    std::string as_of = "outcome-1d";
  } model;

  struct Search {
    std::string method = "refine";
    std::uint64_t candidates = 600;
    std::uint64_t lowest = 1;
    std::uint64_t highest = 100;
    std::uint64_t steps = 3;
    std::uint64_t seed = 1;
  } search;

  struct Bootstrap {
    std::uint64_t replicates = 200;
    double confidence = .95;
    std::uint64_t seed = 1;
  } bootstrap;
};

// Reads a study in TOML, format "rolecall.study-spec/1". `source` names it in messages. Throws
// InputError with every problem.
StudySpec parse_study_spec(std::string_view toml, const std::string& source);

// The study with every default written out, as parse_study_spec reads it back.
std::string to_toml(const StudySpec& spec, Comments comments);

// The studies that come with the program, in order of name.
const std::vector<StudySpec>& builtin_studies();

// A built-in study by name, or the file of that path. Throws InputError when it is neither.
StudySpec load_study(const std::string& name_or_path);

}  // namespace rolecall
