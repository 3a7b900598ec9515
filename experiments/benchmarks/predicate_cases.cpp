#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "core/predicate/filter.hpp"
#include "core/predicate/world_subjects.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "scoring/model_file.hpp"
#include "scoring/role_conditions.hpp"

// Conditions over people: ten activities a person, twenty people an account.
namespace rolecall::bench {
namespace {

constexpr std::size_t acts = 10, people_of_account = 20, span = 60;  // [day]
constexpr std::array levels = {"Chief", "VP of", "Director,", "Head of", "Manager,", "Senior", ""};
constexpr std::array fields = {"Technology", "Sales", "Finance", "Operations", "Research"};
constexpr std::array kinds = {"Officer", "Director", "Engineer", "Analyst", "Lead", "Consultant"};
constexpr std::array countries = {"DE", "FR", "US", "NL", "BR", "JP", ""};

// What each person has, from their number alone.
std::size_t mixed(std::size_t person) { return (person * 0x9e3779b97f4a7c15ULL) >> 40; }
std::string title_of(std::size_t person) {
  const std::size_t m = mixed(person);
  return std::string(levels[m % levels.size()]) + " " + fields[m / 7 % fields.size()] + " " +
         kinds[m / 35 % kinds.size()] + " " + std::to_string(m / 210 % 40);
}
double revenue_of(std::size_t account) { return static_cast<double>(mixed(account) % 97) * 1e5; }
Day first_day() { return Day(days_rep(20'454)); }  // 2026-01-01
std::size_t act_day(std::size_t person, std::size_t act) {
  return (act * span + mixed(person + act) % span) / acts;
}
std::size_t act_type(std::size_t person, std::size_t act) { return mixed(person ^ act) % 8; }

World people_world(std::size_t people) {
  World world;
  const std::size_t accounts = people / people_of_account + 1;
  std::vector<double> revenue;
  for (std::size_t a = 0; a < accounts; ++a) {
    world.accounts.ids.push_back(std::to_string(10'000'000 + a));
    revenue.push_back(revenue_of(a));
  }
  world.accounts.parents.resize(accounts);
  world.accounts.attributes = {{"revenue", std::move(revenue)}};
  TextColumn title, country;
  ActivityLog& log = world.activities;
  for (std::size_t t = 0; t < 8; ++t) log.type_names.push_back("Type " + std::to_string(t));
  log.times.reserve(people * acts);
  log.types.reserve(people * acts);
  for (std::size_t p = 0; p < people; ++p) {
    world.people.ids.push_back(std::to_string(10'000'000 + p));
    world.people.accounts.emplace_back(p / people_of_account);
    title.push_back(title_of(p));
    country.push_back(countries[mixed(p) / 11 % countries.size()]);
    for (std::size_t a = 0; a < acts; ++a) {
      log.times.emplace_back(first_day() + days_rep(static_cast<int>(act_day(p, a))));
      log.types.emplace_back(act_type(p, a));
    }
    log.offsets.push_back(log.times.size());
  }
  world.people.attributes = {{"country", std::move(country)}, {"title", std::move(title)}};
  return world;
}

std::shared_ptr<const World> world_of(const Scale& scale) {
  static std::size_t size = 0;
  static std::shared_ptr<const World> world;
  const std::size_t people = std::max<std::size_t>(scale.activities / acts, 100);
  if (!world || size != people) {
    world.reset();
    world = std::make_shared<const World>(people_world(people));
    size = people;
  }
  return world;
}

// How many people a condition holds for, against a plain loop over the same people.
template <class Holds>
auto counting(const char* text, Holds holds) {
  return [text, holds](const Scale& scale) -> Work {
    const auto world = world_of(scale);
    const auto found = std::make_shared<std::vector<std::uint8_t>>();
    return {.run =
                [=] {
                  Filter filter(Predicate::parse(text, {}), *person_subject(*world));
                  *found = filter.holds(first_day() + days_rep(span - 1));
                },
            .correct =
                [=] {
                  std::size_t held = 0;
                  for (std::size_t p = 0; p < world->people.size(); ++p) {
                    const bool expected = holds(p);
                    if (((*found)[p] != 0) != expected) return false;
                    held += expected;
                  }
                  return found->size() == world->people.size() && held > 0;
                },
            .items = static_cast<double>(world->people.size())};
  };
}

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

constexpr const char* cards = R"(format = "rolecall.model/1"
name = "cards"
[activities]
"*" = 1
[[template]]
roles = [
  { name = "Decision Maker", weighting = 1, when = 'title has_word ["Chief", "VP", "Officer"]' },
  { name = "Influencer", weighting = 1, when = 'title has_word ["Director", "Head", "Lead"]' },
  { name = "Practitioner", weighting = 1, when = 'title contains ["engineer", "analyst"]' },
  { name = "Other", weighting = 1, when = 'title is not missing' },
]
)";

int card_of(const std::string& title) {
  if (has(title, "Chief") || has(title, "VP") || has(title, "Officer")) return 0;
  if (has(title, "Director") || has(title, "Head") || has(title, "Lead")) return 1;
  return has(title, "Engineer") || has(title, "Analyst") ? 2 : 3;
}

Work role_cards(const Scale& scale) {
  const auto world = world_of(scale);
  const auto found = std::make_shared<std::vector<std::int8_t>>();
  const auto people = std::make_shared<std::vector<std::uint32_t>>(world->people.size());
  std::iota(people->begin(), people->end(), 0u);
  return {.run =
              [=] {
                const Model model = parse_model(cards, "cards");
                RoleConditions conditions(*world, model, model.templates.front());
                *found = conditions.cards(*people, {});
              },
          .correct =
              [=] {
                for (std::size_t p = 0; p < people->size(); ++p)
                  if ((*found)[p] != card_of(title_of(p))) return false;
                return found->size() == people->size();
              },
          .items = static_cast<double>(people->size())};
}

}  // namespace

void add_predicate_cases() {
  add_case("predicate/text",
           counting(R"(title starts_with "director" and country = "de")", [](std::size_t p) {
             return title_of(p).starts_with("Director") && mixed(p) / 11 % countries.size() == 0;
           }));
  add_case("predicate/words",
           counting(R"(title has_word ["chief", "vp", "lead"] and not title contains "sales")",
                    [](std::size_t p) {
                      const std::string title = title_of(p);
                      return (has(title, "Chief") || has(title, "VP") || has(title, "Lead")) &&
                             !has(title, "Sales");
                    }));
  add_case(
      "predicate/account",
      counting("account.revenue between 1e6 and 5e6 or title ends_with ' 7'", [](std::size_t p) {
        const double revenue = revenue_of(p / people_of_account);
        return (revenue >= 1e6 && revenue <= 5e6) || title_of(p).ends_with(" 7");
      }));
  add_case("predicate/history",
           counting(R"(count("Type 3", last 14 days) >= 1)", [](std::size_t p) {
             for (std::size_t a = 0; a < acts; ++a)
               if (act_type(p, a) == 3 && act_day(p, a) + 14 >= span) return true;
             return false;
           }));
  add_case("predicate/role-cards", role_cards);
}

}  // namespace rolecall::bench
