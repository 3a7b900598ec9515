#include "sim/measures/association.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.hpp"

namespace rolecall::sim {
namespace {

TEST(Association, IsFullOnADiagonal) {
  std::vector<std::int64_t> counts(49, 0);
  for (std::size_t i = 0; i < 7; ++i) counts[i * 7 + i] = 30;
  const Association a = association_of({counts, 7});
  EXPECT_EQ(a.total, 210);
  EXPECT_NEAR(a.mutual_information, std::log2(7), 1e-14);
  EXPECT_NEAR(a.mutual_information_corrected, std::log2(7) + 6 / (2 * 210 * std::log(2)), 1e-14);
  EXPECT_NEAR(a.cramers_v, 1, 1e-15);
  EXPECT_NEAR(a.cramers_v_corrected, 1, .01);
}

TEST(Association, IsNoneOfAProduct) {
  std::vector<std::int64_t> counts;
  for (const std::int64_t row : {3, 1, 7, 4})
    for (const std::int64_t column : {2, 9, 5}) counts.push_back(row * column);
  const Association a = association_of({counts, 3});
  EXPECT_NEAR(a.mutual_information, 0, 1e-15);
  EXPECT_NEAR(a.cramers_v, 0, 1e-8);
  EXPECT_EQ(a.cramers_v_corrected, 0);
  EXPECT_NEAR(a.mutual_information_corrected, -6 / (2 * 240 * std::log(2)), 1e-14);
}

// φ = (ad − bc)/√(product of margins), and the entropies of a fair and a ¾ coin.
TEST(Association, OfTwoByTwoIsPhi) {
  const std::vector<std::int64_t> counts{40, 10, 20, 30};
  EXPECT_NEAR(association_of({counts, 2}).cramers_v, 1000 / std::sqrt(50. * 50 * 60 * 40), 1e-15);
  const std::vector<std::int64_t> half{2, 0, 1, 1};  // I = H(column) − H(column | row)
  const double h_column = -.75 * std::log2(.75) - .25 * std::log2(.25);
  EXPECT_NEAR(association_of({half, 2}).mutual_information, h_column - .5, 1e-15);
}

// scipy 1.17: stats.contingency.association, and the two other figures from
// stats.chi2_contingency in numpy by the formulas.
TEST(Association, AgreesWithScipy) {
  const std::vector<std::int64_t> counts{10, 20, 5, 7, 3, 30, 0, 8, 17};
  const Association a = association_of({counts, 3});
  EXPECT_NEAR(a.cramers_v, 0.42858174150557166, 1e-14);
  EXPECT_NEAR(a.cramers_v_corrected, 0.40847400964705627, 1e-14);
  EXPECT_NEAR(a.mutual_information, 0.3276480702508604, 1e-14);
  EXPECT_NEAR(a.mutual_information_corrected, a.mutual_information - 3 / (200 * std::log(2)),
              1e-14);
}

// The same sources.
TEST(Association, DoesNotSeeWhichSideIsWhich) {
  const std::vector<std::int64_t> flat{10, 20, 5, 7, 3, 30}, tall{10, 7, 20, 3, 5, 30};
  for (const Association& a : {association_of({flat, 3}), association_of({tall, 2})}) {
    EXPECT_NEAR(a.cramers_v, 0.6403658135598413, 1e-14);
    EXPECT_NEAR(a.cramers_v_corrected, 0.6231279883816792, 1e-14);
  }
}

TEST(Association, DoesNotSeeEmptyRowsAndColumns) {
  const std::vector<std::int64_t> counts{10, 20, 7, 3};
  const std::vector<std::int64_t> padded{0, 0, 0, 0, 10, 0, 20, 0, 0, 0, 0, 0, 7, 0, 3, 0};
  const Association a = association_of({counts, 2}), b = association_of({padded, 4});
  EXPECT_EQ(a.mutual_information, b.mutual_information);
  EXPECT_EQ(a.mutual_information_corrected, b.mutual_information_corrected);
  EXPECT_EQ(a.cramers_v, b.cramers_v);
  EXPECT_EQ(a.cramers_v_corrected, b.cramers_v_corrected);
}

TEST(Association, IsUndefinedWithoutTwoSides) {
  const std::vector<std::int64_t> none(6, 0), row{3, 4, 5, 0, 0, 0};
  EXPECT_TRUE(std::isnan(association_of({none, 3}).mutual_information));
  EXPECT_TRUE(std::isnan(association_of({none, 3}).cramers_v));
  EXPECT_EQ(association_of({row, 3}).mutual_information, 0);
  EXPECT_TRUE(std::isnan(association_of({row, 3}).cramers_v));
  EXPECT_TRUE(std::isnan(association_of({row, 3}).cramers_v_corrected));
  const std::vector<std::int64_t> two{1, 0, 0, 1};  // a side of 2 − 1/(2 − 1), less 1
  EXPECT_TRUE(std::isnan(association_of({two, 2}).cramers_v_corrected));
}

// 2,000 tables of 300 draws, rows and columns independent: what the corrections are for.
TEST(Association, CorrectionsTakeOffTheLeanOfSamples) {
  double plain = 0, corrected = 0, v = 0, v_corrected = 0;
  constexpr int tables = 2000;
  for (std::uint64_t t = 0; t < tables; ++t) {
    Random random(5, RandomStream::outcomes, t);
    std::vector<std::int64_t> counts(12, 0);
    for (int i = 0; i < 300; ++i) ++counts[random.below(3) * 4 + random.below(4)];
    const Association a = association_of({counts, 4});
    plain += a.mutual_information / tables;
    corrected += a.mutual_information_corrected / tables;
    v += a.cramers_v / tables;
    v_corrected += a.cramers_v_corrected / tables;
  }
  EXPECT_NEAR(plain, 6 / (2 * 300 * std::log(2)), 1e-3);
  EXPECT_NEAR(corrected, 0, 5e-4);
  EXPECT_LT(v_corrected, v / 2);
}

TEST(AlignedShare, IsTheMassOnTheDiagonal) {
  const std::vector<std::int64_t> counts{50, 50, 50,  // not in the market
                                         6,  3,  1,   //
                                         2,  4,  4};
  const std::vector<std::size_t> expected{unaligned, 0, 2};
  EXPECT_DOUBLE_EQ(aligned_share({counts, 3}, expected), .5);
  EXPECT_DOUBLE_EQ(aligned_share({counts, 3}, expected, 1), 17. / 20);
  EXPECT_DOUBLE_EQ(aligned_share({counts, 3}, expected, 2), 1);
  EXPECT_TRUE(std::isnan(
      aligned_share({counts, 3}, std::vector<std::size_t>{unaligned, unaligned, unaligned})));
}

TEST(MeanColumns, AreByRow) {
  const std::vector<std::int64_t> counts{0, 0, 0, 6, 3, 1, 0, 0, 9};
  const std::vector<double> means = mean_columns({counts, 3});
  ASSERT_EQ(means.size(), 3u);
  EXPECT_TRUE(std::isnan(means[0]));
  EXPECT_DOUBLE_EQ(means[1], .5);
  EXPECT_DOUBLE_EQ(means[2], 2);
}

}  // namespace
}  // namespace rolecall::sim
