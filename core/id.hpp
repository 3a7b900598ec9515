#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace rolecall {

// A dense index into one table of the world, typed by the table so that a person can never be
// looked up as an account. The largest value of Rep means "none" (an account without a parent).
template <class Tag, class Rep = std::uint32_t>
class Id {
 public:
  using rep = Rep;
  static constexpr std::size_t capacity = std::numeric_limits<Rep>::max();

  constexpr Id() = default;
  explicit constexpr Id(std::size_t index) : value_(static_cast<Rep>(index)) {}

  constexpr std::size_t index() const { return value_; }
  constexpr bool is_none() const { return value_ == capacity; }
  explicit constexpr operator bool() const { return !is_none(); }
  constexpr auto operator<=>(const Id&) const = default;

 private:
  Rep value_ = std::numeric_limits<Rep>::max();
};

using AccountId = Id<struct AccountTag>;
using PersonId = Id<struct PersonTag>;
using GroupId = Id<struct GroupTag>;
using SolutionId = Id<struct SolutionTag>;
using DealId = Id<struct DealTag>;
using RoleId = Id<struct RoleTag, std::uint16_t>;
using ActivityTypeId = Id<struct ActivityTypeTag, std::uint16_t>;
using DealEventTypeId = Id<struct DealEventTypeTag, std::uint16_t>;

}  // namespace rolecall
