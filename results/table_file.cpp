#include "results/table_file.hpp"

#include <cassert>

#include "core/profile.hpp"
#include "results/content_file.hpp"
#include "results/dataset.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"

namespace rolecall {
namespace {

struct ToDataset {
  std::variant<Numbers, const TextColumn*> operator()(const TextColumn& texts) const {
    return &texts;
  }
  template <class T>
  std::variant<Numbers, const TextColumn*> operator()(const std::vector<T>& values) const {
    return numbers(std::span<const T>(values));
  }
};

Content table_content(const TableFile& table) {
  Content content;
  content.attributes.push_back({"", "format", table.format});
  for (const auto& [name, text] : table.recipe)
    content.attributes.push_back({"recipe", name, text});
  for (const TableColumn& column : table.columns) {
    assert(column.size() == table.rows());
    content.datasets.push_back({"columns/" + escape_link(column.name),
                                std::visit(ToDataset{}, column.values), column.unit,
                                column.description});
  }
  return content;
}

TableColumn read_column(const Hdf5Reader& file, const std::string& link) {
  const std::string item = "columns/" + link;
  const DatasetInfo info = file.dataset(item);
  TableColumn column{unescape_link(link),
                     {},
                     file.text_attribute(item, "unit"),
                     file.text_attribute(item, "description")};
  if (info.type == ElementType::text)
    column.values = file.read_texts(item);
  else if (info.type == ElementType::i8)
    column.values = file.read<std::int64_t>(item);
  else
    column.values = file.read<double>(item);
  return column;
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
    table.columns.push_back(read_column(file, link));
    if (table.columns.back().size() != table.rows())
      file.refuse("columns/" + link, "it is not as long as the other columns");
  }
  return table;
}

}  // namespace rolecall
