#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/field_info.hpp"
#include "core/timestamp.hpp"
#include "generators/world_spec.hpp"
#include "sim/journeys/journey.hpp"

namespace rolecall::sim {

inline constexpr std::size_t journey_stages = 6;  // 1 problem … 6 consensus; 0 is not in market

// Who hands buying groups off to sales.
enum class HandOffBy : std::uint8_t { none, score, completeness, both, random, intent };
// Whom outreach goes to.
enum class Outreach : std::uint8_t { none, everyone, score, random };

// How groups come and go, by which model they are scored: docs/groups.md.
struct ScenarioPlaybook {
  std::string toml = {};  // with its model and lists of accounts; empty: the built-in one
  std::string path = {};  // where it stands, for messages
};

// A world that lives, and what is done to it. What each field means, its unit, range and source
// stand in one place, scenario_fields.hpp, from which files are read and written.
struct Scenario {
  std::string name = "small";
  std::string question;

  struct Run {
    std::uint64_t seed = 1;
    std::uint64_t replicates = 5;
    std::uint64_t days = 365;
    std::uint64_t burn_in = 120;
    Day end = std::chrono::sys_days{std::chrono::year{2026} / 3 / 31};
    bool oracle = true;
    std::uint64_t event_logs = 1;
    double confidence = .95;
    std::string judged_by = "won_revenue_per_sales_hour";
  } run;

  struct Population {
    std::string preset = "small";
    double known = .55;
    double joiners = .12;
    double leavers = .12;
    double title_changes = .1;
    double reparenting = .01;
  } population;

  struct Market {
    double entries = .15;
    double intent_effect = .6;
    double demand_lift = .3;
    double contagion_days = 12;
    double rest_won = 540;
    double rest_lost = 120;
    double competition = .35;
  } market;

  struct Buyers {
    std::vector<double> dwell_days{14, 21, 28, 28, 24, 30};
    std::vector<double> dwell_spread{.9, .9, .8, .8, .8, .8};
    std::vector<double> onward{.78, .8, .8, .82, .84, .0};
    std::vector<double> back{.06, .1, .12, .1, .1, .7};
    double inbound_effect = 1;
    double outbound_effect = 1.5;
    double memory_days = 7;
    std::vector<std::string> without_content = {};
  } buyers;

  struct Coverage {
    std::string persona;
    std::vector<double> inbound, outbound;  // by stage, 6 each
  };
  std::vector<Coverage> coverage;

  struct Activity {
    double visits = .08;
    double known_lift = 2;
    double dispersion = .8;
    double quiet = .25;
    std::vector<double> stage_lift{6, 12, 16, 16, 12, 8};
    double branching = .45;
    double burst_hours = 1;
    double form_starts = .034;
    double form_abandons = .6;
    double prefetching = .35;
    double scanners = .01;
  } activity;

  struct Email {
    std::uint64_t every_days = 14;
    double opens = .215;
    double market_opens = .3;
    double clicks = .13;
    double sales_opens = .4;
    double replies = .06;
    double price = .01;
  } email;

  struct Chat {
    double engages = .06;
    double goals = .25;
    double price = .5;
    bool hands_off = false;
  } chat;

  struct PaidSocial {
    bool enabled = false;
    bool missing_roles_only = true;
    std::uint64_t minimum = 300;
    double with_domain = .5;
    double match_by_name = .65;
    double match_with_domain = .85;
    double leads = .002;
    double cost_per_lead = 120;
    std::uint64_t flow_days = 30;
  } paid_social;

  struct Enrichment {
    std::uint64_t people_a_day = 0;
    double found = .6;
    double price = 3;
  } enrichment;

  struct Limits {
    std::uint64_t messages = 3;
    std::uint64_t days = 7;
  } limits;

  struct OutreachPolicy {
    std::string to = "everyone";
    double threshold = 0;
    bool retargeting = true;
  } outreach;

  struct HandOff {
    std::string by = "score";
    double threshold = 60;
    double completeness = 60;
    double release = .5;
    std::uint64_t cool_down = 60;
    double random_share = .01;
  } hand_off;

  struct Sales {
    double reps = 4;
    double hours_per_day = 6;
    double response_days = 1.5;
    double qualify_hours = 1.5;
    double discovery_hours = 4;
    double deal_hours = .35;
    double price_per_hour = 70;
    double accepts = .7;
    double fooled = .04;
    double discovery_days = 14;
    double opens_deal = .5;
    double finds_contact = .02;
  } sales;

  struct Deal {
    double intent_days = 30;
    double evaluation_days = 40;
    double spread = .75;
    double stall_rate = .015;
    double stall_days = 14;
    double stall_spread = .8;
    double veto = .07;
    double veto_unknown = .15;
    double consensus = .4;
    double abandon_days = 45;
    double value = 60'000;
    double value_spread = .8;
    double margin = .7;
  } deal;

  struct Arm {
    std::string name;
    std::vector<std::string> set;  // keys of the scenario, such as "hand_off.threshold = 60"
  };
  std::vector<Arm> arms;

  ScenarioPlaybook playbook;
  WorldSpec world;                // the population
  std::vector<Journey> journeys;  // of groups: docs/journeys.md
};

inline constexpr std::string_view scenario_format = "rolecall.scenario/1";

// Reads a scenario in TOML. `source` names it in messages. Throws InputError with every problem.
Scenario parse_scenario(std::string_view toml, const std::string& source);

// The scenario with every default written out, as parse_scenario reads it back.
std::string to_toml(const Scenario& scenario, Comments comments);

// The scenarios that come with the program, in order of name.
const std::vector<Scenario>& builtin_scenarios();

// A built-in scenario by name, or the file of that path. Throws InputError when it is neither.
Scenario load_scenario(const std::string& name_or_path);

// The scenario with keys set, each "section.key = value". Throws InputError as parse_scenario.
Scenario with(const Scenario& scenario, const std::vector<std::string>& set);

// What the arm is called that knows who is in the market.
inline constexpr std::string_view oracle_arm = "oracle";

// The arms that are run: those of the scenario, or the scenario itself as "base"; then, if it wants
// one, an "oracle" whose hand-offs know who is in the market. Each with its settings applied.
std::vector<std::pair<std::string, Scenario>> arms_of(const Scenario& scenario);

}  // namespace rolecall::sim
