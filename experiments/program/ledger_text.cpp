#include "experiments/program/ledger_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "experiments/program/table_output.hpp"

namespace rolecall::program {
namespace {

// Characters of a UTF-8 text, near enough to the columns it takes.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string blanks(std::size_t width, const std::string& text) {
  return std::string(width - width_of(text), ' ');
}

}  // namespace

void LedgerText::add(std::size_t depth, const std::string& name, std::vector<std::string> figures) {
  rows_.push_back({std::string(2 * depth, ' ') + printable(name), std::move(figures)});
}

std::string LedgerText::text() const {
  std::size_t names = 0;
  std::vector<std::size_t> widths(rows_.front().figures.size(), 0);
  std::vector<bool> used(widths.size(), false);
  for (const Row& row : rows_) {
    names = std::max(names, width_of(row.name));
    for (std::size_t c = 0; c < row.figures.size(); ++c)
      widths[c] = std::max(widths[c], width_of(row.figures[c]));
    if (&row == &rows_.front()) continue;
    for (std::size_t c = 0; c < row.figures.size(); ++c)
      if (!row.figures[c].empty()) used[c] = true;
  }
  std::string text;
  for (const Row& row : rows_) {
    std::string line = row.name + blanks(names, row.name);
    for (std::size_t c = 0; c < row.figures.size(); ++c)
      if (used[c]) line += "  " + blanks(widths[c], row.figures[c]) + row.figures[c];
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string figure(double value) {
  if (value == 0) return "0";
  if (std::abs(value) < 0.005 || std::abs(value) >= 1e12) return fmt::format("{:.3g}", value);
  std::string text = fmt::format("{:.2f}", value);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  if (text.front() == '-') text.replace(0, 1, "−");
  return text;
}

std::string amount(double value) {
  const std::string text = figure(value);
  if (std::abs(value) < 0.005 || std::abs(value) >= 1e12) return value == 0 ? "0.00" : text;
  const std::string fixed = fmt::format("{:.2f}", value);
  return value < 0 ? "−" + fixed.substr(1) : fixed;
}

std::string signed_amount(double value) { return (value > 0 ? "+" : "") + amount(value); }

std::string counted_text(std::uint64_t counted, std::uint64_t count) {
  return counted == count ? grouped(count)
                          : fmt::format("{} of {}", grouped(counted), grouped(count));
}

}  // namespace rolecall::program
