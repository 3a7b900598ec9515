#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "keyed_host.hpp"

namespace rolecall::sim {

// Journeys by the letter of docs/journeys.md: one traveller at a time, who knows beforehand what it
// will hear. Days follow one another.
class SlowJourneys {
 public:
  explicit SlowJourneys(const std::vector<Journey>& journeys) : journeys_(journeys) {}

  void run_day(Day day, Rows groups, KeyedHost& host);

  struct Traveller {
    bool inside = false, waited = false;
    NodeIndex node = 0;
    Moment at{};  // when it moves on, or left
    std::uint32_t step = 0, entries = 0;
  };
  // By journey and group.
  const std::map<std::pair<std::size_t, std::uint32_t>, Traveller>& travellers() const {
    return travellers_;
  }
  std::uint64_t visits(std::size_t journey, NodeIndex node) { return visits_[{journey, node}]; }

 private:
  void move(std::size_t journey, std::uint32_t group, KeyedHost& host);
  static void arrive(Traveller& traveller, NodeIndex next, Moment at, std::uint32_t step);

  const std::vector<Journey>& journeys_;
  std::map<std::pair<std::size_t, std::uint32_t>, Traveller> travellers_;
  std::map<std::pair<std::size_t, NodeIndex>, std::vector<std::uint64_t>> taken_;
  std::map<std::pair<std::size_t, NodeIndex>, std::uint64_t> visits_;
};

}  // namespace rolecall::sim
