#include "generators/csv_size.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "generators/mapped_file.hpp"

namespace rolecall {
namespace {

struct FileSize {
  double rows = 0, bytes = 0;
};

// Rows by the mean length of the lines in three places of the file; a small file is counted whole.
FileSize estimate_file(const std::filesystem::path& path) {
  const MappedFile file(path);
  const std::string_view text = file.bytes();
  constexpr std::size_t places = 3, sample_bytes = std::size_t{1} << 16;
  double lines = 0, sampled = 0;
  for (std::size_t k = 0; k < places; ++k) {
    const std::size_t begin = text.size() * k / places, end = text.size() * (k + 1) / places;
    const std::string_view sample = text.substr(begin, std::min(end - begin, sample_bytes));
    lines += static_cast<double>(std::ranges::count(sample, '\n'));
    sampled += static_cast<double>(sample.size());
  }
  const auto bytes = static_cast<double>(text.size());
  return {std::max(0., std::round(bytes * lines / std::max(1., sampled)) - 1), bytes};  // no header
}

}  // namespace

void add_csv_size(std::string_view table, const std::filesystem::path& file, WorldSize& size) {
  const FileSize found = estimate_file(file);
  const std::map<std::string_view, double*> rows{{"accounts", &size.accounts},
                                                 {"people", &size.people},
                                                 {"groups", &size.groups},
                                                 {"members", &size.members},
                                                 {"activities", &size.activities}};
  if (const auto count = rows.find(table); count != rows.end()) *count->second += found.rows;
  (table == "activities" ? size.log_bytes : size.table_bytes) += found.bytes;
}

}  // namespace rolecall
