#include "core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace rolecall {
namespace {

using ::testing::HasSubstr;

TEST(Problem, NamesThePlaceAndTheRemedy) {
  EXPECT_EQ(to_string(Problem{.file = "people.csv",
                              .row = 7,
                              .field = "account_id",
                              .value = "a9",
                              .what = "there is no such account",
                              .remedy = "Add it."}),
            "people.csv, row 7, account_id 'a9': there is no such account. Add it.");
  EXPECT_EQ(to_string(Problem{.file = "m.toml", .row = 3, .what = "this is bad"}),
            "m.toml, line 3: this is bad.");
}

TEST(Problem, ShowsAnyValueInOneShortLine) {
  const std::string long_text = "é" + std::string(500, 'x') + "\n";
  const std::string text = to_string(Problem{.field = "f", .value = long_text, .what = "w"});
  EXPECT_LT(text.size(), 200u);
  EXPECT_THAT(text, HasSubstr("(503 bytes)"));
  EXPECT_THAT(to_string(Problem{.field = "f", .value = "a\nb", .what = "w"}), HasSubstr("a\\x0ab"));
}

TEST(ProblemList, CountsAllAndKeepsSome) {
  ProblemList list(3);
  for (std::size_t i = 0; i < 5; ++i) list.add({.file = "f", .row = i, .what = "bad"});
  EXPECT_EQ(list.total(), 5u);
  EXPECT_EQ(list.kept().size(), 3u);
  ProblemList all(4);
  all.append(std::move(list));
  EXPECT_EQ(all.total(), 5u);
  EXPECT_THROW(all.throw_if_any(), InputError);
  EXPECT_NO_THROW(ProblemList().throw_if_any());
}

TEST(Nearest, FindsSlipsOnly) {
  const std::vector<std::string> known{"window_days", "daily_cap", "activities"};
  EXPECT_EQ(nearest("windowdays", known), "window_days");
  EXPECT_EQ(nearest("Daily_Cap", known), "daily_cap");
  EXPECT_EQ(nearest("frobnicate", known), "");
}

TEST(SystemError, SaysWhatTheSystemSaid) {
  EXPECT_THAT(SystemError::from_errno("write", "out.h5", ENOSPC).what(),
              HasSubstr("cannot write out.h5: No space left on device. Free some space"));
}

}  // namespace
}  // namespace rolecall
