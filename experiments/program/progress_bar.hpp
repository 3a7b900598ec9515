#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>

#include "core/progress.hpp"

namespace rolecall::program {

// One line on standard error: what, how far, at what rate, how long yet. Wiped when the work ends.
class ProgressBar : public Progress {
 public:
  void begin(std::string_view what, std::uint64_t total, std::string_view unit) override;
  void advance(std::uint64_t done) override;
  void end() override;

 private:
  using Clock = std::chrono::steady_clock;
  void draw();

  std::string what_, unit_;
  std::uint64_t total_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  Clock::time_point start_, drawn_;
  std::mutex drawing_;
};

}  // namespace rolecall::program
