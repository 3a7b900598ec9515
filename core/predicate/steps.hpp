#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "core/predicate/subject.hpp"
#include "core/predicate/text_match.hpp"

// A predicate made ready to run over columns: each step takes rows and gives those that it holds
// for, in the same order. The second condition of an `and` sees only what the first one left.
namespace rolecall {

using RowList = std::vector<std::uint32_t>;

class Step {
 public:
  virtual ~Step() = default;
  virtual RowList select(Rows rows) const = 0;
};
using StepPtr = std::unique_ptr<const Step>;

// A number or a day: one for all rows, or one of each.
using Numbers = std::variant<double, FillNumbers>;

enum class Order : std::uint8_t { equal, less, less_equal };

StepPtr constant_step(bool holds);
StepPtr all_of(std::vector<StepPtr> steps);
StepPtr any_of(std::vector<StepPtr> steps);
StepPtr not_step(StepPtr step);
StepPtr truth_step(FillTruths truths, bool sought);

// The following hold for no row whose value is missing, negated or not.
StepPtr compare_step(Numbers left, Order order, Numbers right, bool negated);
StepPtr between_step(Numbers value, Numbers low, Numbers high, bool negated);
StepPtr number_in_step(Numbers value, std::vector<double> sought, bool negated);
StepPtr text_step(FillTexts texts, TextMatch sought, bool negated);
StepPtr same_text_step(FillTexts left, FillTexts right, bool negated);

StepPtr missing_text_step(FillTexts texts, bool negated);
StepPtr missing_number_step(FillNumbers numbers, bool negated);

}  // namespace rolecall
