#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rolecall::program {

// An indented list with columns of figures to its right.
class LedgerText {
 public:
  // `headings` of the figures; the list itself has none.
  explicit LedgerText(std::vector<std::string> headings) : rows_{{"", std::move(headings)}} {}

  // Figures that say nothing are empty; columns of none are left out.
  void add(std::size_t depth, const std::string& name, std::vector<std::string> figures);

  std::string text() const;

 private:
  struct Row {
    std::string name;
    std::vector<std::string> figures;
  };
  std::vector<Row> rows_;
};

// 35.25 → "35.25", 35 → "35": at most two decimals, or three digits of what is smaller than that.
std::string figure(double value);
// The same with two decimals even when they are 0, for a column that adds up; and with a + before.
std::string amount(double value);
std::string signed_amount(double value);
// "20", or "12 of 20" when a cap cut them.
std::string counted_text(std::uint64_t counted, std::uint64_t count);

}  // namespace rolecall::program
