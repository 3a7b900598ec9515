#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "core/world.hpp"
#include "scoring/deals/condition_days.hpp"
#include "scoring/deals/rules.hpp"

namespace rolecall {

inline constexpr std::uint32_t no_index = std::numeric_limits<std::uint32_t>::max();

// A rule or an action met with a world. Points are whole numbers over one scale.
struct Listener {
  const Occasion* occasion = nullptr;
  std::uint32_t score = no_index;   // column of the level whose ledger it changes; none: an action
  std::uint32_t action = no_index;  // index into the rules' actions
  std::uint32_t rule = no_index;    // index into the score's rules
  PointsRule::Change change = PointsRule::Change::add;
  std::int64_t units = 0;
  int expires_days = 0;                // 0: never
  std::uint32_t condition = no_index;  // index into the level's conditions
  std::uint32_t watched = no_index;    // column of the score that crosses ...
  std::int64_t threshold = 0;          // ... this
  const PointsDecay* decay = nullptr;
};

struct BoundStagnation {
  std::uint32_t score = 0;  // column
  std::uint32_t index = 0;  // of the score's stagnation
  const Stagnation* source = nullptr;
  std::int64_t units = 0;
};

struct BoundScore {
  const ScoreRules* source = nullptr;
  std::int64_t start = 0;
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::uint32_t> sum = {};          // columns of the level
  std::uint32_t contacts = no_index;            // column of the contact level
  bool keeps_entries = false;                   // some of them are removed or fade some day
  std::vector<std::uint32_t> multipliers = {};  // their conditions: indices into the level's
};

// The scores of deals, or of contacts, met with a world. A column is a score of the level, in the
// order of the file; listeners are in it too, scores before actions.
struct BoundLevel {
  std::vector<BoundScore> scores;
  std::vector<std::uint32_t> order;  // columns, each after those it adds up
  std::vector<Listener> listeners;
  std::vector<BoundStagnation> stagnation;
  std::vector<ConditionDays> conditions;

  // Indices of listeners.
  std::vector<std::uint32_t> statics, crossings, on_stage, on_pipeline;
  std::vector<std::vector<std::uint32_t>> on_activity, on_event;  // by type
  // Indices of stagnation whose idling ends with an activity or event, by type.
  std::vector<std::vector<std::uint32_t>> ends_idling, ends_idling_event;
  std::vector<std::uint8_t> hears;  // by activity type: whether any of these does

  // Whether every day counts, not only the last: something crosses.
  bool watches_days() const { return !crossings.empty(); }

  // What multiplies a score of a deal or contact on a day; null when it is the factor otherwise.
  const Multiplier* multiplier_of(std::uint32_t column, std::uint32_t owner, Day day) const;
};

struct BoundRules {
  const DealRules* rules = nullptr;
  std::int64_t scale = 1;  // units of one point
  BoundLevel deals, contacts;
  std::vector<std::string> warnings;
};

// Meets rules with a world: names become numbers, conditions are asked on the days of the spans, of
// deals and of people. Throws InputError for conditions that do not fit the tables, and for points
// that are no decimals of 18 digits or fewer.
BoundRules bind_rules(const DealRules& rules, const World& world, const Subject& deal_subject,
                      std::span<const ScoredDays> deal_spans, const Subject& person_subject,
                      std::span<const ScoredDays> person_spans);

}  // namespace rolecall
