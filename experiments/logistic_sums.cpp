#include "experiments/logistic_sums.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"

namespace rolecall {
namespace {

constexpr std::size_t block_rows = 1024;  // fixed: it is part of the bits of every sum

// Σ over blocks of what `add` adds to `count` sums that start at 0; blocks combine in their order.
std::vector<double> sum_blocks(
    std::size_t n, std::size_t count,
    const std::function<void(std::size_t, std::size_t, std::span<double>)>& add) {
  std::vector<double> by_block(parallel::block_count(n, block_rows) * count, 0);
  parallel::for_blocks(n, block_rows, [&](std::size_t begin, std::size_t end) {
    add(begin, end, std::span(by_block).subspan(begin / block_rows * count, count));
  });
  std::vector<double> sum(count, 0);
  for (std::size_t i = 0; i < by_block.size(); ++i) sum[i % count] += by_block[i];
  return sum;
}

// ln(1 + e^x), without overflow.
double softplus(double x) { return std::max(x, 0.) + portable_log1p(portable_exp(-std::abs(x))); }

}  // namespace

double logistic(double x) {
  const double e = portable_exp(-std::abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

LogisticSums::LogisticSums(std::span<const std::span<const double>> columns,
                           std::span<const std::uint8_t> won, std::span<const std::uint32_t> weight)
    : columns_(columns),
      won_(won),
      weight_(weight),
      mean_(columns.size() + 1, 0),
      deviation_(columns.size() + 1, 1),
      scale_(columns.size() + 1, 1) {
  assert(weight.empty() || weight.size() == won.size());
  for (std::size_t i = 0; i < won.size(); ++i) {  // whole numbers below 2^53
    total_ += this->weight(i);
    total_won_ += this->weight(i) * outcome(i);
  }
  parallel::for_each(columns.size(), [&](std::size_t j) {
    const std::span<const double> x = columns[j];
    assert(x.size() == won.size());
    double sum = 0, squares = 0, low = INFINITY, high = -INFINITY;
    for (std::size_t i = 0; i < x.size(); ++i) {
      assert(std::isfinite(x[i]));
      if (this->weight(i) == 0) continue;
      sum += this->weight(i) * x[i];
      low = std::min(low, x[i]);
      high = std::max(high, x[i]);
    }
    const double mean = total_ > 0 ? sum / total_ : 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      squares += this->weight(i) * (x[i] - mean) * (x[i] - mean);
    const double deviation = low < high ? std::sqrt(squares / total_) : 0;
    mean_[j + 1] = mean;
    deviation_[j + 1] = deviation;
    scale_[j + 1] = deviation > 0 ? 1 / deviation : 0;
  });
}

void LogisticSums::read_rows(std::size_t begin, std::size_t end, std::span<double> z) const {
  const std::size_t q = width();
  for (std::size_t i = 0; i < end - begin; ++i) z[i * q] = 1;
  for (std::size_t j = 1; j < q; ++j) {
    const double* const x = columns_[j - 1].data() + begin;
    for (std::size_t i = 0; i < end - begin; ++i) z[i * q + j] = (x[i] - mean_[j]) * scale_[j];
  }
}

void LogisticSums::read_row(std::size_t row, std::span<double> z) const {
  read_rows(row, row + 1, z);
}

void LogisticSums::predict(std::span<const double> coefficient, std::span<double> log_odds) const {
  parallel::for_blocks(rows(), block_rows, [&](std::size_t begin, std::size_t end) {
    const auto out = log_odds.subspan(begin, end - begin);
    std::ranges::fill(out, coefficient[0]);
    for (std::size_t j = 1; j < width(); ++j) {
      const double* const x = columns_[j - 1].data() + begin;
      const double slope = coefficient[j] * scale_[j];
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += (x[i] - mean_[j]) * slope;
    }
  });
}

double LogisticSums::log_likelihood(std::span<const double> log_odds,
                                    std::span<const double> change, double step) const {
  const auto add = [&](std::size_t begin, std::size_t end, std::span<double> sum) {
    for (std::size_t i = begin; i < end; ++i) {
      const double x = log_odds[i] + step * change[i];
      sum[0] -= weight(i) * softplus(won_[i] != 0 ? -x : x);
    }
  };
  return sum_blocks(rows(), 1, add)[0];
}

LogisticSums::Derivatives LogisticSums::differentiate(std::span<const double> log_odds) const {
  const std::size_t q = width();
  const auto add = [&](std::size_t begin, std::size_t end, std::span<double> sum) {
    std::vector<double> z((end - begin) * q);
    read_rows(begin, end, z);
    for (std::size_t i = begin; i < end; ++i) {
      if (weight(i) == 0) continue;
      const double p = logistic(log_odds[i]);
      const double residual = weight(i) * (outcome(i) - p);
      const double information = weight(i) * p * logistic(-log_odds[i]);  // 1 − p would cancel
      const double* const row = z.data() + (i - begin) * q;
      double* const gradient = sum.data();
      for (std::size_t j = 0; j < q; ++j) gradient[j] += residual * row[j];
      // Sums stand side by side, so that vectors add them without any other order of rows.
      for (std::size_t j = 0; j < q; ++j) {
        double* const out = gradient + q + j * q;
        const double scaled = information * row[j];
        for (std::size_t k = 0; k <= j; ++k) out[k] += scaled * row[k];
      }
    }
  };
  const std::vector<double> sum = sum_blocks(rows(), q + q * q, add);
  const auto split = sum.begin() + static_cast<std::ptrdiff_t>(q);
  return {.gradient = {sum.begin(), split}, .information = {split, sum.end()}};
}

}  // namespace rolecall
