#include "scoring/incremental_scores.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <tuple>

#include "core/day_boundary.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "random_case.hpp"
#include "same_world.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using testing::crowded_world;
using ::testing::HasSubstr;
using testing::same_bits;
using ::testing::UnorderedElementsAre;

const Day log_start = *parse_day("2026-02-20");

days_rep days(std::int64_t n) { return days_rep{static_cast<int>(n)}; }

// A model for crowded worlds that incremental scores can have, unless its weights are not exact.
Model incremental_model(std::uint64_t seed) {
  Model model = testing::random_model(seed);
  Readings& r = model.readings;
  r.weight_scaling = r.person_scaling = r.group_scaling = Readings::Scaling::none;
  r.since_creation = false;
  if (model.decay.kind != Decay::Kind::none) model.decay.kind = Decay::Kind::linear;
  return model;
}

// The facts that incremental scores were told, the plain way, and the world they make.
class Facts {
 public:
  Facts(World world, const Model& model)
      : world_(std::move(world)),
        clock_(model.readings.day_boundary),
        activities_(world_.people.size()),
        members_(world_.groups.size()) {
    const ActivityLog& log = world_.activities;
    for (std::size_t p = 0; p < activities_.size(); ++p)
      for (std::size_t i = log.offsets[p]; i < log.offsets[p + 1]; ++i)
        activities_[p].emplace_back(log.times[i], log.types[i], log.count(i));
    const Memberships& m = world_.members;
    for (std::size_t g = 0; g < members_.size(); ++g)
      for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
        members_[g].emplace_back(m.people[i], m.roles[i], m.since[i], m.until[i]);
  }

  void add(const std::vector<ActivityRow>& rows) {
    for (const ActivityRow& row : rows)
      activities_[row.person.index()].emplace_back(Timestamp{row.day}, row.type, row.count);
  }

  void add_member(GroupId group, const Member& m) {
    members_[group.index()].emplace_back(m.person, m.role,
                                         m.since == Day::min() ? Timestamp{} : Timestamp{m.since},
                                         m.until == Day::max() ? Timestamp{} : Timestamp{m.until});
  }

  bool end_member(GroupId group, PersonId person, RoleId role, Day last) {
    bool changed = false;
    for (auto& [p, r, since, until] : members_[group.index()]) {
      if (p != person || r != role || (!until.is_missing() && clock_.day_of(until) <= last))
        continue;
      until = Timestamp{last};
      changed = true;
    }
    return changed;
  }

  bool remove_member(GroupId group, PersonId person, RoleId role) {
    return std::erase_if(members_[group.index()], [&](const auto& m) {
             return std::get<0>(m) == person && std::get<1>(m) == role;
           }) > 0;
  }

  World world() const {
    World world = world_;
    ActivityLog& log = world.activities;
    log.offsets = {0};
    log.times.clear(), log.types.clear(), log.counts.clear();
    bool counted = false;
    for (auto rows : activities_) {
      std::ranges::sort(rows);
      for (const auto& [time, type, count] : rows) {
        log.times.push_back(time);
        log.types.push_back(type);
        log.counts.push_back(count);
        counted |= count != 1;
      }
      log.offsets.push_back(log.times.size());
    }
    if (!counted) log.counts.clear();
    Memberships& m = world.members;
    m = {};
    for (auto rows : members_) {
      std::ranges::sort(rows);
      for (const auto& [person, role, since, until] : rows) {
        m.people.push_back(person);
        m.roles.push_back(role);
        m.sources.push_back(MemberSource::manual);
        m.since.push_back(since);
        m.until.push_back(until);
      }
      m.offsets.push_back(m.people.size());
    }
    return world;
  }

 private:
  World world_;
  DayBoundary clock_;
  std::vector<std::vector<std::tuple<Timestamp, ActivityTypeId, std::uint64_t>>> activities_;
  std::vector<std::vector<std::tuple<PersonId, RoleId, Timestamp, Timestamp>>> members_;
};

void expect_as_scored(IncrementalScores& got, const World& world, const Model& model) {
  const Scores want = score(world, model, {AsOf::Anchor::date, got.as_of()});
  const GroupScores& groups = got.groups();
  EXPECT_EQ(groups.group, want.groups.group);
  EXPECT_EQ(groups.as_of, want.groups.as_of);
  EXPECT_TRUE(same_bits(groups.engagement, want.groups.engagement));
  EXPECT_TRUE(same_bits(groups.completeness, want.groups.completeness));
  EXPECT_EQ(groups.members, want.groups.members);
  EXPECT_EQ(groups.missing, want.groups.missing);
  EXPECT_EQ(groups.template_of, want.groups.template_of);
  ASSERT_EQ(want.people.size(), world.people.size());
  for (std::size_t p = 0; p < want.people.size(); ++p)
    EXPECT_TRUE(same_bits(got.person(PersonId{p}), want.people[p])) << "person " << p;
}

// Random changes to incremental scores and to the facts beside them.
class Changes {
 public:
  Changes(std::uint64_t seed, const World& world)
      : bits_(seed),
        people_(world.people.size()),
        types_(world.activities.type_names.size()),
        roles_(world.roles.size()),
        groups_(world.groups.size()) {}

  Day any_day() { return log_start + days(static_cast<int>(below(65)) - 10); }

  void make_one(IncrementalScores& scores, Facts& facts) {
    const Day today = scores.as_of();
    switch (below(8)) {
      case 0:  // a day's worth
        return add(
            below(12), [&] { return today; }, scores, facts);
      case 1:  // late and early rows, few and many
        return add(
            below(below(4) == 0 ? 200 : 4), [&] { return any_day(); }, scores, facts);
      case 2:
        return scores.advance_to(today + days(1));
      case 3:
        return scores.advance_to(today + days(below(3) == 0 ? below(150) : below(9)));
    }
    if (groups_ == 0) return;
    const GroupId group{below(groups_)};
    const PersonId person{below(people_)};
    const RoleId role{below(roles_)};
    const Day day = below(2) == 0 ? today + days(static_cast<int>(below(5)) - 2) : any_day();
    switch (below(4)) {
      case 0:
        EXPECT_EQ(scores.end_member(group, person, role, day),
                  facts.end_member(group, person, role, day));
        return;
      case 1:
        EXPECT_EQ(scores.remove_member(group, person, role),
                  facts.remove_member(group, person, role));
        return;
      default:
        Member member{person, role};
        if (below(2) == 0) member.since = day;
        if (below(2) == 0) member.until = day + days(below(12));
        scores.add_member(group, member);
        facts.add_member(group, member);
        if (below(2) == 0 && member.until != Day::max()) {  // another, from the day that one ends
          member = {person, role, member.until};
          scores.add_member(group, member);
          facts.add_member(group, member);
        }
    }
  }

 private:
  std::size_t below(std::size_t n) { return bits_() % n; }

  template <class DayOf>
  void add(std::size_t n, DayOf day, IncrementalScores& scores, Facts& facts) {
    const bool counted = below(2) == 0;
    std::vector<ActivityRow> rows;
    for (; n > 0; --n)
      rows.push_back({PersonId{below(people_)}, ActivityTypeId{below(types_)}, day(),
                      counted ? (below(50) == 0 ? std::uint64_t{1} << 45 : below(30)) : 1});
    scores.add(rows);
    facts.add(rows);
  }

  std::mt19937_64 bits_;
  std::size_t people_, types_, roles_, groups_;
};

TEST(IncrementalScores, AreThoseOfAFullScoreAfterAnyChanges) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const Model model = incremental_model(seed);
    Facts facts(crowded_world(seed), model);
    SCOPED_TRACE(::testing::Message() << "seed " << seed << "\n" << to_toml(model));
    const World first = facts.world();
    Changes changes(seed, first);
    std::optional<IncrementalScores> scores;
    try {
      scores.emplace(first, model, changes.any_day());
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("short decimals"));
      continue;
    }
    expect_as_scored(*scores, first, model);
    for (int change = 0; change < 30 && !HasFailure(); ++change) {
      SCOPED_TRACE(::testing::Message() << "change " << change);
      changes.make_one(*scores, facts);
      if (change % 3 == 1) continue;  // two changes to one read
      expect_as_scored(*scores, facts.world(), model);
      ++compared;
    }
    if (HasFailure()) break;
  }
  EXPECT_GT(compared, 7'000u);
}

TEST(IncrementalScores, AreTheSameForAnyThreads) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    std::vector<double> first;
    for (const std::size_t threads : {1, 2, 3, 8}) {
      const parallel::ThreadLimit limit(threads);
      const Model model = load_model("ajo-seed");
      Facts facts(crowded_world(seed), model);
      IncrementalScores scores(facts.world(), model, log_start);
      Changes changes(seed, facts.world());
      for (int change = 0; change < 10; ++change) changes.make_one(scores, facts);
      if (threads == 1)
        first = scores.groups().engagement;
      else
        EXPECT_TRUE(same_bits(scores.groups().engagement, first));
    }
  }
}

// People 0, 1, 2 …, of whom 2g and 2g + 1 are in group g; nothing happened yet.
World pairs(std::size_t groups) {
  World world;
  world.accounts.ids.push_back("a");
  world.accounts.parents = {AccountId{}};
  world.solutions.push_back("s");
  world.roles = TextColumn(std::vector<std::string>{"Champion", "Decision Maker"});
  world.activities.type_names = TextColumn(std::vector<std::string>{"click", "visit"});
  for (std::size_t g = 0; g < groups; ++g) {
    world.groups.ids.push_back(std::to_string(g));
    world.groups.accounts.emplace_back(0);
    world.groups.solutions.emplace_back(0);
    world.groups.created.emplace_back();
    for (const std::size_t role : {0, 1}) {
      world.people.ids.push_back(std::to_string(2 * g + role));
      world.people.accounts.emplace_back(0);
      world.members.people.emplace_back(2 * g + role);
      world.members.roles.emplace_back(role);
      world.members.sources.push_back(MemberSource::manual);
      world.members.since.emplace_back();
      world.members.until.emplace_back();
      world.activities.offsets.push_back(0);
    }
    world.members.offsets.push_back(world.members.people.size());
  }
  world.outcomes.outcome.assign(groups, Outcome::none);
  world.outcomes.date.resize(groups);
  world.outcomes.value.assign(groups, std::nan(""));
  return world;
}

const ActivityTypeId click{0}, visit{1};

TEST(IncrementalScores, LateRowsFillTheCapAndNoMore) {
  IncrementalScores scores(pairs(1), load_model("ajo-example"), log_start + days(3));
  const auto after = [&](std::uint64_t count) {
    scores.add(std::vector<ActivityRow>{{PersonId{0}, visit, log_start, count}});
    return scores.person(PersonId{0});
  };
  EXPECT_EQ(after(17), 17);
  EXPECT_EQ(after(3), 20);  // exactly
  EXPECT_EQ(after(1), 20);
  EXPECT_EQ(after(0), 20);
  scores.groups();
  after(5);
  EXPECT_TRUE(scores.touched().empty());
  scores.add(std::vector<ActivityRow>{{PersonId{0}, click, log_start, 2},
                                      {PersonId{0}, visit, log_start + days(1), 12},
                                      {PersonId{0}, visit, log_start + days(1), 12}});
  EXPECT_EQ(scores.person(PersonId{0}), 42);
}

TEST(IncrementalScores, DaysLeaveAndEnterTheWindow) {
  IncrementalScores scores(pairs(1), load_model("ajo-example"), log_start);
  const auto value = [&] { return scores.person(PersonId{0}); };
  scores.add(std::vector<ActivityRow>{{PersonId{0}, visit, log_start, 1},
                                      {PersonId{0}, visit, log_start + days(1), 2},
                                      {PersonId{0}, visit, log_start + days(100), 4}});
  EXPECT_EQ(value(), 1);
  scores.advance_to(log_start + days(1));
  EXPECT_EQ(value(), 3);
  scores.advance_to(log_start + days(29));
  EXPECT_EQ(value(), 3);
  scores.advance_to(log_start + days(30));
  EXPECT_EQ(value(), 2);
  scores.add(std::vector<ActivityRow>{{PersonId{0}, visit, log_start, 8}});  // gone by
  EXPECT_EQ(value(), 2);
  scores.advance_to(log_start + days(60));
  EXPECT_EQ(value(), 0);
  scores.advance_to(log_start + days(110));
  EXPECT_EQ(value(), 4);
  scores.advance_to(log_start + days(10'000));
  EXPECT_EQ(value(), 0);
  EXPECT_THROW(scores.advance_to(log_start), InputError);
}

TEST(IncrementalScores, DatedMembershipsStartMeetAndEnd) {
  const Model model = load_model("ajo-example");
  IncrementalScores scores(pairs(2), model, log_start);
  const GroupId group{0};
  const PersonId person{3};
  const auto members = [&](int day) {
    scores.advance_to(log_start + days(day));
    return scores.groups().members[0];
  };
  scores.add_member(group, {person, RoleId{0}, log_start + days(2), log_start + days(4)});
  scores.add_member(group, {person, RoleId{0}, log_start + days(4), log_start + days(6)});
  EXPECT_EQ(members(1), 2u);
  EXPECT_EQ(members(2), 3u);
  EXPECT_EQ(members(4), 3u);
  EXPECT_EQ(members(5), 3u);
  EXPECT_TRUE(scores.end_member(group, person, RoleId{0}, log_start + days(5)));
  EXPECT_FALSE(scores.end_member(group, person, RoleId{0}, log_start + days(5)));
  EXPECT_EQ(members(5), 3u);
  EXPECT_EQ(members(6), 2u);
  EXPECT_TRUE(scores.remove_member(group, PersonId{0}, RoleId{0}));
  EXPECT_FALSE(scores.remove_member(group, PersonId{0}, RoleId{0}));
  EXPECT_EQ(members(6), 1u);
}

TEST(IncrementalScores, WorkFollowsTheChange) {
  constexpr std::size_t groups = 1000;
  IncrementalScores scores(pairs(groups), load_model("ajo-example"), log_start);
  const auto work = [&](const std::function<void()>& change) {
    const IncrementalScores::Work before = scores.work();
    change();
    scores.groups();
    return std::tuple(scores.work().rows - before.rows, scores.work().people - before.people,
                      scores.work().groups - before.groups);
  };
  std::vector<ActivityRow> busy;  // every other person, both types
  for (std::size_t p = 0; p < groups; ++p)
    for (const ActivityTypeId type : {click, visit})
      busy.push_back({PersonId{2 * p}, type, log_start});
  scores.groups();
  EXPECT_EQ(work([&] { scores.add(busy); }), std::tuple(2 * groups, groups, groups));

  const Day next = log_start + days(1);
  const std::vector<ActivityRow> quiet{{PersonId{5}, visit, next},
                                       {PersonId{4}, visit, next},
                                       {PersonId{9}, visit, next, 3},
                                       {PersonId{9}, visit, next, 3}};
  EXPECT_EQ(work([&] { scores.add(quiet); }), std::tuple(0, 0, 0));  // waits for its day
  scores.advance_to(next);
  EXPECT_THAT(scores.touched(), UnorderedElementsAre(GroupId{2}, GroupId{4}));
  scores.groups();
  EXPECT_EQ(scores.work().people, groups + 3);
  EXPECT_EQ(work([&] { scores.add(quiet); }), std::tuple(3, 3, 2));
  EXPECT_EQ(work([&] { scores.advance_to(log_start + days(29)); }), std::tuple(0, 0, 0));
  EXPECT_EQ(work([&] { scores.advance_to(log_start + days(30)); }),
            std::tuple(2 * groups, groups, groups));
  EXPECT_EQ(work([&] {
              scores.add_member(GroupId{7}, {PersonId{0}, RoleId{0}});
            }),
            std::tuple(0, 0, 1));
  EXPECT_EQ(work([&] {
              scores.add(std::vector<ActivityRow>{{PersonId{0}, visit, next}});
            }),
            std::tuple(1, 1, 2));
}

std::string complaint(const std::function<void()>& act) {
  try {
    act();
  } catch (const InputError& error) {
    return error.what();
  }
  return "none";
}

TEST(IncrementalScores, RefuseReadingsThatChangeEveryScore) {
  const auto refused = [](const std::function<void(Model&)>& apply) {
    Model model = load_model("ajo-seed");
    apply(model);
    return complaint([&] { IncrementalScores(pairs(1), model, log_start); });
  };
  EXPECT_EQ(refused([](Model&) {}), "none");
  EXPECT_EQ(refused([](Model& m) {
              m.readings.person_transform = m.readings.group_transform = Readings::Transform::sqrt;
              m.readings.aggregation = Readings::Aggregation::max;
              m.decay.kind = Decay::Kind::linear;
            }),
            "none");
  using Scaling = Readings::Scaling;
  const std::vector<std::pair<const char*, std::function<void(Model&)>>> cases{
      {"weight_scaling 'max'", [](Model& m) { m.readings.weight_scaling = Scaling::max; }},
      {"person_scaling 'min-max'", [](Model& m) { m.readings.person_scaling = Scaling::min_max; }},
      {"group_scaling 'max'", [](Model& m) { m.readings.group_scaling = Scaling::max; }},
      {"since_creation 'true'", [](Model& m) { m.readings.since_creation = true; }},
      {"decay 'half-life'", [](Model& m) { m.decay.kind = Decay::Kind::half_life; }},
      {"decay 'monthly-steps'", [](Model& m) { m.decay.kind = Decay::Kind::monthly_steps; }},
      {"activities",
       [](Model& m) {
         m.every_other = ActivityRule{"*", 1e-25};
       }},
      {"template 'Default'", [](Model& m) {
         m.templates.resize(1);
         m.templates[0].name = "Default";
         m.templates[0].roles[0].weighting = 1e-25;
       }}};
  for (const auto& [what, apply] : cases) {
    EXPECT_THAT(refused(apply), HasSubstr(what));
    EXPECT_THAT(refused(apply), HasSubstr("Use score()"));
  }
  EXPECT_THAT(refused([&](Model& m) {
                for (const auto& [what, apply] : cases) apply(m);
              }),
              ::testing::AllOf(HasSubstr("since_creation"), HasSubstr("group_scaling")));
}

TEST(IncrementalScores, RefuseWhatTheWorldLacksAndStayAsTheyWere) {
  Model model = load_model("ajo-example");
  model.every_other->daily_cap = no_cap;
  IncrementalScores scores(pairs(2), model, log_start);
  const ActivityRow good{PersonId{0}, visit, log_start, 5};
  const auto refused = [&](ActivityRow bad) {
    return complaint([&] { scores.add(std::vector<ActivityRow>{good, bad}); });
  };
  EXPECT_THAT(refused({PersonId{4}, visit, log_start}), HasSubstr("2, person '4'"));
  EXPECT_THAT(refused({PersonId{0}, ActivityTypeId{2}, log_start}), HasSubstr("activity '2'"));
  EXPECT_THAT(refused({PersonId{0}, visit, log_start, UINT64_MAX}), HasSubstr("2^64"));
  EXPECT_EQ(scores.person(PersonId{0}), 0);
  EXPECT_THAT(
      complaint([&] {
        scores.add_member(GroupId{2}, {PersonId{4}, RoleId{2}});
      }),
      ::testing::AllOf(HasSubstr("group '2'"), HasSubstr("person '4'"), HasSubstr("role '2'")));
  expect_as_scored(scores, pairs(2), model);
}

}  // namespace
}  // namespace rolecall
