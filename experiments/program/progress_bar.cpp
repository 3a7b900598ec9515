#include "experiments/program/progress_bar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace rolecall::program {
namespace {

// 12300000 → "12.3 M"
std::string short_number(double value) {
  constexpr std::array<const char*, 5> prefixes{"", "k", "M", "G", "T"};
  std::size_t p = 0;
  while (value >= 1000 && p + 1 < prefixes.size()) value /= 1000, ++p;
  return fmt::format("{:.{}f} {}", value, value < 10 && p > 0 ? 1 : 0, prefixes[p]);
}

}  // namespace

void ProgressBar::begin(std::string_view what, std::uint64_t total, std::string_view unit) {
  what_ = what;
  unit_ = unit;
  total_ = total;
  done_ = 0;
  start_ = drawn_ = Clock::now();
}

void ProgressBar::advance(std::uint64_t done) {
  done_ += done;
  const std::unique_lock lock(drawing_, std::try_to_lock);
  if (!lock || Clock::now() - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = Clock::now();
  draw();
}

void ProgressBar::draw() {
  const double seconds = std::chrono::duration<double>(drawn_ - start_).count();
  const auto done = static_cast<double>(std::min<std::uint64_t>(done_, total_));
  const double share = total_ > 0 ? done / static_cast<double>(total_) : 1;
  constexpr int width = 24;
  const int full = static_cast<int>(share * width);
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i < full ? "━" : "─";
  fmt::print(stderr, "\r\x1b[K{} {} {:3.0f} %  {}{}/s  {:.0f} s left", what_, bar, 100 * share,
             short_number(done / seconds), unit_, share > 0 ? seconds * (1 - share) / share : 0);
  std::fflush(stderr);
}

void ProgressBar::end() {
  if (drawn_ == start_) return;  // was never drawn
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace rolecall::program
