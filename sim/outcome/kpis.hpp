#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace rolecall {

// What one run of a simulation comes down to: docs/simulation.md defines each figure.
struct KpiInfo {
  std::string_view name;  // "won_revenue_per_sales_hour"
  std::string_view unit;
  std::string_view meaning;
};

// All of them, in the order in which a run gives their values. Append; studies name them.
std::span<const KpiInfo> kpi_list();

// Its place in the list. Throws InputError, with the nearest name, when there is none such.
std::size_t kpi_index(std::string_view name);

}  // namespace rolecall
