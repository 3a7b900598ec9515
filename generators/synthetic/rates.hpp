#pragma once

#include <cstdint>
#include <vector>

#include "generators/synthetic/population.hpp"
#include "generators/synthetic/purchases.hpp"
#include "generators/synthetic/week_clock.hpp"
#include "generators/world_spec.hpp"

// How much everyone does, so that the log gets the length that was asked for.
namespace rolecall::synthetic {

// A stretch of days in which a person acts more: from … to − 1, days of the log.
struct Boost {
  std::int64_t from = 0, to = 0;
  double factor = 0;  // further acts, as a multiple of the person's own rate
};

struct Rates {
  std::vector<double> acts;                // by person: acts started on an average day
  std::vector<std::uint8_t> kind;          // by person: PersonKind
  std::vector<std::uint64_t> boost_begin;  // boosts of person p: boost_begin[p] … boost_begin[p+1]
  std::vector<Boost> boosts;
  double client_opens = 0;  // by mail clients, per prefetching person and average day
  double bot_runs = 0;      // chance that a bot runs on a weekday
  double expected_rows = 0;
};

// The share of each type (in bytewise order of name) among the acts of each persona.
std::vector<std::vector<double>> type_shares(const WorldSpec& spec);

// The type names in bytewise order, and where each of the specification's types stands there.
struct TypeOrder {
  std::vector<std::string> names;
  std::vector<std::size_t> place;  // by index into the specification's types
  std::size_t opened = 0, followed = 0;
};
TypeOrder order_types(const WorldSpec& spec);

Rates draw_rates(const WorldSpec& spec, const Staff& staff, const Buying& buying,
                 const WeekClock& clock);

WeekClock make_clock(const WorldSpec& spec);

}  // namespace rolecall::synthetic
