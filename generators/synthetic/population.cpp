#include "generators/synthetic/population.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "generators/synthetic/shares.hpp"

namespace rolecall::synthetic {
namespace {

constexpr std::size_t grain = 4096;

// A made-up name of some syllables and what such companies call themselves.
std::string company_name(Random& random) {
  static constexpr std::array<std::string_view, 24> first{
      "Al",  "Bel", "Cor", "Dan", "El",   "Far", "Gal", "Hel", "In", "Jor", "Kel", "Lum",
      "Mar", "Nor", "Or",  "Pel", "Quin", "Ros", "Sol", "Tor", "Ul", "Ver", "Wes", "Zan"};
  static constexpr std::array<std::string_view, 16> middle{
      "a",   "e",   "i",   "o",   "u",   "ari",  "ero", "ino",
      "ola", "uma", "ade", "ive", "ona", "este", "alo", "ira"};
  static constexpr std::array<std::string_view, 16> inner{
      "b", "d", "l", "m", "n", "r", "s", "t", "v", "lb", "nd", "rd", "st", "th", "ll", "rm"};
  static constexpr std::array<std::string_view, 16> last{
      "bec", "dor",  "fen", "gard", "holm", "kon",  "lis",  "mont",
      "nex", "port", "ran", "sen",  "tech", "vard", "wick", "zon"};
  static constexpr std::array<std::string_view, 8> form{"AG",         "Group", "Holding",  "Inc.",
                                                        "Industries", "Ltd",   "Partners", "SA"};
  const auto pick = [&](const auto& parts) { return parts[random.below(parts.size())]; };
  std::string name(pick(first));
  name += pick(middle);
  name += pick(inner);
  name += pick(middle);
  name += pick(last);
  return name + " " + std::string(pick(form));
}

std::string join_owned(const WorldSpec& spec, std::uint64_t owned) {
  std::string text;
  for (std::size_t s = 0; s < spec.solutions.size(); ++s)
    if ((owned >> s & 1) != 0) text += (text.empty() ? "" : ";") + spec.solutions[s].name;
  return text;
}

struct AccountDraw {
  std::string name;
  std::uint32_t industry = 0, country = 0;  // the industry of a family is its root's
  double employees = 0, revenue = 0;
  std::uint64_t owned = 0;  // bit s: owns solution s
};

AccountDraw draw_account(const WorldSpec& spec, Random& random, const AliasTable& industries,
                         const AliasTable& countries) {
  const WorldSpec::Accounts& a = spec.accounts;
  AccountDraw draw;
  draw.name = company_name(random);
  draw.industry = static_cast<std::uint32_t>(industries.draw(random));
  draw.country = static_cast<std::uint32_t>(countries.draw(random));
  draw.employees = std::floor(draw_bounded_pareto(random, a.employees_tail,
                                                  static_cast<double>(a.fewest_employees),
                                                  static_cast<double>(a.most_employees) + 1));
  draw.employees = std::min(draw.employees, static_cast<double>(a.most_employees));
  draw.revenue = std::floor(draw.employees *
                            draw_log_normal(random, a.revenue_per_employee, a.revenue_spread));
  for (std::size_t s = 0; s < spec.solutions.size(); ++s)
    draw.owned |= std::uint64_t{draw_chance(random, a.owns_product)} << s;
  return draw;
}

// Fills `parents` for one family: a random recursive tree, an account that would hang too deep
// hanging beside its parent instead.
void hang_family(const WorldSpec& spec, std::uint64_t family, std::size_t begin, std::size_t size,
                 std::vector<AccountId>& parents) {
  Random random(spec.seed, RandomStream::hierarchies, family);
  std::vector<std::uint8_t> level{1};
  for (std::size_t i = 1; i < size; ++i) {
    std::size_t parent = random.below(i);
    while (level[parent] >= spec.accounts.levels && parent != 0)
      parent = parents[begin + parent].index() - begin;
    parents[begin + i] = AccountId{begin + parent};
    level.push_back(static_cast<std::uint8_t>(level[parent] + 1));
  }
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

struct PersonDraw {
  std::uint16_t persona = 0, department = 0;
  std::uint16_t country = 0;
  std::uint16_t title = 0, specialist = 0;  // which of the persona's, of the department's
  bool contractor = false, abroad = false, invalid_email = false, unsubscribed = false;
};

// Every draw is made whatever it is needed for, so that each person takes the same words.
PersonDraw draw_person(const WorldSpec& spec, Random& random, const AliasTable& personas,
                       const AliasTable& departments, const AliasTable& countries) {
  const WorldSpec::People& p = spec.people;
  PersonDraw draw;
  draw.persona = static_cast<std::uint16_t>(personas.draw(random));
  draw.department = static_cast<std::uint16_t>(departments.draw(random));
  draw.country = static_cast<std::uint16_t>(countries.draw(random));
  draw.contractor = draw_chance(random, p.contractors);
  draw.abroad = draw_chance(random, p.abroad);
  draw.invalid_email = draw_chance(random, p.invalid_email);
  draw.unsubscribed = draw_chance(random, p.unsubscribed);
  draw.title = static_cast<std::uint16_t>(random.below(spec.personas[draw.persona].titles.size()));
  draw.specialist = static_cast<std::uint16_t>(
      random.below(spec.departments[draw.department].specialists.size()));
  return draw;
}

// One contact for every account when there are enough, the rest in proportion to `weight`: the
// whole part of a running sum, so that they add up exactly.
std::vector<std::uint64_t> spread_people(std::uint64_t people, const std::vector<double>& weight) {
  const std::size_t accounts = weight.size();
  const std::uint64_t each = people >= accounts ? 1 : 0;
  const auto rest = static_cast<double>(people - each * accounts);
  double total = 0;
  for (const double w : weight) total += w;
  std::vector<std::uint64_t> offsets(accounts + 1, 0);
  double sum = 0;
  for (std::size_t a = 0; a < accounts; ++a) {
    sum += weight[a];
    offsets[a + 1] = each * (a + 1) + static_cast<std::uint64_t>(std::floor(sum / total * rest));
  }
  return offsets;
}

}  // namespace

std::string numbered(char letter, std::uint64_t number, std::uint64_t count) {
  const std::size_t digits = std::max<std::size_t>(6, fmt::formatted_size("{}", count));
  return fmt::format("{}{:0{}}", letter, number + 1, digits);
}

std::vector<std::uint32_t> draw_families(const WorldSpec& spec) {
  const WorldSpec::Accounts& a = spec.accounts;
  if (a.levels == 1) return std::vector<std::uint32_t>(spec.size.accounts, 1);
  const auto largest = static_cast<double>(a.largest_family);
  std::vector<std::uint32_t> sizes;
  for (std::uint64_t left = spec.size.accounts; left > 0; left -= sizes.back()) {
    Random random(spec.seed, RandomStream::families, sizes.size());
    const double drawn =
        std::min(largest, std::floor(draw_bounded_pareto(random, a.family_tail, 1, largest + 1)));
    sizes.push_back(static_cast<std::uint32_t>(std::min(static_cast<double>(left), drawn)));
  }
  return sizes;
}

Company make_accounts(const WorldSpec& spec) {
  const Phase phase("accounts");
  const std::size_t n = spec.size.accounts;
  Company company;
  Accounts& accounts = company.accounts;
  accounts.parents.resize(n);
  company.family_end.resize(n);
  const std::vector<std::uint32_t> families = draw_families(spec);
  std::vector<std::uint32_t> root(n);
  std::size_t begin = 0;
  for (std::size_t f = 0; f < families.size(); ++f) {
    hang_family(spec, f, begin, families[f], accounts.parents);
    for (std::size_t a = begin; a < begin + families[f]; ++a) {
      root[a] = static_cast<std::uint32_t>(begin);
      company.family_end[a] = static_cast<std::uint32_t>(begin + families[f]);
    }
    begin += families[f];
  }

  const AliasTable industries = table_of(spec.accounts.industries);
  const AliasTable countries = table_of(spec.accounts.countries);
  std::vector<AccountDraw> draws(n);
  parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
    for (std::size_t a = from; a < to; ++a) {
      Random random(spec.seed, RandomStream::accounts, a);
      draws[a] = draw_account(spec, random, industries, countries);
    }
  });
  TextColumn names, industry, country, products;
  std::vector<double> revenue;
  for (std::size_t a = 0; a < n; ++a) {
    accounts.ids.push_back(numbered('A', a, n));
    names.push_back(draws[a].name);
    industry.push_back(spec.accounts.industries[draws[root[a]].industry].first);
    country.push_back(spec.accounts.countries[draws[a].country].first);
    products.push_back(join_owned(spec, draws[a].owned));
    company.employees.push_back(draws[a].employees);
    revenue.push_back(draws[a].revenue);
  }
  accounts.attributes = {{"country", std::move(country)},   {"employees", company.employees},
                         {"industry", std::move(industry)}, {"name", std::move(names)},
                         {"products", std::move(products)}, {"revenue", std::move(revenue)}};
  return company;
}

std::string title_of(const WorldSpec& spec, std::size_t persona, std::size_t department,
                     std::size_t title, std::size_t specialist) {
  const WorldSpec::Department& where = spec.departments[department];
  std::string text = spec.personas[persona].titles[title];
  text = replace_all(std::move(text), "{department}", where.name);
  text = replace_all(std::move(text), "{chief}", where.chief);
  return replace_all(std::move(text), "{specialist}", where.specialists[specialist]);
}

Staff make_people(const WorldSpec& spec, const Company& company) {
  const Phase phase("people");
  const std::size_t n = spec.size.people;
  Staff staff;
  std::vector<double> weight;
  for (const double employees : company.employees)
    weight.push_back(portable_pow(employees, spec.people.contact_elasticity));
  staff.offsets = spread_people(n, weight);

  const AliasTable personas = table_of_items(spec.personas);
  const AliasTable departments = table_of_items(spec.departments);
  const AliasTable countries = table_of(spec.accounts.countries);
  std::vector<PersonDraw> draws(n);
  staff.persona.resize(n);
  staff.department.resize(n);
  parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
    for (std::size_t p = from; p < to; ++p) {
      Random random(spec.seed, RandomStream::people, p);
      draws[p] = draw_person(spec, random, personas, departments, countries);
      staff.persona[p] = draws[p].persona;
      staff.department[p] = draws[p].department;
    }
  });

  People& people = staff.people;
  people.accounts.reserve(n);
  for (std::size_t a = 0; a < company.accounts.size(); ++a)
    people.accounts.insert(people.accounts.end(), staff.offsets[a + 1] - staff.offsets[a],
                           AccountId{a});
  const TextColumn& account_country =
      std::get<TextColumn>(find(company.accounts.attributes, "country")->values);
  using Text = std::function<std::string(std::size_t person)>;
  const std::pair<const char*, Text> columns[] = {
      {"country",
       [&](std::size_t p) {
         return draws[p].abroad ? spec.accounts.countries[draws[p].country].first
                                : std::string(account_country[people.accounts[p].index()]);
       }},
      {"department", [&](std::size_t p) { return spec.departments[draws[p].department].name; }},
      {"email_status", [&](std::size_t p) { return draws[p].invalid_email ? "invalid" : "valid"; }},
      {"employment",
       [&](std::size_t p) { return draws[p].contractor ? "contractor" : "employee"; }},
      {"seniority", [&](std::size_t p) { return spec.personas[draws[p].persona].name; }},
      {"title",
       [&](std::size_t p) {
         return title_of(spec, draws[p].persona, draws[p].department, draws[p].title,
                         draws[p].specialist);
       }},
      {"unsubscribed", [&](std::size_t p) { return draws[p].unsubscribed ? "yes" : "no"; }}};
  people.attributes.resize(std::size(columns));
  const auto fill = [n](TextColumn& column, const Text& text) {
    for (std::size_t p = 0; p < n; ++p) column.push_back(text(p));
  };
  parallel::for_each(std::size(columns) + 1, [&](std::size_t c) {
    if (c == std::size(columns)) {
      fill(people.ids, [n](std::size_t p) { return numbered('P', p, n); });
      return;
    }
    TextColumn column;
    fill(column, columns[c].second);
    people.attributes[c] = {columns[c].first, std::move(column)};
  });
  return staff;
}

}  // namespace rolecall::synthetic
