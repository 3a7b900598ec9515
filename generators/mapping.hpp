#pragma once

#include <cstdint>
#include <string>
#include <vector>

// How the tables of a foreign export become those of a world: what a mapping file says
// (docs/mapping-file.md).
namespace rolecall {

// A value of the file and what it is read as; empty: as missing.
struct Replacement {
  std::string from, to;
};

// Where one of our columns comes from.
struct ColumnMapping {
  enum class From : std::uint8_t { column, constant, row_number };

  std::string name;  // our column, or the attribute's name
  From from = From::column;
  std::string text = {};                       // their column, or the constant
  std::vector<Replacement> replacements = {};  // other values stay as they are
  int exponent = 0;                            // numbers are read as times ten to the power of it
  std::string key = {};                        // where the mapping says so: "deals.stage", line 7
  std::size_t line = 0;
};

// A column of the file that is left out.
struct DroppedColumn {
  std::string name;
  std::size_t line = 0;
};

struct TableMapping {
  std::string table;      // "deals"
  std::string file = {};  // in the folder of the data
  char delimiter = ',';
  std::vector<ColumnMapping> columns = {};
  std::vector<DroppedColumn> drop = {};
  std::size_t line = 0;  // of the section
};

struct Mapping {
  std::string source;                // the mapping file, as problems name it
  std::vector<TableMapping> tables;  // in the order of table_specs()
};

}  // namespace rolecall
