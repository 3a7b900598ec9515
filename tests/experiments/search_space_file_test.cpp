#include "experiments/search_space_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "experiments/study_spec.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string head = "format = \"rolecall.study-spec/2\"\nname = \"mine\"\n";

StudySpec parsed(const std::string& text) { return parse_study_spec(head + text, "mine.toml"); }

std::string complaint(const std::string& text) {
  try {
    parsed(text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(SearchSpaceFile, ReadsRangesListsAndWords) {
  const StudySpec spec = parsed(R"([space]
"role.*.weighting" = { low = 1, high = 100, whole = true, shared = true }
role.Champion.weighting = { low = 0.5, high = 8, scale = "log" }
activity."Open Email".daily_cap = [1, 20, "none"]
window_days = { values = [7, 30] }
decay.kind = ["none", "half-life"]
[space.readings]
aggregation = { values = ["sum", "max"] }
)");
  ASSERT_THAT(spec.space, SizeIs(6));
  const auto entry = [&](const std::string& path) {
    for (const SpaceEntry& e : spec.space)
      if (e.path == path) return e;
    ADD_FAILURE() << path;
    return SpaceEntry{};
  };
  EXPECT_TRUE(entry("role.*.weighting").whole && entry("role.*.weighting").shared);
  EXPECT_TRUE(entry("role.Champion.weighting").log);
  EXPECT_EQ(entry("role.Champion.weighting").low, .5);
  EXPECT_TRUE(std::isinf(entry("activity.\"Open Email\".daily_cap").values.back()));
  EXPECT_EQ(entry("window_days").values, (std::vector<double>{7, 30}));
  EXPECT_EQ(entry("decay.kind").words, (std::vector<std::string>{"none", "half-life"}));
  EXPECT_EQ(entry("readings.aggregation").words.size(), 2u);
}

TEST(SearchSpaceFile, DoesNotDependOnSpelling) {
  const auto text = [](const std::string& space) {
    return to_toml(parsed("[space]\n" + space), Comments::none);
  };
  EXPECT_EQ(text("role.\"Champion\".weighting = [1]\n\"role.*.weighting\" = [1, 2]\n"),
            text("role.\"*\".weighting = [1, 2]\n\"role.\\\"Champion\\\".weighting\" = [1]\n"));
  EXPECT_THAT(complaint("[space]\nrole.Champion.weighting = [1]\n"
                        "'role.\"Champion\".weighting' = [2]\n"),
              HasSubstr("it is there twice. Keep one of the two"));
}

TEST(SearchSpaceFile, NamesLineKeyAndRemedy) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"window_dyas = { low = 1, high = 2 }",
       "line 4, space.window_dyas '{ high = 2, low = 1 }': a model has no such part. Did you mean "
       "'window_days'?"},
      {"role.Champion.wieghting = [1]", "Did you mean 'weighting'?"},
      {"window_days = 3", "line 4, space.window_days '3': this gives no values. Write { low"},
      {"window_days = { low = 1 }", "window_days.high: the key is missing. A range has both ends"},
      {"window_days = { low = 9, high = 2 }", "low '9': it is above high, 2. Exchange the two"},
      {"window_days = { low = 1, high = 2, hihg = 3 }", "Did you mean 'high'?"},
      {"window_days = { low = 1, high = 2, whole = false }", "whole numbers by nature. Leave it"},
      {"window_days = [1.5]", "'1.5': days, caps and members are whole numbers by nature"},
      {"decay.half_life_days = { low = 0, high = 2, scale = \"log\" }", "begins above 0"},
      {"decay.half_life_days = { low = 1, high = 2, scale = \"lgo\" }", "Write linear or log"},
      {"decay.half_life_days = [\"nine\"]", "this is not a number in the range"},
      {"window_days = []", "line 4, space.window_days '[]': the list is empty. List at least one"},
      {"decay.kind = { low = 1, high = 2 }", "it takes words, not a range. Write values"},
      {"decay.kind = [1]", "this is not a word. Put it in double quotes"}};
  for (const auto& [text, message] : cases)
    EXPECT_THAT(complaint("[space]\n" + text + "\n"),
                AllOf(HasSubstr("mine.toml, line 4"), HasSubstr(message)))
        << text;
}

TEST(SearchSpaceFile, FixesCapsAndHalfLivesToNone) {
  const StudySpec spec =
      parsed("[space]\nwindow_days = [7]\n[constraints]\nfixed = { daily_cap = \"none\" }\n");
  ASSERT_EQ(spec.constraints.fixed.size(), 1u);
  EXPECT_TRUE(std::isinf(spec.constraints.fixed[0].second));
  EXPECT_EQ(parse_study_spec(to_toml(spec, Comments::none), "again").constraints.fixed,
            spec.constraints.fixed);
}

TEST(SearchSpaceFile, NamesWhatIsWrongWithConstraints) {
  const std::string space =
      "[space]\n\"role.*.weighting\" = { low = 1, high = 9 }\n[constraints]\n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"oredred = []",
       "line 6, constraints.oredred: there is no such key. Did you mean 'ordered'?"},
      {"ordered = [[\"role.A.weighting\"]]", "not a list of two parts or more"},
      {"ordered = [[\"role.A.weighting\", \"rule.B.weighting\"]]", "Did you mean 'role'?"},
      {"ordered = [[\"role.A.weighting\", 1]]", "a model has no such part"},
      {"sum = { \"role.*.weighting\" = \"all\" }", "this is not a number in the range"},
      {"fixed = { windowdays = 9 }", "Did you mean 'window_days'?"},
      {"fixed = { \"decay.kind\" = 9 }", "it takes words, and a number is what can be fixed"}};
  for (const auto& [text, message] : cases)
    EXPECT_THAT(complaint(space + text + "\n"),
                AllOf(HasSubstr("mine.toml, line 6"), HasSubstr(message)))
        << text;
}

}  // namespace
}  // namespace rolecall
