#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/world.hpp"

namespace rolecall::testing {

// A world of deals told line by line.
class DealWorld {
 public:
  struct Deal {
    std::string id = {}, opened = {}, closed = {}, pipeline = {}, stage = {};
    Outcome outcome = Outcome::open;
    std::vector<std::string> contacts = {};  // empty: those of the account
    std::string account = {};
    double value = 100;
  };
  struct Activity {
    std::string person, type, time;
    std::uint64_t count = 1;
  };
  struct Event {
    std::string deal, type, time, detail = {};
  };

  std::vector<std::string> accounts = {};
  std::vector<double> revenue = {};                              // by account; may be shorter
  std::vector<std::pair<std::string, std::string>> people = {};  // id, account
  std::vector<Deal> deals = {};
  std::vector<Activity> activities = {};
  std::vector<Event> events = {};

  World make() const;
};

// Small and crowded: few days, people in several deals, deals that open and close within the log.
World random_deal_world(std::uint64_t seed);

// Rules for such a world, of every kind, as TOML.
std::string random_deal_rules(std::uint64_t seed);

}  // namespace rolecall::testing
