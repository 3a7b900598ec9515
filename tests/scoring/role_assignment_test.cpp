#include "scoring/role_assignment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "predicate_world.hpp"
#include "scoring/model_file.hpp"
#include "scoring/role_conditions.hpp"

namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::predicate_world;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Model model_of(const std::string& templates) {
  return parse_model(
      "format = \"rolecall.model/1\"\nname = \"m\"\n" + templates + "\n[activities]\n\"*\" = 1\n",
      "m.toml");
}

const std::string two_cards = R"(
[[persona]]
name = "Executive"
when = 'title has_word ["cto", "vp"]'
[[persona]]
name = "Sales"
when = 'title contains "sales"'
[[template]]
name = "Default"
candidates = "subtree"
roles = [
  { name = "Decision Maker", weighting = "Vital", when = 'persona = "Executive" and account.revenue > 5e5' },
  { name = "Champion", weighting = 10, when = 'title contains "director" or count("Visit", last 9 days) > 3' },
  { name = "Nobody", weighting = 10 },
]
)";

AsOf on(int day) { return {.date = day_of_march(day)}; }

// By the letter: every person of the tree below the account, card after card.
using Rows = std::vector<std::tuple<std::size_t, std::size_t, std::string>>;
Rows by_hand(const World& world, const Model& model, Day as_of) {
  const SubjectPtr people = person_subject(world, model);
  Rows rows;
  for (std::size_t g = 0; g < world.groups.size(); ++g)
    for (std::uint32_t p = 0; p < world.people.size(); ++p) {
      bool below = false;
      for (AccountId a = world.people.accounts[p]; a; a = world.accounts.parents[a.index()])
        below |= a == world.groups.accounts[g];
      if (!below) continue;
      for (const RoleCard& card : model.templates.front().roles)
        if (card.when && holds_by_reference(*card.when, *people, p, as_of)) {
          rows.emplace_back(g, p, card.name);
          break;
        }
    }
  return rows;
}

Rows rows_of(const RoleAssignment& assignment) {
  Rows rows;
  const Memberships& m = assignment.members;
  for (std::size_t g = 0; g + 1 < m.offsets.size(); ++g)
    for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i)
      rows.emplace_back(g, m.people[i].index(), std::string(assignment.roles[m.roles[i].index()]));
  return rows;
}

TEST(RoleAssignment, GivesTheFirstMatchingCardToEveryCandidate) {
  const Model model = model_of(two_cards);
  std::size_t rows = 0;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const World world = predicate_world(seed, 60);
    const RoleAssignment assignment = assign_roles(world, model, on(15));
    const Rows expected = by_hand(world, model, day_of_march(15));
    EXPECT_EQ(rows_of(assignment), expected);
    EXPECT_EQ(assignment.assigned, expected.size());
    EXPECT_GE(assignment.candidates, assignment.assigned);
    rows += expected.size();
  }
  EXPECT_GT(rows, 100u);
}

TEST(RoleAssignment, LooksAtTheAccountAloneUnlessToldOtherwise) {
  const Model model = model_of(R"([[template]]
roles = [{ name = "All", weighting = 1, when = "true" }])");
  const World world = predicate_world(2, 60);
  for (const auto& [group, person, role] : rows_of(assign_roles(world, model, on(1))))
    EXPECT_EQ(world.people.accounts[person], world.groups.accounts[group]);
}

TEST(RoleAssignment, IsTheSameOnAnyThreads) {
  const Model model = model_of(two_cards);
  const World world = predicate_world(4, 20'000);
  Rows first;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const parallel::ThreadLimit limit(threads);
    const Rows rows = rows_of(assign_roles(world, model, on(15)));
    if (first.empty()) first = rows;
    EXPECT_EQ(rows, first);
  }
}

TEST(RoleAssignment, AsksEachGroupAsOfItsOwnDay) {
  const Model model = model_of(R"([[template]]
roles = [{ name = "Active", weighting = 1, when = "count(*, last 5 days) > 2" }])");
  const World world = predicate_world(3, 100);
  const AsOf as_of{.anchor = AsOf::Anchor::created, .offset = 10};
  const auto days = resolve(as_of, world, DayBoundary());
  std::map<std::size_t, std::set<std::size_t>> assigned;
  for (const auto& [group, person, role] : rows_of(assign_roles(world, model, as_of)))
    assigned[group].insert(person);
  std::size_t n = 0;
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    std::set<std::size_t> expected;
    if (days[g])
      for (const auto& [group, person, role] : by_hand(world, model, *days[g]))
        if (group == g && world.people.accounts[person] == world.groups.accounts[g])
          expected.insert(person);
    EXPECT_EQ(assigned[g], expected);
    n += expected.size();
  }
  EXPECT_GT(n, 5u);
}

TEST(RoleAssignment, FillsOnlyWorldsWithoutMemberships) {
  const Model model = model_of(two_cards);
  World full = predicate_world(1), empty = full;
  const std::size_t before = full.members.size();
  EXPECT_TRUE(assign_missing_roles(full, model, on(15)).empty());
  EXPECT_EQ(full.members.size(), before);
  empty.members = {};
  empty.members.offsets.assign(empty.groups.size() + 1, 0);
  EXPECT_THAT(assign_missing_roles(empty, model, on(15)),
              ElementsAre(HasSubstr("conditions gave roles to")));
  EXPECT_GT(empty.members.size(), 0u);
}

TEST(RoleAssignment, SaysWhereAConditionIsWrong) {
  const World world = predicate_world(1);
  const auto error_of = [&](const std::string& when) -> std::string {
    try {
      assign_roles(world,
                   model_of("[[template]]\nroles = [{ name = \"A\", weighting = 1, when = '" +
                            when + "' }]"),
                   on(1));
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_THAT(error_of("title starts_with"),
              HasSubstr("m.toml, line 4, template.roles.when: a value is expected here"));
  EXPECT_THAT(error_of("titel = \"x\""), HasSubstr("m.toml, line 4, template.roles.when: a person "
                                                   "has no field 'titel'. Did you mean 'title'?\n"
                                                   "  titel = \"x\"\n  ^^^^^"));
}

TEST(RoleAssignment, ConditionsSurviveWriting) {
  const Model model = model_of(two_cards);
  const Model again = parse_model(to_toml(model), "again.toml");
  EXPECT_EQ(to_toml(again), to_toml(model));
  ASSERT_EQ(again.personas.size(), 2u);
  EXPECT_EQ(again.templates[0].roles[1].when->text(), model.templates[0].roles[1].when->text());
  EXPECT_EQ(again.templates[0].candidates, RolesTemplate::Candidates::subtree);
}

}  // namespace
}  // namespace rolecall
