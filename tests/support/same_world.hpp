#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/world.hpp"

// Worlds compared value by value, bit for bit; every NaN equals every NaN.
namespace rolecall::testing {

inline bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return same_bits(x, y); });
}

inline void expect_equal(const Attributes& a, const Attributes& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].name, b[i].name);
    ASSERT_EQ(a[i].values.index(), b[i].values.index());
    if (const auto* text = std::get_if<TextColumn>(&a[i].values))
      EXPECT_EQ(*text, std::get<TextColumn>(b[i].values)) << a[i].name;
    else
      EXPECT_TRUE(same_bits(std::get<std::vector<double>>(a[i].values),
                            std::get<std::vector<double>>(b[i].values)))
          << a[i].name;
  }
}

inline void expect_equal(const Truth& a, const Truth& b) {
  EXPECT_EQ(a.specification, b.specification);
  EXPECT_EQ(a.roles, b.roles);
  EXPECT_TRUE(same_bits(a.role_influence, b.role_influence));
  EXPECT_EQ(a.types, b.types);
  EXPECT_TRUE(same_bits(a.type_influence, b.type_influence));
  EXPECT_EQ(a.window_days, b.window_days);
  EXPECT_EQ(a.daily_cap, b.daily_cap);
  EXPECT_TRUE(same_bits(a.half_life_days, b.half_life_days));
  EXPECT_TRUE(same_bits(a.intercept, b.intercept));
  EXPECT_TRUE(same_bits(a.slope, b.slope));
  EXPECT_TRUE(same_bits(a.ceiling_auc, b.ceiling_auc));
  EXPECT_TRUE(same_bits(a.intent, b.intent));
  EXPECT_TRUE(same_bits(a.score, b.score));
  EXPECT_TRUE(same_bits(a.probability, b.probability));
  EXPECT_TRUE(same_bits(a.person_rate, b.person_rate));
  EXPECT_EQ(a.person_kind, b.person_kind);
  EXPECT_EQ(a.origin, b.origin);
  EXPECT_EQ(a.late_rows, b.late_rows);
  EXPECT_EQ(a.late_arrivals, b.late_arrivals);
}

inline void expect_equal(const Deals& a, const Deals& b) {
  EXPECT_EQ(a.ids, b.ids);
  EXPECT_EQ(a.accounts, b.accounts);
  EXPECT_EQ(a.solutions, b.solutions);
  EXPECT_EQ(a.pipelines, b.pipelines);
  EXPECT_EQ(a.stages, b.stages);
  EXPECT_EQ(a.opened, b.opened);
  EXPECT_EQ(a.closed, b.closed);
  EXPECT_TRUE(same_bits(a.values, b.values));
  EXPECT_EQ(a.outcomes, b.outcomes);
  expect_equal(a.attributes, b.attributes);
}

inline void expect_equal(const DealContacts& a, const DealContacts& b) {
  EXPECT_EQ(a.offsets, b.offsets);
  EXPECT_EQ(a.people, b.people);
  EXPECT_EQ(a.roles, b.roles);
  expect_equal(a.attributes, b.attributes);
}

inline void expect_equal(const DealEvents& a, const DealEvents& b) {
  EXPECT_EQ(a.type_names, b.type_names);
  EXPECT_EQ(a.offsets, b.offsets);
  EXPECT_EQ(a.times, b.times);
  EXPECT_EQ(a.types, b.types);
  EXPECT_EQ(a.details, b.details);
  expect_equal(a.attributes, b.attributes);
}

inline void expect_equal(const World& a, const World& b) {
  EXPECT_EQ(a.accounts.ids, b.accounts.ids);
  EXPECT_EQ(a.accounts.parents, b.accounts.parents);
  expect_equal(a.accounts.attributes, b.accounts.attributes);
  EXPECT_EQ(a.people.ids, b.people.ids);
  EXPECT_EQ(a.people.accounts, b.people.accounts);
  expect_equal(a.people.attributes, b.people.attributes);
  EXPECT_EQ(a.solutions, b.solutions);
  EXPECT_EQ(a.roles, b.roles);
  EXPECT_EQ(a.groups.ids, b.groups.ids);
  EXPECT_EQ(a.groups.accounts, b.groups.accounts);
  EXPECT_EQ(a.groups.solutions, b.groups.solutions);
  EXPECT_EQ(a.groups.created, b.groups.created);
  expect_equal(a.groups.attributes, b.groups.attributes);
  EXPECT_EQ(a.members.offsets, b.members.offsets);
  EXPECT_EQ(a.members.people, b.members.people);
  EXPECT_EQ(a.members.roles, b.members.roles);
  EXPECT_EQ(a.members.sources, b.members.sources);
  EXPECT_EQ(a.members.since, b.members.since);
  EXPECT_EQ(a.members.until, b.members.until);
  expect_equal(a.members.attributes, b.members.attributes);
  EXPECT_EQ(a.activities.type_names, b.activities.type_names);
  EXPECT_EQ(a.activities.offsets, b.activities.offsets);
  EXPECT_EQ(a.activities.times, b.activities.times);
  EXPECT_EQ(a.activities.types, b.activities.types);
  EXPECT_EQ(a.activities.counts, b.activities.counts);
  expect_equal(a.activities.attributes, b.activities.attributes);
  EXPECT_EQ(a.outcomes.outcome, b.outcomes.outcome);
  EXPECT_EQ(a.outcomes.date, b.outcomes.date);
  EXPECT_TRUE(same_bits(a.outcomes.value, b.outcomes.value));
  expect_equal(a.outcomes.attributes, b.outcomes.attributes);
  expect_equal(a.deals, b.deals);
  expect_equal(a.deal_contacts, b.deal_contacts);
  expect_equal(a.deal_events, b.deal_events);
  ASSERT_EQ(a.truth.has_value(), b.truth.has_value());
  if (a.truth) expect_equal(*a.truth, *b.truth);
}

}  // namespace rolecall::testing
