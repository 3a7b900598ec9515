#include "experiments/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "core/error.hpp"
#include "core/exact.hpp"
#include "core/parallel.hpp"
#include "core/sort.hpp"
#include "experiments/what_if_product.hpp"
#include "experiments/whole_number_auc.hpp"

namespace rolecall {
namespace {

constexpr std::size_t batch_size = 64;
constexpr double exact_floats = 0x1p24;

bool same_columns(const Candidate& a, const Candidate& b) {
  return std::ranges::equal(a.terms, b.terms, {}, &Candidate::Term::column,
                            &Candidate::Term::column);
}

// Candidates of one batch that are scored together: some that share their columns, or one.
struct Block {
  std::size_t first = 0, size = 0;
  std::vector<std::uint32_t> columns;
  std::vector<double> coefficients;  // terms × most_candidates
};

std::vector<Block> blocks_of(std::span<const Candidate> batch) {
  std::vector<Block> blocks;
  for (std::size_t c = 0; c < batch.size();) {
    Block block{.first = c, .size = 1, .columns = {}, .coefficients = {}};
    while (block.size < what_if::most_candidates && c + block.size < batch.size() &&
           same_columns(batch[c], batch[c + block.size]))
      ++block.size;
    for (const Candidate::Term& term : batch[c].terms) block.columns.push_back(term.column);
    block.coefficients.assign(block.columns.size() * what_if::most_candidates, 0);
    for (std::size_t k = 0; k < block.size; ++k)
      for (std::size_t t = 0; t < block.columns.size(); ++t)
        block.coefficients[t * what_if::most_candidates + k] =
            static_cast<double>(batch[c + k].terms[t].coefficient);
    c += block.size;
    blocks.push_back(std::move(block));
  }
  return blocks;
}

}  // namespace

WhatIf::WhatIf(const WhatIfColumns& from)
    : groups_(from.won.size()),
      columns_(from.columns.size()),
      tiles_(parallel::block_count(groups_, tile_groups)) {
  lost_ = static_cast<std::size_t>(std::ranges::count(from.won, 0));
  if (lost_ == 0 || lost_ == groups_)
    throw InputError({.field = "outcome",
                      .what = lost_ == 0 ? "no group is lost" : "no group is won",
                      .remedy = "Groups of both outcomes are needed."});
  std::uint32_t highest = 0;
  std::vector<std::uint64_t> size(groups_, 0);
  for (const auto& column : from.columns) {
    assert(column.size() == groups_);
    for (std::size_t g = 0; g < groups_; ++g) {
      size[g] += column[g];
      highest = std::max(highest, column[g]);
    }
  }
  assert(highest <= INT32_MAX);
  // Lost before won; the small before the large, so that few tiles have large ones.
  std::vector<std::uint32_t> order(groups_);
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, {},
                    [&](std::uint32_t g) { return std::tuple(from.won[g] != 0, size[g], g); });
  place_.resize(groups_);
  for (std::size_t i = 0; i < groups_; ++i) place_[order[i]] = static_cast<std::uint32_t>(i);
  highest_.assign(tiles_ * columns_, 0);
  const auto lay_out = [&](auto& values) {
    values.resize(tiles_ * columns_ * tile_groups);
    using Value = typename std::decay_t<decltype(values)>::value_type;
    parallel::for_each(tiles_, [&](std::size_t tile) {
      const std::size_t begin = tile * tile_groups;
      for (std::size_t c = 0; c < columns_; ++c) {
        Value* const out = values.data() + (tile * columns_ + c) * tile_groups;
        std::uint32_t& most = highest_[tile * columns_ + c];
        for (std::size_t i = 0; i < tile_groups; ++i) {
          const std::uint32_t value = begin + i < groups_ ? from.columns[c][order[begin + i]] : 0;
          out[i] = static_cast<Value>(value);
          most = std::max(most, value);
        }
      }
    });
  };
  if (highest <= UINT16_MAX)
    lay_out(values_.emplace<UninitializedVector<std::uint16_t>>());
  else
    lay_out(values_.emplace<UninitializedVector<std::uint32_t>>());
  highest_of_column_.assign(columns_, 0);
  for (std::size_t i = 0; i < highest_.size(); ++i)
    highest_of_column_[i % columns_] = std::max(highest_of_column_[i % columns_], highest_[i]);
}

std::optional<WhatIf::Bounds> WhatIf::bounds(const Candidate& candidate) const {
  int128 low = 0, high = 0;
  for (const Candidate::Term& term : candidate.terms) {
    assert(term.column < columns_);
    const int128 most = int128{term.coefficient} * highest_of_column_[term.column];
    (most < 0 ? low : high) += most;
  }
  if (high - low >= int128{1} << 53) return std::nullopt;
  return Bounds{static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
}

bool WhatIf::is_exact(const Candidate& candidate) const { return bounds(candidate).has_value(); }

WhatIf::Bounds WhatIf::require_bounds(const Candidate& candidate) const {
  if (const auto found = bounds(candidate)) return *found;
  throw InputError({.field = "weights",
                    .what = "the scores of a candidate may reach 2^53, and would not be exact",
                    .remedy = "Give weights fewer digits."});
}

template <class Score>
void WhatIf::score_batch(std::span<const Candidate> batch, Rows<Score>& scores) const {
  const std::vector<Block> blocks = blocks_of(batch);
  const std::size_t stride = tiles_ * tile_groups;
  scores.resize((batch.size() + what_if::most_candidates) * stride);
  std::visit(
      [&](const auto& values) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        parallel::for_each(tiles_, [&](std::size_t tile) {
          for (const Block& block : blocks) {
            double most = 0;
            for (std::size_t k = 0; k < block.size; ++k) {
              double sum = 0;
              for (std::size_t t = 0; t < block.columns.size(); ++t)
                sum += std::abs(block.coefficients[t * what_if::most_candidates + k]) *
                       highest_[tile * columns_ + block.columns[t]];
              most = std::max(most, sum);
            }
            what_if::multiply<Value, Score>(
                {.values = values.data() + tile * columns_ * tile_groups,
                 .groups = tile_groups,
                 .columns = block.columns,
                 .coefficients = block.coefficients.data(),
                 .candidates = block.size,
                 .scores = scores.data() + block.first * stride + tile * tile_groups,
                 .stride = stride,
                 .exact_in_float = most < exact_floats});
          }
        });
      },
      values_);
}

template <class Result, class Rank>
std::vector<Result> WhatIf::run(std::span<const Candidate> candidates, const Rank& rank) const {
  std::vector<Result> results(candidates.size());
  Rows<std::int32_t> narrow;
  Rows<std::int64_t> wide;
  const std::size_t stride = tiles_ * tile_groups;
  for (std::size_t begin = 0; begin < candidates.size(); begin += batch_size) {
    const std::span batch =
        candidates.subspan(begin, std::min(batch_size, candidates.size() - begin));
    std::vector<Bounds> limits;
    bool fits = true;
    for (const Candidate& candidate : batch) {
      limits.push_back(require_bounds(candidate));
      fits &= limits.back().high <= INT32_MAX && limits.back().low >= INT32_MIN;
    }
    const auto rank_all = [&](const auto& scores) {
      parallel::for_each(batch.size(), [&](std::size_t c) {
        const std::span row = std::span(scores).subspan(c * stride, groups_);
        results[begin + c] = rank(row.first(lost_), row.subspan(lost_), limits[c].low);
      });
    };
    if (fits) {
      score_batch(batch, narrow);
      rank_all(narrow);
    } else {
      score_batch(batch, wide);
      rank_all(wide);
    }
  }
  return results;
}

std::vector<double> WhatIf::auc(std::span<const Candidate> candidates) const {
  const auto won = static_cast<double>(groups_ - lost_);
  const auto lost = static_cast<double>(lost_);
  return run<double>(candidates, [&](auto lost_scores, auto won_scores, std::int64_t low) {
    static thread_local HalfWins half_wins;
    return static_cast<double>(half_wins.of(lost_scores, won_scores, low)) / (2 * won * lost);
  });
}

std::vector<RankingMetrics> WhatIf::measure(std::span<const Candidate> candidates) const {
  return run<RankingMetrics>(candidates, [&](auto lost, auto won, std::int64_t low) {
    static thread_local std::vector<std::uint64_t> keys;  // score « 1 | won
    keys.clear();
    for (const auto score : lost) keys.push_back(static_cast<std::uint64_t>(score - low) << 1);
    for (const auto score : won) keys.push_back(static_cast<std::uint64_t>(score - low) << 1 | 1);
    sort(keys);
    return measure_sorted(keys);
  });
}

std::vector<std::int64_t> WhatIf::scores(const Candidate& candidate) const {
  require_bounds(candidate);
  Rows<std::int64_t> placed;
  score_batch(std::span(&candidate, 1), placed);
  std::vector<std::int64_t> scores(groups_);
  for (std::size_t g = 0; g < groups_; ++g) scores[g] = placed[place_[g]];
  return scores;
}

}  // namespace rolecall
