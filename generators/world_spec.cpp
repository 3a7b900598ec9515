#include "generators/world_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/error.hpp"
#include "core/id.hpp"
#include "generators/vocabulary.hpp"
#include "generators/world_spec_fields.hpp"

namespace rolecall {
namespace {

struct Preset {
  std::string_view name;
  std::uint64_t accounts, people, activities;
};
constexpr std::array<Preset, 3> presets{{{"small", 1'000, 10'000, 1'000'000},
                                         {"medium", 10'000, 100'000, 10'000'000},
                                         {"large", 100'000, 1'000'000, 100'000'000}}};

template <class Items>
std::vector<std::string> names_of(const Items& items) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

// Checks what no single value shows: names that must be there, or be unique, and shares that must
// not all be 0.
class Checker {
 public:
  explicit Checker(const std::string& source) : source_(source) {}

  void add(std::string field, std::string value, std::string what, std::string remedy) {
    problems_.add({.file = source_,
                   .field = std::move(field),
                   .value = std::move(value),
                   .what = std::move(what),
                   .remedy = std::move(remedy)});
  }

  void known(const std::string& field, const std::string& value,
             const std::vector<std::string>& names) {
    if (names.empty()) return;  // the empty list has a problem of its own
    if (std::ranges::find(names, value) == names.end())
      add(field, value, "there is no such name", suggest(value, names));
  }

  template <class Items>
  void unique(const std::string& list, const Items& items, std::size_t most) {
    if (items.empty()) add(list, "", "the list is empty", "Name at least one.");
    if (items.size() > most)
      add(list, "", fmt::format("there are {}; at most {} can be", items.size(), most),
          "Leave some out.");
    std::set<std::string> seen;
    for (const auto& item : items) {
      if (item.name.empty()) add(list + ".name", "", "the name is empty", "Name it.");
      if (!seen.insert(item.name).second)
        add(list + ".name", item.name, "the name is there twice", "Rename one of the two.");
    }
  }

  template <class Items, class Share>
  void some_positive(const std::string& field, const Items& items, Share share,
                     const std::string& of = "") {
    if (std::ranges::none_of(items, [&](const auto& item) { return share(item) > 0; }))
      add(field, of, "nothing has a share above 0", "Give one at least.");
  }

  // The range of every number, wherever it came from.
  template <class Section>
  void ranges(const std::string& section, const Section& fields) {
    for_each_field(fields, [&]<class T>(const FieldInfo& info, const T& value) {
      if constexpr (std::is_same_v<T, double> || std::is_same_v<T, std::uint64_t>) {
        const auto v = static_cast<double>(value);
        if (v >= info.low && v <= info.high) return;
        add(section + "." + std::string(info.key), fmt::format("{}", value), "this is out of range",
            fmt::format("Take {:g} to {:g}.", info.low, info.high));
      }
    });
  }

  void throw_if_any() const { problems_.throw_if_any(); }

 private:
  const std::string& source_;
  ProblemList problems_;
};

void check_lists(const WorldSpec& s, Checker& c) {
  const auto of_pair = [](const auto& pair) { return pair.second; };
  const auto of_item = [](const auto& item) { return item.share; };
  const auto of_number = [](double number) { return number; };
  c.some_positive("accounts.industries", s.accounts.industries, of_pair);
  c.some_positive("accounts.countries", s.accounts.countries, of_pair);
  c.some_positive("groups.sources", s.groups.sources, of_pair);
  for (const auto& [source, share] : s.groups.sources)
    c.known("groups.sources", source, {"job", "journey", "manual"});
  c.some_positive("activity.weekdays", s.activity.weekdays, of_number);
  c.some_positive("activity.hours", s.activity.hours, of_number);
  if (s.activity.weekdays.size() != 7)
    c.add("activity.weekdays", fmt::format("{} numbers", s.activity.weekdays.size()),
          "a week has 7 days", "Give 7 numbers, Monday first.");
  if (s.activity.hours.size() != 24)
    c.add("activity.hours", fmt::format("{} numbers", s.activity.hours.size()),
          "a day has 24 hours", "Give 24 numbers, from 0:00 UTC.");
  c.unique("solution", s.solutions, 64);  // as many as owned products have bits
  c.unique("department", s.departments, 1'000);
  c.unique("persona", s.personas, 1'000);
  c.unique("role", s.roles, 20);  // as many as a roles template has
  c.unique("type", s.types, ActivityTypeId::capacity - 1);
  c.some_positive("department.share", s.departments, of_item);
  c.some_positive("persona.share", s.personas, of_item);
  c.some_positive("type.share", s.types, of_item);
}

// Names become texts of HDF5 files, where NUL ends a text, and of lists joined by semicolons.
void check_names(const WorldSpec& s, Checker& c) {
  for_each_list(s, [&](std::string_view list, std::string_view, const auto& items) {
    for (const auto& item : items)
      if (item.name.find('\0') != std::string::npos)
        c.add(std::string(list) + ".name", item.name, "the name holds a NUL character",
              "Remove it.");
  });
  for (const auto& solution : s.solutions)
    if (solution.name.find(';') != std::string::npos)
      c.add("solution.name", solution.name,
            "the name holds a semicolon, which separates the products that an account owns",
            "Use another character.");
}

void check_references(const WorldSpec& s, Checker& c) {
  const auto departments = names_of(s.departments), personas = names_of(s.personas),
             types = names_of(s.types);
  const bool has_acts = std::ranges::any_of(s.types, [](const auto& t) { return t.share > 0; });
  std::vector<std::string> channels;
  for (const auto& type : s.types) channels.push_back(type.channel);
  std::ranges::sort(channels);
  channels.erase(std::unique(channels.begin(), channels.end()), channels.end());
  for (const auto& solution : s.solutions) {
    c.known("solution.level", solution.level, {"company", "division"});
    c.known("solution.department", solution.department, departments);
  }
  for (const auto& department : s.departments)
    if (department.specialists.empty())
      c.add("department.specialists", department.name, "the list is empty", "Name at least one.");
  for (const auto& persona : s.personas) {
    if (persona.titles.empty())
      c.add("persona.titles", persona.name, "the list is empty", "Name at least one.");
    for (const auto& [channel, factor] : persona.channels)
      c.known("persona.channels", channel, channels);
    if (has_acts && persona.share > 0 && persona.rate > 0)
      c.some_positive(
          "persona.channels", s.types,
          [&](const auto& type) {
            const auto it = std::ranges::find(persona.channels, type.channel,
                                              [](const auto& pair) { return pair.first; });
            return it == persona.channels.end() ? type.share : type.share * it->second;
          },
          persona.name);
  }
  for (const auto& role : s.roles) {
    c.known("role.department", role.department, {"own", "any"});
    c.known("role.from", role.from, personas);
    c.known("role.to", role.to, personas);
    const auto from = std::ranges::find(personas, role.from);
    if (from != personas.end() && from > std::ranges::find(personas, role.to))
      c.add("role.to", role.to, fmt::format("it stands above '{}', its from", role.from),
            "Exchange the two; personas go from the top down.");
  }
  c.known("machines.opened_type", s.machines.opened_type, types);
  c.known("machines.followed_type", s.machines.followed_type, types);
}

}  // namespace

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& p : presets) names.emplace_back(p.name);
  return names;
}

WorldSpec preset(std::string_view name) {
  const auto found = std::ranges::find(presets, name, &Preset::name);
  if (found == presets.end())
    throw InputError({.field = "--preset",
                      .value = std::string(name),
                      .what = "there is no such preset",
                      .remedy = suggest(name, preset_names())});
  WorldSpec spec = parse_world_spec(vocabulary_toml(), "built-in vocabulary", {});
  spec.name = name;
  spec.size.accounts = found->accounts;
  spec.size.people = found->people;
  spec.size.activities = found->activities;
  return spec;
}

void check(const WorldSpec& s, const std::string& source) {
  Checker c(source);
  for_each_section(s, [&](std::string_view name, std::string_view, const auto& section) {
    c.ranges(std::string(name), section);
  });
  for_each_list(s, [&](std::string_view name, std::string_view, const auto& items) {
    for (const auto& item : items) c.ranges(std::string(name), item);
  });
  if (s.seed > largest_seed)
    c.add("seed", fmt::format("{}", s.seed), "this is out of range",
          fmt::format("Take one from 0 to {}.", largest_seed));
  c.throw_if_any();
  check_lists(s, c);
  check_names(s, c);
  check_references(s, c);
  if (s.accounts.fewest_employees > s.accounts.most_employees)
    c.add("accounts.fewest_employees", fmt::format("{}", s.accounts.fewest_employees),
          "it is above most_employees", "Exchange the two.");
  if (s.rows.late * (1 + s.rows.duplicates) + s.rows.duplicates > 1)
    c.add("rows.late", fmt::format("{}", s.rows.late),
          "no row is both late and there twice, and so many rows there are not",
          "Take less of late or of duplicates.");
  using namespace std::chrono;
  const auto first = s.size.first_day();
  if (first < sys_days{year{1900} / 1 / 1} || s.size.end > sys_days{year{9000} / 1 / 1})
    c.add("size.end", to_string(s.size.end), "the log does not lie between 1900 and 9000",
          "Choose another last day, or fewer days.");
  c.throw_if_any();
}

}  // namespace rolecall
