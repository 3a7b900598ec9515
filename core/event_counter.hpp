#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace rolecall {

enum class Event : std::uint8_t {
  cycles,
  instructions,
  cache_misses,
  branch_misses,
  task_clock  // [ns] on a processor; counted by the kernel, so there without hardware counters too
};

// Counts events of the calling thread and of threads it starts later, from construction on. Asks
// for the program and the kernel, and where that is not allowed, for the program alone.
class EventCounter {
 public:
  explicit EventCounter(Event event);
  ~EventCounter();
  EventCounter(const EventCounter&) = delete;
  EventCounter& operator=(const EventCounter&) = delete;

  // So far; scaled up when the event shared its counter with others. None when it never ran.
  std::optional<double> count() const;

  bool with_kernel() const { return with_kernel_; }

  // Why nothing is counted; empty when something is.
  std::string why_not() const;

 private:
  int file_ = -1;
  int error_ = 0;
  bool with_kernel_ = true;
};

}  // namespace rolecall
