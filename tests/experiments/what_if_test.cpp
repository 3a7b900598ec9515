#include "experiments/what_if.hpp"

#include <gtest/gtest.h>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/random.hpp"
#include "core/simd.hpp"
#include "tests/experiments/simulated_scores.hpp"

namespace rolecall {
namespace {

struct Case {
  std::vector<std::vector<std::uint32_t>> values;  // columns × groups
  std::vector<std::uint8_t> won;
  std::vector<Candidate> candidates;

  WhatIfColumns columns() const { return {.columns = {values.begin(), values.end()}, .won = won}; }
};

// Counts and weights of many magnitudes: what fits floats, doubles alone, 16 bits, a table of
// counts, or none of these.
Case random_case(std::uint64_t seed) {
  Random random(seed, RandomStream::candidates, 0);
  Case c;
  const std::size_t groups = 2 + random.below(seed % 4 == 0 ? 3000 : 600);
  const std::uint64_t most = seed % 5 == 0 ? 200'000 : seed % 5 == 1 ? 2 : 300;
  const std::uint64_t heaviest = seed % 3 == 0 ? 5'000'000 : 30;
  c.values.resize(1 + random.below(40));
  for (auto& column : c.values)
    for (std::size_t g = 0; g < groups; ++g)
      column.push_back(static_cast<std::uint32_t>(
          random.below(3) == 0 ? 0 : random.below(random.below(50) == 0 ? most : most / 8 + 1)));
  for (std::size_t g = 0; g < groups; ++g) c.won.push_back(random.below(3) == 0);
  c.won[0] = 0;
  c.won[1] = 1;
  const std::size_t candidates = random.below(150);
  for (std::size_t i = 0; i < candidates; ++i) {
    Candidate& candidate = c.candidates.emplace_back();
    const bool shared = random.below(4) != 0;  // the columns of most others
    for (std::uint32_t column = 0; column < c.values.size(); ++column)
      if (shared || random.below(2) == 0)
        candidate.terms.push_back(
            {column, static_cast<std::int64_t>(random.below(heaviest)) - (seed % 2 == 0 ? 0 : 7)});
  }
  return c;
}

std::vector<std::int64_t> slow_scores(const Case& c, const Candidate& candidate) {
  std::vector<std::int64_t> scores(c.won.size(), 0);
  for (const Candidate::Term& term : candidate.terms)
    for (std::size_t g = 0; g < scores.size(); ++g)
      scores[g] += term.coefficient * c.values[term.column][g];
  return scores;
}

TEST(WhatIf, RanksAsTheSlowWayOnEveryInstructionSetAndForAnyThreads) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const Case c = random_case(seed);
    std::vector<double> auc;
    std::vector<RankingMetrics> metrics;
    std::vector<std::vector<std::int64_t>> scores;
    for (const Candidate& candidate : c.candidates) {
      scores.push_back(slow_scores(c, candidate));
      LabelledScores labelled{.row = {},
                              .score = {scores.back().begin(), scores.back().end()},
                              .won = c.won,
                              .tree = std::vector<std::uint32_t>(c.won.size(), 0)};
      auc.push_back(area_under_curve(labelled.score, labelled.won));
      const RankedGroups ranked = rank_groups(labelled);
      metrics.push_back(Ranking(ranked).measure(testing::once(ranked)).value());
    }
    for (const std::string& target : simd::available())
      for (const std::size_t threads : {1, 3}) {
        const simd::Limit limit(target);
        const parallel::ThreadLimit bound(threads);
        const WhatIf engine(c.columns());
        EXPECT_EQ(engine.auc(c.candidates), auc) << target;
        EXPECT_EQ(engine.measure(c.candidates), metrics) << target;
        for (std::size_t i = 0; i < c.candidates.size(); i += 7)
          EXPECT_EQ(engine.scores(c.candidates[i]), scores[i]) << target;
      }
  }
}

TEST(WhatIf, RefusesScoresThatWouldNotBeExact) {
  Case c = random_case(1);
  c.values[0][0] = 1 << 20;
  const WhatIf engine(c.columns());
  const std::vector<Candidate> most{{{{0, (std::int64_t{1} << 33) - 1}}}};
  EXPECT_EQ(engine.scores(most[0]), slow_scores(c, most[0]));
  const std::vector<Candidate> beyond{{{{0, std::int64_t{1} << 33}}}};
  EXPECT_THROW(engine.auc(beyond), InputError);
  EXPECT_THROW(engine.scores(beyond[0]), InputError);
}

TEST(WhatIf, NeedsBothOutcomes) {
  Case c = random_case(1);
  std::ranges::fill(c.won, 1);
  EXPECT_THROW(WhatIf(c.columns()), InputError);
  std::ranges::fill(c.won, 0);
  EXPECT_THROW(WhatIf(c.columns()), InputError);
}

}  // namespace
}  // namespace rolecall
