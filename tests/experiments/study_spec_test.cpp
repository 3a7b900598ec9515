#include "experiments/study_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::spill;
using testing::TempFolder;

const std::string head = "format = \"rolecall.study-spec/1\"\nname = \"mine\"\n";

std::string complaint(const std::string& text) {
  try {
    parse_study_spec(text, "mine.toml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

StudySpec random_study(std::mt19937_64& bits) {
  const auto pick = [&](std::initializer_list<const char*> choices) {
    return *(choices.begin() + bits() % choices.size());
  };
  StudySpec s;
  s.name = pick({"mine", "a \"b\"", "Größe\n", ""});
  s.question = pick({"", "Why?", "\\ # = [x]"});
  s.world = {pick({"", "world.h5", "a b/\"c\""}), "", pick({"small", "medium", "large"}),
             bits() >> 1};
  if (s.world.file.empty()) s.world.spec = pick({"", "w.toml"});
  s.model = {pick({"ajo-seed", "vendor", "m.toml"}), pick({"base", "truth"}),
             pick({"outcome-1d", "2026-01-01", "created+30d"})};
  s.search.method = pick({"grid", "random", "refine"});
  s.search.candidates = 1 + bits() % 1'000'000;
  s.search.lowest = bits() % 100;
  s.search.highest = 100 + bits() % 1'000;
  s.search.steps = 2 + bits() % 999;
  s.search.seed = bits() % 100;
  s.bootstrap = {20 + bits() % 99'000, .5 + static_cast<double>(bits() % 499) / 1'000, bits() % 9};
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
  const StudySpec spec = parse_study_spec(head, "mine.toml");
  StudySpec want;
  want.name = "mine";
  EXPECT_EQ(to_toml(spec, Comments::none), to_toml(want, Comments::none));
  EXPECT_EQ(spec.world.preset, "medium");
  EXPECT_EQ(spec.model.as_of, "outcome-1d");
  EXPECT_EQ(spec.search.method, "refine");
  EXPECT_EQ(spec.bootstrap.replicates, 200u);
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
      {"[search]\nlowest = 200", "it is 200, above search.highest, 100. Exchange the two"},
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
    EXPECT_THAT(complaint(head + text + "\n"), AllOf(HasSubstr("mine.toml"), HasSubstr(message)))
        << text;
}

TEST(StudySpec, ReportsEveryProblemAtOnce) {
  const std::string text = complaint(R"(format = "rolecall.study-spec/1"
[world]
preset = "huge"
[model]
as_of = "x"
activities = "y"
[search]
method = "z"
lowest = -1
[bootstrap]
confidence = 2
unheard = 1
)");
  for (const char* part :
       {"name: the key is missing", "line 3, world.preset 'huge'", "line 5, model.as_of 'x'",
        "line 6, model.activities 'y'", "line 8, search.method 'z'", "line 9, search.lowest '-1'",
        "line 11, bootstrap.confidence '2'", "line 12, bootstrap.unheard"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(StudySpec, RefusesOtherFormats) {
  EXPECT_THAT(complaint("name = \"x\"\n"),
              AllOf(HasSubstr("mine.toml"), HasSubstr("format: the key is missing"),
                    HasSubstr("rolecall.study-spec/1")));
  EXPECT_THAT(complaint("format = \"rolecall.study-spec/2\"\nname = \"x\"\n"),
              HasSubstr("line 1, format 'rolecall.study-spec/2': this program does not run"));
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
  spill(folder / "mine.toml", head + "[search]\nmethod = \"grid\"\n");
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
