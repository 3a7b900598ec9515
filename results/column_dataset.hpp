#pragma once

#include <string>

#include "results/dataset.hpp"
#include "results/hdf5_reader.hpp"
#include "results/table_file.hpp"

// Columns of tables as datasets of a folder, and back.
namespace rolecall {

// Refers to the column.
Dataset dataset_of(const TableColumn& column, const std::string& folder);

// The column whose link in the folder is `link`.
TableColumn read_column(const Hdf5Reader& file, const std::string& folder, const std::string& link);

}  // namespace rolecall
