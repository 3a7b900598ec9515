#include "scoring/role_tally.hpp"

#include <cmath>

namespace rolecall {

std::optional<double> exact_engagement(const RoleTally<int128>& tally, const BoundTemplate& t,
                                       const Readings& readings, int128 unit) {
  const auto total = role_denominator<int128>(readings.role_denominator, t.values, tally.members);
  if (total == 0) return 0;
  FractionSum score;
  for (std::size_t c = 0; c < t.values.size(); ++c) {
    if (tally.members[c] == 0) continue;
    const bool most = readings.aggregation == Readings::Aggregation::max;
    const bool mean = readings.aggregation == Readings::Aggregation::mean;
    const auto part = checked_product(t.values[c], most ? tally.most[c] : tally.sum[c]);
    if (!part) return std::nullopt;
    score.add(*part, mean ? tally.members[c] : 1);
  }
  const auto whole = checked_product(score.denominator(), total);
  const auto denominator = whole ? checked_product(*whole, unit) : std::nullopt;
  if (score.overflowed() || !denominator) return std::nullopt;
  return rounded_ratio(score.numerator(), *denominator);
}

double float_engagement(const RoleTally<double>& tally, const BoundTemplate& t,
                        const Readings& readings) {
  std::array<double, RolesTemplate::most_roles> weightings{};
  for (std::size_t c = 0; c < t.source->roles.size(); ++c)
    weightings[c] = t.source->roles[c].weighting;
  const auto total = role_denominator<double>(readings.role_denominator, weightings, tally.members);
  if (total == 0) return 0;
  double score = 0;
  for (std::size_t c = 0; c < t.source->roles.size(); ++c) {
    if (tally.members[c] == 0) continue;
    const double part = readings.aggregation == Readings::Aggregation::max ? tally.most[c]
                        : readings.aggregation == Readings::Aggregation::mean
                            ? tally.sum[c] / tally.members[c]
                            : tally.sum[c];
    score += weightings[c] * part / total;
  }
  return score;
}

double engagement(const RoleTally<int128>& tally, const BoundTemplate& t, const Readings& readings,
                  int128 unit) {
  if (t.exact)
    if (const auto score = exact_engagement(tally, t, readings, unit)) return *score;
  RoleTally<double> rounded{.members = tally.members};
  for (std::size_t c = 0; c < tally.sum.size(); ++c) {
    rounded.sum[c] = rounded_ratio(tally.sum[c], unit);
    rounded.most[c] = rounded_ratio(tally.most[c], unit);
  }
  return float_engagement(rounded, t, readings);
}

double completeness(const std::array<std::uint32_t, RolesTemplate::most_roles>& members,
                    const RolesTemplate& t, Readings::CompletenessRoles which) {
  FractionSum sum;
  double approximate = 0;
  std::uint64_t roles = 0;
  for (std::size_t c = 0; c < t.roles.size(); ++c) {
    const RoleCard& card = t.roles[c];
    if (!card.required && which == Readings::CompletenessRoles::required) continue;
    const std::uint64_t filled = std::min<std::uint64_t>(members[c], card.members_required);
    sum.add(filled, card.members_required);
    approximate += static_cast<double>(filled) / static_cast<double>(card.members_required);
    ++roles;
  }
  if (roles == 0) return std::nan("");
  const auto numerator = checked_product(100, sum.numerator());
  const auto denominator = checked_product(roles, sum.denominator());
  if (sum.overflowed() || !numerator || !denominator)
    return 100 * approximate / static_cast<double>(roles);
  return rounded_ratio(*numerator, *denominator);
}

std::uint32_t missing_cards(const std::array<std::uint32_t, RolesTemplate::most_roles>& members,
                            const RolesTemplate& t) {
  std::uint32_t missing = 0;
  for (std::size_t c = 0; c < t.roles.size(); ++c)
    if (t.roles[c].required && members[c] < t.roles[c].members_required)
      missing |= std::uint32_t{1} << c;
  return missing;
}

}  // namespace rolecall
