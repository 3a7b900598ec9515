#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/journeys/journey_host.hpp"

namespace rolecall::sim {

// A world whose answers are functions of a seed, the day and what was done to the group before; it
// writes down everything that is done.
class KeyedHost : public JourneyHost {
 public:
  KeyedHost(std::uint64_t seed, std::uint32_t groups) : seed_(seed), groups_(groups) {}

  void begin(Day day) { day_ = static_cast<std::uint64_t>(day.time_since_epoch().count()); }
  std::vector<std::uint32_t> existing() const;  // groups come, and some go

  std::vector<std::uint32_t> matching_groups(const Predicate& where, Rows groups) override;
  std::vector<std::uint32_t> matching_people(const Predicate& where, Rows people) override;
  std::vector<std::uint32_t> people(std::uint32_t group, Among among) override;
  std::vector<std::optional<Moment>> heard(const node::Listen& node,
                                           std::span<const Listener> listeners) override;
  std::vector<std::uint64_t> lots(std::uint32_t group, Rows people, const JourneyNode& node,
                                  Moment at) override;
  void act(const Action& action, std::uint32_t group, Rows people, Moment at) override;

  // The first activities of the members on or after the day of a moment, for some days, in order.
  std::vector<std::pair<Moment, std::string>> activities(std::uint32_t group, Moment from) const;

  std::vector<std::string> types{"t0", "t1", "t2", "t3"};  // of activities
  std::vector<std::string> log;

 private:
  std::uint64_t key(std::initializer_list<std::uint64_t> parts, std::string_view text = {}) const;
  std::set<std::uint32_t>& members(std::uint32_t group);

  std::uint64_t seed_;
  std::uint32_t groups_;
  std::uint64_t day_ = 0;
  std::map<std::uint32_t, std::set<std::uint32_t>> members_;
  std::map<std::uint32_t, std::string> stages_;
};

}  // namespace rolecall::sim
