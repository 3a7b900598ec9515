#pragma once

namespace rolecall {

// A figure and the interval that says how far to trust it; NaN where undefined.
struct Interval {
  double value = 0;
  double low = 0;
  double high = 0;
};

}  // namespace rolecall
