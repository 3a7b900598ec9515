#include <cmath>
#include <limits>

#include "core/profile.hpp"
#include "results/world_reader.hpp"

namespace rolecall {
namespace {

template <class T>
T scalar(const Hdf5Reader& file, std::string_view name) {
  const auto value = file.attribute("truth", name);
  const T* typed = value ? std::get_if<T>(&*value) : nullptr;
  if (typed == nullptr)
    file.refuse("truth@" + std::string(name), "it is missing, or not of the type it should have");
  return *typed;
}

// A column of numbers of a table of `rows`.
template <class T>
std::vector<T> column(const WorldReader& in, const std::string& item, std::size_t rows,
                      std::string_view table) {
  std::vector<T> values = in.file().read<T>(item);
  in.check(item).has_rows(values.size(), rows, table);
  if constexpr (std::is_same_v<T, double>)
    in.check(item).every(
        rows, [&](std::size_t i) { return !std::isinf(values[i]); }, "is infinite");
  return values;
}

// What models are made from: no number may be missing.
std::vector<double> influences(const WorldReader& in, const std::string& item, std::size_t rows,
                               std::string_view table) {
  std::vector<double> values = column<double>(in, item, rows, table);
  in.check(item).every(
      rows, [&](std::size_t i) { return !std::isnan(values[i]); }, "is missing");
  return values;
}

// One byte for each row, of at most `last`.
std::vector<std::uint8_t> bits(const WorldReader& in, const std::string& item, std::size_t rows,
                               std::string_view table, std::uint8_t last) {
  std::vector<std::uint8_t> values = column<std::uint8_t>(in, item, rows, table);
  in.check(item).every(
      rows, [&](std::size_t i) { return values[i] <= last; },
      "is no code that docs/format.md lists");
  return values;
}

}  // namespace

Truth read_truth(const WorldReader& in, const World& world) {
  const Phase phase("truth");
  const Hdf5Reader& file = in.file();
  const std::size_t people = world.people.size(), groups = world.groups.size(),
                    activities = world.activities.size();
  Truth t;
  t.specification = scalar<std::string>(file, "specification");
  const auto window_days = scalar<std::int64_t>(file, "window_days");
  const auto daily_cap = scalar<std::int64_t>(file, "daily_cap");
  t.window_days = static_cast<int>(window_days);
  t.daily_cap = static_cast<std::uint64_t>(daily_cap);  // -1, none, becomes the largest
  t.half_life_days = scalar<double>(file, "half_life_days");
  t.intercept = scalar<double>(file, "intercept");
  t.slope = scalar<double>(file, "slope");
  t.ceiling_auc = scalar<double>(file, "ceiling_auc");
  if (window_days < 1 || window_days > std::numeric_limits<int>::max() || daily_cap < -1 ||
      !(t.half_life_days >= 0) || std::isinf(t.half_life_days))
    file.refuse("truth", "its window_days, daily_cap or half_life_days is out of range");
  t.roles = file.read_texts("truth/role_name");
  t.role_influence = influences(in, "truth/role_influence", t.roles.size(), "truth/role_name");
  t.types = in.keys("truth/type_name");
  t.type_influence = influences(in, "truth/type_influence", t.types.size(), "truth/type_name");
  t.intent = column<double>(in, "truth/intent", groups, "groups");
  t.score = column<double>(in, "truth/score", groups, "groups");
  t.probability = column<double>(in, "truth/probability", groups, "groups");
  t.person_rate = column<double>(in, "truth/person_rate", people, "people");
  t.person_kind = bits(in, "truth/person_kind", people, "people",
                       quiet_person | bot_person | prefetched_person);
  t.origin = bits(in, "truth/origin", activities, "activities", RowOrigin::all_bits);
  t.late_rows = file.read<std::uint64_t>("truth/late_row");
  in.check("truth/late_row")
      .every(
          t.late_rows.size(),
          [&](std::size_t i) {
            return t.late_rows[i] < activities && (i == 0 || t.late_rows[i - 1] < t.late_rows[i]);
          },
          "is no row of activities, or does not come after the one before");
  t.late_arrivals = in.times("truth/late_arrival");
  in.check("truth/late_arrival")
      .has_rows(t.late_arrivals.size(), t.late_rows.size(), "truth/late_row");
  in.check("truth/late_arrival")
      .every(
          t.late_rows.size(), [&](std::size_t i) { return !t.late_arrivals[i].is_missing(); },
          "is missing");
  return t;
}

}  // namespace rolecall
