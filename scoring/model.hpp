#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/predicate/predicate.hpp"

// A model holds opinions: what activities and roles are worth, how far back to look, and how to
// read the vendor's text where it is silent.
namespace rolecall {

constexpr std::uint64_t no_cap = std::numeric_limits<std::uint64_t>::max();

struct ActivityRule {
  std::string name;
  double weight = 0;             // per counted activity
  std::uint64_t daily_cap = 20;  // [activities per person, type and day]; no_cap for none
  std::string channel = {};
};

// How an activity's worth falls with its age in days (0 on the as-of day), applied to the capped
// daily counts.
struct Decay {
  enum class Kind : std::uint8_t {
    none,
    linear,         // (window_days − age) / window_days
    half_life,      // 0.5 ^ (age / half_life_days)
    monthly_steps,  // (1 − step_loss) ^ floor(age / 30)
  };
  Kind kind = Kind::none;
  double half_life_days = 7;  // [day], > 0
  double step_loss = 0.25;    // share lost with every full 30 days, in [0, 1]
};

struct RoleCard {
  std::string name;
  double weighting = 0;   // >= 0; a band's value, or the number given
  std::string band = {};  // the band's name, empty for a number
  std::uint64_t members_required = 1;
  bool required = true;                // for completeness
  std::optional<Predicate> when = {};  // whom to assign the role to; none: nobody
};

// A kind of people, by a condition on them; conditions of role cards may ask for it by name.
struct Persona {
  std::string name;
  Predicate when;
};

// Which roles a buying group for some solutions has. At most `most_roles` cards, in priority order.
struct RolesTemplate {
  static constexpr std::size_t most_roles = 20;
  // Whose conditions are looked at: people of the group's account, or of all below it as well.
  enum class Candidates : std::uint8_t { account, subtree };

  std::string name;
  std::vector<std::string> solutions = {"*"};  // "*" matches any
  Candidates candidates = Candidates::account;
  std::vector<RoleCard> roles;
};

// Where the published text is silent or contradicts itself; the defaults are the plain formulas.
struct Readings {
  enum class Scaling : std::uint8_t { none, max, min_max };
  enum class Transform : std::uint8_t { none, sqrt };
  enum class RoleDenominator : std::uint8_t { of_template, present, members };
  enum class Aggregation : std::uint8_t { sum, mean, max };
  enum class CompletenessRoles : std::uint8_t { required, all };
  enum class Rounding : std::uint8_t { half_up, floor };

  Scaling weight_scaling = Scaling::none;
  Transform person_transform = Transform::none;
  Scaling person_scaling = Scaling::none;
  RoleDenominator role_denominator = RoleDenominator::of_template;
  Aggregation aggregation = Aggregation::sum;
  Transform group_transform = Transform::none;
  Scaling group_scaling = Scaling::none;
  CompletenessRoles completeness_roles = CompletenessRoles::required;
  Rounding display_rounding = Rounding::half_up;
  std::string day_boundary = "UTC";  // IANA zone
  bool since_creation = false;       // count only what happened on or after the group's creation

  // Whether the group score is a sum of activities times constants, so that it is exact.
  bool is_linear() const {
    return person_transform == Transform::none && person_scaling == Scaling::none;
  }
};

struct Model {
  std::string name;
  std::string description = {};
  int window_days = 30;  // [day], the as-of day included
  std::uint64_t daily_cap = 20;
  std::vector<ActivityRule> activities;          // in bytewise order of name
  std::optional<ActivityRule> every_other = {};  // "*"; without it other types weigh nothing
  Decay decay = {};
  std::vector<std::pair<std::string, double>> bands;  // role weightings by name
  std::vector<Persona> personas;                      // the first that a person matches is theirs
  std::vector<RolesTemplate> templates;               // the first that matches a solution wins
  Readings readings = {};

  // Whether it says how roles are assigned.
  bool has_conditions() const;
  // The rule for a type of activity; null when the model does not name it.
  const ActivityRule* rule_for(std::string_view type) const;
  // The template for a solution; null when none matches.
  const RolesTemplate* template_for(std::string_view solution) const;
};

}  // namespace rolecall
