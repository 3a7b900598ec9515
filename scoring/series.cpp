#include "scoring/series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/activity_index.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/log_warnings.hpp"
#include "scoring/person_scores.hpp"
#include "scoring/person_totals.hpp"
#include "scoring/role_tally.hpp"
#include "scoring/score.hpp"
#include "scoring/sliding_scores.hpp"
#include "scoring/type_weights.hpp"

namespace rolecall {
namespace {

constexpr std::size_t lanes = SlidingScores::lanes<std::int64_t>;

class Run {
 public:
  Run(const World& world, const Model& model, Day first, Day last)
      : world_(world),
        model_(model),
        bound_(bind(model, world)),
        index_(index_activities(world.activities, bound_.boundary)),
        weights_(weigh_types(bound_)),
        activities_(activities(index_)) {
    series_.warnings = bound_.warnings;
    warn_of_log(index_, bound_, series_.warnings);
    if (last < first)
      throw InputError(
          {.field = "--to",
           .value = to_string(last),
           .what = fmt::format("the last day is before the first, {}", to_string(first)),
           .remedy = "Swap them."});
    series_.first = first;
    series_.days = static_cast<std::size_t>((last - first).count()) + 1;
    if (index_.size() > 0) warn_of_days_outside(last);
  }

  Series groups() {
    series_.rows = world_.groups.size();
    series_.scores.assign(series_.rows * series_.days, 0);
    if (groups_add_up())
      slide_groups();
    else
      day_by_day([](const Scores& scores, std::vector<double>& day) {
        for (std::size_t row = 0; row < scores.groups.size(); ++row)
          day[scores.groups.group[row].index()] = scores.groups.engagement[row];
      });
    return std::move(series_);
  }

  Series people() {
    if (model_.readings.since_creation)
      throw InputError({.field = "readings.since_creation",
                        .what = "people have no score of their own: it differs from group to group",
                        .remedy = "Take --level group."});
    series_.rows = world_.people.size();
    series_.scores.assign(series_.rows * series_.days, 0);
    if (adds_up(false) && fits(1))
      slide_people();
    else
      day_by_day([](const Scores& scores, std::vector<double>& day) { day = scores.people; });
    return std::move(series_);
  }

 private:
  void warn_of_days_outside(Day last) {
    const Day from = std::max(series_.first, index_.first_day);
    const Day to = std::min(last, index_.last_day);
    const auto inside = static_cast<std::size_t>(std::max(0, (to - from).count() + 1));
    if (inside < series_.days)
      series_.warnings.push_back(fmt::format(
          "{} of {} days lie outside the log, which runs from {} to {}.", series_.days - inside,
          series_.days, to_string(index_.first_day), to_string(index_.last_day)));
  }

  bool adds_up(bool of_groups) const {
    return takes_one_pass(model_, of_groups) && weights_.exact && index_.size() > 0;
  }

  // Whether sums of everything, times `factor`, stay below 2^62.
  bool fits(int128 factor) const {
    const auto worth = checked_product(weights_.largest(), factor);
    const auto sum = worth ? checked_product(*worth, activities_) : std::nullopt;
    return sum && *sum < int128{1} << 62;
  }

  bool groups_add_up() const {
    return adds_up(true) && std::ranges::all_of(bound_.templates, [&](const BoundTemplate& t) {
             int128 values = 0;
             for (const std::int64_t v : t.values) values += v < 0 ? -int128{v} : int128{v};
             return t.exact && fits(values);
           });
  }

  SlidingScores sliding() const {
    return SlidingScores(index_, weights_.units, bound_.caps, model_.window_days,
                         (series_.first - index_.first_day).count(), series_.days);
  }

  void slide_people() {
    const Phase phase("slide");
    const SlidingScores sums = sliding();
    parallel::for_blocks(series_.rows, 64 * lanes, [&](std::size_t begin, std::size_t end) {
      UninitializedVector<std::int64_t> tile(sums.tile_rows() * lanes), out(series_.days * lanes);
      for (std::size_t p = begin; p < end; p += lanes) {
        std::ranges::fill(tile, 0);
        const std::size_t columns = std::min(lanes, end - p);
        for (std::size_t c = 0; c < columns; ++c)
          sums.add_daily(PersonId{p + c}, std::int64_t{1}, tile.data(), c);
        sums.slide(tile.data(), out.data());
        for (std::size_t c = 0; c < columns; ++c)
          write(p + c, out.data() + c, weights_.denominator);
      }
    });
  }

  void slide_groups() {
    const Phase phase("slide");
    const SlidingScores sums = sliding();
    parallel::for_blocks(series_.rows, 16 * lanes, [&](std::size_t begin, std::size_t end) {
      DayBoundary clock = bound_.boundary;
      UninitializedVector<std::int64_t> tile(sums.tile_rows() * lanes), out(series_.days * lanes);
      for (std::size_t g = begin; g < end; g += lanes) {
        std::ranges::fill(tile, 0);
        const std::size_t columns = std::min(lanes, end - g);
        std::vector<Part> parts;
        for (std::size_t c = 0; c < columns; ++c)
          add_members(g + c, c, sums, clock, tile.data(), parts);
        sums.slide(tile.data(), out.data());
        add_parts(parts, sums, tile, out);
        for (std::size_t c = 0; c < columns; ++c)
          if (const BoundTemplate* t = template_of(g + c))
            if (const auto total = role_total(*t); total != 0)
              write(g + c, out.data() + c, total * weights_.denominator);
      }
    });
    if (model_.readings.group_transform == Readings::Transform::sqrt)
      for (double& score : series_.scores) score = signed_sqrt(score);
  }

  // A member for a part of the range only.
  struct Part {
    PersonId person;
    std::int64_t value;
    std::size_t column;
    std::vector<std::uint8_t> active;  // by day
  };

  const BoundTemplate* template_of(std::size_t group) const {
    const int t = bound_.template_of[world_.groups.solutions[group].index()];
    return t < 0 ? nullptr : &bound_.templates[static_cast<std::size_t>(t)];
  }

  static int128 role_total(const BoundTemplate& t) {
    int128 total = 0;
    for (const std::int64_t v : t.values) total += v;
    return total;
  }

  // Members of the whole range go into the tile, the others into parts. Rows of one person and role
  // follow each other; on a day that several of them cover they are one membership.
  void add_members(std::size_t group, std::size_t column, const SlidingScores& sums,
                   DayBoundary& clock, std::int64_t* tile, std::vector<Part>& parts) const {
    const BoundTemplate* const t = template_of(group);
    if (t == nullptr) return;
    const Memberships& members = world_.members;
    for (std::uint64_t m = members.offsets[group], next; m < members.offsets[group + 1]; m = next) {
      std::vector<std::uint8_t> active(series_.days, 0);
      for (next = m;
           next < members.offsets[group + 1] && members.people[next] == members.people[m] &&
           members.roles[next] == members.roles[m];
           ++next)
        mark(next, clock, active);
      const int card = t->card_of[members.roles[m].index()];
      if (card == BoundTemplate::no_card) continue;
      const std::int64_t value = t->values[static_cast<std::size_t>(card)];
      const auto days = static_cast<std::size_t>(std::ranges::count(active, 1));
      if (days == series_.days)
        sums.add_daily(members.people[m], value, tile, column);
      else if (days > 0)
        parts.push_back({members.people[m], value, column, std::move(active)});
    }
  }

  void mark(std::uint64_t membership, DayBoundary& clock, std::vector<std::uint8_t>& active) const {
    const Timestamp since = world_.members.since[membership];
    const Timestamp until = world_.members.until[membership];
    const auto end = static_cast<std::int64_t>(series_.days);
    const std::int64_t from =
        since.is_missing() ? 0 : (clock.day_of(since) - series_.first).count();
    const std::int64_t to =
        until.is_missing() ? end : (clock.day_of(until) - series_.first).count() + 1;
    for (std::int64_t d = std::max<std::int64_t>(from, 0); d < std::min(to, end); ++d)
      active[static_cast<std::size_t>(d)] = 1;
  }

  // As many members at a time as a tile has columns.
  void add_parts(const std::vector<Part>& parts, const SlidingScores& sums,
                 UninitializedVector<std::int64_t>& tile,
                 UninitializedVector<std::int64_t>& out) const {
    UninitializedVector<std::int64_t> slid(parts.empty() ? 0 : series_.days * lanes);
    for (std::size_t begin = 0; begin < parts.size(); begin += lanes) {
      const std::size_t columns = std::min(lanes, parts.size() - begin);
      std::ranges::fill(tile, 0);
      for (std::size_t c = 0; c < columns; ++c)
        sums.add_daily(parts[begin + c].person, parts[begin + c].value, tile.data(), c);
      sums.slide(tile.data(), slid.data());
      for (std::size_t c = 0; c < columns; ++c)
        for (std::size_t d = 0; d < series_.days; ++d)
          if (parts[begin + c].active[d] != 0)
            out[d * lanes + parts[begin + c].column] += slid[d * lanes + c];
    }
  }

  // A column of sums as scores of one row.
  void write(std::size_t row, const std::int64_t* column, int128 denominator) {
    double* const scores = series_.scores.data() + row * series_.days;
    for (std::size_t d = 0; d < series_.days; ++d)
      scores[d] = rounded_ratio(column[d * lanes], denominator);
  }

  template <class Take>
  void day_by_day(const Take& take) {
    const Phase phase("day by day");
    std::vector<double> day(series_.rows);
    for (std::size_t d = 0; d < series_.days; ++d) {
      const AsOf as_of{.date = series_.first + days_rep{static_cast<int>(d)}};
      take(score(world_, index_, bound_, as_of), day);
      for (std::size_t row = 0; row < series_.rows; ++row)
        series_.scores[row * series_.days + d] = day[row];
    }
  }

  const World& world_;
  const Model& model_;
  BoundModel bound_;
  ActivityIndex index_;
  TypeWeights weights_;
  int128 activities_;
  Series series_;
};

}  // namespace

bool takes_one_pass(const Model& model, bool of_groups) {
  const Readings& r = model.readings;
  const bool people = r.is_linear() && model.decay.kind == Decay::Kind::none &&
                      r.weight_scaling == Readings::Scaling::none && !r.since_creation;
  return people && (!of_groups || (r.aggregation == Readings::Aggregation::sum &&
                                   r.role_denominator == Readings::RoleDenominator::of_template &&
                                   r.group_scaling == Readings::Scaling::none));
}

Series group_series(const World& world, const Model& model, Day first, Day last) {
  const Phase phase("series");
  return Run(world, model, first, last).groups();
}

Series person_series(const World& world, const Model& model, Day first, Day last) {
  const Phase phase("series");
  return Run(world, model, first, last).people();
}

}  // namespace rolecall
