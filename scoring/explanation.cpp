#include "scoring/explanation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "core/activity_index.hpp"
#include "core/error.hpp"
#include "core/find_id.hpp"
#include "core/profile.hpp"
#include "scoring/active_members.hpp"
#include "scoring/person_totals.hpp"
#include "scoring/role_tally.hpp"

namespace rolecall {
namespace {

class Explainer {
 public:
  Explainer(const ActivityIndex& index, const BoundModel& bound, const GroupDetail& detail,
            Explanation& out)
      : index_(index),
        bound_(bound),
        readings_(bound.model->readings),
        detail_(detail),
        out_(out) {}

  void add_members() {
    for (const GroupDetail::Member& m : detail_.members) {
      ExplainedMember& member = out_.members.emplace_back();
      member.person = m.person;
      member.role = m.role;
      member.card = m.card;
      if (!out_.created) continue;
      add_activities(member);
      member.transformed = m.transformed;
      member.value = out_.linear ? member.points : BigFraction::of(m.score);
    }
    std::ranges::stable_sort(out_.members, {}, &ExplainedMember::card);
  }

  // What each member's value is multiplied with, by the same tally that score() takes.
  void add_shares(const BoundTemplate& bound) {
    RoleTally<BigFraction> tally;
    for (const ExplainedMember& member : out_.members) tally.add(member.card, member.value);
    std::vector<BigFraction> values;
    for (std::size_t c = 0; c < bound.source->roles.size(); ++c)
      values.push_back(bound.exact ? BigFraction(bound.values[c])
                                   : BigFraction::of(bound.source->roles[c].weighting));
    const auto total =
        role_denominator<BigFraction>(readings_.role_denominator, values, tally.members);
    std::array<bool, RolesTemplate::most_roles> taken{};
    for (ExplainedMember& member : out_.members) {
      const std::size_t card = member.card;
      if (total != BigFraction()) member.base = values[card] / total;
      member.aggregate = 1;
      if (readings_.aggregation == Readings::Aggregation::mean)
        member.aggregate = BigFraction(1, tally.members[card]);
      if (readings_.aggregation == Readings::Aggregation::max)
        member.aggregate = member.value == tally.most[card] && !std::exchange(taken[card], true);
      member.share = member.base * member.aggregate;
      out_.sum += member.contribution();
    }
  }

 private:
  void add_activities(ExplainedMember& member) {
    const auto [first, last] = days_of_index(index_, out_.window);
    if (first > last) return;
    std::visit(
        [&, first = first, last = last](const auto& rows) {
          const std::size_t person = member.person.index();
          const auto cells =
              cells_within(rows.between(index_.offsets[person], index_.offsets[person + 1]), first,
                           last, index_.type_bits);
          for_each_count(rows, cells, [&](auto cell, std::uint64_t n) {
            const std::uint64_t type = cell & ((std::uint64_t{1} << index_.type_bits) - 1);
            const Day day = index_.first_day + days_rep{cell >> index_.type_bits};
            const std::uint64_t counted = std::min(n, bound_.caps[type]);
            const BigFraction& weight = weight_of(ActivityTypeId{type}, day);
            member.activities.push_back(
                {ActivityTypeId{type}, day, n, counted, weight, BigFraction(counted) * weight});
            member.points += member.activities.back().points;
          });
        },
        index_.rows);
  }

  const BigFraction& weight_of(ActivityTypeId type, Day day) {
    const bool decays = bound_.model->decay.kind != Decay::Kind::none;
    const auto age = static_cast<std::size_t>(decays ? (out_.as_of - day).count() : 0);
    const auto [known, is_new] = weights_.try_emplace({type, age});
    if (is_new) known->second = exact_weight(detail_.weights, type, age);
    return known->second;
  }

  const ActivityIndex& index_;
  const BoundModel& bound_;
  const Readings& readings_;
  const GroupDetail& detail_;
  Explanation& out_;
  std::map<std::pair<ActivityTypeId, std::size_t>, BigFraction> weights_;
};

}  // namespace

BigFraction exact_weight(const TypeWeights& weights, ActivityTypeId type, std::size_t age) {
  // Decimals are exact whether or not the decay is: only its powers are doubles then.
  BigFraction weight = weights.units.empty()
                           ? BigFraction::of(weights.values[type.index()])
                           : BigFraction(weights.units[type.index()], weights.denominator);
  if (!weights.age_units.empty())
    weight *= weights.age_units[age];
  else if (!weights.age_values.empty())
    weight *= BigFraction::of(weights.age_values[age]);
  return weight;
}

Explanation explain(const World& world, const ActivityIndex& index, const BoundModel& bound,
                    const AsOf& as_of, GroupId group) {
  const auto [scores, detail] = score_in_detail(world, index, bound, as_of, group);
  const Phase phase("explain");
  const Readings& readings = bound.model->readings;
  const GroupScores& row = scores.groups;
  Explanation out;
  out.group = group;
  out.as_of = detail.moment.as_of;
  out.window = window_of(detail.moment, bound.model->window_days);
  out.created = detail.created;
  out.template_of = row.template_of[detail.row];
  out.linear = readings.is_linear();
  out.weights = detail.weights;
  out.raw = detail.raw;
  out.transformed =
      readings.group_transform == Readings::Transform::sqrt ? signed_sqrt(detail.raw) : detail.raw;
  out.engagement = row.engagement[detail.row];
  out.completeness = row.completeness[detail.row];
  out.people = row.members[detail.row];
  out.missing = row.missing[detail.row];
  out.person_extent = detail.people;
  out.group_extent = detail.groups;
  out.warnings = scores.warnings;
  if (out.template_of < 0) return out;
  const BoundTemplate& t = bound.templates[static_cast<std::size_t>(out.template_of)];
  Explainer explainer(index, bound, detail, out);
  explainer.add_members();
  explainer.add_shares(t);
  DayBoundary clock = bound.boundary;
  for_each_member(world.members, group, t, out.as_of, clock,
                  [&](PersonId person, RoleId role, int card) {
                    if (card == BoundTemplate::no_card) out.without_card.emplace_back(person, role);
                  });
  return out;
}

GroupId find_group(const World& world, std::string_view id) {
  const TextColumn& ids = world.groups.ids;
  if (const auto row = find_id(ids, id)) return GroupId{*row};
  throw InputError({.field = "group_id",
                    .value = std::string(id),
                    .what = "the world has no such buying group",
                    .remedy = ids.empty() ? "It has no groups at all."
                                          : suggest_id(ids, id,
                                                       "Its ids are like '" + std::string(ids[0]) +
                                                           "'; `rolecall score` lists them.")});
}

}  // namespace rolecall
