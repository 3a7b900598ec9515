#include "results/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "core/profile.hpp"
#include "results/column_dataset.hpp"
#include "results/content_file.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"

namespace rolecall {

const TableColumn* StudyTable::column(std::string_view wanted) const {
  const auto found = std::ranges::find(columns, wanted, &TableColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

const StudyTable* StudyRecord::table(std::string_view wanted) const {
  const auto found = std::ranges::find(tables, wanted, &StudyTable::name);
  return found == tables.end() ? nullptr : &*found;
}

std::string StudyRecord::recipe_text(std::string_view wanted) const {
  for (const auto& [name, text] : recipe)
    if (name == wanted) return text;
  return {};
}

const AttributeValue* StudyRecord::summary_value(std::string_view wanted) const {
  for (const auto& [name, value] : summary)
    if (name == wanted) return &value;
  return nullptr;
}

Content study_content(const StudyRecord& study, const char* format) {
  Content content;
  content.attributes.push_back({"", "format", std::string(format)});
  for (const auto& [name, text] : study.recipe)
    content.attributes.push_back({"recipe", name, text});
  for (const auto& [name, value] : study.summary)
    content.attributes.push_back({"summary", name, value});
  if (!study.best_model.empty()) content.attributes.push_back({"best", "model", study.best_model});
  add_tables(content, study.tables, "tables");
  return content;
}

void add_tables(Content& content, const std::vector<StudyTable>& tables,
                const std::string& folder) {
  for (const StudyTable& table : tables) {
    const std::string group = folder + "/" + escape_link(table.name);
    content.attributes.push_back({group, "description", table.description});
    for (const TableColumn& column : table.columns) {
      assert(column.size() == table.rows());
      content.datasets.push_back(dataset_of(column, group));
    }
  }
}

std::vector<StudyTable> read_tables(const Hdf5Reader& file, const std::string& folder) {
  std::vector<StudyTable> tables;
  for (const std::string& link : file.links(folder)) {
    const std::string group = folder + "/" + link;
    StudyTable table{unescape_link(link), file.text_attribute(group, "description")};
    for (const std::string& name : file.links(group)) {
      table.columns.push_back(read_column(file, group, name));
      if (table.columns.back().size() != table.rows())
        file.refuse(group + "/" + name, "it is not as long as the other columns");
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

std::string write_study(const StudyRecord& study, const std::string& path,
                        const Provenance& provenance, Overwrite overwrite) {
  return write_content(study_content(study), path, provenance, overwrite);
}

std::string content_digest(const StudyRecord& study) {
  return content_digest(study_content(study));
}

StudyRecord read_study(const std::string& path) {
  const Phase phase("read the study");
  const Hdf5Reader file(path);
  const FileFormat wanted = parse_format(study_format).value(), found = file_format(file);
  if (found.name == wanted.name && found.version < wanted.version)
    file.refuse("format",
                fmt::format("the file is too old: version {} of {}, and this program reads {}",
                            found.version, wanted.name, wanted.version),
                "Run the study again with this program.");
  require_format(file, wanted.name, wanted.version);
  StudyRecord study;
  for (FileAttribute& item : file.attributes("recipe"))
    if (auto* text = std::get_if<std::string>(&item.value))
      study.recipe.emplace_back(item.name, std::move(*text));
  for (FileAttribute& item : file.attributes("summary"))
    study.summary.emplace_back(item.name, std::move(item.value));
  if (file.has("best")) study.best_model = file.text_attribute("best", "model");
  study.tables = read_tables(file, "tables");
  return study;
}

}  // namespace rolecall
