#pragma once

#include <cstdint>
#include <string_view>

#include "core/field_info.hpp"
#include "generators/world_spec.hpp"

// Every key of a world specification: one list, from which files are read, written and explained.
namespace rolecall {

inline constexpr double largest_size = 4'000'000'000;  // ids have 32 bits

// Calls visit(info, field) for the fields of one section.
template <SectionOf<WorldSpec::Size> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"accounts", "accounts", "companies and their parts", 1, largest_size},
        s.accounts);
  visit(FieldInfo{"people", "people", "contacts known to the vendor", 1, largest_size}, s.people);
  visit(FieldInfo{"activities", "rows",
                  "expected length of the log, all rows counted; the log differs by the noise of "
                  "its draws",
                  0, 1e12},
        s.activities);
  visit(FieldInfo{"days", "day", "length of the log", 1, 36'500}, s.days);
  visit(FieldInfo{"end", "", "its last day"}, s.end);
}

template <SectionOf<WorldSpec::Accounts> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"family_tail", "",
                  "accounts of a corporate family: whole part of a bounded Pareto from 1, "
                  "P(X > x) ~ x^-family_tail (assumed)",
                  .1, 10},
        s.family_tail);
  visit(FieldInfo{"largest_family", "accounts", "its upper bound", 1, 1e6}, s.largest_family);
  visit(FieldInfo{"levels", "levels",
                  "most levels of a family, the root being the first; each account hangs below a "
                  "random earlier one of its family (random recursive tree, cut at this depth)",
                  1, 5},
        s.levels);
  visit(FieldInfo{"employees_tail", "",
                  "employees: bounded Pareto, P(X > x) ~ x^-employees_tail; 1.06 for US firms: "
                  "Axtell 2001, doi:10.1126/science.1062081",
                  .1, 10},
        s.employees_tail);
  visit(FieldInfo{"fewest_employees", "employees", "its lower bound", 1, 1e9}, s.fewest_employees);
  visit(FieldInfo{"most_employees", "employees", "its upper bound", 1, 1e9}, s.most_employees);
  visit(FieldInfo{"revenue_per_employee", "USD/year",
                  "revenue = employees x log-normal of this median (assumed)", 1, 1e9},
        s.revenue_per_employee);
  visit(FieldInfo{"revenue_spread", "", "its sigma, of the natural logarithm", 0, 5},
        s.revenue_spread);
  visit(FieldInfo{"owns_product", "", "chance that an account owns each of the solutions' products",
                  0, 1},
        s.owns_product);
  visit(FieldInfo{"industries", "", "industry of a family, by share"}, s.industries);
  visit(FieldInfo{"countries", "", "country of an account, by share"}, s.countries);
}

template <SectionOf<WorldSpec::People> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"contact_elasticity", "",
                  "every account has one contact when there are enough; the others are spread in "
                  "proportion to employees^contact_elasticity (assumed)",
                  0, 2},
        s.contact_elasticity);
  visit(FieldInfo{"contractors", "", "share of people who are contractors", 0, 1}, s.contractors);
  visit(FieldInfo{"abroad", "", "chance that a person's country is drawn anew, not the account's",
                  0, 1},
        s.abroad);
  visit(FieldInfo{"invalid_email", "", "share of people whose e-mail bounces", 0, 1},
        s.invalid_email);
  visit(FieldInfo{"unsubscribed", "", "share of people who unsubscribed", 0, 1}, s.unsubscribed);
}

template <SectionOf<WorldSpec::Groups> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"open", "",
                  "share of groups without a decision yet; the others decided on a "
                  "uniform day once a window of the log has passed",
                  0, 1},
        s.open);
  visit(FieldInfo{"cycle_days", "day",
                  "from creation to decision: log-normal of this median; an open group is at a "
                  "uniform point of its cycle",
                  1, 10'000},
        s.cycle_days);
  visit(FieldInfo{"cycle_spread", "", "its sigma (assumed; enterprise sales: .75)", 0, 5},
        s.cycle_spread);
  visit(FieldInfo{"dated_members", "",
                  "share of memberships with a first day, uniform from creation to decision", 0, 1},
        s.dated_members);
  visit(FieldInfo{"leavers", "", "share of memberships with a last day, uniform from the first on",
                  0, 1},
        s.leavers);
  visit(FieldInfo{"sources", "", "who made a membership, by share: job, journey, manual"},
        s.sources);
  visit(FieldInfo{"deal_value", "USD",
                  "value of a decided group: log-normal of this median (assumed)", 1, 1e12},
        s.deal_value);
  visit(FieldInfo{"deal_spread", "", "its sigma", 0, 5}, s.deal_spread);
}

template <SectionOf<WorldSpec::Activity> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"dispersion", "",
                  "shape k of the gamma that personal rates follow, mean 1: counts are negative "
                  "binomial, variance = mean + mean^2 / k (Ehrenberg 1959, doi:10.2307/2985810)",
                  .05, 1'000},
        s.dispersion);
  visit(FieldInfo{"quiet", "", "share of people who never act", 0, 1}, s.quiet);
  visit(FieldInfo{"purchase_lift", "",
                  "from a group's creation to its decision, members act more: further acts at this "
                  "multiple of their rate, times exp(intent_effect x intent - intent_effect^2 / 2)",
                  0, 1'000},
        s.purchase_lift);
  visit(FieldInfo{"intent_effect", "", "effect of the latent intent, a standard normal per group",
                  0, 3},
        s.intent_effect);
  visit(FieldInfo{"branching", "",
                  "acts that one act sets off, on average: a Hawkes process, made as clusters "
                  "(Hawkes & Oakes 1974, doi:10.2307/3212693); usual: .3 to .6",
                  0, .95},
        s.branching);
  visit(FieldInfo{"burst_hours", "hour", "from an act to one it sets off: exponential of this mean",
                  .001, 1'000},
        s.burst_hours);
  visit(FieldInfo{"burst_same_type", "",
                  "chance that it is of the same type; else drawn as any other", 0, 1},
        s.burst_same_type);
  visit(FieldInfo{"weekdays", "", "relative rate by day of the week, Monday first (assumed)"},
        s.weekdays);
  visit(FieldInfo{"hours", "", "relative rate by hour of the day, UTC, from 0 (assumed)"}, s.hours);
}

template <SectionOf<WorldSpec::Machines> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"machine_opens", "",
                  "share of the opened_type rows of people that mail clients made by prefetching; "
                  "about half where mail clients prefetch",
                  0, .95},
        s.machine_opens);
  visit(FieldInfo{"prefetching", "", "share of people with such a client; all get as many", 0, 1},
        s.prefetching);
  visit(
      FieldInfo{
          "bots", "",
          "share of people behind a gateway that on some weekdays opens and follows everything", 0,
          1},
      s.bots);
  visit(FieldInfo{"bot_rows", "",
                  "share of the log that they make, if need be running on every weekday; nothing "
                  "where there is no such person",
                  0, .95},
        s.bot_rows);
  visit(FieldInfo{"bot_acts", "rows/day",
                  "Poisson mean of a bot on a day it runs, half opened_type, half followed_type", 0,
                  1e6},
        s.bot_acts);
  visit(FieldInfo{"opened_type", "", "the type that machines make"}, s.opened_type);
  visit(FieldInfo{"followed_type", "", "and the one that bots make as well"}, s.followed_type);
}

template <SectionOf<WorldSpec::Rows> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"late", "", "share of rows that arrived late", 0, 1}, s.late);
  visit(FieldInfo{"late_days", "day", "by an exponential of this mean", 0, 1'000}, s.late_days);
  visit(FieldInfo{"duplicates", "", "chance that a row is there once more", 0, 1}, s.duplicates);
}

template <SectionOf<WorldSpec::Model> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"window_days", "day", "of the vendor's score", 1, 36'500}, s.window_days);
  visit(FieldInfo{"daily_cap", "activities", "per person, type and day", 1, 1e15}, s.daily_cap);
}

template <SectionOf<WorldSpec::Outcome> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"window_days", "day", "of the true score, which ends the day before the decision",
                  1, 36'500},
        s.window_days);
  visit(
      FieldInfo{"daily_cap", "activities", "of the true score, per person, type and day", 1, 1e15},
      s.daily_cap);
  visit(FieldInfo{"half_life_days", "day", "an act counts 0.5^(age / half_life_days); 0: no decay",
                  0, 1e6},
        s.half_life_days);
  visit(FieldInfo{"base_rate", "",
                  "expected share won of the decided groups; usual of opportunities: .2 to .3. "
                  "It sets the intercept",
                  1e-6, 1 - 1e-6},
        s.base_rate);
  visit(
      FieldInfo{"noise", "",
                "log odds of winning = intercept + true score / (noise x its standard deviation): "
                "0.1 is nearly certain, 10 nearly a coin",
                1e-3, 1e6},
      s.noise);
}

template <SectionOf<WorldSpec::Solution> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"name", "", "what is sold"}, s.name);
  visit(FieldInfo{"level", "",
                  "company: to a family as a whole, candidates are all its people; division: to "
                  "each account for itself"},
        s.level);
  visit(FieldInfo{"department", "", "which buys it"}, s.department);
  visit(FieldInfo{"share", "", "chance that such an account has a buying group for it", 0, 1},
        s.share);
}

template <SectionOf<WorldSpec::Department> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"name", "", "a function"}, s.name);
  visit(FieldInfo{"share", "", "of people", 0}, s.share);
  visit(FieldInfo{"chief", "", "what {chief} becomes in titles"}, s.chief);
  visit(FieldInfo{"specialists", "", "what {specialist} becomes, each equally often"},
        s.specialists);
}

template <SectionOf<WorldSpec::Persona> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"name", "", "a seniority, from the top down"}, s.name);
  visit(FieldInfo{"share", "", "of people", 0}, s.share);
  visit(FieldInfo{"rate", "", "how active, relative to the others", 0, 1'000}, s.rate);
  visit(FieldInfo{"titles", "",
                  "each equally often; {department}, {chief} and {specialist} stand for "
                  "the department's"},
        s.titles);
  visit(FieldInfo{"channels", "", "factors on the shares of the types of a channel; others have 1"},
        s.channels);
}

template <SectionOf<WorldSpec::Role> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"name", "", "a role of the template, in its order"}, s.name);
  visit(FieldInfo{"weighting", "", "that the vendor's template gives it", 0, 1e6}, s.weighting);
  visit(FieldInfo{"required", "", "for completeness"}, s.required);
  visit(FieldInfo{"missing", "", "chance that a group has nobody in it", 0, 1}, s.missing);
  visit(FieldInfo{"members", "people",
                  "mean when it is filled: 1 + Poisson, at most all candidates", 1, 100},
        s.members);
  visit(FieldInfo{"from", "", "personas it is filled with: from this"}, s.from);
  visit(FieldInfo{"to", "", "down to this; of others the nearest when there are none"}, s.to);
  visit(FieldInfo{"department", "", "own: people of the solution's department first; any"},
        s.department);
  visit(FieldInfo{"influence", "",
                  "the truth: what an act counts for when someone of the role does it", 0, 1e6},
        s.influence);
}

template <SectionOf<WorldSpec::Type> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"name", "", "an activity type"}, s.name);
  visit(FieldInfo{"channel", "", "that its persona factors go by"}, s.channel);
  visit(FieldInfo{"share", "", "of the acts of a persona without factors", 0}, s.share);
  visit(FieldInfo{"weight", "", "that the vendor gives one", -1e6, 1e6}, s.weight);
  visit(FieldInfo{"influence", "", "the truth: what one act counts for", -1e6, 1e6}, s.influence);
}

// Calls visit(name, meaning, section) for the sections that are tables.
template <class Spec, class Visit>
void for_each_section(Spec& spec, Visit visit) {
  visit("size", "How much of everything.", spec.size);
  visit("accounts", "Companies and their parts: a forest.", spec.accounts);
  visit("people", "Who is known there.", spec.people);
  visit("groups", "Buying groups, their members and how long they take.", spec.groups);
  visit("activity", "What people do.", spec.activity);
  visit("machines", "What machines do in people's names.", spec.machines);
  visit("rows", "What goes wrong with rows on their way.", spec.rows);
  visit("model", "The vendor's model, with the weights of roles and types below: --model vendor.",
        spec.model);
  visit("outcome", "The truth, with the influences of roles and types below: --model truth.",
        spec.outcome);
}

// Calls visit(name, meaning, items) for the sections that are lists of tables.
template <class Spec, class Visit>
void for_each_list(Spec& spec, Visit visit) {
  visit("solution", "Solution interests.", spec.solutions);
  visit("department", "Functions of people.", spec.departments);
  visit("persona", "Seniorities of people.", spec.personas);
  visit("role", "The roles template, and how groups are filled.", spec.roles);
  visit("type", "Activity types.", spec.types);
}

}  // namespace rolecall
