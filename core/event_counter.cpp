#include "core/event_counter.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace rolecall {
namespace {

perf_event_attr attributes_of(Event event, bool with_kernel) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = event == Event::task_clock ? PERF_TYPE_SOFTWARE : PERF_TYPE_HARDWARE;
  switch (event) {
    case Event::cycles:
      attributes.config = PERF_COUNT_HW_CPU_CYCLES;
      break;
    case Event::instructions:
      attributes.config = PERF_COUNT_HW_INSTRUCTIONS;
      break;
    case Event::cache_misses:
      attributes.config = PERF_COUNT_HW_CACHE_MISSES;
      break;
    case Event::branch_misses:
      attributes.config = PERF_COUNT_HW_BRANCH_MISSES;
      break;
    case Event::task_clock:
      attributes.config = PERF_COUNT_SW_TASK_CLOCK;
      break;
  }
  attributes.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
  attributes.inherit = 1;
  attributes.exclude_hv = 1;
  attributes.exclude_kernel = with_kernel ? 0 : 1;
  return attributes;
}

int open_event(Event event, bool with_kernel) {
  perf_event_attr attributes = attributes_of(event, with_kernel);
  return static_cast<int>(
      ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

}  // namespace

EventCounter::EventCounter(Event event) : file_(open_event(event, true)) {
  if (file_ < 0 && (errno == EACCES || errno == EPERM)) {
    with_kernel_ = false;
    file_ = open_event(event, false);
  }
  if (file_ < 0) error_ = errno;
}

EventCounter::~EventCounter() {
  if (file_ >= 0) ::close(file_);
}

std::optional<double> EventCounter::count() const {
  struct {
    std::uint64_t value, enabled, running;
  } read{};
  if (file_ < 0 || ::read(file_, &read, sizeof read) != sizeof read || read.running == 0)
    return std::nullopt;
  return static_cast<double>(read.value) *
         (static_cast<double>(read.enabled) / static_cast<double>(read.running));
}

std::string EventCounter::why_not() const {
  switch (error_) {
    case 0:
      return {};
    case EACCES:
    case EPERM:
      return "permission denied; see /proc/sys/kernel/perf_event_paranoid";
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return "the processor has none, or the virtual machine does not pass them on";
    case ENOSYS:
      return "the kernel was built without perf events";
    default:
      return std::generic_category().message(error_);
  }
}

}  // namespace rolecall
