#include "experiments/program/explanation_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace rolecall::program {
namespace {

std::string scaling_text(Readings::Scaling how, const Extent& extent, const char* of_what) {
  const double base = how == Readings::Scaling::max ? 0 : extent.low;
  if (extent.high - base <= 1e-12 * std::abs(extent.high))
    return fmt::format("100, or 0 for 0: {} are alike", of_what);
  if (how == Readings::Scaling::max)
    return fmt::format("100 · v / {:.6g}, the highest of {}", extent.high, of_what);
  return fmt::format("100 · (v − {:.6g}) / ({:.6g} − {:.6g}), the lowest and highest of {}",
                     extent.low, extent.high, extent.low, of_what);
}

}  // namespace

std::vector<TypeTotal> by_type(const ExplainedMember& member) {
  std::map<ActivityTypeId, TypeTotal> totals;
  for (const ExplainedActivity& a : member.activities) {
    const double weight = a.weight.rounded();
    const auto [found, is_new] = totals.try_emplace(a.type);
    TypeTotal& t = found->second;
    t.type = a.type;
    ++t.days;
    t.clipped_days += a.counted < a.count;
    t.count += a.count;
    t.counted += a.counted;
    t.least_weight = is_new ? weight : std::min(t.least_weight, weight);
    t.most_weight = is_new ? weight : std::max(t.most_weight, weight);
    t.points += a.points;
  }
  std::vector<TypeTotal> sorted;
  for (auto& [type, total] : totals) sorted.push_back(std::move(total));
  std::ranges::stable_sort(sorted, std::ranges::greater{},
                           [](const TypeTotal& t) { return std::abs(t.points.rounded()); });
  return sorted;
}

std::vector<Step> steps_of(const Explanation& e, const Readings& readings) {
  std::vector<Step> steps;
  if (!e.linear) {
    const std::string scaling =
        scaling_text(readings.person_scaling, e.person_extent, "all people");
    for (const ExplainedMember& m : e.members) {
      steps.push_back({"person sum", "", &m, m.points.rounded()});
      if (readings.person_transform == Readings::Transform::sqrt)
        steps.push_back({"person sqrt", "", &m, m.transformed});
      if (readings.person_scaling != Readings::Scaling::none)
        steps.push_back({"person scaling", scaling, &m, m.value.rounded()});
    }
  }
  const bool root = readings.group_transform == Readings::Transform::sqrt;
  const bool scaled = readings.group_scaling != Readings::Scaling::none;
  // Where score() adds up doubles, it can miss the exact sum by its last digits.
  if (!e.linear || root || scaled || e.raw != e.sum.rounded())
    steps.push_back({"weighted sum", "as score adds it up", nullptr, e.raw});
  if (root) steps.push_back({"group sqrt", "", nullptr, e.transformed});
  if (scaled)
    steps.push_back({"group scaling",
                     scaling_text(readings.group_scaling, e.group_extent, "all groups"), nullptr,
                     e.engagement});
  return steps;
}

std::vector<std::string> missing_roles(const Explanation& e, const Model& model) {
  std::vector<std::string> names;
  if (e.template_of < 0) return names;
  const RolesTemplate& t = model.templates[static_cast<std::size_t>(e.template_of)];
  for (std::size_t c = 0; c < t.roles.size(); ++c)
    if ((e.missing >> c & 1) != 0) names.push_back(t.roles[c].name);
  return names;
}

std::vector<std::pair<ActivityTypeId, std::uint64_t>> weightless(const Explanation& e) {
  std::map<ActivityTypeId, std::uint64_t> counts;
  std::set<PersonId> seen;  // a person in two roles acted once
  for (const ExplainedMember& m : e.members) {
    if (!seen.insert(m.person).second) continue;
    for (const ExplainedActivity& a : m.activities)
      if (a.weight == BigFraction()) counts[a.type] += a.count;
  }
  return {counts.begin(), counts.end()};
}

BigFraction common_denominator(std::span<const BigFraction> fractions) {
  BigFraction common = 1;
  for (const BigFraction& f : fractions) {
    const BigFraction denominator = f.denominator();
    // Mostly the same few: a division is cheaper than a common multiple.
    if ((common / denominator).denominator() != BigFraction(1))
      common = least_common_multiple(common, denominator);
  }
  return common;
}

}  // namespace rolecall::program
