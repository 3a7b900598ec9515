#include "results/series_file.hpp"

#include <fmt/format.h>

#include <cassert>
#include <cstdint>
#include <span>

#include "core/error.hpp"
#include "core/profile.hpp"
#include "results/content_file.hpp"
#include "results/dataset.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"

namespace rolecall {
namespace {

constexpr const char* day_unit = "days since 1970-01-01";

std::int32_t number(Day day) { return day.time_since_epoch().count(); }

Content series_content(const SeriesTable& s) {
  assert(s.days > 0 && s.engagement.size() == s.ids.size() * s.days);
  Content content;
  content.attributes = {
      {"", "format", series_format},          {"recipe", "model", s.model},
      {"recipe", "from", to_string(s.first)}, {"recipe", "to", to_string(s.day(s.days - 1))},
      {"recipe", "level", s.level},           {"recipe", "world_digest", s.world_digest}};
  content.datasets.push_back({s.id_name(), &s.ids, "", "rows of engagement"});
  content.datasets.push_back({"date",
                              numbers<std::int32_t>(s.days,
                                                    [first = number(s.first)](std::size_t d) {
                                                      return first + static_cast<std::int32_t>(d);
                                                    }),
                              day_unit, "columns of engagement"});
  Numbers matrix = numbers(std::span<const double>(s.engagement));
  matrix.shape = {s.ids.size(), s.days};
  content.datasets.push_back(
      {"engagement", std::move(matrix), "1", "engagement score, ids x days"});
  return content;
}

// The first day and how many; they follow each other.
void read_days(const Hdf5Reader& file, SeriesTable& series) {
  const auto days = file.read<std::int32_t>("date");
  // As parse_day has them: years 0001 to 9999.
  const std::int32_t earliest = number(parse_day("0001-01-01").value());
  const std::int32_t latest = number(parse_day("9999-12-31").value());
  if (days.empty()) file.refuse("date", "it holds no day");
  for (std::size_t d = 0; d < days.size(); ++d)
    if (days[d] < earliest || days[d] > latest || (d > 0 && days[d] != days[d - 1] + 1))
      file.refuse("date", fmt::format("row {}, from 0, is not the day after the one before", d));
  series.first = Day{days_rep{days.front()}};
  series.days = days.size();
}

}  // namespace

std::string write_series(const SeriesTable& series, const std::string& path,
                         const Provenance& provenance, Overwrite overwrite) {
  return write_content(series_content(series), path, provenance, overwrite);
}

std::string content_digest(const SeriesTable& series) {
  return content_digest(series_content(series));
}

SeriesTable read_series(const std::string& path) {
  const Phase phase("read the series");
  const Hdf5Reader file(path);
  const FileFormat wanted = parse_format(series_format).value();
  require_format(file, wanted.name, wanted.version);
  SeriesTable series{.level = file.text_attribute("recipe", "level"),
                     .model = file.text_attribute("recipe", "model"),
                     .world_digest = file.text_attribute("recipe", "world_digest")};
  if (series.level != "group" && series.level != "person")
    file.refuse("recipe", fmt::format("its level is neither group nor person: '{}'",
                                      printable(series.level)));
  series.ids = file.read_texts(series.id_name());
  read_days(file, series);
  const std::vector<std::uint64_t> want{series.ids.size(), series.days};
  if (file.dataset("engagement").shape != want)
    file.refuse("engagement", fmt::format("it is not of {} ids x {} days", want[0], want[1]));
  series.engagement = file.read<double>("engagement", 2);
  return series;
}

}  // namespace rolecall
