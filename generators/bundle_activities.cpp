#include "generators/bundle_activities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>

#include "core/parallel.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

struct Row {
  Timestamp time;
  std::uint64_t count;
  std::uint32_t person;
  std::uint32_t type;   // in the part's names, then in the log's
  std::uint32_t extra;  // likewise: the texts of the further columns, taken together

  auto key() const { return std::tie(time, type, count, extra); }
};

// Texts met in one part, numbered as they come.
class Names {
 public:
  std::uint32_t add(std::string_view text) {
    if (last_ != nullptr && *last_ == text) return last_number_;
    const auto [it, fresh] =
        numbers_.try_emplace(std::string(text), static_cast<std::uint32_t>(numbers_.size()));
    last_ = &it->first;
    last_number_ = it->second;
    return last_number_;
  }
  const auto& numbers() const { return numbers_; }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
  const std::string* last_ = nullptr;
  std::uint32_t last_number_ = 0;
};

struct Columns {
  std::size_t person, activity, time;
  std::optional<std::size_t> count;
  std::vector<std::size_t> extra;  // in order of name
};

Columns find_columns(const std::vector<std::string>& names) {
  const auto at = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  };
  Columns columns{at("person_id"), at("activity"), at("time"), std::nullopt, {}};
  std::map<std::string_view, std::size_t> rest;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (names[c] == "count")
      columns.count = c;
    else if (c != columns.person && c != columns.activity && c != columns.time)
      rest.emplace(names[c], c);
  }
  for (const auto& [name, c] : rest) columns.extra.push_back(c);
  return columns;
}

// One part of the file. Fields cannot contain NUL, so it joins the further columns.
class PartReader : public RowSink {
 public:
  PartReader(const RowSource& file, const Columns& columns, const KeyIndex& people,
             OnError on_error)
      : file_(file), columns_(columns), people_(people), on_error_(on_error) {}

  void row(std::size_t row, std::span<const std::string_view> fields,
           ProblemList& problems) override {
    bool good = true;
    const auto reject = [&](std::size_t column, std::string what, std::string remedy) {
      problems.add({.file = file_.name(),
                    .row = row,
                    .field = file_.name_in_file(file_.columns()[column]),
                    .value = std::string(fields[column]),
                    .what = std::move(what),
                    .remedy = std::move(remedy)});
      good = false;
    };
    Row r{};
    r.person = people_.find(fields[columns_.person]);
    if (fields[columns_.person].empty())
      reject(columns_.person, "the row has no " + file_.name_in_file("person_id"), "Give it one.");
    else if (r.person == KeyIndex::unknown)
      reject(columns_.person, "there is no such id in " + people_.file(),
             "Add the person to " + people_.file() + ", or correct the id here.");
    else if (r.person == KeyIndex::rejected && on_error_ == OnError::skip)
      reject(columns_.person, refers_to_rejected.what, refers_to_rejected.remedy);
    if (fields[columns_.activity].empty())
      reject(columns_.activity, "the row has no " + file_.name_in_file("activity"),
             "Name its type.");
    const auto time = parse_timestamp(fields[columns_.time]);
    if (!time) reject(columns_.time, not_a_time.what, not_a_time.remedy);
    const auto count = columns_.count ? parse_count(fields[*columns_.count]) : 1;
    if (!count)
      reject(*columns_.count, "this is not a whole number from 0 to 2^63 − 1",
             "Count whole activities; empty means 1.");
    if (!good || r.person >= KeyIndex::rejected) return;
    r.time = *time;
    r.count = *count;
    r.type = types.add(fields[columns_.activity]);
    if (!columns_.extra.empty()) {
      joined_.clear();
      for (const std::size_t c : columns_.extra) (joined_ += fields[c]) += '\0';
      r.extra = extras.add(joined_);
    }
    rows.push_back(r);
  }

  std::vector<Row> rows;
  Names types;
  Names extras;

 private:
  static std::optional<std::uint64_t> parse_count(std::string_view text) {
    if (text.empty()) return 1;
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size() || count >> 63 != 0)
      return std::nullopt;
    return count;
  }

  const RowSource& file_;
  const Columns& columns_;
  const KeyIndex& people_;
  OnError on_error_;
  std::string joined_;
};

// Merges the names of all parts in bytewise order, and renumbers each part's rows to match.
std::vector<std::string> unify(std::vector<PartReader>& parts, Names PartReader::*names,
                               std::uint32_t Row::*number) {
  std::map<std::string, std::uint32_t> all;
  for (const PartReader& part : parts)
    for (const auto& [name, local] : (part.*names).numbers()) all.emplace(name, 0);
  std::vector<std::string> sorted;
  for (auto& [name, place] : all) {
    place = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(name);
  }
  parallel::for_each(parts.size(), [&](std::size_t p) {
    std::vector<std::uint32_t> place((parts[p].*names).numbers().size());
    for (const auto& [name, local] : (parts[p].*names).numbers()) place[local] = all.at(name);
    for (Row& row : parts[p].rows) row.*number = place[row.*number];
  });
  return sorted;
}

// All rows by person, those of a person in order of key: counted, dealt out, then sorted. Rows of
// equal key are alike, so the order in which threads deal them leaves no trace.
std::vector<Row> sort_rows(std::vector<PartReader>& parts, std::vector<std::uint64_t>& offsets) {
  const Phase phase("sort");
  std::vector<std::atomic<std::uint64_t>> next(offsets.size() - 1);
  parallel::for_each(parts.size(), [&](std::size_t p) {
    for (const Row& row : parts[p].rows) next[row.person].fetch_add(1, std::memory_order_relaxed);
  });
  for (std::size_t p = 0; p < next.size(); ++p) {
    offsets[p + 1] = offsets[p] + next[p];
    next[p] = offsets[p];
  }
  std::vector<Row> rows(offsets.back());
  parallel::for_each(parts.size(), [&](std::size_t p) {
    for (const Row& row : parts[p].rows)
      rows[next[row.person].fetch_add(1, std::memory_order_relaxed)] = row;
    parts[p].rows = {};
  });
  parallel::for_blocks(next.size(), 1024, [&](std::size_t begin, std::size_t end) {
    for (std::size_t p = begin; p < end; ++p)
      std::sort(rows.begin() + static_cast<std::ptrdiff_t>(offsets[p]),
                rows.begin() + static_cast<std::ptrdiff_t>(offsets[p + 1]),
                [](const Row& a, const Row& b) { return a.key() < b.key(); });
  });
  return rows;
}

Attributes split_extras(const RowSource& file, const Columns& columns, const std::vector<Row>& rows,
                        const std::vector<std::string>& extras) {
  Attributes attributes;
  for (const std::size_t c : columns.extra) attributes.push_back({file.columns()[c], TextColumn{}});
  for (const Row& row : rows) {
    std::string_view rest = extras[row.extra];
    for (Attribute& attribute : attributes) {
      const std::size_t end = rest.find('\0');
      std::get<TextColumn>(attribute.values).push_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
  }
  return attributes;
}

}  // namespace

ActivityLog read_activities(const RowSource& file, const KeyIndex& people, std::size_t person_count,
                            ImportContext& context) {
  const Phase phase("activities");
  const Columns columns = find_columns(file.columns());
  std::vector<PartReader> parts(file.parts(), PartReader(file, columns, people, context.on_error));
  file.read([&](std::size_t part) -> RowSink& { return parts[part]; }, context.problems,
            context.progress);

  ActivityLog log;
  const std::vector<std::string> types = unify(parts, &PartReader::types, &Row::type);
  if (types.size() >= ActivityTypeId::capacity)
    throw InputError(
        {.file = file.name(),
         .field = "activity",
         .what = fmt::format("there are {} types of activity; at most {} can be kept", types.size(),
                             ActivityTypeId::capacity - 1),
         .remedy = "Is this the right column? Put details into a column of their own."});
  std::vector<std::string> extras;
  if (!columns.extra.empty()) extras = unify(parts, &PartReader::extras, &Row::extra);
  log.type_names = TextColumn(types);
  log.offsets.assign(person_count + 1, 0);
  const std::vector<Row> rows = sort_rows(parts, log.offsets);
  log.times.resize(rows.size());
  log.types.resize(rows.size());
  const bool single = std::ranges::all_of(rows, [](const Row& r) { return r.count == 1; });
  if (!single) log.counts.resize(rows.size());
  parallel::for_blocks(rows.size(), 1 << 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      log.times[i] = rows[i].time;
      log.types[i] = ActivityTypeId{rows[i].type};
      if (!single) log.counts[i] = rows[i].count;
    }
  });
  if (!columns.extra.empty()) log.attributes = split_extras(file, columns, rows, extras);
  return log;
}

}  // namespace rolecall
