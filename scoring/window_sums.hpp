#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "core/activity_index.hpp"

namespace rolecall {

// Σ units[type] · min(n(person, type, day), cap[type]) over a window of days, person by person, at
// the speed of memory: the lag test over whole vectors of cells, with no branch on weight or cap.
// Weights are cut into bytes, looked up a vector at a time and added up in 64-bit integers: exact,
// and so the same on every instruction set.
class WindowSums {
 public:
  static constexpr std::size_t most_types = 64;
  static constexpr std::size_t most_caps = 8;    // different ones
  static constexpr std::size_t most_planes = 8;  // bytes of positive and of negative weights

  // Of the days first … last, counted from the first day of the index. Nothing unless the cells are
  // single activities of 16 bits and most_types, weights are below 2^32 and caps few, and the
  // machine has vectors. Sums must fit 63 bits. `index` must outlive it.
  static std::optional<WindowSums> make(const ActivityIndex& index,
                                        std::span<const std::int64_t> units,
                                        std::span<const std::uint64_t> caps, std::int64_t first,
                                        std::int64_t last);

  // Writes the sums of people begin … end to out[0 … end − begin].
  void add_up(std::size_t begin, std::size_t end, std::int64_t* out) const;

  // What a kernel reads.
  struct Plane {
    std::array<std::uint8_t, most_types> bytes{};  // one byte of each weight's magnitude
    std::int64_t worth = 1;                        // of a unit of it
  };
  struct Plan {
    const std::uint16_t* cells = nullptr;
    const std::uint64_t* offsets = nullptr;
    std::size_t people = 0;
    std::uint16_t from = 0;   // cells below are before the window
    std::uint32_t until = 0;  // cells from here on are after it; 0: none are
    std::vector<Plane> planes;
    std::vector<std::uint64_t> caps;                 // the different ones
    std::array<std::uint8_t, most_types> cap_bit{};  // 1 « which of them a type has
    std::array<std::uint64_t, most_types> cap_of{};
    std::array<std::int64_t, most_types> units{};
  };

 private:
  explicit WindowSums(Plan plan) : plan_(std::move(plan)) {}
  Plan plan_;
};

}  // namespace rolecall
