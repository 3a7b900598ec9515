#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/field_info.hpp"
#include "core/timestamp.hpp"

namespace rolecall {

// How to make a world. What each field means, its unit, range and source stand in one place,
// world_spec_fields.hpp, from which files are read and written.
struct WorldSpec {
  std::string name = "small";
  std::uint64_t seed = 1;

  struct Size {
    std::uint64_t accounts = 1'000;
    std::uint64_t people = 10'000;
    std::uint64_t activities = 1'000'000;
    std::uint64_t days = 365;
    Day end = std::chrono::sys_days{std::chrono::year{2026} / 3 / 31};

    Day first_day() const { return end - days_rep{static_cast<int>(days) - 1}; }
  } size;

  struct Accounts {
    double family_tail = 1.3;
    std::uint64_t largest_family = 200;
    std::uint64_t levels = 5;
    double employees_tail = 1.06;
    std::uint64_t fewest_employees = 20;
    std::uint64_t most_employees = 200'000;
    double revenue_per_employee = 200'000;
    double revenue_spread = .6;
    double owns_product = .3;
    Shares industries;
    Shares countries;
  } accounts;

  struct People {
    double contact_elasticity = .5;
    double contractors = .08;
    double abroad = .15;
    double invalid_email = .03;
    double unsubscribed = .06;
  } people;

  struct Groups {
    double open = .25;
    double cycle_days = 90;
    double cycle_spread = .6;
    double dated_members = .5;
    double leavers = .06;
    Shares sources;
    double deal_value = 60'000;
    double deal_spread = 1;
  } groups;

  struct Activity {
    double dispersion = .8;
    double quiet = .25;
    double purchase_lift = 3;
    double intent_effect = .8;
    double branching = .45;
    double burst_hours = 1;
    double burst_same_type = .6;
    std::vector<double> weekdays;
    std::vector<double> hours;
  } activity;

  struct Machines {
    double machine_opens = .5;
    double prefetching = .5;
    double bots = .002;
    double bot_rows = .08;
    double bot_acts = 150;
    std::string opened_type = "Open Email";
    std::string followed_type = "Click Email";
  } machines;

  struct Rows {
    double late = .01;
    double late_days = 2;
    double duplicates = .005;
  } rows;

  struct Model {
    std::uint64_t window_days = 30;
    std::uint64_t daily_cap = 20;
  } model;

  struct Outcome {
    std::uint64_t window_days = 30;
    std::uint64_t daily_cap = 20;
    double half_life_days = 10;
    double base_rate = .25;
    double noise = .5;
  } outcome;

  struct Solution {
    std::string name;
    std::string level;  // "company" or "division"
    std::string department;
    double share = 0;
  };
  std::vector<Solution> solutions;

  struct Department {
    std::string name;
    double share = 0;
    std::string chief;
    std::vector<std::string> specialists;
  };
  std::vector<Department> departments;

  struct Persona {
    std::string name;
    double share = 0;
    double rate = 1;
    std::vector<std::string> titles;
    Shares channels;
  };
  std::vector<Persona> personas;

  struct Role {
    std::string name;
    double weighting = 60;
    bool required = true;
    double missing = 0;
    double members = 1;
    std::string from;
    std::string to;
    std::string department;  // "own" or "any"
    double influence = 1;
  };
  std::vector<Role> roles;

  struct Type {
    std::string name;
    std::string channel;
    double share = 0;
    double weight = 1;
    double influence = 0;
  };
  std::vector<Type> types;
};

// The sizes that have a name: small, medium, large. Throws InputError for another.
WorldSpec preset(std::string_view name);
std::vector<std::string> preset_names();

// Reads a specification in TOML, format "rolecall.world-spec/1"; what it leaves out is as in
// `base`. `source` names it in messages. Throws InputError with every problem: syntax, unknown
// keys, values out of range, names that refer to nothing.
WorldSpec parse_world_spec(std::string_view toml, const std::string& source, const WorldSpec& base);

// The specification with every default written out, as parse_world_spec reads it back; with
// comments, each key's unit, range, meaning and source beside it.
std::string to_toml(const WorldSpec& spec, Comments comments);

// Throws InputError with everything that keeps a world from being made of it; done by
// parse_world_spec and generate_world.
void check(const WorldSpec& spec, const std::string& source);

}  // namespace rolecall
