#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/text_column.hpp"
#include "core/timestamp.hpp"

namespace rolecall {

// Who made an activity row.
enum class RowMaker : std::uint8_t {
  person,
  burst,   // the same person, set off by an act shortly before
  client,  // a mail client that opens by itself
  bot,     // a gateway that opens and follows everything
};

// One row's maker and faults, in the bits that world files keep.
class RowOrigin {
 public:
  static constexpr std::uint8_t duplicate_bit = 4;
  static constexpr std::uint8_t late_bit = 8;
  static constexpr std::uint8_t all_bits = 15;

  constexpr explicit RowOrigin(std::uint8_t bits) : bits_(bits) {}
  constexpr explicit RowOrigin(RowMaker maker) : bits_(static_cast<std::uint8_t>(maker)) {}

  constexpr RowMaker maker() const { return static_cast<RowMaker>(bits_ & 3); }
  constexpr bool is_duplicate() const { return (bits_ & duplicate_bit) != 0; }
  constexpr bool is_late() const { return (bits_ & late_bit) != 0; }
  constexpr bool is_human() const { return (bits_ & 2) == 0; }
  constexpr std::uint8_t bits() const { return bits_; }

 private:
  std::uint8_t bits_;
};

// What a person is beside an ordinary one; bits.
enum PersonKind : std::uint8_t { quiet_person = 1, bot_person = 2, prefetched_person = 4 };

// What decides in a generated world, and what an export would not show. docs/worlds.md has the
// formulas. The true score of a group, as of the day before its outcome, is
//   T = Σ over members and their human acts in the window: role_influence · type_influence ·
//       0.5^(age / half_life_days), at most daily_cap acts per (person, type, day),
// and the log odds of winning are intercept + slope · T.
struct Truth {
  std::string specification;  // resolved, TOML

  TextColumn roles;  // of the template, in its order
  std::vector<double> role_influence;
  TextColumn types;  // ascending; those that never occurred included
  std::vector<double> type_influence;
  int window_days = 0;          // [day]
  std::uint64_t daily_cap = 0;  // [activities]; the largest value: none
  double half_life_days = 0;    // [day]; 0: no decay
  double intercept = 0;         // [log odds]
  double slope = 0;             // [log odds / point]
  double ceiling_auc = 0;       // of the true score against the outcomes; NaN when undefined

  std::vector<double> intent;       // by group, standard normal
  std::vector<double> score;        // by group; NaN when open
  std::vector<double> probability;  // by group, of winning; NaN when open

  std::vector<double> person_rate;        // by person [activities started / day]
  std::vector<std::uint8_t> person_kind;  // by person: PersonKind

  std::vector<std::uint8_t> origin;      // by activity row: RowOrigin
  std::vector<std::uint64_t> late_rows;  // of activities, ascending
  std::vector<Timestamp> late_arrivals;  // parallel to late_rows
};

}  // namespace rolecall
