#include "sim/measures/association.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/portable_math.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using std::numbers::ln2;

struct Margins {
  explicit Margins(OccupancyTable table) : row(table.rows()), column(table.columns) {
    for (std::size_t i = 0; i < table.rows(); ++i) {
      for (std::size_t j = 0; j < table.columns; ++j) {
        assert(table.at(i, j) >= 0);
        row[i] += table.at(i, j);
        column[j] += table.at(i, j);
        if (table.at(i, j) > 0) ++cells;
      }
      total += row[i];
    }
    rows = row.size() - static_cast<std::size_t>(std::ranges::count(row, 0));
    columns = column.size() - static_cast<std::size_t>(std::ranges::count(column, 0));
  }

  std::vector<std::int64_t> row, column;
  std::size_t rows = 0, columns = 0, cells = 0;  // not empty
  std::int64_t total = 0;
};

double corrected_v(double phi2, double r, double c, double n) {
  const double phi2_left = std::max(0., phi2 - (r - 1) * (c - 1) / (n - 1));
  const double side =
      std::min(r - (r - 1) * (r - 1) / (n - 1), c - (c - 1) * (c - 1) / (n - 1)) - 1;
  return side > 0 ? std::sqrt(phi2_left / side) : nan;
}

}  // namespace

Association association_of(OccupancyTable table) {
  assert(table.columns > 0 && table.counts.size() % table.columns == 0);
  const Margins margins(table);
  if (margins.total == 0) return {0, nan, nan, nan, nan};
  const auto n = static_cast<double>(margins.total);
  double information = 0, phi2 = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    for (std::size_t j = 0; j < table.columns; ++j) {
      const double expected =
          static_cast<double>(margins.row[i]) * (static_cast<double>(margins.column[j]) / n);
      if (expected == 0) continue;
      const auto count = static_cast<double>(table.at(i, j));
      if (count > 0) information += count / n * portable_log(count / expected);
      phi2 += (count - expected) * (count - expected) / (expected * n);
    }
  }
  const auto r = static_cast<double>(margins.rows), c = static_cast<double>(margins.columns);
  const auto cells = static_cast<double>(margins.cells);
  Association a{.total = margins.total, .mutual_information = std::max(0., information) / ln2};
  a.mutual_information_corrected = a.mutual_information - (cells - r - c + 1) / (2 * n * ln2);
  const bool defined = margins.rows > 1 && margins.columns > 1;
  a.cramers_v = defined ? std::sqrt(phi2 / (std::min(r, c) - 1)) : nan;
  a.cramers_v_corrected = defined ? corrected_v(phi2, r, c, n) : nan;
  return a;
}

double aligned_share(OccupancyTable table, std::span<const std::size_t> expected,
                     std::size_t slack) {
  assert(expected.size() == table.rows());
  std::int64_t aligned = 0, total = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (expected[i] == unaligned) continue;
    for (std::size_t j = 0; j < table.columns; ++j) {
      const std::size_t off = j > expected[i] ? j - expected[i] : expected[i] - j;
      total += table.at(i, j);
      if (off <= slack) aligned += table.at(i, j);
    }
  }
  return total == 0 ? nan : static_cast<double>(aligned) / static_cast<double>(total);
}

std::vector<double> mean_columns(OccupancyTable table) {
  std::vector<double> means;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    double sum = 0, total = 0;
    for (std::size_t j = 0; j < table.columns; ++j) {
      sum += static_cast<double>(j) * static_cast<double>(table.at(i, j));
      total += static_cast<double>(table.at(i, j));
    }
    means.push_back(total == 0 ? nan : sum / total);
  }
  return means;
}

}  // namespace rolecall::sim
