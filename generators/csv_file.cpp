#include "generators/csv_file.hpp"

#include <csv.h>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <set>

#include "core/parallel.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }
bool has_nul(std::string_view text) { return text.find('\0') != text.npos; }

// The first record boundary at or after `from`, given whether `from` lies inside quotes.
std::size_t next_record(std::string_view text, std::size_t from, bool quoted) {
  for (; from < text.size(); ++from) {
    if (text[from] == '"') quoted = !quoted;
    if (text[from] == '\n' && !quoted) return from + 1;
  }
  return text.size();
}

// Where parts of about `part_bytes` begin and where the last ends. A quote toggles whether a line
// end counts, and a doubled quote toggles twice, so the state at any byte is the parity before it.
std::vector<std::size_t> cut_into_parts(std::string_view text, std::size_t begin,
                                        std::size_t part_bytes) {
  const std::size_t slices = parallel::block_count(text.size() - begin, part_bytes);
  std::vector<std::size_t> quotes(slices);
  parallel::for_blocks(text.size() - begin, part_bytes, [&](std::size_t b, std::size_t e) {
    const std::string_view slice = text.substr(begin + b, e - b);
    quotes[b / part_bytes] = static_cast<std::size_t>(std::ranges::count(slice, '"'));
  });
  std::vector<std::size_t> starts{begin};
  std::size_t quotes_before = 0;
  for (std::size_t k = 1; k < slices; ++k) {
    quotes_before += quotes[k - 1];
    const std::size_t slice = begin + k * part_bytes;
    if (slice < starts.back()) continue;  // a long record reaches over this slice
    const std::size_t start = next_record(text, slice, quotes_before % 2 == 1);
    if (start < text.size()) starts.push_back(start);
  }
  starts.push_back(text.size());
  return starts;
}

// Drives libcsv over one part and hands on whole records. Without columns, as for the header
// itself, any number of fields will do.
class PartParser {
 public:
  PartParser(const std::string& file, const std::vector<std::string>& columns, char delimiter,
             RowSink& sink, ProblemList& problems)
      : file_(file), columns_(columns), delimiter_(delimiter), sink_(sink), problems_(problems) {
    if (csv_init(&parser_, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
      throw SystemError("out of memory while reading " + file);
    csv_set_space_func(&parser_, [](unsigned char) { return 0; });  // blanks belong to the field
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
    csv_set_blk_size(&parser_, 1 << 16);
  }
  ~PartParser() { csv_free(&parser_); }
  PartParser(const PartParser&) = delete;
  PartParser& operator=(const PartParser&) = delete;

  // Whether the part is well-formed; when not, rows() is the record that is not.
  bool parse(std::string_view part) {
    check_bytes_ = !is_utf8(part) || has_nul(part);
    const std::size_t done =
        csv_parse(&parser_, part.data(), part.size(), on_field, on_record, this);
    if (done == part.size() && csv_fini(&parser_, on_field, on_record, this) == 0) return true;
    if (csv_error(&parser_) == CSV_ENOMEM)
      throw SystemError("out of memory while reading " + file_);
    return false;
  }

  std::size_t rows() const { return rows_; }

 private:
  static void on_field(void* text, std::size_t size, void* self) {
    static_cast<PartParser*>(self)->add_field({static_cast<const char*>(text), size});
  }
  static void on_record(int, void* self) { static_cast<PartParser*>(self)->end_record(); }

  void add_field(std::string_view text) {
    buffer_ += text;
    ends_.push_back(buffer_.size());
  }

  void end_record() {
    fields_.clear();
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
      fields_.push_back(std::string_view(buffer_).substr(begin, end - begin));
      begin = end;
    }
    if (usable()) sink_.row(rows_, fields_, problems_);
    ++rows_;
    buffer_.clear();
    ends_.clear();
  }

  bool usable() {
    if (!columns_.empty() && fields_.size() != columns_.size()) {
      report("", fields_.empty() ? "" : fields_[0],
             fmt::format("the row begins so and has {} fields, where the header has {}",
                         fields_.size(), columns_.size()),
             fmt::format("Quote fields that contain {0}; fill empty ones with nothing between {0}.",
                         delimiter_ == ','   ? "commas"
                         : delimiter_ == ';' ? "semicolons"
                                             : "tabs"));
      return false;
    }
    const bool longest_fits = buffer_.size() <= CsvFile::longest_field;
    if (longest_fits && !check_bytes_) return true;
    bool good = true;
    for (std::size_t c = 0; c < fields_.size(); ++c) {
      const std::string_view field = fields_[c];
      if (field.size() > CsvFile::longest_field)
        good = report(columns_[c], "",
                      fmt::format("the field has {} bytes; at most {} can be read", field.size(),
                                  CsvFile::longest_field),
                      "Shorten it; if it should be short, look for a quote that is never closed.");
      else if (!is_utf8(field))
        good = report(columns_[c], "", "the field is not valid UTF-8",
                      "Save the file as UTF-8, for example with iconv -f latin1 -t utf-8.");
      else if (has_nul(field))
        good = report(columns_[c], "", "the field has a NUL byte",
                      "Export the file again as text; UTF-16 must be converted to UTF-8.");
    }
    return good;
  }

  bool report(const std::string& field, std::string_view value, std::string what,
              std::string remedy) {
    problems_.add({.file = file_,
                   .row = rows_,
                   .field = field,
                   .value = std::string(value),
                   .what = std::move(what),
                   .remedy = std::move(remedy)});
    return false;
  }

  const std::string& file_;
  const std::vector<std::string>& columns_;
  char delimiter_;
  RowSink& sink_;
  ProblemList& problems_;
  csv_parser parser_{};
  bool check_bytes_ = false;
  std::string buffer_;             // the record's fields, end to end
  std::vector<std::size_t> ends_;  // of the fields in buffer_
  std::vector<std::string_view> fields_;
  std::size_t rows_ = 0;
};

struct HeaderSink : RowSink {
  std::vector<std::string> columns;
  void row(std::size_t, std::span<const std::string_view> fields, ProblemList&) override {
    columns.assign(fields.begin(), fields.end());
  }
};

Problem not_csv(const std::string& file, std::size_t row) {
  return {.file = file,
          .row = row,
          .what =
              "from here on this is not CSV: a quote is never closed, or stands inside a field "
              "that is not quoted",
          .remedy = "Put the whole field in double quotes, and write \"\" for a quote in it."};
}

}  // namespace

CsvFile::CsvFile(const std::filesystem::path& path, std::size_t part_bytes, char delimiter)
    : file_(path), name_(path.filename().string()), delimiter_(delimiter), text_(file_.bytes()) {
  if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  const auto unusable = [&](std::string value, std::string what, std::string remedy) {
    return InputError({.file = name_,
                       .row = 1,
                       .value = std::move(value),
                       .what = std::move(what),
                       .remedy = std::move(remedy)});
  };
  if (text_.find_first_not_of("\r\n") == text_.npos)
    throw InputError({.file = name_,
                      .what = "the file is empty",
                      .remedy = "It needs at least a header with the names of its columns."});
  std::size_t body = 0;
  while (text_[body] == '\r' || text_[body] == '\n') ++body;
  const std::string_view header = text_.substr(body, next_record(text_, body, false) - body);
  body += header.size();

  HeaderSink sink;
  ProblemList problems;
  if (header.size() > longest_field)
    throw unusable("", fmt::format("the header has {} bytes", header.size()),
                   "Is this a CSV file? The first row must name the columns.");
  if (const std::size_t cr = header.find('\r'); cr != header.npos && cr + 2 < header.size())
    throw unusable("", "lines end with a carriage return alone",
                   "Convert the file to LF or CRLF line ends.");
  if (!is_utf8(header) || has_nul(header))
    throw unusable("", "the header is not valid UTF-8 text",
                   "Save the file as UTF-8; UTF-16 must be converted.");
  if (!PartParser(name_, columns_, delimiter_, sink, problems).parse(header))
    throw InputError(not_csv(name_, 1));
  columns_ = std::move(sink.columns);
  std::set<std::string> seen;
  for (const std::string& column : columns_) {
    if (column.empty())
      throw unusable("", "a column has no name", "Name every column in the header.");
    if (!seen.insert(column).second)
      throw unusable(column, "two columns have this name", "Rename or remove one.");
  }
  starts_ = cut_into_parts(text_, body, part_bytes);
}

std::vector<std::size_t> CsvFile::read(const std::function<RowSink&(std::size_t part)>& sink_of,
                                       ProblemList& problems, Progress& progress) const {
  const Phase phase("parse " + name_);
  struct Part {
    ProblemList problems;
    std::size_t rows = 0;
    bool well_formed = true;
  };
  std::vector<Part> done(parts(), Part{ProblemList(problems.limit())});
  progress.begin("reading " + name_, text_.size(), "B");
  parallel::for_each(parts(), [&](std::size_t k) {
    PartParser parser(name_, columns_, delimiter_, sink_of(k), done[k].problems);
    done[k].well_formed = parser.parse(text_.substr(starts_[k], starts_[k + 1] - starts_[k]));
    done[k].rows = parser.rows();
    progress.advance(starts_[k + 1] - starts_[k]);
  });
  progress.end();
  std::vector<std::size_t> first_rows;
  std::size_t row = 2;  // after the header
  for (Part& part : done) {
    first_rows.push_back(row);
    part.problems.shift_rows(row);
    problems.append(std::move(part.problems));
    if (!part.well_formed) {  // later parts began at a guess
      problems.add(not_csv(name_, row + part.rows));
      problems.throw_if_any();
    }
    row += part.rows;
  }
  return first_rows;
}

}  // namespace rolecall
