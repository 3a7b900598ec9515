#include "core/toml_keys.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"

namespace rolecall {
namespace {

using Keys = std::vector<std::pair<std::string, std::string>>;

TEST(TomlKeys, AreFullAndInOrder) {
  EXPECT_EQ(toml_keys("b = 1.5\n[a]\nlist = [1, 2]\n\"two words\" = \"x\"\n", "t"),
            (Keys{{"a.\"two words\"", "x"}, {"a.list", "[ 1, 2 ]"}, {"b", "1.5"}}));
  EXPECT_EQ(toml_keys("", "t"), Keys{});
}

TEST(TomlKeys, NameTheTablesOfAnArray) {
  EXPECT_EQ(
      toml_keys("roles = [ { name = \"B\", weight = 1 }, { name = \"A\", weight = 2 } ]", "t"),
      (Keys{{"roles[A].name", "A"},
            {"roles[A].weight", "2"},
            {"roles[B].name", "B"},
            {"roles[B].weight", "1"}}));
  // Names that do not tell them apart.
  EXPECT_EQ(toml_keys("[[t]]\nname = \"A\"\n[[t]]\nname = \"A\"\n", "t"),
            (Keys{{"t[1].name", "A"}, {"t[2].name", "A"}}));
}

TEST(TomlKeys, RefuseWhatIsNoToml) { EXPECT_THROW(toml_keys("[a\n", "t"), InputError); }

}  // namespace
}  // namespace rolecall
