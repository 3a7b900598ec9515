#include "results/table_file.hpp"

#include <cassert>

#include "core/profile.hpp"
#include "results/column_dataset.hpp"
#include "results/content_file.hpp"
#include "results/dataset.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"

namespace rolecall {
namespace {

Content table_content(const TableFile& table) {
  Content content;
  content.attributes.push_back({"", "format", table.format});
  for (const auto& [name, text] : table.recipe)
    content.attributes.push_back({"recipe", name, text});
  for (const TableColumn& column : table.columns) {
    assert(column.size() == table.rows());
    content.datasets.push_back(dataset_of(column, "columns"));
  }
  return content;
}

}  // namespace

std::string content_digest(const TableFile& table) { return content_digest(table_content(table)); }

std::string write_table(const TableFile& table, const std::string& path,
                        const Provenance& provenance, Overwrite overwrite) {
  return write_content(table_content(table), path, provenance, overwrite);
}

TableFile read_table(const std::string& path, std::string_view format) {
  const Phase phase("read the table");
  const Hdf5Reader file(path);
  const FileFormat wanted = parse_format(format).value();
  require_format(file, wanted.name, wanted.version);
  TableFile table{.format = std::string(format)};
  if (file.has("recipe"))
    for (FileAttribute& item : file.attributes("recipe"))
      if (auto* text = std::get_if<std::string>(&item.value))
        table.recipe.emplace_back(item.name, std::move(*text));
  for (const std::string& link : file.links("columns")) {
    table.columns.push_back(read_column(file, "columns", link));
    if (table.columns.back().size() != table.rows())
      file.refuse("columns/" + link, "it is not as long as the other columns");
  }
  return table;
}

}  // namespace rolecall
