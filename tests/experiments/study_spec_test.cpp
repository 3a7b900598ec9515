#include "experiments/study_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "experiments/model_part.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::spill;
using testing::TempFolder;

const std::string space = "space.window_days = [7, 30]\n";
const std::string head = "format = \"rolecall.study-spec/2\"\nname = \"mine\"\n";

std::string complaint(const std::string& text) {
  try {
    parse_study_spec(text, "mine.toml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

SpaceEntry random_entry(std::mt19937_64& bits) {
  const auto number = [&] { return static_cast<double>(bits() % 1'000'000) / 1024; };
  const auto of = [&](std::initializer_list<const char*> choices) {
    return std::string(*(choices.begin() + bits() % choices.size()));
  };
  SpaceEntry e{.path = of({"role.*.weighting", "role.\"Decision Maker\".weighting",
                           "activity.\"a.\\\"b\\\" = [\".weight", "decay.half_life_days",
                           "activity.Größe.weight"}),
               .shared = bits() % 2 == 0};
  switch (bits() % 4) {
    case 0:
      e.path = of({"readings.aggregation", "decay.kind", "readings.day_boundary"});
      e.words = {"sum", "a \"b\"\n"};
      break;
    case 1:
      e.path = of({"window_days", "daily_cap", "activity.*.daily_cap"});
      e.values = {1, static_cast<double>(bits() % 1'000'000'000'000)};
      if (bits() % 2 == 0) e.values.push_back(std::numeric_limits<double>::infinity());
      break;
    case 2:
      e.values = {number(), 1e-9, -number(), 1e12};
      break;
    default:
      e.low = number() + 1e-9;
      e.high = e.low + number();
      e.whole = bits() % 2 == 0;
      e.log = bits() % 2 == 0;
  }
  e.path = ModelPart(e.path).path();
  return e;
}

StudySpec random_study(std::mt19937_64& bits) {
  const auto pick = [&](std::initializer_list<const char*> choices) {
    return *(choices.begin() + bits() % choices.size());
  };
  const auto share = [&] { return static_cast<double>(1 + bits() % 997) / 1'000; };
  const auto any_of = [&](const std::vector<std::string>& choices) {
    return choices[bits() % choices.size()];
  };
  StudySpec s;
  s.name = pick({"mine", "a \"b\"", "Größe\n", ""});
  s.question = pick({"", "Why?", "\\ # = [x]"});
  s.world.file = pick({"", "world.h5", "a b/\"c\""});
  if (s.world.file.empty()) s.world.spec = pick({"", "w.toml"});
  s.world.preset = pick({"small", "medium", "large"});
  s.world.seed = bits() >> 1;
  if (bits() % 2 == 0) s.world.set = {"machines.bots = 0", "x = \"y\""};
  s.worlds.seeds = 1 + bits() % 100'000;
  if (bits() % 2 == 0) s.worlds.accounts = {500, 20'000.5};
  if (bits() % 2 == 0) s.worlds.vary = {"machines.bots"}, s.worlds.values = {0, 1e-7, share()};
  if (bits() % 2 == 0) s.simulation.set = {"sales.reps = 2", "x = \"y\""};
  s.model.base = pick({"ajo-seed", "vendor", "m.toml"});
  s.model.activities = pick({"base", "truth"});
  s.model.as_of = pick({"outcome-1d", "2026-01-01", "created+30d"});
  if (bits() % 2 == 0) s.model.against = {"truth", "a \"b\".toml"};
  for (std::size_t n = 1 + bits() % 3; n > 0; --n) {
    SpaceEntry entry = random_entry(bits);
    const auto is_same = [&](const SpaceEntry& e) { return e.path == entry.path; };
    if (std::ranges::none_of(s.space, is_same)) s.space.push_back(std::move(entry));
  }
  std::ranges::sort(s.space, {}, &SpaceEntry::path);  // as TOML has it
  if (bits() % 2 == 0)
    s.constraints.ordered = {{"role.A.weighting", "role.\"B c\".weighting"},
                             {"window_days", "daily_cap", "role.A.weighting"}};
  if (bits() % 2 == 0) s.constraints.sums = {{"role.*.weighting", 100 * share()}};
  if (bits() % 2 == 0) s.constraints.fixed = {{"role.\"D e\".weighting", share()}};
  s.search.method = any_of(search_methods());
  s.search.candidates = 1 + bits() % 1'000'000;
  s.search.objective = any_of(search_objectives());
  s.search.steps = 2 + bits() % 999;
  s.search.eta = 1.5 + 90 * share();
  s.search.ridge = share();
  s.search.non_negative = bits() % 2 == 0;
  if (bits() % 2 == 0) s.search.methods = {"sobol", any_of(search_methods())};
  s.search.seed = bits() % 100;
  s.validation.split = pick({"accounts", "named", "time"});
  s.validation.folds = 2 + bits() % 99;
  s.validation.test_accounts = {"A-1", "ä\""};
  s.validation.test_share = .01 + .9 * share();
  s.validation.purge_days = 1'000 * share();
  s.hand_off = {share(), 1e12 * share(), share()};
  s.bootstrap = {20 + bits() % 99'000, .5 + share() / 3, 1 + bits() % 1'000'000, bits() % 9};
  return s;
}

TEST(StudySpec, IsReadBackAsWritten) {
  std::mt19937_64 bits(1);
  for (int round = 0; round < 200; ++round) {
    const StudySpec spec = random_study(bits);
    for (const Comments comments : {Comments::none, Comments::meanings}) {
      const std::string text = to_toml(spec, comments);
      const StudySpec again = parse_study_spec(text, "again");
      EXPECT_EQ(to_toml(again, comments), text);
      EXPECT_EQ(to_toml(again, Comments::none), to_toml(spec, Comments::none));
    }
  }
}

TEST(StudySpec, HasDefaultsForAllButItsName) {
  const StudySpec spec = parse_study_spec(head + space, "mine.toml");
  StudySpec want;
  want.name = "mine";
  want.space = spec.space;
  EXPECT_EQ(to_toml(spec, Comments::none), to_toml(want, Comments::none));
  EXPECT_EQ(spec.world.preset, "medium");
  EXPECT_EQ(spec.model.as_of, "outcome-1d");
  EXPECT_EQ(spec.search.method, "refine");
  EXPECT_EQ(spec.bootstrap.replicates, 200u);
  EXPECT_EQ(spec.validation.split, "accounts");
  EXPECT_EQ(spec.space.size(), 1u);
}

// One thing wrong with one line each, and what the message says beside the file.
TEST(StudySpec, NamesLineKeyAndRemedy) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"quesiton = \"x\"", "line 3, quesiton: there is no such key. Did you mean 'question'?"},
      {"question = 1", "line 3, question '1': this is not a text"},
      {"[serach]", "line 3, serach: there is no such key. Did you mean 'search'?"},
      {"search = 1", "line 3, search '1': this is not a table"},
      {"[search]\nmethod = \"gird\"",
       "line 4, search.method 'gird': this is not one of the choices. Did you mean 'grid'?"},
      {"[search]\nmethod = \"\"",
       "line 4, search.method: this is not one of the choices. Known: grid"},
      {"[search]\ncandidates = 0", "line 4, search.candidates '0': this is not a whole number"},
      {"[search]\ncandidates = 1.5", "line 4, search.candidates '1.5': this is not a whole number"},
      {"[search]\nsteps = 1", "line 4, search.steps '1': this is not a whole number in the range"},
      {"[search]\neta = 1", "line 4, search.eta '1': this is not a number in the range"},
      {"[search]\nobjective = \"acu\"", "line 4, search.objective 'acu'"},
      {"[search]\nmethods = [\"random\", \"gird\"]", "Did you mean 'grid'?"},
      {"kind = \"tuen\"",
       "line 3, kind 'tuen': there is no such kind of study. Did you mean 'tune'?"},
      {"[validation]\nsplit = \"named\"",
       "validation.test_accounts: the key is missing. the split is named, and nothing is. List"},
      {"[validation]\nsplit = \"tiem\"", "Did you mean 'time'?"},
      {"[validation]\nfolds = 1", "line 4, validation.folds '1': this is not a whole number"},
      {"[worlds]\nvary = [\"machines.bots\"]",
       "worlds.values: the key is missing. vary and values stand together"},
      {"[worlds]\nvalues = [\"a\"]", "line 4, worlds.values"},
      {"[hand_off]\ncapacity = 2", "line 4, hand_off.capacity '2': this is not a number"},
      {"[world]\nfile = \"a.h5\"\nspec = \"b.toml\"",
       "line 5, world.spec 'b.toml': the world is read from world.file already. Leave one"},
      {"[search]\nseed = -1", "line 4, search.seed '-1': this is not a whole number in the range"},
      {"[model]\nactivities = \"true\"",
       "line 4, model.activities 'true': this is not one of the choices. Did you mean 'truth'?"},
      {"[model]\nas_of = \"soon\"",
       "line 4, model.as_of 'soon': this is not a day to score as of. Write a date such as"},
      {"[model]\nas_of = 2026-03-01", "line 4, model.as_of '2026-03-01': this is not a text"},
      {"[world]\npreset = \"mediun\"",
       "line 4, world.preset 'mediun': this is not one of the choices. Did you mean 'medium'?"},
      {"[world]\nsede = 1", "line 4, world.sede: there is no such key. Did you mean 'seed'?"},
      {"[bootstrap]\nreplicates = 19", "line 4, bootstrap.replicates '19': this is not a whole"},
      {"[bootstrap]\nconfidence = 95", "line 4, bootstrap.confidence '95': this is not a number"},
      {"a = = 1", "line 3: this is not TOML"}};
  for (const auto& [text, message] : cases)
    EXPECT_THAT(complaint(head + text + "\n[space]\nwindow_days = [7, 30]\n"),
                AllOf(HasSubstr("mine.toml"), HasSubstr(message)))
        << text;
}

TEST(StudySpec, ReportsEveryProblemAtOnce) {
  const std::string text = complaint(R"(format = "rolecall.study-spec/2"
[world]
preset = "huge"
[model]
as_of = "x"
activities = "y"
[search]
method = "z"
candidates = -1
[bootstrap]
confidence = 2
unheard = 1
)");
  for (const char* part : {"name: the key is missing", "line 3, world.preset 'huge'",
                           "line 5, model.as_of 'x'", "line 6, model.activities 'y'",
                           "line 8, search.method 'z'", "line 9, search.candidates '-1'",
                           "line 11, bootstrap.confidence '2'", "line 12, bootstrap.unheard"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(StudySpec, HasASpaceWhereItSearches) {
  EXPECT_THAT(complaint(head), AllOf(HasSubstr("mine.toml"), HasSubstr("space: the key is missing"),
                                     HasSubstr("role.*.weighting")));
}

TEST(StudySpec, NamesScenariosWhereItSimulatesAndOnlyThere) {
  EXPECT_THAT(complaint(head + "kind = \"calibration\"\n"),
              AllOf(HasSubstr("nothing is named"), HasSubstr("rolecall scenarios")));
  EXPECT_THAT(complaint(head + space + "simulation.scenarios = [\"small\"]\n"),
              HasSubstr("a tune study simulates nothing"));
  const StudySpec read = parse_study_spec(
      head + "kind = \"calibration\"\nsimulation.scenarios = [\"small\", \"a b.toml\"]\n", "");
  EXPECT_EQ(read.simulation.scenarios, (std::vector<std::string>{"small", "a b.toml"}));
  EXPECT_EQ(parse_study_spec(to_toml(read, Comments::none), "").simulation.scenarios,
            read.simulation.scenarios);
}

TEST(StudySpec, RefusesOtherFormats) {
  EXPECT_THAT(complaint("name = \"x\"\n"),
              AllOf(HasSubstr("mine.toml"), HasSubstr("format: the key is missing"),
                    HasSubstr("rolecall.study-spec/2")));
  EXPECT_THAT(complaint("format = \"rolecall.study-spec/1\"\nname = \"x\"\n"),
              HasSubstr("line 1, format 'rolecall.study-spec/1': this program does not run"));
}

TEST(StudySpec, ComesWithTheProgram) {
  std::vector<std::string> names;
  for (const StudySpec& study : builtin_studies()) {
    names.push_back(study.name);
    EXPECT_NE(study.question, "");
    EXPECT_EQ(to_toml(load_study(study.name), Comments::none), to_toml(study, Comments::none));
    const std::string text = to_toml(study, Comments::meanings);
    EXPECT_EQ(to_toml(parse_study_spec(text, "again"), Comments::meanings), text);
  }
  EXPECT_THAT(names, Contains("role-weights"));
}

TEST(StudySpec, IsLoadedByNameOrPath) {
  const TempFolder folder;
  spill(folder / "mine.toml", head + space + "[search]\nmethod = \"grid\"\n");
  EXPECT_EQ(load_study(folder / "mine.toml").search.method, "grid");
  const auto complaint_of = [](const std::string& name) -> std::string {
    try {
      load_study(name);
    } catch (const InputError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_THAT(complaint_of("role-weight"),
              AllOf(HasSubstr("study 'role-weight': this is neither a built-in study nor a file"),
                    HasSubstr("Did you mean 'role-weights'?"), HasSubstr("rolecall studies")));
  EXPECT_THAT(complaint_of(folder.path().string()), HasSubstr("neither a built-in study nor a"));
  spill(folder / "bad.toml", "name = 1\n");
  EXPECT_THAT(complaint_of(folder / "bad.toml"), HasSubstr("bad.toml, line 1, name '1'"));
}

// Damaged studies are read or refused. `make fuzz` runs many more.
TEST(Mutation, OfAStudyIsReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(1000);
  std::mt19937_64 bits(13);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text = testing::damaged_toml(
        to_toml(random_study(bits), bits() % 2 == 0 ? Comments::none : Comments::meanings), bits);
    try {
      const std::string whole = to_toml(parse_study_spec(text, "mutant"), Comments::none);
      EXPECT_EQ(to_toml(parse_study_spec(whole, "again"), Comments::none), whole) << text;
      ++read;
    } catch (const InputError& error) {
      EXPECT_GT(error.total(), 0u);
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  EXPECT_GT(read, rounds / 10);
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall
