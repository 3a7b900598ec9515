#include "sim/scenario.hpp"
#include "sim/scenario_sources.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/error.hpp"
#include "sim/policies.hpp"
#include "sim/scenario_fields.hpp"
#include "temp_folder.hpp"

namespace rolecall::sim {
namespace {

using ::testing::HasSubstr;

const std::string head = "format = \"rolecall.scenario/1\"\nname = \"mine\"\n";

// All that a file is refused with.
std::vector<Problem> problems_of(const std::string& text) {
  try {
    parse_scenario(text, "s.toml");
  } catch (const InputError& error) {
    EXPECT_EQ(error.total(), error.problems().size());
    return error.problems();
  }
  return {};
}

// The one problem of a file with these lines after its head, which are its rows 3, 4, …
Problem problem_of(const std::string& lines) {
  const std::vector<Problem> problems = problems_of(head + lines);
  EXPECT_EQ(problems.size(), 1u) << lines;
  if (problems.empty()) return {};
  EXPECT_EQ(problems[0].file, "s.toml");
  EXPECT_FALSE(problems[0].what.empty());
  EXPECT_FALSE(problems[0].remedy.empty()) << problems[0].what;
  return problems[0];
}

void expect_problem(const std::string& lines, std::size_t row, const std::string& field,
                    const std::string& says) {
  SCOPED_TRACE(lines);
  const Problem problem = problem_of(lines);
  EXPECT_EQ(problem.row, row);
  EXPECT_EQ(problem.field, field);
  EXPECT_THAT(to_string(problem), HasSubstr(says));
}

TEST(Scenario, IsReadBackAsWritten) {
  for (Scenario scenario : builtin_scenarios()) {
    SCOPED_TRACE(scenario.name);
    scenario.name = "ñ \"quoted\"";
    scenario.question = "one line\nand another";
    scenario.arms = {{"a", {}}, {"b \\ c", {"hand_off.by = \"none\"", "email.price = 0.5"}}};
    for (const Comments comments : {Comments::none, Comments::meanings}) {
      const std::string text = to_toml(scenario, comments);
      const Scenario again = parse_scenario(text, "again");
      EXPECT_EQ(to_toml(again, comments), text);
      EXPECT_EQ(again.name, scenario.name);
      EXPECT_EQ(again.question, scenario.question);
      ASSERT_EQ(again.arms.size(), 2u);
      EXPECT_EQ(again.arms[1].name, scenario.arms[1].name);
      EXPECT_EQ(again.arms[1].set, scenario.arms[1].set);
    }
  }
}

// Another value for each key, within its range; texts that must be a choice stay.
struct Changing {
  std::size_t& count;
  void operator()(const FieldInfo& info, double& value) const {
    value = value == info.low ? (info.low + info.high) / 2 : (value + info.low) / 2;
    ++count;
  }
  void operator()(const FieldInfo& info, std::uint64_t& value) const {
    value = value == static_cast<std::uint64_t>(info.low) ? value + 1 : value - 1;
    ++count;
  }
  void operator()(const FieldInfo&, bool& value) const {
    value = !value;
    ++count;
  }
  void operator()(const FieldInfo&, std::string&) const {}
  void operator()(const FieldInfo&, std::vector<std::string>& names) const {
    names.emplace_back("Manager");
    ++count;
  }
  void operator()(const FieldInfo&, Day& value) const {
    value += days_rep{3};
    ++count;
  }
  void operator()(const FieldInfo& info, std::vector<double>& values) const {
    for (double& value : values) value = (value + info.low) / 2;
    ++count;
  }
};

// What differs between two: the keys of fields, one by one.
struct Listing {
  std::vector<std::string>& texts;
  void operator()(const FieldInfo& info, const auto& value) const {
    if constexpr (requires { value.time_since_epoch(); })
      texts.push_back(std::string(info.key) + rolecall::to_string(value));
    else
      texts.push_back(std::string(info.key) + ::testing::PrintToString(value));
  }
};

std::vector<std::string> fields_of(const Scenario& scenario) {
  std::vector<std::string> texts;
  for_each_section(scenario, [&](std::string_view, std::string_view, const auto& section) {
    for_each_field(section, Listing{texts});
  });
  return texts;
}

TEST(Scenario, KeepsEveryKey) {
  const Scenario usual = load_scenario("small");
  Scenario changed = usual;
  std::size_t count = 0;
  for_each_section(changed, [&](std::string_view, std::string_view, auto& section) {
    for_each_field(section, Changing{count});
  });
  const Scenario again = parse_scenario(to_toml(changed, Comments::meanings), "changed");
  const auto before = fields_of(usual), wanted = fields_of(changed), got = fields_of(again);
  ASSERT_EQ(wanted.size(), got.size());
  std::size_t differ = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i], wanted[i]);
    differ += before[i] != wanted[i];
  }
  EXPECT_EQ(differ, count) << "each of them was changed";
  EXPECT_GT(count, 60u);
}

// Every key is explained, and in one section once.
TEST(Scenario, ExplainsItsKeys) {
  Scenario scenario;
  for_each_section(scenario, [&](std::string_view name, std::string_view meaning, auto& section) {
    EXPECT_FALSE(meaning.empty()) << name;
    std::set<std::string_view> keys;
    for_each_field(section, [&](const FieldInfo& info, const auto&) {
      EXPECT_TRUE(keys.insert(info.key).second) << name << "." << info.key;
      EXPECT_LE(info.low, info.high) << name << "." << info.key;
    });
  });
}

TEST(Scenario, TakesWhatAFileSaysAndLeavesTheRest) {
  const Scenario usual = parse_scenario(head, "s.toml");
  const Scenario mine = parse_scenario(
      head +
          "[sales]\nreps = 9\n[world.size]\naccounts = 33\n[[coverage]]\npersona = \"Manager\"\n"
          "inbound = [0, 0, 0, 0, 0, 1]\noutbound = [1, 0, 0, 0, 0, 0]\n",
      "s.toml");
  EXPECT_EQ(mine.sales.reps, 9);
  EXPECT_EQ(mine.sales.hours_per_day, usual.sales.hours_per_day);
  EXPECT_EQ(mine.world.size.accounts, 33u);
  EXPECT_EQ(mine.world.size.people, usual.world.size.people);
  ASSERT_EQ(mine.coverage.size(), 1u);
  EXPECT_EQ(mine.coverage[0].inbound[5], 1);
  EXPECT_EQ(usual.coverage.size(), default_coverage().size());
}

TEST(Scenario, RefusesWhatItDoesNotKnow) {
  expect_problem("[hand_of]\nby = \"none\"\n", 3, "hand_of", "hand_off");
  expect_problem("[sales]\nrepz = 1\n", 4, "sales.repz", "reps");
  expect_problem("[[arm]]\nname = \"a\"\nsets = []\n", 5, "arm.sets", "set");
  expect_problem("[hand_off]\nby = \"scor\"\n", 4, "hand_off.by", "score");
  expect_problem("[outreach]\nto = \"all\"\n", 4, "outreach.to", "everyone");
  expect_problem("[population]\npreset = \"smal\"\n", 4, "population.preset", "small");
}

TEST(Scenario, RefusesValuesOutOfRange) {
  expect_problem("[sales]\n\nreps = -1\n", 5, "sales.reps", "'-1'");
  expect_problem("[sales]\nreps = \"two\"\n", 4, "sales.reps", "two");
  expect_problem("[run]\ndays = 0\n", 4, "run.days", "'0'");
  expect_problem("[run]\noracle = 1\n", 4, "run.oracle", "true or false");
  expect_problem("[limits]\nmessages = 0.5\n", 4, "limits.messages", "0.5");
  expect_problem("[buyers]\nonward = [1, 1, 1, 1, 1]\n", 4, "buyers.onward", "5 numbers");
  expect_problem("[buyers]\nonward = [0, 0, 0, 0, 0, 0.1]\n", 4, "buyers.onward", "consensus");
  expect_problem("[buyers]\nback = [0.9, 0, 0, 0, 0, 0]\n", 4, "buyers.back", "stage 1");
  expect_problem("[activity]\nstage_lift = []\n", 4, "activity.stage_lift", "0 numbers");
}

// Each replicate has the seed after the one before.
TEST(Scenario, RefusesSeedsBeyondTheLargest) {
  const std::string run = "[run]\nreplicates = 2\nseed = 922337203685477580";
  expect_problem(run + "7\n", 5, "run.seed", "9223372036854775806");
  const Scenario last = parse_scenario(head + run + "6\n", "s.toml");
  EXPECT_EQ(last.run.seed + last.run.replicates - 1, largest_seed);
}

TEST(Scenario, RefusesCoverageOfNobodyOrOfTooFewStages) {
  const std::string six = "inbound = [0, 0, 0, 0, 0, 0]\noutbound = [1, 1, 1, 1, 1, 1]\n";
  const std::string manager = "[[coverage]]\npersona = \"Manager\"\n";
  expect_problem("[[coverage]]\npersona = \"Manger\"\n" + six, 4, "coverage.persona", "Manager");
  expect_problem(manager + six + manager + six, 8, "coverage.persona", "already");
  expect_problem(manager + "inbound = [1, 1]\noutbound = [1, 1, 1, 1, 1, 1]\n", 5,
                 "coverage.inbound", "6 numbers");
  expect_problem(manager + "inbound = [1, 1, 1, 1, 1, 1]\n", 3, "coverage.outbound", "six");
  expect_problem("[[coverage]]\n" + six, 3, "coverage.persona", "name");
}

// Worlds may have personas of their own, of which the usual coverage says nothing.
TEST(Scenario, HasNoUsualCoverageOfPersonasOfOthers) {
  std::string text = to_toml(load_scenario("small"), Comments::none);
  for (std::size_t at; (at = text.find("Manager")) != text.npos;) text.replace(at, 7, "Fixer");
  while (text.find("[[coverage]]") != text.npos) {
    const std::size_t from = text.find("[[coverage]]");
    text.erase(from, text.find("\n[", from + 1) - from);
  }
  const Scenario scenario = parse_scenario(text, "s.toml");
  EXPECT_EQ(scenario.coverage.size(), default_coverage().size() - 1);
  EXPECT_EQ(to_toml(parse_scenario(to_toml(scenario, Comments::none), "again"), Comments::none),
            to_toml(scenario, Comments::none));
}

TEST(Scenario, RefusesArmsThatCannotBeToldApartOrSetNothingThatIs) {
  expect_problem("[[arm]]\nname = \"a\"\n[[arm]]\nname = \"a\"\n", 6, "arm.name", "another arm");
  expect_problem("[[arm]]\nname = \"oracle\"\n", 4, "arm.name", "oracle");
  expect_problem("[[arm]]\nname = \"\"\n", 4, "arm.name", "empty");
  expect_problem("[[arm]]\nset = []\n", 3, "arm.name", "name");
  const std::string arm = "[[arm]]\nname = \"b\"\nset = [";
  expect_problem(arm + "\"hand_off.threshhold = 3\"]\n", 5, "hand_off.threshhold", "threshold");
  expect_problem(arm + "\"hand_off.by = 'scor'\"]\n", 5, "hand_off.by", "score");
  expect_problem(arm + "\"sales.reps = -3\"]\n", 5, "sales.reps", "arm \"b\"");
  expect_problem(arm + "\"world.size.people = 70\"]\n", 5, "arm.set", "cannot have its own world");
  expect_problem(arm + "\"run.days = 5\"]\n", 5, "arm.set", "cannot have its own run");
  expect_problem(arm + "\"hand_off.by score\"]\n", 5, "", "TOML");
}

TEST(Scenario, TellsWhereItsWorldIsWrong) {
  expect_problem("[world.size]\naccounts = 3\npeople = 0\n", 5, "world.size.people", "'0'");
  expect_problem("[world.size]\npeopel = 3\n", 4, "world.size.peopel", "people");
  expect_problem("[world]\nsizes = 3\n", 4, "world.sizes", "size");
  expect_problem("world = 3\n", 3, "world", "section");
}

TEST(Scenario, TellsAllProblemsAtOnce) {
  const std::vector<Problem> problems = problems_of(
      "name = 3\n[sales]\nreps = -1\n[world.size]\npeople = 0\n[[arm]]\n[deal]\nvetoo = 1\n");
  std::set<std::string> fields;
  for (const Problem& problem : problems) fields.insert(problem.field);
  EXPECT_THAT(fields, ::testing::IsSupersetOf({"format", "name", "sales.reps", "world.size.people",
                                               "arm.name", "deal.vetoo"}));
}

TEST(Scenario, OfAnotherFormatIsRefused) {
  const std::vector<Problem> problems =
      problems_of("format = \"rolecall.scenario/9\"\nname = \"x\"\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].row, 1u);
  EXPECT_THAT(problems[0].remedy, HasSubstr("rolecall.scenario/1"));
}

TEST(Scenario, OfAStudyNamesTheOtherCommand) {
  const std::vector<Problem> problems =
      problems_of("format = \"rolecall.study-spec/2\"\nkind = \"power\"\n[power]\nx = 1\n");
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].row, 1u);
  EXPECT_THAT(problems[0].remedy, HasSubstr("rolecall run "));
}

TEST(Scenario, IsFoundByNameOrPath) {
  testing::TempFolder folder;
  testing::spill(folder / "own.toml", std::string(default_playbook()));
  testing::spill(folder / "mine.toml", head + "playbook = \"own.toml\"\n");
  const Scenario mine = load_scenario(folder / "mine.toml");
  EXPECT_EQ(mine.name, "mine");
  EXPECT_EQ(mine.playbook.path, folder / "own.toml") << "it stands beside the scenario";
  try {
    load_scenario("smal");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("small"));
  }
}

TEST(Scenario, OfAnArmHasItsSettingsAndNoArms) {
  const Scenario scenario =
      parse_scenario(head +
                         "[run]\noracle = true\n[[arm]]\nname = \"a\"\nset = [\"sales.reps = 3\", "
                         "\"limits.messages = 9\", \"buyers.back = [0, 0, 0, 0, 0, 0]\"]\n"
                         "[[arm]]\nname = \"b\"\n",
                     "s.toml");
  const auto arms = arms_of(scenario);
  ASSERT_EQ(arms.size(), 3u);
  EXPECT_EQ(arms[0].first, "a");
  EXPECT_EQ(arms[0].second.sales.reps, 3);
  EXPECT_EQ(arms[0].second.limits.messages, 9u);
  EXPECT_EQ(arms[0].second.buyers.back, std::vector<double>(6, 0.));
  EXPECT_EQ(fields_of(arms[1].second), fields_of(scenario));
  EXPECT_EQ(arms[2].first, "oracle");
  EXPECT_EQ(arms[2].second.hand_off.by, "intent");
  EXPECT_EQ(arms[2].second.sales.reps, 3);
  for (const auto& [name, arm] : arms) EXPECT_TRUE(arm.arms.empty());
  const auto alone = arms_of(parse_scenario(head + "[run]\noracle = false\n", "s.toml"));
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(alone[0].first, "base");
}

}  // namespace
}  // namespace rolecall::sim
