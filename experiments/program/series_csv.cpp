#include "experiments/program/series_csv.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <string>
#include <vector>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "generators/csv_export.hpp"

namespace rolecall::program {
namespace {

constexpr std::size_t lines_per_block = 8192;  // some 300 kB of text
constexpr std::size_t blocks_per_thread = 4;

// Lines of a series, counted from 0: line l is day l mod days of row l / days.
class Lines {
 public:
  explicit Lines(const SeriesTable& series) : series_(series) {
    for (std::size_t d = 0; d < series.days; ++d) dates_.push_back(to_string(series.day(d)) + ',');
  }

  void append(std::size_t begin, std::size_t end, std::string& text) const {
    std::string id, number;
    std::size_t row = begin / series_.days, day = begin % series_.days;
    std::uint64_t known = 0;  // what `number` is the text of
    for (std::size_t line = begin; line < end; ++line) {
      if (line == begin || day == 0) {
        id.clear();
        append_csv_field(id, series_.ids[row]);
        id += ',';
      }
      // A score often stays for days.
      const double score = series_.engagement[line];
      if (const auto bits = std::bit_cast<std::uint64_t>(score); number.empty() || bits != known) {
        known = bits;
        number.clear();
        fmt::format_to(std::back_inserter(number), FMT_COMPILE("{}\n"), score);
      }
      text.append(dates_[day]).append(id).append(number);
      if (++day == series_.days) day = 0, ++row;
    }
  }

 private:
  const SeriesTable& series_;
  std::vector<std::string> dates_;
};

}  // namespace

void write_csv(const SeriesTable& series, const std::function<void(std::string_view)>& write) {
  const Phase phase("write the table");
  std::string header = "date,";
  append_csv_field(header, series.id_name());
  write(header + ",engagement\n");
  const Lines lines(series);
  const std::size_t all = series.engagement.size();
  std::vector<std::string> texts(blocks_per_thread * parallel::threads());
  const std::size_t wave = texts.size() * lines_per_block;
  for (std::size_t begin = 0; begin < all; begin += wave) {
    const std::size_t count = std::min(wave, all - begin);
    parallel::for_blocks(count, lines_per_block, [&](std::size_t from, std::size_t to) {
      std::string& text = texts[from / lines_per_block];
      text.clear();
      lines.append(begin + from, begin + to, text);
    });
    for (std::size_t b = 0; b < parallel::block_count(count, lines_per_block); ++b) write(texts[b]);
  }
}

}  // namespace rolecall::program
