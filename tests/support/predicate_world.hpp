#pragma once

#include <cmath>
#include <random>
#include <string>

#include "core/world.hpp"

namespace rolecall::testing {

inline Day day_of_march(int day) {
  return Day(std::chrono::sys_days(std::chrono::year{2026} / 3 / 1).time_since_epoch()) +
         days_rep(day - 1);
}

// A small world with something of everything that predicates can ask about; a seed each.
inline World predicate_world(std::uint64_t seed, std::size_t people = 200) {
  std::mt19937_64 bits(seed);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(bits() % n); };
  const auto pick = [&](std::initializer_list<const char*> words) {
    return std::string(*(words.begin() + below(words.size())));
  };
  const auto padded = [](std::size_t i) {
    const std::string digits = std::to_string(i);
    return std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
  };
  World world;
  const std::size_t accounts = people / 5 + 1;
  TextColumn industry, products, note;
  std::vector<double> revenue;
  for (std::size_t a = 0; a < accounts; ++a) {
    world.accounts.ids.push_back("a" + padded(a));
    world.accounts.parents.push_back(a > 0 && below(3) > 0 ? AccountId{below(a)} : AccountId{});
    industry.push_back(pick({"", "Chemicals", "chemicals", "Retail", "Retail Trade"}));
    products.push_back(pick({"", "CRM", "ERP;CRM", "crm pro", "X; ERP"}));
    note.push_back(pick({"", "5", "-2.5", "7e1", "often", "2026-03-04", "true", "FALSE"}));
    revenue.push_back(below(4) == 0 ? std::nan("") : static_cast<double>(below(7)) * 5e5);
  }
  world.accounts.attributes = {
      {"industry", industry}, {"note", note}, {"products", products}, {"revenue", revenue}};
  TextColumn title, country;
  for (std::size_t p = 0; p < people; ++p) {
    world.people.ids.push_back("p" + padded(p));
    world.people.accounts.push_back(below(10) == 0 ? AccountId{} : AccountId{below(accounts)});
    title.push_back(pick({"", "Director", "CTO", "director of IT", "VP, Sales", "vp",
                          "Head of Sales", "Doctor", "cto_office", "Sales Director (CTO)"}));
    country.push_back(pick({"", "DE", "de", "FR", "US"}));
  }
  world.people.attributes = {{"country", country}, {"title", title}};
  world.solutions.push_back("Crop Planner");
  world.solutions.push_back("Soil Lab");
  for (const char* role : {"Champion", "Decision Maker", "Influencer"}) world.roles.push_back(role);
  const std::size_t groups = people / 4;
  for (std::size_t g = 0; g < groups; ++g) {
    world.groups.ids.push_back("g" + padded(g));
    world.groups.accounts.push_back(AccountId{below(accounts)});
    world.groups.solutions.push_back(SolutionId{below(2)});
    world.groups.created.push_back(
        below(5) == 0 ? Timestamp{} : Timestamp(day_of_march(static_cast<int>(below(40)) - 5)));
    std::size_t person = below(3);
    while (person < people && below(5) > 0) {
      for (std::size_t r = 0; r < 3; ++r)
        if (below(3) == 0) {
          world.members.people.emplace_back(person);
          world.members.roles.emplace_back(r);
          world.members.sources.push_back(MemberSource::job);
          const int since = static_cast<int>(below(60)) - 20, until = static_cast<int>(below(60));
          world.members.since.push_back(since < 1 ? Timestamp{} : Timestamp(day_of_march(since)));
          world.members.until.push_back(until < 30 ? Timestamp{} : Timestamp(day_of_march(until)));
        }
      person += 1 + below(people / 3);
    }
    world.members.offsets.push_back(world.members.people.size());
    world.outcomes.outcome.push_back(static_cast<Outcome>(below(4)));
    world.outcomes.date.push_back(
        below(3) == 0 ? Timestamp{} : Timestamp(day_of_march(static_cast<int>(below(50)))));
    world.outcomes.value.push_back(static_cast<double>(below(9)) * 1000);
  }
  for (const char* type : {"Click Email", "Open Email", "Visit"})
    world.activities.type_names.push_back(type);
  for (std::size_t p = 0; p < people; ++p) {
    std::vector<std::pair<Timestamp, std::size_t>> acts;
    for (std::size_t n = below(12); n > 0; --n) {
      const Day day = day_of_march(static_cast<int>(below(45)) - 10);
      acts.emplace_back(below(4) == 0 ? Timestamp(day)
                                      : Timestamp(Instant(day) +
                                                  std::chrono::microseconds(below(86'400'000'000))),
                        below(3));
    }
    std::ranges::sort(acts);
    for (const auto& [time, type] : acts) {
      world.activities.times.push_back(time);
      world.activities.types.emplace_back(type);
      world.activities.counts.push_back(below(4));
    }
    world.activities.offsets.push_back(world.activities.times.size());
  }
  return world;
}

}  // namespace rolecall::testing
