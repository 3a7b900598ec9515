#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "predicate_world.hpp"

namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::predicate_world;
using ::testing::AllOf;
using ::testing::HasSubstr;

Predicate parse(std::string_view text) { return Predicate::parse(text, {.field = "--where"}); }

std::string error_of(std::string_view text, const Subject& subject) {
  try {
    Filter(parse(text), subject);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

// A table of one text, one number and one day, by rows.
struct Table {
  TextColumn titles{{"Director", "CTO", "", "director of IT", "Économiste"}};
  std::vector<double> revenue{1, 2, std::nan(""), 5, 6};
  World world;

  Table() {
    for (int i = 0; i < 5; ++i) {
      world.people.ids.push_back("p" + std::to_string(i));
      world.people.accounts.emplace_back();
      world.activities.offsets.push_back(0);
    }
    world.people.attributes = {{"revenue", revenue}, {"title", titles}};
  }

  std::vector<int> rows(std::string_view text) const {
    std::vector<int> rows;
    const auto holds = Filter(parse(text), *person_subject(world)).holds(day_of_march(10));
    for (std::size_t i = 0; i < holds.size(); ++i)
      if (holds[i] != 0) rows.push_back(static_cast<int>(i));
    return rows;
  }
};

using List = std::vector<int>;

TEST(PredicateFilter, ABlankTextHoldsForAll) {
  const Table table;
  EXPECT_EQ(table.rows(" "), table.rows("title is missing or title is not missing"));
  EXPECT_FALSE(table.rows("").empty());
}

TEST(PredicateFilter, ComparesTextsWithoutCase) {
  const Table table;
  EXPECT_EQ(table.rows("title = 'cto'"), (List{1}));
  EXPECT_EQ(table.rows("title starts_with 'DIRECTOR'"), (List{0, 3}));
  EXPECT_EQ(table.rows("title contains 'cto'"), (List{0, 1, 3})) << "direCTOr has it";
  EXPECT_EQ(table.rows("title has_word 'cto'"), (List{1}));
  EXPECT_EQ(table.rows("title has_word ['cto', 'it']"), (List{1, 3}));
  EXPECT_EQ(table.rows("title = 'économiste'"), (List{4}));
  EXPECT_EQ(table.rows("title contains 'ÉCO'"), (List{4}));
  EXPECT_EQ(table.rows("title ends_with ['or', 'iste']"), (List{0, 4}));
  EXPECT_EQ(table.rows("title matches '^c.o$'"), (List{1}));
  EXPECT_EQ(table.rows("title in ['CTO', 'Économiste']"), (List{1, 4}));
}

TEST(PredicateFilter, HoldsNoComparisonWithWhatIsMissing) {
  const Table table;
  EXPECT_EQ(table.rows("title != 'CTO'"), (List{0, 3, 4}));
  EXPECT_EQ(table.rows("not title = 'CTO'"), (List{0, 2, 3, 4}));
  EXPECT_EQ(table.rows("title not in ['CTO']"), (List{0, 3, 4}));
  EXPECT_EQ(table.rows("revenue != 5"), (List{0, 1, 4}));
  EXPECT_EQ(table.rows("title is missing"), (List{2}));
  EXPECT_EQ(table.rows("revenue is not missing"), (List{0, 1, 3, 4}));
  EXPECT_EQ(table.rows("account.depth is missing"), (List{0, 1, 2, 3, 4})) << "without account";
}

TEST(PredicateFilter, IncludesBothEndsOfARange) {
  const Table table;
  EXPECT_EQ(table.rows("between(revenue, 5, 6)"), (List{3, 4}));
  EXPECT_EQ(table.rows("revenue between 2 and 5"), (List{1, 3}));
  EXPECT_EQ(table.rows("revenue not between 2 and 5"), (List{0, 4}));
}

TEST(PredicateFilter, NamesWhatItDoesNotKnow) {
  const World world = predicate_world(1);
  const auto people = person_subject(world), groups = group_subject(world);
  EXPECT_EQ(
      error_of("titel = 'x'", *people),
      "--where: a person has no field 'titel'. Did you mean 'title'?\n  titel = 'x'\n  ^^^^^");
  EXPECT_THAT(error_of("title = Director", *people), HasSubstr("A text goes in double quotes"));
  EXPECT_THAT(error_of("cuont('Visit') > 1", *people), HasSubstr("Did you mean 'count'?"));
  EXPECT_THAT(error_of("count > 1", *people), HasSubstr("count is a function"));
  EXPECT_THAT(error_of("title('x')", *people), HasSubstr("title is no function"));
  EXPECT_THAT(error_of("revenue > 'big'", *people),
              AllOf(HasSubstr("Write numbers without quotes"), HasSubstr("^^^^^")));
  EXPECT_THAT(error_of("created > '2026-01-01'", *groups), HasSubstr("Write days without quotes"));
  EXPECT_THAT(error_of("created > 5", *groups), HasSubstr("number"));
  EXPECT_THAT(error_of("title < 'M'", *people), HasSubstr("texts have no order"));
  EXPECT_THAT(error_of("revenue contains '5'", *people), HasSubstr("this is a number, not a text"));
  EXPECT_THAT(error_of("title", *people), HasSubstr("not a condition"));
  EXPECT_THAT(error_of("title = ''", *people), HasSubstr("is missing"));
  EXPECT_THAT(error_of("title in []", *people), HasSubstr("this list is empty"));
  EXPECT_THAT(error_of("owns('CRM') in []", *people), HasSubstr("this list is empty"));
  EXPECT_THAT(error_of("title matches '('", *people), HasSubstr("missing )"));
  EXPECT_THAT(error_of("subtree('a00')", *people), HasSubstr("there is no account 'a00'"));
  EXPECT_THAT(error_of("any_ancestor(titel = 'x')", *groups), HasSubstr("an account has no field"));
  EXPECT_THAT(error_of("members(5) > 1", *groups), HasSubstr("a role in quotes"));
  EXPECT_THAT(error_of("count('Visit', 14) > 1", *people), HasSubstr("last N days"));
  EXPECT_THAT(error_of("days_since(title) > 1", *people), HasSubstr("not a day"));
}

TEST(PredicateFilter, WarnsOfWhatNeverHappened) {
  const World world = predicate_world(1);
  const Filter filter(parse("count('Opne Email') > 1"), *person_subject(world));
  ASSERT_EQ(filter.warnings().size(), 1u);
  EXPECT_EQ(filter.warnings()[0],
            "the activity 'Opne Email' never happened; there is 'Open Email'");
}

// Random conditions in the words of one table.
class Conditions {
 public:
  Conditions(std::uint64_t seed, std::vector<std::string> leaves)
      : bits_(seed), leaves_(std::move(leaves)) {}

  std::string make(int depth) {
    const auto kind = depth == 0 ? 9 : bits_() % 6;
    if (kind == 0) return "(" + make(depth - 1) + " and " + make(depth - 1) + ")";
    if (kind == 1) return "(" + make(depth - 1) + " or " + make(depth - 1) + ")";
    if (kind == 2) return "not (" + make(depth - 1) + ")";
    if (kind == 3) return make(depth - 1) + " and " + make(depth - 1) + " or " + make(depth - 1);
    return leaves_[bits_() % leaves_.size()];
  }

 private:
  std::mt19937_64 bits_;
  std::vector<std::string> leaves_;
};

const std::vector<std::string> account_leaves = {"industry = 'retail'",
                                                 "industry contains 'RETAIL'",
                                                 "note > 5",
                                                 "note < 2026-03-05",
                                                 "note = true",
                                                 "note != false",
                                                 "note between -3 and 5",
                                                 "revenue >= 1e6",
                                                 "revenue in [0, 5e5, 2e6]",
                                                 "revenue not in [0, 5e5]",
                                                 "owns('crm')",
                                                 "depth = 1",
                                                 "subtree('a000001')",
                                                 "subtree(industry = 'Retail')",
                                                 "any_ancestor(owns('ERP'))",
                                                 "any_descendant(revenue > 2e6)",
                                                 "parent(revenue is missing)",
                                                 "industry != account_id",
                                                 "note is missing",
                                                 "parent_account_id is not missing",
                                                 "people() > 3",
                                                 "any_person(title has_word 'CTO')",
                                                 "count('Visit', last 9 days) > 2",
                                                 "days_since(*) < 4",
                                                 "any_group(solution = 'Soil Lab')"};
const std::vector<std::string> person_leaves = {"title has_word 'cto'",
                                                "title starts_with ['vp', 'head']",
                                                "title not contains 'sales'",
                                                "title ends_with 'OR'",
                                                "title matches 'd.*r'",
                                                "country in ['DE', 'fr']",
                                                "country != 'us'",
                                                "account.revenue > 1e6",
                                                "revenue is missing",
                                                "industry = 'Chemicals'",
                                                "count('Open Email', last 14 days) >= 2",
                                                "count(*) = 0",
                                                "days_since('Visit') > 6",
                                                "days_since(['Visit', 'Click Email']) is missing",
                                                "account.count(*, last 3 days) > 9",
                                                "any_ancestor(industry contains 'retail')",
                                                "any_group(created > 2026-03-04)",
                                                "country = title",
                                                "owns('ERP')"};
const std::vector<std::string> group_leaves = {"solution = 'Crop Planner'",
                                               "created >= 2026-03-01",
                                               "days_since(created) between 0 and 9",
                                               "members() >= 3",
                                               "members('Influencer') = 1",
                                               "members('Champion') < 1",
                                               "members(title is missing) > 0",
                                               "any_member(country = 'DE')",
                                               "outcome = 'open'",
                                               "outcome is missing",
                                               "value > 4000",
                                               "count('Visit', last 5 days) > 1",
                                               "days_since('Open Email') < 5",
                                               "revenue > 1e6",
                                               "industry = 'retail'",
                                               "created is missing",
                                               "any_ancestor(any_group(outcome = 'won'))"};

TEST(PredicateFilter, AgreesWithTheLetterOfTheLanguage) {
  std::size_t held = 0, rows = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const World world = predicate_world(seed, 60);
    const std::pair<SubjectPtr, std::vector<std::string>> tables[] = {
        {account_subject(world), account_leaves},
        {person_subject(world), person_leaves},
        {group_subject(world), group_leaves}};
    for (const auto& [subject, leaves] : tables) {
      Conditions conditions(seed, leaves);
      for (std::size_t trial = 0; trial < 30 + leaves.size(); ++trial) {
        const std::string text = trial < leaves.size() ? leaves[trial] : conditions.make(3);
        const Predicate predicate = parse(text);
        const Day as_of = day_of_march(static_cast<int>(trial % 30));
        const auto holds = Filter(predicate, *subject).holds(as_of);
        for (std::uint32_t row = 0; row < subject->rows; ++row) {
          ASSERT_EQ(holds[row] != 0, holds_by_reference(predicate, *subject, row, as_of))
              << text << " of row " << row << ", seed " << seed;
          held += holds[row];
        }
        rows += subject->rows;
      }
    }
  }
  EXPECT_GT(held, rows / 10);
  EXPECT_LT(held, rows * 9 / 10);
}

TEST(PredicateFilter, GivesTheSameOnAnyThreads) {
  const World world = predicate_world(3, 50'000);
  const Predicate predicate =
      parse("title has_word 'cto' or count(*, last 7 days) > 3 and any_ancestor(revenue > 1e6)");
  std::vector<std::uint8_t> first;
  for (const std::size_t threads : {1, 2, 3, 8}) {
    const parallel::ThreadLimit limit(threads);
    const auto holds = Filter(predicate, *person_subject(world)).holds(day_of_march(20));
    if (first.empty()) first = holds;
    EXPECT_EQ(holds, first);
  }
  EXPECT_GT(std::ranges::count(first, 1), 1000);
}

}  // namespace
}  // namespace rolecall
