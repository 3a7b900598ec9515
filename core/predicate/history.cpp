#include "core/predicate/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "core/error.hpp"
#include "core/predicate/columns.hpp"
#include "core/predicate/filter.hpp"
#include "core/predicate/text_match.hpp"

namespace rolecall {
namespace {

// Which types of activity a call asks for.
struct Types {
  std::vector<std::uint8_t> wanted;  // by ActivityTypeId
  std::string warning = {};          // names that never occur
};

Types find_types(const Argument& argument, const TextColumn& names) {
  Types types{std::vector<std::uint8_t>(names.size(), 0)};
  if (std::holds_alternative<Everything>(argument)) {
    std::ranges::fill(types.wanted, std::uint8_t{1});
    return types;
  }
  std::vector<std::string> asked;
  if (const auto* name = std::get_if<std::string>(&argument))
    asked = {*name};
  else if (const auto* list = std::get_if<std::vector<std::string>>(&argument))
    asked = *list;
  else
    throw BadArgument{0, "the name of an activity is expected here, in quotes; * means any"};
  std::vector<std::string> known;
  for (std::size_t t = 0; t < names.size(); ++t) known.emplace_back(names[t]);
  for (const std::string& name : asked) {
    bool found = false;
    for (std::size_t t = 0; t < names.size(); ++t)
      if (same_text(names[t], name)) types.wanted[t] = 1, found = true;
    if (found) continue;
    const std::string_view near = nearest(name, known);
    types.warning +=
        fmt::format("{}the activity '{}' never happened{}", types.warning.empty() ? "" : "; ",
                    printable(name), near.empty() ? "" : fmt::format("; there is '{}'", near));
  }
  return types;
}

// The rows of a person that can fall on days first … last in any zone.
std::pair<std::size_t, std::size_t> rows_near(const ActivityLog& log, std::uint32_t person,
                                              Day first, Day last) {
  constexpr days_rep margin{2};
  const auto begin = log.times.begin() + static_cast<std::ptrdiff_t>(log.offsets[person]);
  const auto end = log.times.begin() + static_cast<std::ptrdiff_t>(log.offsets[person + 1]);
  const auto low = std::lower_bound(begin, end, Timestamp(Instant(first - margin)));
  const auto high = std::lower_bound(low, end, Timestamp(Instant(last + margin)));
  return {static_cast<std::size_t>(low - log.times.begin()),
          static_cast<std::size_t>(high - log.times.begin())};
}

constexpr Day long_ago = Day(std::chrono::days{-719'162});  // 0001-01-01

class History {
 public:
  History(const World& world, const DayBoundary& boundary, PeopleOf people, Types types)
      : log_(world.activities),
        boundary_(boundary),
        people_(std::move(people)),
        types_(std::move(types)) {}

  void set_day(Day as_of) { as_of_ = as_of; }

  // Activities of each row in the last days.
  void count(Rows rows, std::span<double> out, std::int64_t days) const {
    const Day first = days == 0 ? long_ago : as_of_ - days_rep(days - 1);
    for_each_row(rows, first, [&](std::size_t i, auto&& each) {
      std::uint64_t n = 0;
      each([&](Day, std::size_t row) { n += log_.count(row); });
      out[i] = static_cast<double>(n);
    });
  }

  void days_since(Rows rows, std::span<double> out) const {
    for_each_row(rows, long_ago, [&](std::size_t i, auto&& each) {
      std::optional<Day> last;
      each([&](Day day, std::size_t row) {
        if (log_.count(row) > 0 && (!last || day > *last)) last = day;
      });
      out[i] = last ? as_number(as_of_) - as_number(*last) : std::nan("");
    });
  }

 private:
  // Calls body(i, each) for every row, where each(f) calls f(day, log row) for the activities asked
  // for, from `first` to the as-of day.
  template <class Body>
  void for_each_row(Rows rows, Day first, const Body& body) const {
    DayBoundary boundary = boundary_;
    std::vector<std::uint32_t> people;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      people.clear();
      people_(rows[i], as_of_, people);
      body(i, [&](const auto& f) {
        for (const std::uint32_t person : people) {
          const auto [begin, end] = rows_near(log_, person, first, as_of_);
          for (std::size_t row = begin; row < end; ++row) {
            if (types_.wanted[log_.types[row].index()] == 0) continue;
            const Day day = boundary.day_of(log_.times[row]);
            if (day >= first && day <= as_of_) f(day, row);
          }
        }
      });
    }
  }

  const ActivityLog& log_;
  DayBoundary boundary_;
  PeopleOf people_;
  Types types_;
  Day as_of_{};
};

template <class Fill>
Column history_column(std::shared_ptr<History> history, std::string warning, Fill fill) {
  Column column{ValueType::number, FillNumbers([history, fill](Rows rows, std::span<double> out) {
                  fill(*history, rows, out);
                })};
  column.changes_with_day = true;
  column.prepare = [history](Day as_of) { history->set_day(as_of); };
  column.warning = std::move(warning);
  return column;
}

// Days from a day of the row itself to the as-of day.
Column days_since_day(const Predicate& name, const Subject& subject) {
  const Column day = column_of(name, subject);
  if (day.type != ValueType::day)
    throw BadArgument{0, "this is not a day", "Name a day, or an activity in quotes."};
  const auto as_of = std::make_shared<Day>();
  Column column{ValueType::number, FillNumbers([fill = std::get<FillNumbers>(day.fill), as_of](
                                                   Rows rows, std::span<double> out) {
                  fill(rows, out);
                  for (double& value : out) value = as_number(*as_of) - value;
                })};
  column.changes_with_day = true;
  column.prepare = [as_of, prepare = day.prepare](Day day_of) {
    *as_of = day_of;
    if (prepare) prepare(day_of);
  };
  return column;
}

}  // namespace

std::vector<SubjectFunction> history_functions(
    const World& world, const DayBoundary& boundary, PeopleOf people,
    std::function<std::shared_ptr<const Subject>()> subject) {
  const auto make = [&world, boundary, people = std::move(people)](Types types) {
    return std::make_shared<History>(world, boundary, people, std::move(types));
  };
  const auto count = [&world, make](std::span<const Argument> arguments) {
    if (arguments.empty() || arguments.size() > 2)
      throw BadArgument{arguments.size(), "one or two arguments are expected here"};
    Types types = find_types(arguments[0], world.activities.type_names);
    std::int64_t days = 0;
    if (arguments.size() == 2) {
      const auto* last = std::get_if<LastDays>(&arguments[1]);
      if (last == nullptr) throw BadArgument{1, "last N days is expected here"};
      days = last->days;
    }
    std::string warning = types.warning;
    return history_column(make(std::move(types)), std::move(warning),
                          [days](const History& history, Rows rows, std::span<double> out) {
                            history.count(rows, out, days);
                          });
  };
  const auto days_since = [&world, make, subject](std::span<const Argument> arguments) {
    if (arguments.size() != 1) throw BadArgument{arguments.size(), "one argument is expected here"};
    if (const auto* name = std::get_if<Predicate>(&arguments[0]))
      return days_since_day(*name, *subject());
    Types types = find_types(arguments[0], world.activities.type_names);
    std::string warning = types.warning;
    return history_column(make(std::move(types)), std::move(warning),
                          [](const History& history, Rows rows, std::span<double> out) {
                            history.days_since(rows, out);
                          });
  };
  return {{"count", "count(\"Open Email\", last 14 days) or count(*)", count},
          {"days_since", "days_since(\"Open Email\") or days_since(created)", days_since}};
}

}  // namespace rolecall
