#include "core/find_id.hpp"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(FindId, FindsWhatIsThere) {
  const TextColumn ids(std::vector<std::string>{"a1", "a10", "a2", "é"});
  for (std::size_t row = 0; row < ids.size(); ++row) EXPECT_EQ(find_id(ids, ids[row]), row);
  for (const char* id : {"", "a", "a11", "a3", "z", "ê"}) EXPECT_EQ(find_id(ids, id), std::nullopt);
  EXPECT_EQ(find_id(TextColumn(), "a"), std::nullopt);
}

TEST(FindId, SuggestsTheNearest) {
  const TextColumn ids(std::vector<std::string>{"acc-001", "acc-107"});
  EXPECT_EQ(suggest_id(ids, "acc-10", "Look."), "Did you mean 'acc-107'?");
  EXPECT_EQ(suggest_id(ids, "something else", "Look."), "Look.");
  EXPECT_EQ(suggest_id(TextColumn(), "a", "Look."), "Look.");
}

}  // namespace
}  // namespace rolecall
