#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/random.hpp"
#include "experiments/ranked_groups.hpp"

// Scores for tests, drawn from a stream that nothing else has.
namespace rolecall::testing {

inline Random test_random(std::uint64_t seed) {
  return Random(seed, static_cast<RandomStream>(0xffff'ff00), 0);
}

// Groups of `trees` account trees (some may have none) with whole scores below `levels`, so that
// ties abound; at least one group is won and one lost.
inline LabelledScores random_scores(std::uint64_t seed, std::size_t groups, std::size_t trees,
                                    std::size_t levels) {
  Random random = test_random(seed);
  LabelledScores s;
  for (std::size_t i = 0; i < groups; ++i) {
    const std::uint64_t level = random.below(levels);
    s.score.push_back(static_cast<double>(level) - 3);
    s.won.push_back(i == 0 ? 1 : i == 1 ? 0 : random.below(2 * levels) < level + 1);
    s.tree.push_back(static_cast<std::uint32_t>(7 + 3 * random.below(trees)));
  }
  return s;
}

// Account trees of `size` groups that share half of their luck: a tree's own draw moves the scores
// of all its groups, and all of them end alike three times in four.
inline LabelledScores clustered_scores(std::uint64_t seed, std::size_t trees, std::size_t size) {
  Random random = test_random(seed);
  LabelledScores s;
  for (std::size_t t = 0; t < trees; ++t) {
    const bool tree_won = random.below(10) < 4;
    const std::uint64_t tree_score = random.below(1000);
    for (std::size_t i = 0; i < size; ++i) {
      const bool won = random.below(4) == 0 ? random.below(10) < 4 : tree_won;
      s.score.push_back(static_cast<double>(tree_score + random.below(500) + (won ? 350 : 0)));
      s.won.push_back(won);
      s.tree.push_back(static_cast<std::uint32_t>(t));
    }
  }
  return s;
}

inline LabelledScores shuffled(const LabelledScores& s, std::uint64_t seed) {
  Random random = test_random(seed);
  std::vector<std::size_t> order(s.score.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  LabelledScores out;
  for (const std::size_t i : order) {
    out.score.push_back(s.score[i]);
    out.won.push_back(s.won[i]);
    out.tree.push_back(s.tree[i]);
  }
  return out;
}

// The groups of ranked unit u, multiplicity[u] times each.
inline LabelledScores repeated(const RankedGroups& ranked,
                               const std::vector<std::uint32_t>& multiplicity) {
  LabelledScores out;
  for (std::size_t i = 0; i < ranked.size(); ++i)
    for (std::uint32_t k = 0; k < multiplicity[ranked.unit[i]]; ++k) {
      out.score.push_back(ranked.score[i]);
      out.won.push_back(ranked.won[i]);
      out.tree.push_back(ranked.unit[i]);
    }
  return out;
}

inline std::vector<std::uint32_t> once(const RankedGroups& ranked) {
  return std::vector<std::uint32_t>(ranked.units, 1);
}

}  // namespace rolecall::testing
