#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "core/world.hpp"

namespace rolecall {

enum class OnError : std::uint8_t {
  stop,  // report every problem, import nothing
  skip,  // leave out the rows with problems, and what refers to them
};

struct CsvBundleOptions {
  OnError on_error = OnError::stop;
  std::size_t part_bytes = 4 << 20;  // [byte] of text a task reads; smaller for tests
};

// A value of a file that a mapping had read as another one.
struct ValueChange {
  std::string file, column, value;    // theirs
  std::string our_column, our_value;  // empty value: missing
  std::uint64_t rows = 0;
};

struct CsvBundle {
  World world;
  std::vector<Problem> rejects;       // the rows left out, one problem each; empty under stop
  std::vector<Problem> notes;         // of rows that stay, though something is wrong with them
  std::vector<std::string> warnings;  // worth knowing, not wrong
  std::vector<ValueChange> changes;   // in order of file and column; none without a mapping
};

// Imports a folder of accounts.csv, people.csv, groups.csv, activities.csv and, where present,
// members.csv, outcomes.csv, deals.csv, deal_contacts.csv and deal_events.csv. Columns beyond the
// documented ones become attributes. Throws InputError with every problem of every file,
// SystemError when a file cannot be read.
CsvBundle import_csv_bundle(const std::filesystem::path& folder,
                            const CsvBundleOptions& options = {}, Progress* progress = nullptr);

// About how much a bundle holds, from the sizes of its files and the lengths of some of their
// lines. Throws InputError when files are missing, SystemError when one cannot be read.
WorldSize estimate_csv_bundle(const std::filesystem::path& folder);

}  // namespace rolecall
