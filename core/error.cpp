#include "core/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <iterator>
#include <numeric>
#include <system_error>

namespace rolecall {
namespace {

// A value as a message shows it: one line, and not the whole of a 10 MB field.
std::string shown(std::string_view value) {
  constexpr std::size_t longest = 120;  // [byte]; a path still fits
  std::string text = printable(value.substr(0, longest));
  if (value.size() > longest) {
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80)
      text.pop_back();  // do not cut a UTF-8 character in two
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0) text.pop_back();
    text += fmt::format("… ({} bytes)", value.size());
  }
  return text;
}

// Whose records may take several lines.
bool is_table(std::string_view file) {
  return file.ends_with(".csv") || file.ends_with(".tsv") || file.ends_with(".txt");
}

std::string summary(const std::vector<Problem>& problems, std::size_t total) {
  constexpr std::size_t most = 25;
  std::string text;
  for (std::size_t i = 0; i < std::min(most, problems.size()); ++i) {
    if (i > 0) text += '\n';
    text += to_string(problems[i]);
  }
  if (total > most)
    text += fmt::format("\n… and {} more problems of {} in all", total - most, total);
  return text;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substitute, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string printable(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      text += fmt::format("\\x{:02x}", byte);
    else
      text += c;
  }
  return text;
}

std::string to_string(const Problem& p) {
  std::string text = p.file;
  const auto separate = [&] {
    if (!text.empty()) text += ", ";
  };
  if (p.row > 0) separate(), text += fmt::format("{} {}", is_table(p.file) ? "row" : "line", p.row);
  if (!p.field.empty()) separate(), text += p.field;
  if (!p.value.empty()) text += fmt::format(" '{}'", shown(p.value));
  text += text.empty() ? "" : ": ";
  text += p.what + ".";
  if (!p.remedy.empty()) text += " " + p.remedy;
  if (!p.excerpt.empty()) text += "\n" + p.excerpt;
  return text;
}

InputError::InputError(Problem problem) : InputError(std::vector{std::move(problem)}, 1) {}

InputError::InputError(std::vector<Problem> problems, std::size_t total)
    : std::runtime_error(summary(problems, total)), problems_(std::move(problems)), total_(total) {}

SystemError SystemError::from_errno(std::string_view doing, const std::string& file, int code) {
  std::string_view remedy;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    remedy = " Free some space, or write elsewhere.";
  if (code == EACCES || code == EPERM || code == EROFS)
    remedy = " Check the permissions, or choose another folder.";
  if (code == ENOENT) remedy = " Check the path; a missing folder is not made.";
  return SystemError(fmt::format("cannot {} {}: {}.{}", doing, file,
                                 std::generic_category().message(code), remedy));
}

void ProblemList::add(Problem problem) {
  ++total_;
  if (kept_.size() < limit_) kept_.push_back(std::move(problem));
}

void ProblemList::append(ProblemList other) {
  total_ += other.total_;
  const std::size_t room = limit_ - std::min(limit_, kept_.size());
  const auto n = static_cast<std::ptrdiff_t>(std::min(room, other.kept_.size()));
  std::move(other.kept_.begin(), other.kept_.begin() + n, std::back_inserter(kept_));
}

void ProblemList::shift_rows(std::size_t by) {
  for (Problem& problem : kept_) problem.row += by;
}

void ProblemList::throw_if_any() const {
  if (!empty()) throw InputError(kept_, total_);
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (const std::size_t d = edit_distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

std::string suggest(std::string_view word, const std::vector<std::string>& candidates) {
  if (const std::string_view near = nearest(word, candidates); !near.empty())
    return fmt::format("Did you mean '{}'?", near);
  return candidates.empty() ? std::string()
                            : fmt::format("Known: {}.", fmt::join(candidates, ", "));
}

}  // namespace rolecall
