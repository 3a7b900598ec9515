#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/activity_index.hpp"
#include "core/world.hpp"
#include "experiments/objective.hpp"
#include "experiments/search_space.hpp"
#include "experiments/what_if.hpp"
#include "scoring/as_of.hpp"

namespace rolecall {

// Judges thousands of models of one search space over the groups of a world that were won or lost.
//
// Role weightings and activity weights are linear in counts that no candidate changes, so those of
// one cap, window and decay are counted once and go through the what-if engine. Readings that are
// not sums score each candidate in full. Either way a value is that of score() under the model;
// with decay to within 2^-29 of the largest sum.
class CandidateJudge {
 public:
  // Throws InputError when no group is won or none lost.
  CandidateJudge(const World& world, const SearchSpace& space, const AsOf& as_of,
                 const HandOff& hand_off);
  ~CandidateJudge();
  CandidateJudge(const CandidateJudge&) = delete;
  CandidateJudge& operator=(const CandidateJudge&) = delete;

  // The groups that count, in order.
  const std::vector<GroupId>& groups() const { return groups_; }
  const std::vector<std::uint8_t>& won() const { return won_; }
  const std::vector<std::uint32_t>& tree() const { return tree_; }
  const std::vector<std::size_t>& rows() const { return rows_; }  // in the scores of score()
  const std::vector<std::string>& warnings() const { return warnings_; }

  // A part of the groups by their place here, to be judged by itself. Part 0 is all of them.
  // Returns its number. Throws InputError, saying `what` it is, when none of it is won or lost.
  std::size_t add_part(std::vector<std::size_t> groups, std::string_view what);
  const std::vector<std::size_t>& part(std::size_t i) const { return parts_[i]; }
  // Outcomes and account trees of some groups by their place here, such as those of a part.
  std::vector<std::uint8_t> won_of(std::span<const std::size_t> groups) const;
  std::vector<std::uint32_t> tree_of(std::span<const std::size_t> groups) const;

  // The world's log by the days of a model, made once.
  const ActivityIndex& index_for(const Model& model);

  // The objective of each point on a part. NaN where it is undefined.
  std::vector<double> judge(std::span<const Point> points, std::size_t part, Objective objective);

  // The scores of a model over the groups, as score() gives them.
  std::vector<double> scores(const Model& model);
  std::vector<double> scores(const Point& point) { return scores(space_.apply(point)); }
  // Numbers in the order of those, over one part: quicker where weights alone differ.
  std::vector<double> rank_scores(const Point& point, std::size_t part);

  // What each parameter of a family multiplies at `point`, over all groups, the other family's
  // weights within; empty for other parameters. `rest` is what no parameter of the family weighs;
  // empty when that is nothing. All in one unit of the judge's own. For fits. Throws InputError
  // when the model is no sum of these.
  enum class Family : std::uint8_t { roles, activities };
  struct LinearColumns {
    std::vector<std::vector<double>> column;  // by parameter
    std::vector<double> rest;
  };
  LinearColumns linear_columns(const Point& point, Family family);

 private:
  struct Table;  // of one structure
  Table& table_of(const Point& point);
  void fill(Table& table, const Model& model);
  // Nothing where candidates are scored in full.
  const std::optional<WhatIf>& engine_of(Table& table, std::size_t part);
  double judge_scores(const std::vector<double>& scores, std::size_t part,
                      Objective objective) const;

  const World& world_;
  const SearchSpace& space_;
  AsOf as_of_;
  HandOff hand_off_;
  std::vector<GroupId> groups_;
  std::vector<std::uint8_t> won_;
  std::vector<std::uint32_t> tree_;
  std::vector<std::size_t> rows_;
  std::vector<std::vector<std::size_t>> parts_;
  std::vector<std::string> warnings_;
  std::map<std::string, ActivityIndex> indices_;  // by day boundary
  std::map<std::vector<double>, std::unique_ptr<Table>> tables_;
  std::uint64_t clock_ = 0;
};

}  // namespace rolecall
