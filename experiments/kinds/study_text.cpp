#include "experiments/kinds/study_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace rolecall {

std::string signed_interval(const Interval& v) {
  if (std::isnan(v.low)) return fmt::format("{:+.4f}", v.value);
  return fmt::format("{:+.4f} ({:+.4f} … {:+.4f})", v.value, v.low, v.high);
}

std::string plain_interval(const Interval& v) {
  if (std::isnan(v.low)) return fmt::format("{:.4f}", v.value);
  return fmt::format("{:.4f} ({:.4f} … {:.4f})", v.value, v.low, v.high);
}

TextColumn placed(const std::vector<double>& values, const char* format) {
  TextColumn column;
  for (const double v : values)
    column.push_back(std::isnan(v)   ? "-"
                     : std::isinf(v) ? "none"
                                     : fmt::format(fmt::runtime(format), v));
  return column;
}

std::string verdict(const Interval& gain) {
  return gain.low > 0 ? "better" : gain.high < 0 ? "worse" : "not to be told apart";
}

}  // namespace rolecall
