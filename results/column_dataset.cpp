#include "results/column_dataset.hpp"

namespace rolecall {
namespace {

struct ToDataset {
  std::uint64_t per_row;

  std::variant<Numbers, const TextColumn*> operator()(const TextColumn& texts) const {
    return &texts;
  }
  template <class T>
  std::variant<Numbers, const TextColumn*> operator()(const std::vector<T>& values) const {
    return numbers(std::span<const T>(values), per_row > 1 ? per_row : 0);
  }
};

}  // namespace

Dataset dataset_of(const TableColumn& column, const std::string& folder) {
  return {folder + "/" + escape_link(column.name),
          std::visit(ToDataset{column.per_row}, column.values), column.unit, column.description};
}

TableColumn read_column(const Hdf5Reader& file, const std::string& folder,
                        const std::string& link) {
  const std::string item = folder + "/" + link;
  const DatasetInfo info = file.dataset(item);
  TableColumn column{unescape_link(link),
                     {},
                     file.text_attribute(item, "unit"),
                     file.text_attribute(item, "description")};
  const std::size_t dimensions = std::max<std::size_t>(1, info.shape.size());
  if (info.shape.size() == 2) column.per_row = std::max<std::uint64_t>(1, info.shape[1]);
  if (info.type == ElementType::text)
    column.values = file.read_texts(item);
  else if (info.type == ElementType::i8)
    column.values = file.read<std::int64_t>(item, dimensions);
  else
    column.values = file.read<double>(item, dimensions);
  return column;
}

}  // namespace rolecall
