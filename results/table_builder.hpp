#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/interval.hpp"
#include "results/study_file.hpp"

namespace rolecall {

// Fills a table column by column, or an interval's three at a time.
class TableBuilder {
 public:
  TableBuilder(std::string name, std::string description)
      : table_{.name = std::move(name), .description = std::move(description), .columns = {}} {}

  TableBuilder& texts(std::string name, const std::vector<std::string>& values,
                      std::string description) {
    table_.columns.push_back({std::move(name), TextColumn(values), "", std::move(description)});
    return *this;
  }
  // A column of texts, numbers or counts as a table has it.
  template <class Values>
  TableBuilder& add(std::string name, Values values, std::string unit, std::string description) {
    table_.columns.push_back(
        {std::move(name), std::move(values), std::move(unit), std::move(description)});
    return *this;
  }
  TableBuilder& numbers(std::string name, std::vector<double> values, std::string unit,
                        std::string description) {
    table_.columns.push_back(
        {std::move(name), std::move(values), std::move(unit), std::move(description)});
    return *this;
  }
  TableBuilder& counts(std::string name, std::vector<std::int64_t> values, std::string unit,
                       std::string description) {
    table_.columns.push_back(
        {std::move(name), std::move(values), std::move(unit), std::move(description)});
    return *this;
  }
  TableBuilder& intervals(const std::string& name, const std::vector<Interval>& values,
                          const std::string& unit, std::string description) {
    std::vector<double> value, low, high;
    for (const Interval& v : values) {
      value.push_back(v.value);
      low.push_back(v.low);
      high.push_back(v.high);
    }
    numbers(name, std::move(value), unit, std::move(description));
    numbers(name + "_low", std::move(low), unit, "lower end");
    numbers(name + "_high", std::move(high), unit, "upper end");
    return *this;
  }
  TableBuilder& matrix(std::string name, std::vector<double> values, std::size_t per_row,
                       std::string unit, std::string description) {
    table_.columns.push_back(
        {std::move(name), std::move(values), std::move(unit), std::move(description), per_row});
    return *this;
  }

  StudyTable done() { return std::move(table_); }

 private:
  StudyTable table_;
};

}  // namespace rolecall
