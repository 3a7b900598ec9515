#include "experiments/rank_overlap.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

namespace rolecall {
namespace {

struct DenseRanks {
  std::vector<std::uint32_t> of;  // by row
  std::uint32_t count = 0;
};

DenseRanks rank(std::span<const double> score) {
  assert(std::ranges::all_of(score, [](double s) { return std::isfinite(s); }));
  std::vector<std::uint32_t> order(score.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](auto i, auto j) { return score[i] < score[j]; });
  DenseRanks ranks{std::vector<std::uint32_t>(score.size()), 0};
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || score[order[i]] != score[order[i - 1]]) ++ranks.count;
    ranks.of[order[i]] = ranks.count - 1;
  }
  return ranks;
}

std::uint64_t weight_of(std::span<const std::uint32_t> weight, std::uint32_t row) {
  return weight.empty() ? 1 : weight[row];
}

std::int64_t pairs(std::uint64_t n) {
  return n > 0 ? static_cast<std::int64_t>(n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n) : 0;
}

// Pairs within sets of equal rank.
std::int64_t tied_pairs(const std::vector<std::uint64_t>& by_rank) {
  std::int64_t sum = 0;
  for (const std::uint64_t n : by_rank) sum += pairs(n);
  return sum;
}

struct Item {
  std::uint32_t rank;
  std::uint64_t weight;
};

// Pairs of which the first has the higher rank, while a merge sort puts them right.
std::int64_t count_exchanges(std::vector<Item>& items) {
  std::vector<Item> merged(items.size());
  std::uint64_t exchanges = 0;
  for (std::size_t width = 1; width < items.size(); width *= 2) {
    for (std::size_t begin = 0; begin < items.size(); begin += 2 * width) {
      const std::size_t middle = std::min(begin + width, items.size());
      const std::size_t end = std::min(middle + width, items.size());
      std::uint64_t left = 0;
      for (std::size_t i = begin; i < middle; ++i) left += items[i].weight;
      for (std::size_t i = begin, j = middle, out = begin; out < end; ++out) {
        if (i < middle && (j == end || items[i].rank <= items[j].rank)) {
          left -= items[i].weight;
          merged[out] = items[i++];
        } else {
          exchanges += left * items[j].weight;
          merged[out] = items[j++];
        }
      }
    }
    items.swap(merged);
  }
  return static_cast<std::int64_t>(exchanges);
}

// The part of the groups of each rank that the top k, the highest ranks, have room for.
std::vector<double> parts_in_top(const std::vector<std::uint64_t>& by_rank, std::uint64_t k) {
  std::vector<double> part(by_rank.size(), 0);
  std::uint64_t room = k;
  for (std::size_t r = by_rank.size(); r-- > 0 && room > 0;) {
    if (by_rank[r] == 0) continue;
    const std::uint64_t taken = std::min(room, by_rank[r]);
    part[r] = static_cast<double>(taken) / static_cast<double>(by_rank[r]);
    room -= taken;
  }
  return part;
}

}  // namespace

RankPair::RankPair(std::span<const double> a, std::span<const double> b) : rows_(a.size()) {
  assert(a.size() == b.size());
  assert(a.size() <= std::size_t{1} << 31);
  const DenseRanks in_a = rank(a), in_b = rank(b);
  for (std::uint32_t i = 0; i < a.size(); ++i) rows_[i] = {in_a.of[i], in_b.of[i], i};
  std::ranges::sort(rows_, [](const Row& x, const Row& y) {
    return std::tie(x.rank_a, x.rank_b, x.row) < std::tie(y.rank_a, y.rank_b, y.row);
  });
  ranks_a_ = in_a.count;
  ranks_b_ = in_b.count;
}

double RankPair::tau_b(std::span<const std::uint32_t> weight) const {
  assert(weight.empty() || weight.size() == rows_.size());
  std::vector<std::uint64_t> by_a(ranks_a_, 0), by_b(ranks_b_, 0);
  std::vector<Item> items;
  items.reserve(rows_.size());
  std::uint64_t total = 0, alike = 0;
  std::int64_t tied_in_both = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    const std::uint64_t w = weight_of(weight, row.row);
    total += w;
    by_a[row.rank_a] += w;
    by_b[row.rank_b] += w;
    items.push_back({row.rank_b, w});
    alike += w;
    const bool last = i + 1 == rows_.size() || rows_[i + 1].rank_a != row.rank_a ||
                      rows_[i + 1].rank_b != row.rank_b;
    if (last) tied_in_both += pairs(std::exchange(alike, 0));
  }
  const std::int64_t all = pairs(total);
  const std::int64_t told_by_a = all - tied_pairs(by_a);
  const std::int64_t told_by_b = all - tied_pairs(by_b);
  if (told_by_a == 0 || told_by_b == 0) return std::numeric_limits<double>::quiet_NaN();
  const std::int64_t told_by_both = told_by_a + told_by_b - all + tied_in_both;
  const std::int64_t agreement = told_by_both - 2 * count_exchanges(items);
  return static_cast<double>(agreement) /
         (std::sqrt(static_cast<double>(told_by_a)) * std::sqrt(static_cast<double>(told_by_b)));
}

std::uint64_t RankPair::top_size(std::uint64_t k, std::span<const std::uint32_t> weight) const {
  std::uint64_t total = 0;
  for (const Row& row : rows_) total += weight_of(weight, row.row);
  return std::min(k, total);
}

double RankPair::in_both_tops(std::uint64_t k, std::span<const std::uint32_t> weight) const {
  assert(weight.empty() || weight.size() == rows_.size());
  std::vector<std::uint64_t> by_a(ranks_a_, 0), by_b(ranks_b_, 0);
  for (const Row& row : rows_) {
    by_a[row.rank_a] += weight_of(weight, row.row);
    by_b[row.rank_b] += weight_of(weight, row.row);
  }
  const std::vector<double> in_a = parts_in_top(by_a, k), in_b = parts_in_top(by_b, k);
  double sum = 0;
  for (const Row& row : rows_)
    sum += static_cast<double>(weight_of(weight, row.row)) * in_a[row.rank_a] * in_b[row.rank_b];
  return sum;
}

double RankPair::top_overlap(std::uint64_t k, std::span<const std::uint32_t> weight) const {
  const std::uint64_t top = top_size(k, weight);
  if (top == 0) return std::numeric_limits<double>::quiet_NaN();
  return in_both_tops(top, weight) / static_cast<double>(top);
}

double RankPair::flipped(std::uint64_t k, std::span<const std::uint32_t> weight) const {
  const std::uint64_t top = top_size(k, weight);
  return static_cast<double>(top) - in_both_tops(top, weight);
}

double kendall_tau_b(std::span<const double> a, std::span<const double> b) {
  return RankPair(a, b).tau_b();
}

double top_overlap(std::span<const double> a, std::span<const double> b, std::uint64_t k) {
  return RankPair(a, b).top_overlap(k);
}

double flipped(std::span<const double> a, std::span<const double> b, std::uint64_t k) {
  return RankPair(a, b).flipped(k);
}

}  // namespace rolecall
