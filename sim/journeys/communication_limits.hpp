#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/timestamp.hpp"

namespace rolecall::sim {

// At most so many messages per person within so many days in a row. Remembers of each person the
// days of the last messages, as many as the limit: 4 bytes each.
class CommunicationLimits {
 public:
  // `messages` and `days` ≥ 1.
  CommunicationLimits(std::size_t messages, std::int32_t days);

  // Whether a person may get one more on a day, which is no earlier than those noted of them.
  bool allows(std::uint32_t person, Day day) const;

  // A message to a person; one that is not allowed counts as well.
  void note(std::uint32_t person, Day day);

  // What to keep and bring back to go on: by person, then from the latest message on, the day.
  std::vector<std::uint32_t>& state() { return sent_; }
  const std::vector<std::uint32_t>& state() const { return sent_; }

 private:
  std::size_t messages_;
  std::int32_t days_;
  std::vector<std::uint32_t> sent_;  // days since 1970; never: none yet
};

}  // namespace rolecall::sim
