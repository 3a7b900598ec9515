#include "sim/journeys/communication_limits.hpp"

#include <algorithm>
#include <cassert>

namespace rolecall::sim {
namespace {

constexpr std::uint32_t never = 0x80000000;  // as a signed number the earliest

}  // namespace

CommunicationLimits::CommunicationLimits(std::size_t messages, std::int32_t days)
    : messages_(messages), days_(days) {
  assert(messages >= 1 && days >= 1);
}

bool CommunicationLimits::allows(std::uint32_t person, Day day) const {
  const std::size_t oldest = (person + std::size_t{1}) * messages_ - 1;
  if (oldest >= sent_.size() || sent_[oldest] == never) return true;
  return day.time_since_epoch().count() - static_cast<std::int32_t>(sent_[oldest]) >= days_;
}

void CommunicationLimits::note(std::uint32_t person, Day day) {
  const std::size_t begin = person * messages_, end = begin + messages_;
  if (sent_.size() < end) sent_.resize(end, never);
  const auto latest = sent_.begin() + static_cast<std::ptrdiff_t>(begin);
  std::shift_right(latest, latest + static_cast<std::ptrdiff_t>(messages_), 1);
  *latest = static_cast<std::uint32_t>(day.time_since_epoch().count());
}

}  // namespace rolecall::sim
