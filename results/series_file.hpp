#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/text_column.hpp"
#include "core/timestamp.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"

namespace rolecall {

inline constexpr const char* series_format = "rolecall.series/1";

// The engagement of groups, or of people, on every day of a range, and all that is needed to
// compute it again. docs/format.md, "Series", has the file.
struct SeriesTable {
  std::string level = "group";  // or "person"
  std::string model = {};       // its text
  std::string world_digest = {};
  Day first{};
  std::size_t days = 0;
  TextColumn ids = {};                  // of the groups or people, ascending
  std::vector<double> engagement = {};  // ids × days, row-major

  // The column of the ids: group_id or person_id.
  std::string id_name() const { return level + "_id"; }
  Day day(std::size_t d) const { return first + days_rep{static_cast<int>(d)}; }
  double at(std::size_t row, std::size_t d) const { return engagement[row * days + d]; }
};

// Writes the series as one file, which appears under `path` when it is whole. Returns its content
// digest. Throws as write_world does.
std::string write_series(const SeriesTable& series, const std::string& path,
                         const Provenance& provenance, Overwrite overwrite = Overwrite::no);

// Its content digest without writing it.
std::string content_digest(const SeriesTable& series);

// Throws InputError when the file is damaged, foreign or of another format or version, SystemError
// when it cannot be read.
SeriesTable read_series(const std::string& path);

}  // namespace rolecall
