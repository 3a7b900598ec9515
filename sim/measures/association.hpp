#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rolecall::sim {

// Counts of two things at once, row by row: person-days by journey stage (rows, 0 for not in the
// market, then 1 … 6) and funnel state (columns). Counts are 0 or more; their sum is below 2^53.
struct OccupancyTable {
  std::span<const std::int64_t> counts;  // rows × columns
  std::size_t columns = 0;               // 1 or more; divides the number of counts

  std::size_t rows() const { return counts.size() / columns; }
  std::int64_t at(std::size_t row, std::size_t column) const {
    return counts[row * columns + column];
  }
};

// How far the one tells the other. The corrections take the counts as independent draws; days of
// one person are not, so that with person-days they correct too little.
struct Association {
  std::int64_t total = 0;

  // Σ p_ij·log2(p_ij/(p_i·p_j)) [bit], in [0, log2 of the smaller side]: Shannon 1948,
  // doi:10.1002/j.1538-7305.1948.tb01338.x. NaN without counts. Of a sample it leans upward, by
  // about (r − 1)·(c − 1)/(2·n·ln 2) where there is no association.
  double mutual_information = 0;

  // The same less (k − r − c + 1)/(2·n·ln 2) for the k cells, r rows and c columns that are not
  // empty (Miller 1955 and Madow; Paninski 2003, doi:10.1162/089976603321780272). May be below 0.
  double mutual_information_corrected = 0;

  // √(φ²/(min(r, c) − 1)) in [0, 1], with φ² = χ²/n: Cramér 1946, chapter 21. NaN when fewer than
  // two rows or two columns are not empty.
  double cramers_v = 0;

  // The same of max(0, φ² − (r − 1)·(c − 1)/(n − 1)), with r − (r − 1)²/(n − 1) for r and likewise
  // for c: Bergsma 2013, doi:10.1016/j.jkss.2012.10.002. NaN where n leaves nothing to divide by
  // too.
  double cramers_v_corrected = 0;
};
Association association_of(OccupancyTable table);

// A row without a column that is expected of it.
inline constexpr std::size_t unaligned = SIZE_MAX;

// The share of the counts that lie in the column expected of their row, or at most `slack` columns
// beside it; by chance alone it is Σ p_i·p_expected(i). Rows that are unaligned count nowhere. NaN
// without counts in the others. `expected` has a column, or unaligned, for each row.
double aligned_share(OccupancyTable table, std::span<const std::size_t> expected,
                     std::size_t slack = 0);

// The mean column of each row, Σ j·n_ij/n_i: how far down the funnel a stage stands. Meaningful
// where columns are in an order, so leave out columns for lost. NaN for an empty row.
std::vector<double> mean_columns(OccupancyTable table);

}  // namespace rolecall::sim
