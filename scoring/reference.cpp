// The scores by the letter of docs/model-file.md: slow, serial, and sharing nothing with the
// parallel path but the world and the model. Sums run in long double; tests allow for its rounding.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/day_boundary.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

using Real = long double;
using PersonScore = std::map<std::size_t, Real>;                                // by person
using DailyCounts = std::map<std::tuple<std::size_t, std::size_t, Day>, Real>;  // person, type, day

Real root(Real v) { return std::copysign(std::sqrt(std::abs(v)), v); }

void scale(std::vector<Real*> values, Readings::Scaling how) {
  if (how == Readings::Scaling::none || values.empty()) return;
  Real low = *values[0], high = *values[0];
  for (const Real* v : values) low = std::min(low, *v), high = std::max(high, *v);
  if (how == Readings::Scaling::max) low = 0;
  const bool equal = high - low <= 1e-12L * std::abs(high);
  for (Real* v : values) *v = equal ? (*v == 0 ? 0 : 100) : 100 * (*v - low) / (high - low);
}

Real decayed(const Decay& decay, int window, int age) {
  switch (decay.kind) {
    case Decay::Kind::none:
      return 1;
    case Decay::Kind::linear:
      return Real(window - age) / window;
    case Decay::Kind::half_life:
      return std::exp2(Real(-age) / decay.half_life_days);
    case Decay::Kind::monthly_steps:
      return std::pow(1 - Real(decay.step_loss), age / 30);
  }
  return 1;
}

// The weight of every type after weight scaling, for one as-of day.
std::vector<Real> type_weights(const World& world, const Model& model, const DailyCounts& counts,
                               Day as_of) {
  const TextColumn& types = world.activities.type_names;
  std::vector<Real> weights(types.size(), 0);
  for (std::size_t t = 0; t < types.size(); ++t)
    if (const ActivityRule* rule = model.rule_for(types[t])) weights[t] = rule->weight;
  if (model.readings.weight_scaling == Readings::Scaling::none) return weights;
  std::set<std::size_t> used;
  for (const auto& [key, n] : counts) {
    const auto& [person, type, day] = key;
    if (n > 0 && weights[type] != 0 && day <= as_of && day > as_of - days_rep{model.window_days})
      used.insert(type);
  }
  if (used.empty()) return weights;
  Real low = weights[*used.begin()], high = low;
  for (const std::size_t t : used)
    low = std::min(low, weights[t]), high = std::max(high, weights[t]);
  if (model.readings.weight_scaling == Readings::Scaling::max) low = 0;
  for (std::size_t t = 0; t < weights.size(); ++t)
    weights[t] = !used.contains(t) ? 0 : high == low ? 1 : (weights[t] - low) / (high - low);
  return weights;
}

PersonScore person_scores(const World& world, const Model& model, const DailyCounts& counts,
                          Day as_of, std::optional<Day> since) {
  const std::vector<Real> weights = type_weights(world, model, counts, as_of);
  PersonScore scores;
  for (std::size_t p = 0; p < world.people.size(); ++p) scores[p] = 0;
  for (const auto& [key, n] : counts) {
    const auto& [person, type, day] = key;
    const int age = (as_of - day).count();
    if (age < 0 || age >= model.window_days || (since && day < *since)) continue;
    const ActivityRule* rule = model.rule_for(world.activities.type_names[type]);
    if (rule == nullptr) continue;
    const Real counted = rule->daily_cap == no_cap ? n : std::min(n, Real(rule->daily_cap));
    scores[person] += weights[type] * counted * decayed(model.decay, model.window_days, age);
  }
  if (model.readings.person_transform == Readings::Transform::sqrt)
    for (auto& [person, score] : scores) score = root(score);
  return scores;
}

}  // namespace

GroupScores score_by_reference(const World& world, const Model& model, const AsOf& as_of) {
  const Readings& readings = model.readings;
  DayBoundary clock(readings.day_boundary);
  DailyCounts counts;
  for (std::size_t p = 0; p < world.people.size(); ++p)
    for (std::size_t i = world.activities.offsets[p]; i < world.activities.offsets[p + 1]; ++i)
      counts[{p, world.activities.types[i].index(), clock.day_of(world.activities.times[i])}] +=
          world.activities.count(i);

  const auto days = resolve(as_of, world, clock);
  std::map<std::pair<std::optional<Day>, Day>, PersonScore> people;  // by (creation, as-of) day
  std::vector<std::pair<std::optional<Day>, Day>> moment(world.groups.size());
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    if (!days[g]) continue;
    moment[g].second = *days[g];
    if (readings.since_creation && !world.groups.created[g].is_missing())
      moment[g].first = clock.day_of(world.groups.created[g]);
    if (!people.contains(moment[g]))
      people[moment[g]] = person_scores(world, model, counts, *days[g], moment[g].first);
  }
  std::map<std::optional<Day>, std::vector<Real*>> pools;
  for (auto& [key, scores] : people)
    for (auto& [person, score] : scores) pools[key.first].push_back(&score);
  for (auto& [since, pool] : pools) scale(pool, readings.person_scaling);

  GroupScores out;
  std::vector<Real> engagement;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    if (!days[g]) continue;
    const RolesTemplate* t = model.template_for(world.solutions[world.groups.solutions[g].index()]);
    std::map<std::string_view, std::vector<std::size_t>> members;  // by role of the template
    std::set<std::size_t> distinct;
    for (std::size_t m = world.members.offsets[g]; m < world.members.offsets[g + 1]; ++m) {
      const std::string_view role = world.roles[world.members.roles[m].index()];
      const Timestamp since = world.members.since[m], until = world.members.until[m];
      if (t == nullptr || std::ranges::find(t->roles, role, &RoleCard::name) == t->roles.end())
        continue;
      if (!since.is_missing() && clock.day_of(since) > *days[g]) continue;
      if (!until.is_missing() && clock.day_of(until) < *days[g]) continue;
      members[role].push_back(world.members.people[m].index());
      distinct.insert(world.members.people[m].index());
    }
    Real total = 0, score = 0, complete = 0;
    std::uint32_t missing = 0;
    int counted = 0;
    for (std::size_t c = 0; t != nullptr && c < t->roles.size(); ++c) {
      const RoleCard& card = t->roles[c];
      const std::vector<std::size_t>& people_in_role = members[card.name];
      const auto n = people_in_role.size();
      if (readings.role_denominator == Readings::RoleDenominator::of_template)
        total += card.weighting;
      if (readings.role_denominator == Readings::RoleDenominator::present && n > 0)
        total += card.weighting;
      if (readings.role_denominator == Readings::RoleDenominator::members)
        total += card.weighting * Real(n);
      Real sum = 0, most = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const Real v = people.at(moment[g]).at(people_in_role[i]);
        sum += v;
        most = i == 0 ? v : std::max(most, v);
      }
      if (n > 0)
        score +=
            card.weighting * (readings.aggregation == Readings::Aggregation::max    ? most
                              : readings.aggregation == Readings::Aggregation::mean ? sum / Real(n)
                                                                                    : sum);
      if (card.required && n < card.members_required) missing |= 1u << c;
      if (card.required || readings.completeness_roles == Readings::CompletenessRoles::all) {
        complete += std::min(Real(n), Real(card.members_required)) / Real(card.members_required);
        ++counted;
      }
    }
    const bool not_created = moment[g].first && *moment[g].first > *days[g];
    out.group.emplace_back(g);
    out.as_of.push_back(*days[g]);
    out.completeness.push_back(counted > 0 ? double(100 * complete / counted) : std::nan(""));
    out.members.push_back(static_cast<std::uint32_t>(distinct.size()));
    out.missing.push_back(missing);
    out.template_of.push_back(t == nullptr ? -1 : int(t - model.templates.data()));
    engagement.push_back(total == 0 || not_created ? 0 : score / total);
  }
  std::vector<Real*> all;
  for (Real& v : engagement) {
    if (readings.group_transform == Readings::Transform::sqrt) v = root(v);
    all.push_back(&v);
  }
  scale(all, readings.group_scaling);
  for (const Real v : engagement) out.engagement.push_back(double(v));
  return out;
}

}  // namespace rolecall
