#include "experiments/program/interrupt.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstring>

#include "results/output_file.hpp"

namespace rolecall::program {
namespace {

constexpr int interrupted = 130;

// As a signal handler can read it: filled before its length is set.
std::array<char, 4096> message{
    "\ninterrupted; no output was written. Run the same command again.\n"};
std::atomic<std::size_t> length{std::strlen(message.data())};

std::atomic<bool> is_heard = false, was_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

// Leaves nothing half-written behind. Only async-signal-safe calls.
void on_interrupt(int) {
  if (is_heard && !was_interrupted.exchange(true)) return;
  remove_partial_outputs();
  ::_exit(end_interrupted());
}

}  // namespace

void handle_interrupts() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  std::signal(SIGHUP, on_interrupt);
}

void on_interrupt_resume(const std::string& command) {
  const std::string text = "\ninterrupted; what was done is kept. Go on with:\n  " + command +
                           (command.find("--resume") == std::string::npos ? " --resume\n" : "\n");
  if (text.size() > message.size()) return;
  length = 0;
  std::memcpy(message.data(), text.data(), text.size());
  length = text.size();
}

void hear_interrupts() { is_heard = true; }

bool is_interrupted() { return was_interrupted; }

int end_interrupted() {
  (void)!::write(STDERR_FILENO, message.data(), length);
  return interrupted;
}

}  // namespace rolecall::program
