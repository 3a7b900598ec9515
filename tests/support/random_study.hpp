#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <string>

#include "results/study_file.hpp"

namespace rolecall::testing {

// A study of plausible shape and arbitrary figures: all types, units, a matrix, names with slashes.
inline StudyRecord random_study(std::uint64_t seed, std::size_t rows = 5) {
  std::mt19937_64 bits(seed);
  const auto reals = [&](std::size_t size) {
    std::vector<double> values(size);
    for (double& v : values)
      v = bits() % 9 == 0 ? std::numeric_limits<double>::quiet_NaN()
                          : static_cast<double>(bits()) / 7 - 1e18;
    return values;
  };
  const auto texts = [&](std::size_t size) {
    TextColumn column;
    for (std::size_t i = 0; i < size; ++i)
      column.push_back(std::string(bits() % 30, 'x') + "Größe " + std::to_string(bits() % 100));
    return column;
  };
  std::vector<std::int64_t> counts(rows);
  for (std::int64_t& v : counts) v = static_cast<std::int64_t>(bits() >> 1);
  StudyRecord study;
  study.recipe = {{"study", "random"},
                  {"specification", "format = 1\nseed = " + std::to_string(seed) + "\n"},
                  {"base_model", std::string(90'000, '#')},
                  {"world_digest", ""}};
  study.summary = {{"groups", std::int64_t{9}},
                   {"found_gain", static_cast<double>(seed) / 3},
                   {"nothing", std::numeric_limits<double>::quiet_NaN()},
                   {"finding", std::string("better\nor worse")}};
  study.tables.push_back({.name = "trials",
                          .description = "every candidate",
                          .columns = {{"value", reals(rows), "points", "of the objective"},
                                      {"origin", texts(rows)},
                                      {"a/b", counts, "groups", ""},
                                      {"matrix", reals(3 * rows), "", "", 3}}});
  study.tables.push_back(
      {.name = "x/y", .description = "", .columns = {{"only", reals(rows), "", ""}}});
  study.best_model = "a model\n";
  if (rows == 0) study.tables[0].columns.pop_back();  // a matrix of no rows has no columns either
  return study;
}

}  // namespace rolecall::testing
