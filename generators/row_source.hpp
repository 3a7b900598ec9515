#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"

namespace rolecall {

// Receives the records of one part of a file, in order. Rows count from 0 within the part.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // `fields` has one text per column, valid during the call. Problems take the row given here.
  virtual void row(std::size_t row, std::span<const std::string_view> fields,
                   ProblemList& problems) = 0;
};

// A file of records with named columns, read in parallel by parts.
class RowSource {
 public:
  virtual ~RowSource() = default;

  virtual const std::string& name() const = 0;  // of the file, without the folder
  virtual const std::vector<std::string>& columns() const = 0;
  virtual std::size_t parts() const = 0;

  // What the file itself calls a column, for whoever has to mend it.
  virtual std::string name_in_file(std::string_view column) const { return std::string(column); }

  // Reads every part into its sink, parts in parallel. Rows that cannot be used are reported to
  // `problems` and not passed on. Returns the row of the file (header = 1) at which each part
  // begins. A file that cannot be read to its end throws with everything found so far.
  virtual std::vector<std::size_t> read(const std::function<RowSink&(std::size_t part)>& sink_of,
                                        ProblemList& problems, Progress& progress) const = 0;
};

}  // namespace rolecall
