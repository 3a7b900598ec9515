#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rolecall {

// What logistic regression adds up over the rows. All sums run in fixed blocks that are combined in
// fixed order, and use + − · / alone, so that they are the same bits for any number of threads.
//
// Columns are standardised, z = (x − mean) / sd, over rows counted `weight` times, with sd² the
// mean square deviation. Column 0 is the intercept, 1 in every row; column j is that of columns[j −
// 1].
class LogisticSums {
 public:
  // p columns of n finite values; `won` by row; `weight`, how often each row occurs, by row, or
  // empty for once each.
  LogisticSums(std::span<const std::span<const double>> columns, std::span<const std::uint8_t> won,
               std::span<const std::uint32_t> weight);

  std::size_t rows() const { return won_.size(); }
  std::size_t width() const { return mean_.size(); }  // p + 1
  double total() const { return total_; }             // rows, each as often as it occurs
  double total_won() const { return total_won_; }
  double mean(std::size_t column) const { return mean_[column]; }
  double deviation(std::size_t column) const { return deviation_[column]; }  // 0 of a constant one
  double weight(std::size_t row) const { return weight_.empty() ? 1 : weight_[row]; }
  double outcome(std::size_t row) const { return won_[row] != 0 ? 1 : 0; }

  // Standardised values of a row, `width()` of them; 0 throughout a constant column.
  void read_row(std::size_t row, std::span<double> z) const;

  // log_odds = Σ_j coefficient_j · z_j, by row.
  void predict(std::span<const double> coefficient, std::span<double> log_odds) const;

  // Σ ln of the probability given to what happened [nat], at log_odds + step · change.
  double log_likelihood(std::span<const double> log_odds, std::span<const double> change,
                        double step) const;

  // First and (negative) second derivatives of the log likelihood by the coefficients: Σ (y − p) z
  // and Σ p (1 − p) z zᵀ, width × width, of which only the lower triangle is filled, row-major.
  struct Derivatives {
    std::vector<double> gradient;
    std::vector<double> information;
  };
  Derivatives differentiate(std::span<const double> log_odds) const;

 private:
  void read_rows(std::size_t begin, std::size_t end, std::span<double> z) const;

  std::span<const std::span<const double>> columns_;
  std::span<const std::uint8_t> won_;
  std::span<const std::uint32_t> weight_;
  double total_ = 0, total_won_ = 0;
  std::vector<double> mean_, deviation_, scale_;  // scale: 1 / deviation, 0 of a constant column
};

// 1 / (1 + e^−x).
double logistic(double x);

}  // namespace rolecall
