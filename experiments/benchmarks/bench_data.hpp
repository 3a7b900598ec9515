#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/activity_index.hpp"
#include "core/time_ordered_log.hpp"
#include "experiments/benchmarks/log_draws.hpp"

namespace rolecall::bench {

inline constexpr int window_days = 30;  // of the series
inline constexpr double half_life_days = 14;
inline constexpr std::uint64_t cap = 20;
inline constexpr std::size_t roles = 6;
inline constexpr std::array<std::int64_t, roles> role_weights{5, 3, 2, 2, 1, 1};
inline constexpr std::size_t members_per_group = 6;  // one in each role
inline constexpr std::size_t cap_levels = 20;

// Sums that tell two columns of whole numbers apart: plain, and each times (place mod 1009) + 1.
struct Checksum {
  std::uint64_t sum = 0, mixed = 0;

  void add(std::uint64_t place, std::int64_t value) {
    sum += static_cast<std::uint64_t>(value);
    mixed += static_cast<std::uint64_t>(value) * (place % 1009 + 1);
  }
  bool operator==(const Checksum&) const = default;
};
Checksum checksum(std::span<const std::int64_t> column);

// What one candidate or model makes of activities.
struct Rules {
  std::vector<std::int64_t> weights;  // by type
  std::vector<std::uint64_t> caps;
};

// What the cases work on, made from a number of activities: people are one in a hundred of them,
// groups one in a thousand.
class Data {
 public:
  explicit Data(std::size_t activities);

  const TimeOrderedLog& log() const { return log_; }
  const ActivityIndex& index() const;  // made when first asked for
  std::size_t groups() const { return member_.size() / members_per_group; }
  std::uint32_t member(std::size_t group, std::size_t role) const {
    return member_[group * members_per_group + role];
  }
  const std::vector<std::uint8_t>& won() const { return won_; }

  const Rules& plain() const { return plain_; }  // one cap, weights of 1 to 20
  const Rules& mixed() const { return mixed_; }  // five caps, none among them; weights of 32 bits

  // What a slow and obvious program makes of the same log: rows dealt to people, sorted, counted.
  struct Reference {
    std::vector<std::int64_t> last_30, last_365, mixed_365;  // by person
    std::vector<double> linear, half_life;                   // likewise, the whole log with decay
    Checksum series;                      // of every person on every day: place person + day
    std::vector<std::uint32_t> features;  // groups × types, weighted by role: the whole log
    std::vector<std::uint32_t> by_level;  // types × cap levels × groups, likewise
  };
  const Reference& reference() const;

 private:
  TimeOrderedLog log_;
  std::vector<std::uint32_t> member_;
  std::vector<std::uint8_t> won_;
  Rules plain_, mixed_;
  mutable std::optional<ActivityIndex> index_;
  mutable std::optional<Reference> reference_;
};

// The day of each row, as a column beside the log's others.
UninitializedVector<std::uint16_t> day_column(const TimeOrderedLog& log);

// The data of so many activities; one size is kept at a time.
const Data& data_of(std::size_t activities);

}  // namespace rolecall::bench
