#include "core/predicate/steps.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rolecall {
namespace {

// A step that tells of each row by itself: `Test` is called with the rows, and gives a function of
// their places.
template <class Test>
class RowStep : public Step {
 public:
  explicit RowStep(Test test) : test_(std::move(test)) {}

  RowList select(Rows rows) const override {
    const auto holds = test_(rows);
    RowList selected(rows.size());
    std::size_t n = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      selected[n] = rows[i];
      n += holds(i) ? 1 : 0;
    }
    selected.resize(n);
    return selected;
  }

 private:
  Test test_;
};

template <class Test>
StepPtr row_step(Test test) {
  return std::make_unique<RowStep<Test>>(std::move(test));
}

// What is left of the rows without the selected ones, which are a part of them in their order.
RowList without(Rows rows, Rows selected) {
  RowList rest;
  rest.reserve(rows.size() - selected.size());
  std::size_t next = 0;
  for (const std::uint32_t row : rows) {
    if (next < selected.size() && selected[next] == row)
      ++next;
    else
      rest.push_back(row);
  }
  return rest;
}

class AllOf : public Step {
 public:
  explicit AllOf(std::vector<StepPtr> steps) : steps_(std::move(steps)) {}

  RowList select(Rows rows) const override {
    if (steps_.empty()) return {rows.begin(), rows.end()};
    RowList left = steps_.front()->select(rows);
    for (std::size_t i = 1; i < steps_.size() && !left.empty(); ++i) left = steps_[i]->select(left);
    return left;
  }

 private:
  std::vector<StepPtr> steps_;
};

class AnyOf : public Step {
 public:
  explicit AnyOf(std::vector<StepPtr> steps) : steps_(std::move(steps)) {}

  RowList select(Rows rows) const override {
    RowList rest(rows.begin(), rows.end());
    for (std::size_t i = 0; i < steps_.size() && !rest.empty(); ++i)
      rest = without(rest, steps_[i]->select(rest));
    return without(rows, rest);
  }

 private:
  std::vector<StepPtr> steps_;
};

class Not : public Step {
 public:
  explicit Not(StepPtr step) : step_(std::move(step)) {}
  RowList select(Rows rows) const override { return without(rows, step_->select(rows)); }

 private:
  StepPtr step_;
};

std::vector<double> values_of(const Numbers& numbers, Rows rows) {
  if (const double* one = std::get_if<double>(&numbers))
    return std::vector<double>(rows.size(), *one);
  std::vector<double> values(rows.size());
  std::get<FillNumbers>(numbers)(rows, values);
  return values;
}

std::vector<std::string_view> values_of(const FillTexts& texts, Rows rows) {
  std::vector<std::string_view> values(rows.size());
  texts(rows, values);
  return values;
}

bool is_number(double value) { return !std::isnan(value); }

template <class Compare>
StepPtr compare(Numbers left, Numbers right, bool negated, Compare holds) {
  return row_step([left = std::move(left), right = std::move(right), negated, holds](Rows rows) {
    return [a = values_of(left, rows), b = values_of(right, rows), negated, holds](std::size_t i) {
      return is_number(a[i]) && is_number(b[i]) && holds(a[i], b[i]) != negated;
    };
  });
}

}  // namespace

StepPtr constant_step(bool holds) {
  return row_step([holds](Rows) { return [holds](std::size_t) { return holds; }; });
}

StepPtr all_of(std::vector<StepPtr> steps) { return std::make_unique<AllOf>(std::move(steps)); }
StepPtr any_of(std::vector<StepPtr> steps) { return std::make_unique<AnyOf>(std::move(steps)); }
StepPtr not_step(StepPtr step) { return std::make_unique<Not>(std::move(step)); }

StepPtr truth_step(FillTruths truths, bool sought) {
  return row_step([truths = std::move(truths), sought](Rows rows) {
    std::vector<std::uint8_t> values(rows.size());
    truths(rows, values);
    return
        [values = std::move(values), sought](std::size_t i) { return (values[i] != 0) == sought; };
  });
}

StepPtr compare_step(Numbers left, Order order, Numbers right, bool negated) {
  if (order == Order::equal)
    return compare(std::move(left), std::move(right), negated, std::equal_to<>{});
  if (order == Order::less)
    return compare(std::move(left), std::move(right), negated, std::less<>{});
  return compare(std::move(left), std::move(right), negated, std::less_equal<>{});
}

StepPtr between_step(Numbers value, Numbers low, Numbers high, bool negated) {
  return row_step([=](Rows rows) {
    return [v = values_of(value, rows), a = values_of(low, rows), b = values_of(high, rows),
            negated](std::size_t i) {
      return is_number(v[i]) && is_number(a[i]) && is_number(b[i]) &&
             (a[i] <= v[i] && v[i] <= b[i]) != negated;
    };
  });
}

StepPtr number_in_step(Numbers value, std::vector<double> sought, bool negated) {
  std::ranges::sort(sought);
  return row_step([value = std::move(value), sought = std::move(sought), negated](Rows rows) {
    return [v = values_of(value, rows), &sought, negated](std::size_t i) {
      return is_number(v[i]) && std::ranges::binary_search(sought, v[i]) != negated;
    };
  });
}

StepPtr text_step(FillTexts texts, TextMatch sought, bool negated) {
  return row_step([texts = std::move(texts), sought = std::move(sought), negated](Rows rows) {
    return [values = values_of(texts, rows), &sought, negated](std::size_t i) {
      return !values[i].empty() && sought(values[i]) != negated;
    };
  });
}

StepPtr same_text_step(FillTexts left, FillTexts right, bool negated) {
  return row_step([left = std::move(left), right = std::move(right), negated](Rows rows) {
    return [a = values_of(left, rows), b = values_of(right, rows), negated](std::size_t i) {
      return !a[i].empty() && !b[i].empty() && same_text(a[i], b[i]) != negated;
    };
  });
}

StepPtr missing_text_step(FillTexts texts, bool negated) {
  return row_step([texts = std::move(texts), negated](Rows rows) {
    return [values = values_of(texts, rows), negated](std::size_t i) {
      return values[i].empty() != negated;
    };
  });
}

StepPtr missing_number_step(FillNumbers numbers, bool negated) {
  return row_step([numbers = std::move(numbers), negated](Rows rows) {
    return [values = values_of(numbers, rows), negated](std::size_t i) {
      return is_number(values[i]) == negated;
    };
  });
}

}  // namespace rolecall
