#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/dataset.hpp"
#include "results/hdf5_reader.hpp"
#include "results/output_file.hpp"
#include "results/provenance.hpp"
#include "results/table_file.hpp"

namespace rolecall {

inline constexpr const char* study_format = "rolecall.study/2";

// Texts by name, in order: what was asked, enough to do it again.
using Recipe = std::vector<std::pair<std::string, std::string>>;

// One table of a study: columns of one length.
struct StudyTable {
  std::string name;
  std::string description = {};
  std::vector<TableColumn> columns = {};

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  const TableColumn* column(std::string_view name) const;  // null when there is none
};

// All that a study says. Parts are named as in the file; docs/format.md, "Studies", tells which
// tables each kind of study has.
struct StudyRecord {
  Recipe recipe = {};  // study, kind, specification, world_digest …
  std::vector<std::pair<std::string, AttributeValue>> summary = {};
  std::vector<StudyTable> tables = {};
  std::string best_model = {};  // a model file; empty: the study looks for none

  const StudyTable* table(std::string_view name) const;  // null when there is none
  std::string recipe_text(std::string_view name) const;  // empty when there is none
  const AttributeValue* summary_value(std::string_view name) const;
};

// Writes the study as one file, which appears under `path` when it is whole. Returns its content
// digest. Throws as write_world does.
std::string write_study(const StudyRecord& study, const std::string& path,
                        const Provenance& provenance, Overwrite overwrite = Overwrite::no);

std::string content_digest(const StudyRecord& study);

// Throws InputError when the file is damaged, foreign or of another format or version.
StudyRecord read_study(const std::string& path);

// What the file holds, for writers of partial files. Refers to the study.
Content study_content(const StudyRecord& study, const char* format = study_format);

// Tables as groups of the group `folder`, and back. What is added refers to the tables.
void add_tables(Content& content, const std::vector<StudyTable>& tables, const std::string& folder);
std::vector<StudyTable> read_tables(const Hdf5Reader& file, const std::string& folder);

}  // namespace rolecall
