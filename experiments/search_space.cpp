#include "experiments/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t largest_grid = 10'000'000;

double rounded(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return value;
  // By way of text, so that the result is the double that these digits spell.
  return std::stod(fmt::format("{:.{}e}", value, digits - 1));
}

std::string text_of(const ModelPart::Value& value) {
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  return fmt::format("{}", std::get<double>(value));
}

}  // namespace

std::size_t Parameter::choices() const { return domain.values.size() + domain.words.size(); }

double Parameter::at(double u) const {
  u = std::clamp(u, 0., 1.);
  if (const std::size_t n = choices(); n > 0) {
    const auto i = std::min(static_cast<std::size_t>(u * static_cast<double>(n)), n - 1);
    return domain.words.empty() ? domain.values[i] : static_cast<double>(i);
  }
  const double low = domain.low, high = domain.high;
  // A whole number has as much of the range as any other.
  if (domain.whole && !domain.log)
    return std::min(std::floor(low + u * (high - low + 1)), std::floor(high));
  const double value =
      domain.log ? low * std::exp(u * std::log(high / low)) : low + u * (high - low);
  return std::clamp(domain.whole ? std::round(value) : rounded(value, 4), low, high);
}

double Parameter::unit_of(double value) const {
  if (const std::size_t n = choices(); n > 0) {
    std::size_t nearest = 0;
    for (std::size_t i = 0; i < domain.values.size(); ++i)
      if (domain.values[i] == value ||
          std::abs(domain.values[i] - value) < std::abs(domain.values[nearest] - value))
        nearest = i;
    if (!domain.words.empty()) nearest = static_cast<std::size_t>(value);
    return (static_cast<double>(nearest) + .5) / static_cast<double>(n);
  }
  const double low = domain.low, high = domain.high;
  if (high == low) return .5;
  double u = (value - low) / (high - low);
  if (domain.log) u = std::log(value / low) / std::log(high / low);
  if (domain.whole && !domain.log) u = (value - low + .5) / (high - low + 1);
  return std::isnan(u) ? .5 : std::clamp(u, 0., 1.);
}

std::string Parameter::text_of(double value) const {
  if (!domain.words.empty() && !std::isnan(value))
    return domain.words[static_cast<std::size_t>(value)];
  return std::isinf(value) ? "none" : fmt::format("{}", value);
}

double Parameter::value_of(const std::string& text) const {
  const auto refuse = [&](std::string remedy) -> InputError {
    return InputError({.field = name,
                       .value = text,
                       .what = "this is not among its values",
                       .remedy = std::move(remedy)});
  };
  if (!domain.words.empty()) {
    const auto word = std::ranges::find(domain.words, text);
    if (word == domain.words.end()) throw refuse(suggest(text, domain.words));
    return static_cast<double>(word - domain.words.begin());
  }
  double value = std::numeric_limits<double>::infinity();
  if (text != "none") {
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || std::isnan(value))
      throw refuse("Give a number.");
  }
  if (!domain.values.empty()) {
    if (std::ranges::find(domain.values, value) == domain.values.end())
      throw refuse("Give one of those listed.");
    return value;
  }
  if (value < domain.low || value > domain.high)
    throw refuse(fmt::format("Give a number from {} to {}.", domain.low, domain.high));
  return domain.whole ? std::round(value) : rounded(value, 4);
}

SearchSpace::SearchSpace(const std::vector<SpaceEntry>& entries,
                         const StudySpec::Constraints& constraints, const Model& base)
    : base_(base) {
  for (const auto& [path, value] : constraints.fixed)
    for (const ModelPart& part : ModelPart(path).of_each(base_)) part.set(base_, value);
  const auto is_fixed = [&](const ModelPart& part) {
    return std::ranges::any_of(constraints.fixed, [&](const auto& fixed) {
      return ModelPart(fixed.first).path() == part.path();
    });
  };
  for (const SpaceEntry& entry : entries) {
    std::vector<ModelPart> parts = ModelPart(entry.path).of_each(base_);
    std::erase_if(parts, is_fixed);
    if (entry.shared) {
      if (!parts.empty()) parameters_.push_back({entry.path, std::move(parts), entry});
      continue;
    }
    for (ModelPart& part : parts) {
      std::string name = part.path();
      // What is named alone is not part of a *.
      const bool is_named = entry.path != name && std::ranges::any_of(entries, [&](const auto& e) {
                              return e.path == name;
                            });
      if (!is_named) parameters_.push_back({std::move(name), {std::move(part)}, entry});
    }
  }
  for (const Parameter& p : parameters_) {
    Model trial = base_;  // every value must be one that the model takes
    const std::size_t ends = p.choices() > 0 ? p.choices() : 2;
    for (std::size_t i = 0; i < ends; ++i)
      for (const ModelPart& part : p.parts) {
        if (!p.domain.words.empty())
          part.set(trial, p.domain.words[i]);
        else if (!p.domain.values.empty())
          part.set(trial, p.domain.values[i]);
        else
          part.set(trial, i == 0 ? p.domain.low : p.domain.high);
      }
  }
  check_constraints(constraints);

  const RolesTemplate& cards = base_.templates.front();
  for (const RoleCard& card : cards.roles) base_weights_.role.push_back(card.weighting);
  for (const ActivityRule& rule : base_.activities) base_weights_.activity.push_back(rule.weight);
  if (base_.every_other) base_weights_.every_other = base_.every_other->weight;
  role_cards_.resize(dimensions());
  activity_rules_.resize(dimensions());
  sets_every_other_.resize(dimensions());
  for (std::size_t i = 0; i < dimensions(); ++i)
    for (const ModelPart& part : parameters_[i].parts) {
      if (part.is_role_weighting()) {
        varies_roles_ = true;
        const auto card = std::ranges::find(cards.roles, part.name(), &RoleCard::name);
        if (card != cards.roles.end())
          role_cards_[i].push_back(static_cast<std::size_t>(card - cards.roles.begin()));
      } else if (part.is_activity_weight()) {
        varies_activities_ = true;
        const auto rule = std::ranges::find(base_.activities, part.name(), &ActivityRule::name);
        if (part.name() == "*")
          sets_every_other_[i] = 1;
        else
          activity_rules_[i].push_back(static_cast<std::size_t>(rule - base_.activities.begin()));
      }
    }
}

std::size_t SearchSpace::index_of(const std::string& path) const {
  const auto found = std::ranges::find(parameters_, path, &Parameter::name);
  if (found != parameters_.end()) return static_cast<std::size_t>(found - parameters_.begin());
  std::vector<std::string> names;
  for (const Parameter& p : parameters_) names.push_back(p.name);
  throw InputError({.field = "constraints",
                    .value = path,
                    .what = "this is not searched",
                    .remedy = suggest(path, names) + " Or give it a range in [space]."});
}

void SearchSpace::check_constraints(const StudySpec::Constraints& constraints) {
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (parameters_[i].name == parameters_[j].name)
        throw InputError({.field = "space",
                          .value = parameters_[i].name,
                          .what = "it is there twice",
                          .remedy = "Keep one of the two."});
  for (const auto& chain : constraints.ordered) {
    std::vector<std::size_t> indices;
    for (const std::string& path : chain) indices.push_back(index_of(path));
    const SpaceEntry& first = parameters_[indices.front()].domain;
    for (const std::size_t i : indices) {
      const SpaceEntry& d = parameters_[i].domain;
      if (!d.words.empty() || d.low != first.low || d.high != first.high ||
          d.whole != first.whole || d.values != first.values)
        throw InputError({.field = "constraints.ordered",
                          .value = parameters_[i].name,
                          .what = fmt::format("its values are not those of {}, so the two cannot "
                                              "be ordered",
                                              parameters_[indices.front()].name),
                          .remedy = "Give all of a chain the same range or list."});
    }
    ordered_.push_back(std::move(indices));
  }
  for (const auto& [path, sum] : constraints.sums) {
    std::vector<std::size_t> indices;
    for (const ModelPart& part : ModelPart(path).of_each(base_))
      if (std::ranges::find(parameters_, part.path(), &Parameter::name) != parameters_.end())
        indices.push_back(index_of(part.path()));
    if (indices.empty()) index_of(path);
    for (const std::size_t i : indices)
      if (!parameters_[i].domain.is_range() || parameters_[i].domain.whole || sum <= 0)
        throw InputError(
            {.field = "constraints.sum",
             .value = parameters_[i].name,
             .what = "values are scaled to the sum, which must be above 0, and so they cannot be "
                     "whole numbers or from a list",
             .remedy = "Give it a range with whole = false, or leave the sum out: role weightings "
                       "count by their shares alone."});
    sums_.emplace_back(std::move(indices), sum);
  }
}

Point SearchSpace::at(std::span<const double> unit) const {
  Point point(dimensions());
  for (std::size_t i = 0; i < dimensions(); ++i) point[i] = parameters_[i].at(unit[i]);
  return constrained(std::move(point));
}

std::vector<double> SearchSpace::unit_of(const Point& point) const {
  std::vector<double> unit(dimensions());
  for (std::size_t i = 0; i < dimensions(); ++i) unit[i] = parameters_[i].unit_of(point[i]);
  return unit;
}

Point SearchSpace::constrained(Point point) const {
  for (const auto& [indices, sum] : sums_) {
    double total = 0;
    for (const std::size_t i : indices) total += point[i];
    if (total > 0)
      for (const std::size_t i : indices) point[i] = rounded(point[i] * sum / total, 6);
  }
  for (const auto& chain : ordered_) {
    std::vector<double> values;
    for (const std::size_t i : chain) values.push_back(point[i]);
    std::ranges::sort(values, std::greater{});
    for (std::size_t k = 0; k < chain.size(); ++k) point[chain[k]] = values[k];
  }
  return point;
}

std::uint64_t SearchSpace::grid_size(std::uint64_t steps) const {
  std::uint64_t size = 1;
  for (const Parameter& p : parameters_) {
    size *= p.choices() > 0 ? p.choices() : steps;
    if (size > largest_grid) return 0;
  }
  return size;
}

Point SearchSpace::grid_point(std::uint64_t i, std::uint64_t steps) const {
  Point point;
  for (const Parameter& p : parameters_) {
    const std::uint64_t n = p.choices() > 0 ? p.choices() : steps;
    const auto digit = static_cast<double>(i % n);
    i /= n;
    if (p.choices() > 0)
      point.push_back(p.at((digit + .5) / static_cast<double>(n)));
    else if (p.domain.log)
      point.push_back(p.at(digit / static_cast<double>(n - 1)));
    else {
      const double value =
          p.domain.low + (p.domain.high - p.domain.low) * digit / static_cast<double>(n - 1);
      point.push_back(p.domain.whole ? std::round(value) : rounded(value, 4));
    }
  }
  return point;
}

Model SearchSpace::apply(const Point& point) const {
  Model model = base_;
  for (std::size_t i = 0; i < dimensions(); ++i) {
    const Parameter& p = parameters_[i];
    for (const ModelPart& part : p.parts) {
      if (std::isnan(point[i])) continue;
      if (p.domain.words.empty())
        part.set(model, point[i]);
      else
        part.set(model, p.domain.words[static_cast<std::size_t>(point[i])]);
    }
  }
  return model;
}

Point SearchSpace::point_of(const Model& model) const {
  Point point;
  for (const Parameter& p : parameters_) {
    const ModelPart::Value value = p.parts.front().get(model);
    if (p.domain.words.empty()) {
      point.push_back(std::get<double>(value));
      continue;
    }
    const auto word = std::ranges::find(p.domain.words, text_of(value));
    point.push_back(
        word == p.domain.words.end() ? nan : static_cast<double>(word - p.domain.words.begin()));
  }
  return point;
}

LinearWeights SearchSpace::weights(const Point& point) const {
  LinearWeights weights = base_weights_;
  for (std::size_t i = 0; i < dimensions(); ++i) {
    if (std::isnan(point[i])) continue;
    for (const std::size_t card : role_cards_[i]) weights.role[card] = point[i];
    for (const std::size_t rule : activity_rules_[i]) weights.activity[rule] = point[i];
    if (sets_every_other_[i] != 0) weights.every_other = point[i];
  }
  return weights;
}

std::vector<double> SearchSpace::structure(const Point& point) const {
  std::vector<double> structure;
  for (std::size_t i = 0; i < dimensions(); ++i)
    if (!parameters_[i].is_linear()) structure.push_back(point[i]);
  return structure;
}

}  // namespace rolecall
