#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "experiments/model_part.hpp"
#include "experiments/study_spec.hpp"
#include "scoring/model.hpp"

namespace rolecall {

// A value for each parameter of a search space; of one that takes words, the number of the word.
using Point = std::vector<double>;

// One number that a search moves: a part of the model, or several that share it.
struct Parameter {
  std::string name;  // as ModelPart has it
  std::vector<ModelPart> parts;
  SpaceEntry domain;

  // The value at u in [0, 1] of its domain; of a range rounded to whole numbers, or to four
  // significant digits so that scores stay exact.
  double at(double u) const;
  double unit_of(double value) const;  // the u that gives it, or the nearest
  std::size_t choices() const;         // listed values; 0 for a range
  // All listed values; of a range `steps` from end to end, of whole numbers each once.
  std::vector<double> grid(std::uint64_t steps) const;
  bool is_linear() const { return parts.front().is_linear(); }
  std::string text_of(double value) const;         // "20", "none", "sum"
  double value_of(const std::string& text) const;  // throws InputError when it is none, or outside
};

// Role weightings and activity weights of a candidate, by role card of the template and by rule of
// the model: what its scores are linear in.
struct LinearWeights {
  std::vector<double> role, activity;
  double every_other = 0;
};

// The models that a study may try: all ways to set some parts of a base model.
class SearchSpace {
 public:
  // Throws InputError when an entry does not fit the model, is there twice, or is constrained and
  // not searched.
  SearchSpace(const std::vector<SpaceEntry>& entries, const StudySpec::Constraints& constraints,
              const Model& base);

  const std::vector<Parameter>& parameters() const { return parameters_; }
  std::size_t dimensions() const { return parameters_.size(); }
  const Model& base() const { return base_; }  // with what is fixed
  bool varies_roles() const { return varies_roles_; }
  bool varies_activities() const { return varies_activities_; }

  // From the unit cube, constraints kept.
  Point at(std::span<const double> unit) const;
  std::vector<double> unit_of(const Point& point) const;
  // Sorts chains, and scales sums as far as the ranges allow.
  Point constrained(Point point) const;
  bool has_constraints() const { return !ordered_.empty() || !sums_.empty(); }
  bool is_allowed(const Point& point) const { return constrained(point) == point; }

  // How many points a grid has, see Parameter::grid; 0 for more than 10^7.
  std::uint64_t grid_size(std::uint64_t steps) const;
  Point grid_point(std::uint64_t i, std::uint64_t steps) const;  // before constraints

  Model apply(const Point& point) const;
  // Where the base model stands; a value outside the domain is kept as it is.
  Point base_point() const { return point_of(base_); }
  // NaN where it lacks the part, or has a word that is not listed.
  Point point_of(const Model& model) const;

  LinearWeights weights(const Point& point) const;
  // The parameters that are not linear: points that agree there share their counts.
  std::vector<double> structure(const Point& point) const;

 private:
  void take_fixed(const std::vector<SpaceEntry>& entries,
                  const StudySpec::Constraints& constraints);
  void take_entries(const std::vector<SpaceEntry>& entries);
  void check_constraints(const StudySpec::Constraints& constraints);
  void check_orders() const;
  std::size_t index_of(const std::string& path) const;

  Model base_;
  std::vector<Parameter> parameters_;
  std::vector<std::pair<ModelPart, double>> fixed_;
  std::vector<std::size_t> apply_order_;
  std::vector<std::vector<std::size_t>> ordered_;
  std::vector<std::pair<std::vector<std::size_t>, double>> sums_;
  bool varies_roles_ = false, varies_activities_ = false;
  LinearWeights base_weights_;
  // By parameter: where its parts stand in LinearWeights.
  std::vector<std::vector<std::size_t>> role_cards_, activity_rules_;
  std::vector<std::uint8_t> sets_every_other_;
};

}  // namespace rolecall
