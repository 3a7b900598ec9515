#include "core/inverse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/id.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Inverse, GivesEachOwnerItsRows) {
  const std::vector<AccountId> owner{AccountId{2}, AccountId{}, AccountId{0}, AccountId{2}};
  const auto people =
      invert<PersonId>(3, owner.size(), [&](std::size_t row) { return owner[row]; });
  EXPECT_THAT(people.of(0), ElementsAre(PersonId{2}));
  EXPECT_THAT(people.of(1), IsEmpty());
  EXPECT_THAT(people.of(2), ElementsAre(PersonId{0}, PersonId{3}));
}

TEST(Inverse, MayHaveNothing) {
  const auto rows = invert<std::uint32_t>(2, 0, [](std::size_t) { return AccountId{}; });
  EXPECT_THAT(rows.of(0), IsEmpty());
  EXPECT_THAT(rows.of(1), IsEmpty());
}

}  // namespace
}  // namespace rolecall
