#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/predicate/predicate.hpp"

// Rules that score deals and their people: docs/deal-rules.md has the language and what it means.
namespace rolecall {

// Whose ledger a score is.
enum class ScoreLevel : std::uint8_t { deal, contact };

// What sets off a rule or an action.
struct Trigger {
  enum class Kind : std::uint8_t {
    activity,  // one of the deal's people does something
    event,     // the deal has an event
    pipeline,  // the deal enters a pipeline
    stage,     // the deal changes its stage
    score,     // a score crosses a threshold from one day's end to the next
  };
  enum class Feeds : std::uint8_t { each, newest };
  enum class Direction : std::uint8_t { up, down };

  Kind kind = Kind::activity;
  std::vector<std::string> names = {};  // of activity or event types, pipelines or stages entered;
                                        // "*" is any
  std::string from = {};                // the stage left; empty: any
  Feeds feeds = Feeds::each;            // which of a contact's open deals an activity reaches ...
  std::string pipeline = {};            // ... of those in this pipeline; empty: any
  std::string score = {};               // that crosses ...
  double threshold = 0;                 // ... this: up to it or beyond, or down below it
  Direction direction = Direction::up;
};

// When something is to happen.
struct Occasion {
  std::optional<Trigger> on = {};      // none: as soon as `when` holds
  std::optional<Predicate> when = {};  // as of the day
  bool once = false;                   // at most once per deal or contact
};

// Points that fade: after every `every_days` [day] an entry loses a share of what is left of it.
struct PointsDecay {
  int every_days = 30;
  std::int64_t loss_millionths = 0;  // in (0, 10^6]
};

// What adds to a ledger. Without a trigger it is a static rule.
struct PointsRule {
  enum class Change : std::uint8_t { add, set };
  std::string name;
  Occasion occasion;
  Change change = Change::add;
  double points = 0;                     // added, or what the score is set to
  std::optional<int> expires_days = {};  // [day] from the award, > 0
  std::optional<PointsDecay> decay = {};
};

// What a score is multiplied with while a condition holds.
struct Multiplier {
  Predicate when;
  std::int64_t millionths;  // the factor
};

// Points lost by a deal of which nothing is heard.
struct Stagnation {
  std::string name = "stagnation";
  int idle_days = 14;  // [day] that cost nothing
  int every_days = 2;  // [day] beyond them that cost `points` each time
  double points = 0;   // >= 0
  std::vector<std::string> activities = {"*"}, events = {"*"};  // types that end the idling
};

struct ScoreRules {
  std::string name;
  ScoreLevel of = ScoreLevel::deal;
  double start = 0;
  std::optional<double> least = {}, most = {};
  std::vector<std::string> sum = {};  // scores of the same level that it adds up
  std::string contacts = {};          // a contact score that a deal adds up over its people
  std::vector<PointsRule> rules = {};
  std::vector<Stagnation> stagnation = {};
  std::vector<Multiplier> multipliers = {};    // the first that holds applies ...
  std::int64_t factor_millionths = 1'000'000;  // ... and when none does, this

  bool is_multiplied() const { return !multipliers.empty() || factor_millionths != 1'000'000; }
};

// What is done, and leaves the scores alone.
struct ActionRule {
  std::string name;
  ScoreLevel of = ScoreLevel::deal;
  Occasion occasion;
  std::string verb;    // "notify", "hand_off" or "enter_journey"
  std::string object;  // whom, to whom, which
};

// A text made of scores: the name of the step that a score is on, or grades side by side.
struct Grade {
  struct Step {
    double from = 0;  // points
    std::string name;
  };
  std::string name;
  ScoreLevel of = ScoreLevel::deal;
  std::string score = {};              // that is graded; or empty
  std::vector<Step> steps = {};        // from high to low
  std::string below = {};              // the name below them all
  std::vector<std::string> join = {};  // grades described before, put side by side
};

// A score of log odds x told as a probability, 1 / (1 + e^-x).
struct Probability {
  std::string name;
  ScoreLevel of = ScoreLevel::deal;
  std::string score;
};

struct Pipeline {
  std::string name;
  std::vector<std::string> stages;  // in order
};

struct DealRules {
  struct Readings {
    enum class Rounding : std::uint8_t { floor, ceil };
    bool static_unlatch = false;  // points of a static rule go when its condition ceases to hold
    Rounding stagnation_rounding = Rounding::floor;
    bool stagnation_recovers = false;       // points lost come back with the next activity
    bool stagnation_counts_itself = false;  // a loss is a change that ends the idling, too
    std::string day_boundary = "UTC";       // IANA zone
  };

  std::string name, description = {};
  std::vector<std::string> sources = {};  // where the rules are published
  Readings readings = {};
  std::optional<Predicate> competitive = {};
  std::vector<Pipeline> pipelines = {};  // empty: any pipeline and stage
  std::vector<ScoreRules> scores;        // unique names
  std::vector<ActionRule> actions = {};
  std::vector<Grade> grades = {};  // unique names, as scores
  std::vector<Probability> probabilities = {};

  // Index of a score; nothing when there is none of the name.
  std::optional<std::size_t> find_score(const std::string& name) const;
  std::optional<std::size_t> find_grade(const std::string& name) const;
  std::optional<std::size_t> find_probability(const std::string& name) const;
  std::vector<std::string> score_names(ScoreLevel level) const;
  // The types of activities that rules and actions listen to, once each, in order of name.
  std::vector<std::string> activities() const;
};

// What sets off a rule, in words: `activity "Reply to Sales Email"`.
std::string to_string(const Trigger& trigger);

}  // namespace rolecall
