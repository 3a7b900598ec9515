#include "scoring/incremental_scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "core/activity_index.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "scoring/model_names.hpp"
#include "scoring/person_scores.hpp"
#include "scoring/role_tally.hpp"

namespace rolecall {
namespace {

// Refuses, all at once, what does not come down to exact sums of a few people.
void expect_incremental(const Model& model, const BoundModel& bound, const TypeWeights& weights) {
  ProblemList problems;
  const auto refuse = [&](std::string field, std::string value, std::string why,
                          std::string remedy) {
    problems.add({.field = std::move(field),
                  .value = std::move(value),
                  .what = "incremental scores cannot have this: " + why,
                  .remedy = "Use score(), which can, or " + remedy + "."});
  };
  for_each_choice(model.readings, [&]<class E>(std::string_view key, E value) {
    if constexpr (std::is_same_v<E, Readings::Scaling>)
      if (value != E::none)
        refuse(std::string(key), std::string(word_for(value)),
               "one activity can change every score", "set it to none");
  });
  const auto kind = model.decay.kind;
  if (kind == Decay::Kind::half_life || kind == Decay::Kind::monthly_steps)
    refuse("decay", std::string(word_for(kind)), "its sums are not exact",
           "take linear decay or none");
  else if (!weights.exact)
    refuse("activities", "", "their weights are not short decimals", "round them");
  if (model.readings.since_creation)
    refuse("since_creation", "true", "it gives every group a window of its own", "set it to false");
  for (const BoundTemplate& t : bound.templates)
    if (!t.exact)
      refuse("template", t.source->name, "its weightings are not short decimals", "round them");
  problems.throw_if_any();
}

Day day_or(Timestamp time, Day missing, DayBoundary& clock) {
  return time.is_missing() ? missing : clock.day_of(time);
}

Problem unknown(const char* what, std::size_t index, std::size_t row = 0) {
  return {.row = row,
          .field = what,
          .value = std::to_string(index),
          .what = fmt::format("the world has no such {}", what),
          .remedy = "Start again from a world that has it."};
}

// Calls body(person, type, day, count) for everything in the index, person by person in order of
// (day, type).
template <class Body>
void for_each_count(const ActivityIndex& index, const Body& body) {
  const auto walk = [&](const auto& rows) {
    const std::uint32_t type_mask = (std::uint32_t{1} << index.type_bits) - 1;
    for (std::size_t p = 0; p < index.people(); ++p)
      for_each_count(rows, rows.between(index.offsets[p], index.offsets[p + 1]),
                     [&](std::uint32_t cell, std::uint64_t count) {
                       body(PersonId{p}, ActivityTypeId{cell & type_mask},
                            index.first_day + days_rep{static_cast<int>(cell >> index.type_bits)},
                            count);
                     });
  };
  std::visit(walk, index.rows);
}

auto key(const Member& m) { return std::tuple(m.person, m.role, m.since); }

}  // namespace

IncrementalScores::IncrementalScores(const World& world, const Model& model, Day as_of)
    : model_(std::make_unique<const Model>(model)),
      bound_(bind(*model_, world)),
      weights_(weigh_types(bound_)),
      as_of_(as_of),
      origin_(as_of),
      sums_(world.people.size()),
      groups_of_(world.people.size()),
      roles_(world.roles.size()),
      is_touched_(world.groups.size()) {
  expect_incremental(*model_, bound_, weights_);
  if (decays()) day_sums_.resize(world.people.size());
  const std::size_t groups = world.groups.size();
  for (std::size_t g = 0; g < groups; ++g) {
    scores_.group.emplace_back(g);
    scores_.template_of.push_back(bound_.template_of[world.groups.solutions[g].index()]);
    touch(GroupId{g});
  }
  scores_.as_of.assign(groups, as_of);
  scores_.engagement.assign(groups, 0);
  scores_.completeness.assign(groups, std::nan(""));
  scores_.members.assign(groups, 0);
  scores_.missing.assign(groups, 0);
  load(world.members);
  const ActivityLog& log = world.activities;
  activities_ = log.counts.empty()
                    ? static_cast<int128>(log.size())
                    : std::accumulate(log.counts.begin(), log.counts.end(), int128{0});
  expect_exact(activities_);
  load(index_activities(world.activities, bound_.boundary));
  work_ = {};
}

void IncrementalScores::load(const Memberships& members) {
  DayBoundary clock = bound_.boundary;
  members_.resize(scores_.size());
  for (std::size_t g = 0; g < members_.size(); ++g) {
    members_[g].reserve(members.offsets[g + 1] - members.offsets[g]);
    for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m) {
      const Member member{members.people[m], members.roles[m],
                          day_or(members.since[m], Day::min(), clock),
                          day_or(members.until[m], Day::max(), clock)};
      members_[g].push_back(member);
      std::vector<GroupId>& groups = groups_of_[member.person.index()];
      if (groups.empty() || groups.back() != GroupId{g}) groups.emplace_back(g);
      watch(GroupId{g}, member);
    }
  }
}

void IncrementalScores::load(const ActivityIndex& index) {
  const Day first = std::max(index.first_day, opens());
  std::vector<CappedDay::Rows> days;  // from the first on
  if (index.size() > 0 && first <= index.last_day)
    days.resize((index.last_day - first).count() + 1);
  const auto for_each_of = [&](const auto& body) {
    for_each_count(index, [&](PersonId person, ActivityTypeId type, Day day, std::uint64_t count) {
      if (day >= first && weights_.units[type.index()] != 0)
        body(static_cast<std::size_t>((day - first).count()), person, type, count);
    });
  };
  std::vector<std::size_t> sizes(days.size());
  for_each_of([&](std::size_t d, auto...) { ++sizes[d]; });
  for (std::size_t d = 0; d < days.size(); ++d) days[d].reserve(sizes[d]);
  for_each_of([&](std::size_t d, PersonId person, ActivityTypeId type, std::uint64_t count) {
    days[d].emplace_back(person, type, count);
  });
  for (std::size_t d = 0; d < days.size(); ++d)
    if (!days[d].empty()) add(first + days_rep{static_cast<int>(d)}, std::move(days[d]));
}

void IncrementalScores::expect_exact(int128 activities) const {
  if (activities < int128{1} << 64 && checked_product(weights_.largest(), activities)) return;
  throw InputError({.field = "count",
                    .what = "the activities are too many for exact sums: 2^64 or more, or 2^126 by "
                            "weight",
                    .remedy = "Check the counts, or use score()."});
}

void IncrementalScores::add(std::span<const ActivityRow> rows) {
  ProblemList problems;
  int128 activities = activities_;
  std::map<Day, CappedDay::Rows> counting;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ActivityRow& row = rows[i];
    if (row.person.index() >= sums_.size())
      problems.add(unknown("person", row.person.index(), i + 1));
    if (row.type.index() >= weights_.units.size()) {
      problems.add(unknown("activity", row.type.index(), i + 1));
      continue;
    }
    activities += row.count;
    if (row.count > 0 && row.day >= opens() && weights_.units[row.type.index()] != 0)
      counting[row.day].emplace_back(row.person, row.type, row.count);
  }
  problems.throw_if_any();
  expect_exact(activities);
  activities_ = activities;

  for (auto& [day, day_rows] : counting) {
    std::ranges::sort(day_rows, {}, &CappedDay::Row::key);
    CappedDay::Rows distinct;
    for (const CappedDay::Row& row : day_rows)
      if (!distinct.empty() && distinct.back().key == row.key)
        distinct.back().count += row.count;
      else
        distinct.push_back(row);
    add(day, std::move(distinct));
  }
}

void IncrementalScores::add(Day day, CappedDay::Rows rows) {
  CappedDay& counts = days_[day];
  rows = counts.room_for(std::move(rows), bound_.caps);
  if (day <= as_of_) count(day, rows, +1);
  counts.add(std::move(rows));
}

void IncrementalScores::count(Day day, const CappedDay::Rows& rows, int sign) {
  const auto since_origin = static_cast<uint128>((day - origin_).count());
  std::size_t last = sums_.size();
  for (const CappedDay::Row& row : rows) {
    const std::size_t p = row.person();
    const int128 part = sign * int128{weights_.units[row.type()]} * row.count;
    sums_[p] += part;
    if (decays()) day_sums_[p] += static_cast<uint128>(part) * since_origin;
    if (p == last) continue;
    last = p;
    ++work_.people;
    if (touched_.size() < scores_.size())
      for (const GroupId g : groups_of_[p]) touch(g);
  }
  work_.rows += rows.size();
}

// With linear decay Σ weight · count · (window − (as-of day − day)), days counted from origin_. The
// terms may wrap around 2^128; the total fits.
int128 IncrementalScores::total(PersonId person) const {
  const int128 sum = sums_[person.index()];
  if (!decays()) return sum;
  const int factor = bound_.model->window_days - (as_of_ - origin_).count();
  return static_cast<int128>(static_cast<uint128>(sum) * static_cast<uint128>(factor) +
                             day_sums_[person.index()]);
}

void IncrementalScores::advance_to(Day day) {
  if (day < as_of_)
    throw InputError(
        {.field = "as-of day",
         .value = to_string(day),
         .what = fmt::format("this is before {}, where the scores stand", to_string(as_of_)),
         .remedy = "Use score() for days gone by."});
  const Day before = std::exchange(as_of_, day);
  if (day == before) return;
  while (!days_.empty() && days_.begin()->first < opens()) {
    const auto& [gone, counts] = *days_.begin();
    if (gone <= before)
      for (const CappedDay::Rows& run : counts.runs()) count(gone, run, -1);
    days_.erase(days_.begin());
  }
  for (auto next = days_.upper_bound(before); next != days_.end() && next->first <= day; ++next)
    for (const CappedDay::Rows& run : next->second.runs()) count(next->first, run, +1);
  for (; !turns_.empty() && turns_.begin()->first <= day; turns_.erase(turns_.begin()))
    for (const GroupId g : turns_.begin()->second) touch(g);
  if (decays())
    for (const GroupId g : scores_.group) touch(g);
}

void IncrementalScores::check(GroupId group, PersonId person, RoleId role) const {
  ProblemList problems;
  if (group.index() >= members_.size()) problems.add(unknown("group", group.index()));
  if (person.index() >= sums_.size()) problems.add(unknown("person", person.index()));
  if (role.index() >= roles_) problems.add(unknown("role", role.index()));
  problems.throw_if_any();
}

void IncrementalScores::add_member(GroupId group, const Member& member) {
  check(group, member.person, member.role);
  std::vector<Member>& members = members_[group.index()];
  members.insert(std::ranges::upper_bound(members, key(member), {}, key), member);
  std::vector<GroupId>& groups = groups_of_[member.person.index()];
  if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
  watch(group, member);
  touch(group);
}

bool IncrementalScores::end_member(GroupId group, PersonId person, RoleId role, Day last) {
  check(group, person, role);
  bool changed = false;
  for (Member& member : members_[group.index()]) {
    if (member.person != person || member.role != role || member.until <= last) continue;
    member.until = last;
    watch(group, member);
    changed = true;
  }
  if (changed) touch(group);
  return changed;
}

bool IncrementalScores::remove_member(GroupId group, PersonId person, RoleId role) {
  check(group, person, role);
  std::vector<Member>& members = members_[group.index()];
  if (std::erase_if(members,
                    [&](const Member& m) { return m.person == person && m.role == role; }) == 0)
    return false;
  if (std::ranges::find(members, person, &Member::person) == members.end())
    std::erase(groups_of_[person.index()], group);
  touch(group);
  return true;
}

void IncrementalScores::watch(GroupId group, const Member& member) {
  if (member.since > as_of_) turns_[member.since].push_back(group);
  if (member.until >= as_of_ && member.until < Day::max())
    turns_[member.until + days_rep{1}].push_back(group);
}

void IncrementalScores::touch(GroupId group) {
  if (std::exchange(is_touched_[group.index()], 1) == 0) touched_.push_back(group);
}

const GroupScores& IncrementalScores::groups() {
  std::ranges::sort(touched_);  // neighbours in memory
  parallel::for_blocks(touched_.size(), 512, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) rescore(touched_[i]);
  });
  for (const GroupId g : touched_) is_touched_[g.index()] = 0;
  work_.groups += touched_.size();
  touched_.clear();
  if (scores_.size() > 0 && scores_.as_of[0] != as_of_) std::ranges::fill(scores_.as_of, as_of_);
  return scores_;
}

void IncrementalScores::rescore(GroupId group) {
  const int t = scores_.template_of[group.index()];
  if (t < 0) return;
  const BoundTemplate& bound = bound_.templates[static_cast<std::size_t>(t)];
  const Readings& readings = model_->readings;
  const std::size_t g = group.index();
  const auto tally = [&](auto& sums, const auto& worth) {
    for (const Member& m : members_[g]) {
      const int card = bound.card_of[m.role.index()];
      if (card != BoundTemplate::no_card && m.since <= as_of_ && as_of_ <= m.until)
        sums.add(m.person, m.role, static_cast<std::size_t>(card), worth);
    }
    const auto& in_role = sums.roles.members;
    scores_.members[g] = sums.people;
    scores_.missing[g] = missing_cards(in_role, *bound.source);
    scores_.completeness[g] = completeness(in_role, *bound.source, readings.completeness_roles);
  };
  double& score = scores_.engagement[g];
  if (readings.is_linear()) {
    GroupTally<int128> sums;
    tally(sums, [&](PersonId p) { return total(p); });
    score = engagement(sums.roles, bound, readings, weights_.denominator);
  } else {
    GroupTally<double> sums;
    tally(sums, [&](PersonId p) { return person(p); });
    score = float_engagement(sums.roles, bound, readings);
  }
  if (readings.group_transform == Readings::Transform::sqrt) score = signed_sqrt(score);
}

double IncrementalScores::person(PersonId person) const {
  const double score = rounded_ratio(total(person), weights_.denominator);
  return model_->readings.person_transform == Readings::Transform::sqrt ? signed_sqrt(score)
                                                                        : score;
}

}  // namespace rolecall
