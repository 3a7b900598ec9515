#pragma once

#include <filesystem>

#include "generators/csv_bundle.hpp"
#include "generators/mapping.hpp"

namespace rolecall {

// Imports the files of a folder that a mapping names, as it says. Accounts whose parent is not
// there, or whose ultimate parent is not where the direct ones lead, are problems; under skip they
// stay, the former as roots, and are among the notes. Throws InputError with every problem of the
// mapping, then with every problem of the files; SystemError when one cannot be read.
CsvBundle import_mapped(const std::filesystem::path& folder, const Mapping& mapping,
                        const CsvBundleOptions& options = {}, Progress* progress = nullptr);

// About how much these files hold. Throws as above when one is missing.
WorldSize estimate_mapped(const std::filesystem::path& folder, const Mapping& mapping);

// Imports one file of deals outside any bundle: with the columns of deals.csv, or those of the
// [deals] of a mapping, whose `file` does not matter then. An account for each that a deal names,
// and nothing else. Throws as above.
CsvBundle import_deals_csv(const std::filesystem::path& file, const CsvBundleOptions& options = {},
                           Progress* progress = nullptr);
CsvBundle import_deals_csv(const std::filesystem::path& file, const Mapping& mapping,
                           const CsvBundleOptions& options = {}, Progress* progress = nullptr);

}  // namespace rolecall
