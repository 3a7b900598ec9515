#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// Scored groups whose outcome is known; one row each, in any order. Scores must be finite.
struct LabelledScores {
  std::vector<std::size_t> row;     // in the scores they come from; may be empty
  std::vector<double> score;        // any real; higher is more likely won
  std::vector<std::uint8_t> won;    // 1 won, 0 lost
  std::vector<std::uint32_t> tree;  // account tree of the group
};

// What is drawn, and held out, as a whole because its groups are not independent.
enum class ResamplingUnit : std::uint8_t {
  account_trees,
  groups,  // with fewer than two trees: intervals then take groups for independent
};
std::string_view to_string(ResamplingUnit unit);

// Groups by resampling unit: 0 … count − 1, in order of tree; or each group by itself.
struct ResamplingUnits {
  std::vector<std::uint32_t> of_group;
  std::size_t count = 0;
  std::size_t trees = 0;
  ResamplingUnit kind = ResamplingUnit::account_trees;
};
ResamplingUnits units_of(std::span<const std::uint32_t> tree);

// What to say of intervals that rest on so few trees; empty when there are enough.
std::string weak_interval_warning(ResamplingUnit kind, std::size_t trees);

// The same groups in falling order of (score, won), then rising tree: the one order in which
// everything else walks them, so that no result depends on the order of the input's rows.
struct RankedGroups {
  std::vector<double> score;
  std::vector<std::uint8_t> won;
  std::vector<std::uint32_t> unit;  // 0 … units − 1, in order of tree; row numbers for groups
  std::size_t units = 0;
  std::size_t trees = 0;
  ResamplingUnit resampling_unit = ResamplingUnit::account_trees;

  std::size_t size() const { return score.size(); }
};

// Up to 2^30 rows. Columns of unequal length and scores that are not finite are our bugs.
RankedGroups rank_groups(const LabelledScores& labelled);

}  // namespace rolecall
