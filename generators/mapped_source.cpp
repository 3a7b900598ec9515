#include "generators/mapped_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "generators/table_spec.hpp"

namespace rolecall {
namespace {

// "12.5" times 10³ is "12.5e3", which is rounded once, when it is read. What is no number stays,
// for the reader to say so.
std::string scaled(std::string_view text, int exponent) {
  double number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(number))
    return std::string(text);
  const std::size_t e = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, e);
  int own = 0;
  if (e != text.npos) {
    std::string_view power = text.substr(e + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    const auto [end, wrong] = std::from_chars(power.data(), power.data() + power.size(), own);
    if (wrong != std::errc{} || end != power.data() + power.size() || std::abs(own) > 1000)
      return std::string(text);
  }
  return fmt::format("{}e{}", digits, own + exponent);
}

std::size_t place_of(const std::vector<std::string>& names, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

}  // namespace

// Maps the rows of one part on their way.
class MappedSource::Sink : public RowSink {
 public:
  Sink(const MappedSource& source, RowSink& target)
      : source_(source), target_(target), texts_(source.columns_.size()) {
    for (const Column& column : source.columns_)
      counts_.emplace_back(column.mapping == nullptr ? 0 : column.mapping->replacements.size());
  }

  void row(std::size_t row, std::span<const std::string_view> fields,
           ProblemList& problems) override {
    mapped_.clear();
    for (std::size_t c = 0; c < source_.columns_.size(); ++c) {
      const Column& column = source_.columns_[c];
      mapped_.push_back(column.mapping == nullptr ? fields[column.place]
                                                  : map(c, column, row, fields));
    }
    target_.row(row, mapped_, problems);
  }

  const std::vector<std::vector<std::uint64_t>>& counts() const { return counts_; }

 private:
  std::string_view map(std::size_t c, const Column& column, std::size_t row,
                       std::span<const std::string_view> fields) {
    const ColumnMapping& mapping = *column.mapping;
    if (mapping.from == ColumnMapping::From::constant) return mapping.text;
    if (mapping.from == ColumnMapping::From::row_number) {
      constexpr std::size_t first_row = 2;  // such a file is read in one part
      return texts_[c] = std::to_string(row + first_row);
    }
    std::string_view text = fields[column.place];
    if (const auto found = column.replacements.find(text); found != column.replacements.end()) {
      ++counts_[c][found->second];
      text = mapping.replacements[found->second].to;
    }
    if (mapping.exponent == 0 || text.empty()) return text;
    return texts_[c] = scaled(text, mapping.exponent);
  }

  const MappedSource& source_;
  RowSink& target_;
  std::vector<std::string> texts_;
  std::vector<std::string_view> mapped_;
  std::vector<std::vector<std::uint64_t>> counts_;
};

MappedSource::MappedSource(std::unique_ptr<CsvFile> file, const TableMapping& mapping,
                           const std::string& mapping_source, ProblemList& problems)
    : file_(std::move(file)) {
  for (const ColumnMapping& column : mapping.columns) add_mapped(column, mapping_source, problems);
  add_others(mapping, mapping_source, problems);
  for (const Column& column : columns_)
    counts_.emplace_back(column.mapping == nullptr ? 0 : column.mapping->replacements.size());
}

// The remedy when the mapping names a column that is not there.
std::string MappedSource::no_such_column(const std::string& name) const {
  std::string remedy = printable(suggest(name, file_->columns()));
  if (file_->columns().size() == 1)
    remedy += " The whole header is one column: is it the delimiter?";
  return remedy;
}

void MappedSource::add_mapped(const ColumnMapping& mapping, const std::string& source,
                              ProblemList& problems) {
  Column column{.mapping = &mapping};
  if (mapping.from == ColumnMapping::From::column) {
    column.place = place_of(file_->columns(), mapping.text);
    if (column.place == file_->columns().size())
      problems.add({.file = source,
                    .row = mapping.line,
                    .field = mapping.key,
                    .value = mapping.text,
                    .what = fmt::format("{} has no such column", name()),
                    .remedy = no_such_column(mapping.text)});
  }
  for (std::size_t r = 0; r < mapping.replacements.size(); ++r)
    column.replacements.emplace(mapping.replacements[r].from, r);
  names_.push_back(mapping.name);
  columns_.push_back(std::move(column));
}

void MappedSource::add_others(const TableMapping& mapping, const std::string& source,
                              ProblemList& problems) {
  std::set<std::string_view> done;
  for (const ColumnMapping& column : mapping.columns)
    if (column.from == ColumnMapping::From::column) done.insert(column.text);
  for (const DroppedColumn& column : mapping.drop) {
    const bool is_there = place_of(file_->columns(), column.name) < file_->columns().size();
    const bool is_used = !done.insert(column.name).second;
    if (is_there && !is_used) continue;
    problems.add({.file = source,
                  .row = column.line,
                  .field = mapping.table + ".drop",
                  .value = column.name,
                  .what = is_there ? "the column is also used, or dropped twice"
                                   : fmt::format("{} has no such column", name()),
                  .remedy = is_there ? "Leave it out of one." : no_such_column(column.name)});
  }
  const TableSpec& spec = *find_table_spec(mapping.table);
  for (std::size_t place = 0; place < file_->columns().size(); ++place) {
    const std::string& column = file_->columns()[place];
    if (done.contains(column)) continue;
    if (spec.knows(column) || std::ranges::find(spec.checked, column) != spec.checked.end() ||
        std::ranges::find(spec.described, column) != spec.described.end() ||
        std::ranges::find(names_, column) != names_.end())
      problems.add(
          {.file = source,
           .row = mapping.line,
           .field = mapping.table,
           .value = column,
           .what = fmt::format("a column of {} has this name, and the mapping does not say what it "
                               "is",
                               name()),
           .remedy = fmt::format(
               "Write {0} = \"{0}\", put it under another name into [{1}.attributes], or "
               "drop it.",
               column, mapping.table)});
    names_.push_back(column);
    columns_.push_back({.place = place});
  }
}

std::string MappedSource::name_in_file(std::string_view column) const {
  const std::size_t place = place_of(names_, column);
  if (place == names_.size()) return std::string(column);
  const ColumnMapping* mapping = columns_[place].mapping;
  return mapping != nullptr && mapping->from == ColumnMapping::From::column ? mapping->text
                                                                            : names_[place];
}

std::vector<std::size_t> MappedSource::read(
    const std::function<RowSink&(std::size_t part)>& sink_of, ProblemList& problems,
    Progress& progress) const {
  std::vector<std::unique_ptr<Sink>> sinks(parts());
  const auto first_rows = file_->read(
      [&](std::size_t part) -> RowSink& {
        sinks[part] = std::make_unique<Sink>(*this, sink_of(part));
        return *sinks[part];
      },
      problems, progress);
  for (const auto& sink : sinks)
    for (std::size_t c = 0; c < counts_.size(); ++c)
      for (std::size_t r = 0; r < counts_[c].size(); ++r) counts_[c][r] += sink->counts()[c][r];
  return first_rows;
}

void MappedSource::tell_changes(std::vector<ValueChange>& changes,
                                std::vector<std::string>& warnings) const {
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    const ColumnMapping* mapping = columns_[c].mapping;
    if (mapping == nullptr) continue;
    for (std::size_t r = 0; r < mapping->replacements.size(); ++r) {
      const Replacement& replacement = mapping->replacements[r];
      if (counts_[c][r] > 0)
        changes.push_back({name(), mapping->text, replacement.from, mapping->name, replacement.to,
                           counts_[c][r]});
      else
        warnings.push_back(
            fmt::format("{}: no row has the {} '{}' that the mapping replaces under {}.", name(),
                        mapping->text, printable(replacement.from), mapping->key));
    }
  }
}

}  // namespace rolecall
