#include "experiments/search_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "core/portable_math.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::uint64_t largest_grid = 10'000'000;

double rounded(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return value;
  // By way of text, so that the result is the double that these digits spell.
  const std::string text = fmt::format("{:.{}e}", value, digits - 1);
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string text_of(const ModelPart::Value& value) {
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  return fmt::format("{}", std::get<double>(value));
}

// What sets a part of every activity comes before what sets that of one, and the kind of decay
// after its figures, which choose a kind of their own.
int rank_of(const ModelPart& part) {
  return part.path() == "daily_cap" ? 0 : part.path() == "decay.kind" ? 2 : 1;
}

// Values in their bounds that add up to a sum, in the proportions of `values` as far as the bounds
// allow.
void scale_to(double sum, const std::vector<double>& low, const std::vector<double>& high,
              std::vector<double>& values) {
  const auto total = [&](double factor) {
    double all = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      all += std::clamp(factor * values[i], low[i], high[i]);
    return all;
  };
  double plain = 0;
  for (std::size_t i = 0; i < values.size(); ++i) plain += values[i];
  if (std::abs(plain - sum) <= 1e-4 * sum) return;  // rounded before
  double below = 0, above = 1;
  while (total(above) < sum && above < 1e30) below = above, above *= 2;
  for (int step = 0; step < 80; ++step) {
    const double middle = below + (above - below) / 2;
    (total(middle) < sum ? below : above) = middle;
  }
  double missing = sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = rounded(std::clamp(above * values[i], low[i], high[i]), 6);
    values[i] = std::clamp(values[i], low[i], high[i]);
    missing -= values[i];
  }
  // Proportions of nothing are anything: what is missing goes to the first with room.
  for (std::size_t i = 0; i < values.size() && std::abs(missing) > 1e-4 * sum; ++i) {
    const double before = values[i];
    values[i] = std::clamp(rounded(values[i] + missing, 6), low[i], high[i]);
    missing -= values[i] - before;
  }
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
      domain.log ? low * portable_exp(u * portable_log(high / low)) : low + u * (high - low);
  return std::clamp(domain.whole ? std::round(value) : rounded(value, 4), low, high);
}

double Parameter::unit_of(double value) const {
  if (const std::size_t n = choices(); n > 0) {
    if (std::isnan(value)) return .5;  // a word that is not listed
    std::size_t nearest = domain.words.empty() ? 0 : static_cast<std::size_t>(value);
    const auto reach = [&](std::size_t i) {  // infinity is next to the largest
      const double listed = domain.values[i];
      if (listed == value) return -1.;
      return std::isinf(value) ? 1 / (1 + std::max(0., listed)) : std::abs(listed - value);
    };
    for (std::size_t i = 0; i < domain.values.size(); ++i)
      if (reach(i) < reach(nearest)) nearest = i;
    return (static_cast<double>(nearest) + .5) / static_cast<double>(n);
  }
  const double low = domain.low, high = domain.high;
  if (high == low) return .5;
  double u = (value - low) / (high - low);
  if (domain.log) u = value > 0 ? portable_log(value / low) / portable_log(high / low) : 0;
  if (domain.whole && !domain.log) u = (value - low + .5) / (high - low + 1);
  return std::isnan(u) ? .5 : std::clamp(u, 0., 1.);
}

std::vector<double> Parameter::grid(std::uint64_t steps) const {
  std::vector<double> values;
  if (const std::size_t n = choices(); n > 0) {
    for (std::size_t i = 0; i < n; ++i)
      values.push_back(domain.words.empty() ? domain.values[i] : static_cast<double>(i));
    return values;
  }
  for (std::uint64_t i = 0; i < steps; ++i) {
    const double u = static_cast<double>(i) / static_cast<double>(steps - 1);
    double value = at(u);
    if (domain.whole && !domain.log)  // at() has as much room for the ends as for the others
      value = std::round(domain.low + (domain.high - domain.low) * u);
    if (values.empty() || value > values.back()) values.push_back(value);
  }
  return values;
}

std::string Parameter::text_of(double value) const {
  if (std::isnan(value)) return "-";
  if (!domain.words.empty()) return domain.words[static_cast<std::size_t>(value)];
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
  take_fixed(entries, constraints);
  take_entries(entries);
  for (const Parameter& p : parameters_) {
    Model trial = base_;  // every value must be one that the model takes
    if (p.domain.is_range() && p.domain.low > p.domain.high)
      throw InputError({.field = "space",
                        .value = p.name,
                        .what = "no whole number lies in its range",
                        .remedy = "Widen the range."});
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

void SearchSpace::take_fixed(const std::vector<SpaceEntry>& entries,
                             const StudySpec::Constraints& constraints) {
  const auto is_named = [&](const auto& list, const std::string& path, auto path_of) {
    return std::ranges::any_of(
        list, [&](const auto& item) { return ModelPart(path_of(item)).path() == path; });
  };
  for (const auto& [path, value] : constraints.fixed) {
    const ModelPart fixed(path);
    for (ModelPart& part : fixed.of_each(base_)) {
      // What is named alone is not part of a *, be it searched or fixed.
      const bool named_apart =
          fixed.path() != part.path() &&
          (is_named(entries, part.path(), [](const SpaceEntry& e) { return e.path; }) ||
           is_named(constraints.fixed, part.path(), [](const auto& f) { return f.first; }));
      if (!named_apart) fixed_.emplace_back(std::move(part), value);
    }
  }
  std::ranges::stable_sort(fixed_, {}, [](const auto& f) { return rank_of(f.first); });
  for (const auto& [part, value] : fixed_) part.set(base_, value);
}

void SearchSpace::take_entries(const std::vector<SpaceEntry>& entries) {
  for (const SpaceEntry& given : entries) {
    SpaceEntry entry = given;
    std::vector<ModelPart> parts;
    const ModelPart whole(entry.path);
    for (ModelPart& part : whole.of_each(base_)) {
      const bool is_fixed = std::ranges::any_of(
          fixed_, [&](const auto& fixed) { return fixed.first.path() == part.path(); });
      // What is named alone is not part of a *.
      const bool is_named =
          whole.path() != part.path() && std::ranges::any_of(entries, [&](const SpaceEntry& other) {
            return ModelPart(other.path).path() == part.path();
          });
      if (!is_fixed && !is_named) parts.push_back(std::move(part));
    }
    if (parts.empty()) continue;
    if (entry.is_range() && (entry.whole || whole.is_whole())) {
      entry.whole = true;
      entry.low = std::ceil(entry.low);
      entry.high = std::floor(entry.high);
    }
    if (entry.shared) {
      parameters_.push_back({whole.path(), std::move(parts), entry});
      continue;
    }
    for (ModelPart& part : parts) {
      std::string name = part.path();
      parameters_.push_back({std::move(name), {std::move(part)}, entry});
    }
  }
  if (!entries.empty() && parameters_.empty())
    throw InputError({.field = "space",
                      .what = "all that it names is fixed, so that nothing is left to search",
                      .remedy = "Leave parts out of constraints.fixed."});
  const auto searches = [&](const char* path) {
    return std::ranges::find(parameters_, path, &Parameter::name) != parameters_.end();
  };
  if (searches("decay.half_life_days") && searches("decay.step_loss") && !searches("decay.kind"))
    throw InputError({.field = "space",
                      .value = "decay.step_loss",
                      .what = "a half-life is searched too, and a model has one kind of decay",
                      .remedy = "Leave one of the two out, or search decay.kind as well."});
  apply_order_.resize(parameters_.size());
  std::iota(apply_order_.begin(), apply_order_.end(), 0);
  std::ranges::stable_sort(apply_order_, {},
                           [&](std::size_t i) { return rank_of(parameters_[i].parts.front()); });
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
  std::vector<std::string> taken;
  for (const Parameter& p : parameters_)
    for (const ModelPart& part : p.parts) {
      if (std::ranges::find(taken, part.path()) != taken.end())
        throw InputError({.field = "space",
                          .value = part.path(),
                          .what = "it is there twice",
                          .remedy = "Keep one of the two."});
      taken.push_back(part.path());
    }
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
  check_orders();
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
    double lowest = 0, highest = 0;
    for (const std::size_t i : indices) {
      lowest += parameters_[i].domain.low;
      highest += parameters_[i].domain.high;
    }
    if (sum < lowest || sum > highest)
      throw InputError({.field = "constraints.sum",
                        .value = path,
                        .what = fmt::format("its ranges add up to {} at least and {} at most, so "
                                            "{} is out of reach",
                                            lowest, highest, sum),
                        .remedy = "Change the sum, or the ranges."});
    for (const auto& chain : ordered_) {
      const auto inside = std::ranges::count_if(
          chain, [&](std::size_t i) { return std::ranges::find(indices, i) != indices.end(); });
      if (inside != 0 && inside != static_cast<std::ptrdiff_t>(chain.size()))
        throw InputError({.field = "constraints.ordered",
                          .value = parameters_[chain.front()].name,
                          .what = "a part of the chain is in a sum, and another is not",
                          .remedy = "Order parts of one sum, or parts of none."});
    }
    sums_.emplace_back(std::move(indices), sum);
  }
}

void SearchSpace::check_orders() const {
  // As many passes as there are parts find every part that is, by whatever way, above itself.
  const std::size_t n = parameters_.size();
  std::vector<std::uint8_t> above(n * n, 0);
  for (const auto& chain : ordered_)
    for (std::size_t k = 0; k + 1 < chain.size(); ++k) above[chain[k] * n + chain[k + 1]] = 1;
  for (std::size_t via = 0; via < n; ++via)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        if (above[i * n + via] != 0 && above[via * n + j] != 0) above[i * n + j] = 1;
  for (std::size_t i = 0; i < n; ++i)
    if (above[i * n + i] != 0)
      throw InputError({.field = "constraints.ordered",
                        .value = parameters_[i].name,
                        .what = "it stands above itself",
                        .remedy = "Name each part once in a chain, and let no two chains "
                                  "contradict."});
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
    std::vector<double> values, low, high;
    for (const std::size_t i : indices) {
      values.push_back(point[i]);
      low.push_back(parameters_[i].domain.low);
      high.push_back(parameters_[i].domain.high);
    }
    scale_to(sum, low, high, values);
    for (std::size_t k = 0; k < indices.size(); ++k) point[indices[k]] = values[k];
  }
  // Chains may share parts: each exchange puts one pair right and takes no other further apart, so
  // there is an end.
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& chain : ordered_)
      for (std::size_t k = 0; k + 1 < chain.size(); ++k)
        if (point[chain[k]] < point[chain[k + 1]]) {
          std::swap(point[chain[k]], point[chain[k + 1]]);
          changed = true;
        }
  }
  return point;
}

std::uint64_t SearchSpace::grid_size(std::uint64_t steps) const {
  std::uint64_t size = 1;
  for (const Parameter& p : parameters_) {
    size *= p.grid(steps).size();
    if (size > largest_grid) return 0;
  }
  return size;
}

Point SearchSpace::grid_point(std::uint64_t i, std::uint64_t steps) const {
  Point point;
  for (const Parameter& p : parameters_) {
    const std::vector<double> values = p.grid(steps);
    point.push_back(values[i % values.size()]);
    i /= values.size();
  }
  return point;
}

Model SearchSpace::apply(const Point& point) const {
  Model model = base_;
  for (const std::size_t i : apply_order_) {
    const Parameter& p = parameters_[i];
    for (const ModelPart& part : p.parts) {
      if (std::isnan(point[i])) continue;
      if (p.domain.words.empty())
        part.set(model, point[i]);
      else
        part.set(model, p.domain.words[static_cast<std::size_t>(point[i])]);
      if (rank_of(part) == 0)  // what is fixed of one activity stays
        for (const auto& [fixed, value] : fixed_)
          if (rank_of(fixed) == 1) fixed.set(model, value);
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
    if (!parameters_[i].is_linear())  // a part that stays as it is: a value like no other
      structure.push_back(std::isnan(point[i]) ? -std::numeric_limits<double>::infinity()
                                               : point[i]);
  return structure;
}

}  // namespace rolecall
