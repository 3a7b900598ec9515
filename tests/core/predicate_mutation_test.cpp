#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/error.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "damaged_toml.hpp"
#include "predicate_world.hpp"

// Whatever text stands where a condition should: it is one and can be asked, or an error names the
// place. Nothing crashes, hangs or runs away.
namespace rolecall {
namespace {

using rolecall::testing::day_of_march;
using rolecall::testing::predicate_world;
using ::testing::HasSubstr;

const std::vector<std::string> pieces = {
    "revenue",    "title",       "created",  "solution",   "industry",   "note",
    "depth",      " > ",         " <= ",     " = ",        " != ",       " <> ",
    " and ",      " or ",        "not ",     "(",          ")",          "[",
    "]",          ",",           "\"CTO\"",  "'x'",        "\"",         "'",
    "`",          " last ",      " days",    "2026-03-04", "2026-1",     "1e6",
    "-2",         "5",           "*",        ".",          " in ",       " is ",
    " missing",   "count(",      "members(", "between ",   "subtree(",   "any_ancestor(",
    "any_group(", "days_since(", "owns(",    " contains ", " has_word ", " matches ",
    "\\",         "\xc3",        "ü",        "\n",         "true",       "any_person(",
    "account.",   "last 3 days"};

const std::vector<std::string> conditions = {
    "title has_word [\"CTO\", \"VP\"] and count(\"Visit\", last 7 days) >= 2",
    "any_ancestor(industry = 'Retail' or revenue between 1e6 and 2e6)",
    "not (title matches '^(vp|cto)' or country in ['DE', 'FR']) and days_since(*) < 9",
    "account.note is not missing and account.note > 2026-03-01",
    "subtree(owns('CRM')) and any_group(members('Champion') = 0 and created < 2026-03-09)"};

std::string soup(std::mt19937_64& bits) {
  std::string text;
  for (std::size_t n = bits() % 14 + 1; n > 0; --n) text += pieces[bits() % pieces.size()];
  return text;
}

// A good condition with pieces put in, taken out or changed.
std::string damaged(std::mt19937_64& bits) {
  std::string text = conditions[bits() % conditions.size()];
  for (std::size_t n = bits() % 3 + 1; n > 0; --n) {
    const std::size_t at = bits() % (text.size() + 1);
    if (bits() % 3 == 0)
      text.insert(at, pieces[bits() % pieces.size()]);
    else if (bits() % 2 == 0)
      text.erase(at, bits() % 9);
    else if (at < text.size())
      text[at] = static_cast<char>(bits());
  }
  return text;
}

TEST(Mutation, ConditionsAreAskedOrRefused) {
  const World world = predicate_world(1, 40);
  const SubjectPtr subjects[] = {account_subject(world), person_subject(world),
                                 group_subject(world), deal_subject(world)};
  std::mt19937_64 bits(7);
  std::size_t asked = 0, refused = 0;
  const std::size_t rounds = testing::fuzz_rounds(20'000);
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text = round % 2 == 0 ? soup(bits) : damaged(bits);
    const Subject& subject = *subjects[bits() % 4];
    try {
      Filter filter(Predicate::parse(text, {.field = "--where"}), subject);
      const auto holds = filter.holds(day_of_march(10));
      ASSERT_EQ(holds.size(), subject.rows);
      ++asked;
    } catch (const InputError& error) {
      ASSERT_THAT(error.what(), HasSubstr("^")) << text;
      ++refused;
    }
  }
  EXPECT_GT(asked, rounds / 200);
  EXPECT_GT(refused, rounds / 2);
}

}  // namespace
}  // namespace rolecall
