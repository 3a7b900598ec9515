#include "scoring/explanation_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

using Key = std::pair<PersonId, RoleId>;
using Members = std::map<Key, const ExplainedMember*>;

Members by_key(const Explanation& e) {
  Members members;
  for (const ExplainedMember& m : e.members) members[{m.person, m.role}] = &m;
  return members;
}

class Ledger {
 public:
  Ledger(const Readings& readings, Change& out)
      : readings_(readings), out_(out), before_(out.before), after_(out.after) {}

  // In units of engagement before the group transform.
  void add_members() {
    const Members then = by_key(before_), now = by_key(after_);
    std::set<PersonId> leavers, joiners;
    for (const auto& [key, member] : then)
      if (!now.contains(key)) leavers.insert(key.first);
    for (const auto& [key, member] : now)
      if (!then.contains(key)) joiners.insert(key.first);
    const auto cause = [&](PersonId person, Cause plain) {
      return leavers.contains(person) && joiners.contains(person) ? Cause::role_changed : plain;
    };
    for (const auto& [key, member] : then) {
      if (const auto found = now.find(key); found != now.end())
        stay(*member, *found->second);
      else
        add_whole(*member, cause(key.first, Cause::left), -1);
    }
    for (const auto& [key, member] : now)
      if (!then.contains(key)) add_whole(*member, cause(key.first, Cause::joined), 1);
  }

  // From there to what score() says.
  void add_group_stage() {
    if (readings_.group_transform == Readings::Transform::none &&
        readings_.group_scaling == Readings::Scaling::none)
      return;
    const BigFraction then = BigFraction::of(before_.engagement);
    const BigFraction unmoved =
        BigFraction::of(before_.group_extent.scaled(after_.transformed, readings_.group_scaling));
    spread(0, after_.sum - before_.sum, unmoved - then, {.cause = Cause::rounding});
    add({.cause = Cause::group_rescale, .amount = BigFraction::of(after_.engagement) - unmoved});
  }

  void finish() {
    std::ranges::stable_sort(out_.rows, {}, &ChangeRow::cause);
    for (const ChangeRow& row : out_.rows) out_.sum += row.amount;
  }

 private:
  void add(ChangeRow row) {
    // Days that came and went are told even when they are worth nothing.
    const bool tells = row.cause == Cause::newly_counted || row.cause == Cause::expired;
    if (tells || row.amount != BigFraction()) out_.rows.push_back(std::move(row));
  }

  void add(Cause cause, const ExplainedMember& m, const BigFraction& amount) {
    add({.cause = cause, .person = m.person, .role = m.role, .amount = amount});
  }
  void add(Cause cause, const ExplainedMember& m, const ExplainedActivity& a,
           const BigFraction& amount) {
    add({cause, m.person, m.role, a.type, a.day, a.count, a.counted, amount});
  }

  // Scales the rows from `first` on, which add up to `given`, to add up to `wanted`: each gets its
  // share of a curve's rise by the slope of its secant. Where they add up to nothing, `rest` has
  // it.
  void spread(std::size_t first, const BigFraction& given, const BigFraction& wanted,
              ChangeRow rest) {
    const bool flat = given == BigFraction();
    const BigFraction slope = flat ? BigFraction() : wanted / given;
    for (std::size_t i = first; i < out_.rows.size(); ++i) out_.rows[i].amount *= slope;
    rest.amount = flat ? wanted : BigFraction();
    add(std::move(rest));
  }

  void add_whole(const ExplainedMember& m, Cause cause, int sign) {
    if (!after_.linear) return add(cause, m, m.contribution() * sign);
    for (const ExplainedActivity& a : m.activities)
      add(cause, m, a, m.share * a.points * BigFraction(sign));
  }

  void stay(const ExplainedMember& then, const ExplainedMember& now) {
    const std::size_t first = out_.rows.size();
    compare_activities(then, now);
    BigFraction unmoved = now.value;  // what `now` would be worth on the scale of then
    if (!after_.linear) {
      if (after_.created)
        unmoved = BigFraction::of(
            before_.person_extent.scaled(now.transformed, readings_.person_scaling));
      spread(first, now.points - then.points, unmoved - then.value,
             {.cause = Cause::rounding, .person = now.person, .role = now.role});
    }
    for (std::size_t i = first; i < out_.rows.size(); ++i) out_.rows[i].amount *= then.share;
    add(Cause::person_rescale, now, then.share * (now.value - unmoved));
    add(Cause::role_denominator, now, (now.base - then.base) * then.aggregate * now.value);
    add(Cause::aggregation, now, now.base * (now.aggregate - then.aggregate) * now.value);
  }

  // What the points of a member changed by: both lists are in order of (day, type).
  void compare_activities(const ExplainedMember& then, const ExplainedMember& now) {
    const auto key = [](const ExplainedActivity& a) { return std::pair(a.day, a.type); };
    auto old = then.activities.begin();
    auto young = now.activities.begin();
    while (old != then.activities.end() || young != now.activities.end()) {
      const bool only_old = young == now.activities.end() ||
                            (old != then.activities.end() && key(*old) < key(*young));
      const bool only_young =
          !only_old && (old == then.activities.end() || key(*young) < key(*old));
      if (only_old) {
        add(Cause::expired, now, *old, -old->points);
        ++old;
      } else if (only_young) {
        add(Cause::newly_counted, now, *young, young->points);
        ++young;
      } else {
        reweigh(now, *old++, *young++);
      }
    }
  }

  void reweigh(const ExplainedMember& m, const ExplainedActivity& then,
               const ExplainedActivity& now) {
    if (then.weight == now.weight) return;
    const bool scales = readings_.weight_scaling != Readings::Scaling::none;
    // As if the tenant had stood still, and only days gone by.
    const BigFraction aged =
        scales ? exact_weight(before_.weights, now.type,
                              static_cast<std::size_t>((after_.as_of - now.day).count()))
               : now.weight;
    const BigFraction counted = now.counted;
    add(Cause::ageing, m, now, counted * (aged - then.weight));
    add(Cause::weight_scaling, m, now, counted * (now.weight - aged));
  }

  const Readings& readings_;
  Change& out_;
  const Explanation &before_, &after_;
};

}  // namespace

Change explain_change(const World& world, const ActivityIndex& index, const BoundModel& bound,
                      const AsOf& since, const AsOf& as_of, GroupId group) {
  Change change{.before = explain(world, index, bound, since, group),
                .after = explain(world, index, bound, as_of, group),
                .rows = {},
                .sum = {}};
  if (change.before.as_of > change.after.as_of)
    throw InputError(
        {.field = "--since",
         .value = to_string(change.before.as_of),
         .what = fmt::format("this is after the as-of day, {}", to_string(change.after.as_of)),
         .remedy = "Give the earlier day to --since."});
  const Phase phase("explain the change");
  Ledger ledger(bound.model->readings, change);
  ledger.add_members();
  ledger.add_group_stage();
  ledger.finish();
  return change;
}

}  // namespace rolecall
