#include "scoring/type_weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace rolecall {
namespace {

// The lowest and highest weight that scaling refers to, over the types of non-zero weight that
// occurred; nothing to scale when there is none.
template <class T>
struct Range {
  T low, high;
  bool any = false;
};

template <class T>
Range<T> used_range(const std::vector<T>& weights, std::span<const std::uint8_t> occurred,
                    Readings::Scaling how) {
  Range<T> range{};
  for (std::size_t t = 0; t < weights.size(); ++t) {
    if (weights[t] == 0 || !occurred[t]) continue;
    range.low = range.any ? std::min(range.low, weights[t]) : weights[t];
    range.high = range.any ? std::max(range.high, weights[t]) : weights[t];
    range.any = true;
  }
  if (how == Readings::Scaling::max) range.low = 0;
  return range;
}

void scale_values(std::vector<double>& values, std::span<const std::uint8_t> occurred,
                  Readings::Scaling how) {
  const Range<double> range = used_range(values, occurred, how);
  if (!range.any) return;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const bool used = values[t] != 0 && occurred[t];
    values[t] = !used                     ? 0
                : range.high == range.low ? 1
                                          : (values[t] - range.low) / (range.high - range.low);
  }
}

void scale_units(TypeWeights& w, std::span<const std::uint8_t> occurred, Readings::Scaling how) {
  const Range<std::int64_t> range = used_range(w.units, occurred, how);
  if (!range.any) return;
  // (w − low) / (high − low); a weight range below zero turns both signs.
  const std::int64_t span = range.high - range.low;
  w.denominator = span == 0 ? 1 : std::abs(span);
  for (std::size_t t = 0; t < w.units.size(); ++t) {
    const bool used = w.units[t] != 0 && occurred[t];
    w.units[t] = !used ? 0 : span == 0 ? 1 : (w.units[t] - range.low) * (span < 0 ? -1 : 1);
  }
}

void add_decay(TypeWeights& w, const Model& model) {
  const Decay& decay = model.decay;
  if (decay.kind == Decay::Kind::none) return;
  for (int age = 0; age < model.window_days; ++age) {
    switch (decay.kind) {
      case Decay::Kind::linear:
        w.age_units.push_back(model.window_days - age);
        w.age_values.push_back(static_cast<double>(model.window_days - age) / model.window_days);
        break;
      case Decay::Kind::half_life:
        w.age_values.push_back(std::exp2(-age / decay.half_life_days));
        break;
      case Decay::Kind::monthly_steps:
        w.age_values.push_back(std::pow(1 - decay.step_loss, age / 30));
        break;
      case Decay::Kind::none:
        break;
    }
  }
  if (decay.kind == Decay::Kind::linear)
    w.denominator *= model.window_days;
  else
    w.exact = false;
}

}  // namespace

int128 TypeWeights::largest() const {
  int128 weight = 0;
  for (const std::int64_t u : units) weight = std::max<int128>(weight, u < 0 ? -u : u);
  return age_units.empty() ? weight : weight * age_units.front();
}

TypeWeights weigh_types(const BoundModel& bound, std::span<const std::uint8_t> occurred) {
  TypeWeights w;
  w.values = bound.weights;
  if (auto decimals = exact_decimals(bound.weights)) {
    w.units = std::move(decimals->units);
    w.denominator = decimals->scale;
  } else {
    w.exact = false;
  }
  if (const auto how = bound.model->readings.weight_scaling; how != Readings::Scaling::none) {
    scale_values(w.values, occurred, how);
    if (w.exact) scale_units(w, occurred, how);
  }
  add_decay(w, *bound.model);
  return w;
}

TypeWeights weigh_types(const BoundModel& bound) {
  return weigh_types(bound, std::vector<std::uint8_t>(bound.weights.size(), 1));
}

}  // namespace rolecall
