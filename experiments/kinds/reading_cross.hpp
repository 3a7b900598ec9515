#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/progress.hpp"
#include "experiments/candidate_judge.hpp"
#include "experiments/model_part.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// One reading of a model and what it may be, that of the base model first.
struct ReadingAxis {
  std::string name;
  std::vector<std::string> words;

  ModelPart part() const { return ModelPart("readings." + name); }
};

// Every reading there is. Days begin in the base's zone, or in two far from UTC.
std::vector<ReadingAxis> reading_axes(const Model& base);

bool is_constant(const std::vector<double>& scores);

// How one ranking departs from another. Nothing is known of a score that is the same for all.
struct Departure {
  double kendall_tau = std::numeric_limits<double>::quiet_NaN();
  double top_overlap = kendall_tau;
  double flipped = kendall_tau;  // [groups]
};
Departure departure(const std::vector<double>& from, const std::vector<double>& to,
                    std::uint64_t top);

// Every combination of the values of some readings, the last turning fastest; 0 is the base model.
class ReadingCross {
 public:
  // `top`: how many groups are handed off. All but `base` must outlive it.
  ReadingCross(Model base, CandidateJudge& judge, const std::vector<double>& base_scores,
               std::uint64_t top);

  void add(ReadingAxis axis);
  const std::vector<ReadingAxis>& axes() const { return axes_; }
  std::size_t size() const { return size_; }

  // Which value each axis has in a combination.
  std::vector<std::size_t> digits(std::size_t combination) const;
  // The readings that are not the base's, for people.
  std::string changes_of(std::size_t combination) const;

  // Figures of a combination: kendall_tau, top_overlap, flipped and auc against the base; then
  // kendall_tau and flipped of each axis, against the combination that has the base's value there.
  // NaN where a score is the same for all.
  std::size_t width() const { return 4 + 2 * axes_.size(); }
  std::vector<double> measure(std::size_t begin, std::size_t end, Progress& progress);

  // The share of the variance of `values`, one for each combination, that their means by one axis
  // have. NaNs are left out.
  double main_effect(std::size_t axis, const std::vector<double>& values) const;

 private:
  using SharedScores = std::shared_ptr<const std::vector<double>>;
  std::size_t stride(std::size_t axis) const;
  SharedScores scores_of(std::size_t combination);

  Model base_;
  CandidateJudge& judge_;
  const std::vector<double>& base_scores_;
  std::uint64_t top_;
  std::vector<ReadingAxis> axes_;
  std::size_t size_ = 1;
  std::map<std::size_t, SharedScores> kept_;
};

}  // namespace rolecall
