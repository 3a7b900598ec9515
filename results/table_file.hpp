#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/text_column.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"

namespace rolecall {

struct TableColumn {
  std::string name;  // any UTF-8, unique in its table
  std::variant<TextColumn, std::vector<double>, std::vector<std::int64_t>> values;
  std::string unit = {};
  std::string description = {};
  std::uint64_t per_row = 1;  // numbers a row has: a matrix when more than one, in C order

  std::size_t size() const {
    return std::visit([](const auto& v) { return v.size(); }, values) / per_row;
  }
};

// A table of results, and all that is needed to compute it again.
struct TableFile {
  std::string format;  // "rolecall.scores/1"
  // What the table was made from, in order, each name once: the model's text, the as-of date, the
  // digest of the world. Part of the content and so of the digest.
  std::vector<std::pair<std::string, std::string>> recipe = {};
  std::vector<TableColumn> columns = {};  // of one length

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

// Writes the table as one file, which appears under `path` when it is whole. Returns its content
// digest. Throws as write_world does.
std::string write_table(const TableFile& table, const std::string& path,
                        const Provenance& provenance, Overwrite overwrite = Overwrite::no);

// Its content digest without writing it.
std::string content_digest(const TableFile& table);

// Reads a table of this format, "rolecall.scores/1". Throws InputError when the file is damaged,
// foreign or of another format or version, SystemError when it cannot be read.
TableFile read_table(const std::string& path, std::string_view format);

}  // namespace rolecall
