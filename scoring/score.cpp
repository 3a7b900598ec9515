#include "scoring/score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/activity_index.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "scoring/active_members.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/group_detail.hpp"
#include "scoring/log_warnings.hpp"
#include "scoring/moments.hpp"
#include "scoring/person_scores.hpp"
#include "scoring/person_totals.hpp"
#include "scoring/role_tally.hpp"
#include "scoring/type_weights.hpp"

namespace rolecall {
namespace {

// How sums run: in 64-bit integers, in 128-bit ones, or, when no integer holds them, in doubles.
enum class Arithmetic : std::uint8_t { narrow, wide, floating };

class Run {
 public:
  // Without an index it makes its own.
  Run(const World& world, const ActivityIndex* index, BoundModel model, const AsOf& as_of)
      : world_(world),
        readings_(model.model->readings),
        bound_(std::move(model)),
        own_index_(index == nullptr ? index_activities(world.activities, bound_.boundary)
                                    : ActivityIndex{}),
        index_(index == nullptr ? own_index_ : *index),
        warnings_(bound_.warnings),
        moments_(find_moments(world, bound_, as_of, warnings_)) {
    warn_of_empty_windows();
    weigh();
    prepare_rows();
  }

  // Keeps what each role adds as well, for a template that serves every group.
  void keep_roles(RoleSums& roles) {
    roles.cards = bound_.model->templates.front().roles.size();
    roles.sum.assign(moments_.groups.size() * roles.cards, 0);
    roles.members.assign(roles.sum.size(), 0);
    kept_ = &roles;
  }

  // Keeps how one group comes about as well.
  void watch(GroupId group, GroupDetail& detail) {
    const auto found = std::ranges::lower_bound(moments_.groups, group);
    if (found == moments_.groups.end() || *found != group)
      throw InputError({.field = "group_id",
                        .value = std::string(world_.groups.ids[group.index()]),
                        .what = "this group has no as-of day: it has no outcome date, or no "
                                "creation date, to count from",
                        .remedy = "Give a date, such as 2026-03-02."});
    detail.row = static_cast<std::size_t>(found - moments_.groups.begin());
    const std::uint32_t moment = moments_.of_group[detail.row];
    detail.moment = moments_.all[moment];
    detail.created = !moments_.not_created[detail.row];
    detail.weights = weights_[weights_of_[moment]];
    watched_ = &detail;
  }

  Scores finish() {
    switch (arithmetic()) {
      case Arithmetic::narrow:
        fill<std::int64_t>();
        break;
      case Arithmetic::wide:
        fill<int128>();
        break;
      case Arithmetic::floating:
        fill<double>();
        break;
    }
    shape_groups();
    scores_.warnings = std::move(warnings_);
    return std::move(scores_);
  }

 private:
  void warn_of_empty_windows() {
    warn_of_log(index_, bound_, warnings_);
    if (index_.size() == 0) return;
    std::size_t outside = 0;
    Day example{};
    for (const std::uint32_t m : moments_.of_group) {
      const Day as_of = moments_.all[m].as_of;
      if (as_of >= index_.first_day && as_of <= index_.last_day) continue;
      ++outside;
      example = as_of;
    }
    if (outside > 0)
      warnings_.push_back(fmt::format(
          "the as-of day of {} of {} groups lies outside the log, which runs from {} to {} ({}).",
          outside, moments_.groups.size(), to_string(index_.first_day), to_string(index_.last_day),
          (outside > 1 ? "such as " : "") + to_string(example)));
  }

  // The worth of types: one table, or with weight scaling one for each as-of day.
  void weigh() {
    const Phase phase("weigh types");
    const std::size_t types = world_.activities.type_names.size();
    if (readings_.weight_scaling == Readings::Scaling::none) {
      weights_.push_back(weigh_types(bound_));
      weights_of_.assign(moments_.all.size(), 0);
      return;
    }
    for (std::size_t m = 0; m < moments_.all.size(); ++m) {
      const Day day = moments_.all[m].as_of;
      if (m == 0 || day != moments_.all[m - 1].as_of)
        weights_.push_back(
            weigh_types(bound_, types_in_window(index_, types, day, bound_.model->window_days)));
      weights_of_.push_back(static_cast<std::uint32_t>(weights_.size() - 1));
    }
  }

  // The narrowest integers that hold the sum over all activities of the log.
  Arithmetic arithmetic() const {
    const int128 all = activities(index_);
    int128 largest = 0;
    for (const TypeWeights& w : weights_) {
      if (!w.exact) return Arithmetic::floating;
      const auto sum = checked_product(w.largest(), all);
      if (!sum) return Arithmetic::floating;
      largest = std::max(largest, *sum);
    }
    return largest < int128{1} << 62 ? Arithmetic::narrow : Arithmetic::wide;
  }

  void prepare_rows() {
    GroupScores& g = scores_.groups;
    const std::size_t n = moments_.groups.size();
    g.group = moments_.groups;
    for (const std::uint32_t m : moments_.of_group) g.as_of.push_back(moments_.all[m].as_of);
    g.engagement.assign(n, 0);
    g.completeness.assign(n, std::nan(""));
    g.members.assign(n, 0);
    g.missing.assign(n, 0);
    g.template_of.assign(n, -1);
  }

  // Whether all groups look at people through one window, so that each person is added up once.
  bool one_moment() const { return moments_.all.size() == 1; }

  template <class Sum>
  void fill() {
    const PersonTotals<Sum> totals(index_, bound_, moments_.all, weights_, weights_of_);
    const auto exact = [&](PersonId p, std::size_t m) { return totals.at(p, m); };
    const auto unit = [&](std::size_t m) { return totals.denominator(m); };
    if (readings_.is_linear()) {
      fill_people<Sum>(exact, unit);
    } else {
      const PersonScores<Sum> people(totals, readings_, moments_.all, index_.people());
      fill_people<double>([&](PersonId p, std::size_t m) { return people.at(p, m); }, unit);
      if (watched_ != nullptr) look_at_people(people);
    }
  }

  template <class Sum>
  void look_at_people(const PersonScores<Sum>& people) {
    const std::uint32_t moment = moments_.of_group[watched_->row];
    watched_->people = people.extent(moment);
    for (GroupDetail::Member& member : watched_->members) {
      member.transformed = people.transformed(member.person, moment);
      member.score = people.at(member.person, moment);
    }
  }

  // With one moment, people first and then groups; else groups look at their members directly.
  template <class Value, class PersonValue, class Unit>
  void fill_people(const PersonValue& value, const Unit& unit) {
    if (!one_moment()) return fill_groups<Value>(value, unit);
    std::vector<Value> people(index_.people());
    const bool whole_window = moments_.all[0].since == Day::min();
    if (whole_window) scores_.people.resize(people.size());
    Phase phase("add up people");
    parallel::for_blocks(people.size(), 1024, [&](std::size_t begin, std::size_t end) {
      for (std::size_t p = begin; p < end; ++p) {
        people[p] = value(PersonId{p}, 0);
        if (!whole_window) continue;
        if constexpr (std::is_same_v<Value, double>)
          scores_.people[p] = people[p];
        else
          scores_.people[p] = rounded_ratio(people[p], unit(0));
      }
    });
    phase.end();
    fill_groups<Value>([&](PersonId p, std::size_t) { return people[p.index()]; }, unit);
  }

  template <class Value, class PersonValue, class Unit>
  void fill_groups(const PersonValue& value, const Unit& unit) {
    const Phase phase("add up groups");
    parallel::for_blocks(moments_.groups.size(), 512, [&](std::size_t begin, std::size_t end) {
      DayBoundary clock = bound_.boundary;
      for (std::size_t row = begin; row < end; ++row) fill_group<Value>(row, clock, value, unit);
    });
  }

  template <class Value, class PersonValue, class Unit>
  void fill_group(std::size_t row, DayBoundary& clock, const PersonValue& value, const Unit& unit) {
    constexpr bool exact = !std::is_same_v<Value, double>;
    GroupScores& out = scores_.groups;
    const std::size_t g = moments_.groups[row].index();
    const int t = bound_.template_of[world_.groups.solutions[g].index()];
    out.template_of[row] = t;
    if (t < 0) return;
    const BoundTemplate& bound = bound_.templates[static_cast<std::size_t>(t)];
    const std::uint32_t moment = moments_.of_group[row];

    using TallyValue = std::conditional_t<exact, int128, double>;
    GroupTally<TallyValue> tally;
    const bool watched = watched_ != nullptr && watched_->row == row;
    for_each_member(world_.members, GroupId{g}, bound, out.as_of[row], clock,
                    [&](PersonId person, RoleId role, int in_template) {
                      if (in_template == BoundTemplate::no_card) return;
                      const auto card = static_cast<std::size_t>(in_template);
                      tally.add(person, role, card, [&](PersonId p) { return value(p, moment); });
                      if (watched) watched_->members.push_back({person, role, card});
                    });
    const auto& in_role = tally.roles.members;
    out.members[row] = tally.people;
    out.missing[row] = missing_cards(in_role, *bound.source);
    out.completeness[row] = completeness(in_role, *bound.source, readings_.completeness_roles);
    if (kept_ != nullptr) keep_roles(row, tally.roles, unit(moment));
    if (moments_.not_created[row]) return;
    if constexpr (exact)
      out.engagement[row] = engagement(tally.roles, bound, readings_, unit(moment));
    else
      out.engagement[row] = float_engagement(tally.roles, bound, readings_);
  }

  template <class Value>
  void keep_roles(std::size_t row, const RoleTally<Value>& tally, int128 unit) {
    for (std::size_t c = 0; c < kept_->cards; ++c) {
      const std::size_t at = row * kept_->cards + c;
      kept_->members[at] = tally.members[c];
      if constexpr (std::is_same_v<Value, double>)
        kept_->sum[at] = tally.sum[c];
      else
        kept_->sum[at] = rounded_ratio(tally.sum[c], unit);
    }
  }

  void shape_groups() {
    std::vector<double>& scores = scores_.groups.engagement;
    if (watched_ != nullptr) watched_->raw = scores[watched_->row];
    if (readings_.group_transform == Readings::Transform::sqrt)
      for (double& v : scores) v = signed_sqrt(v);
    Extent extent;
    for (const double v : scores) extent.add(v);
    if (watched_ != nullptr) watched_->groups = extent;
    for (double& v : scores) v = extent.scaled(v, readings_.group_scaling);
    for (std::size_t row = 0; row < scores.size(); ++row)
      if (!std::isfinite(scores[row]))
        throw InputError(
            {.field = "engagement",
             .value = std::string(world_.groups.ids[scores_.groups.group[row].index()]),
             .what = "the score of this group is too large for a number",
             .remedy = "Use smaller weights, or a daily cap."});
  }

  const World& world_;
  const Readings& readings_;
  BoundModel bound_;
  ActivityIndex own_index_;
  const ActivityIndex& index_;
  std::vector<std::string> warnings_;
  Moments moments_;
  std::vector<TypeWeights> weights_;
  std::vector<std::uint32_t> weights_of_;  // by moment
  Scores scores_;
  RoleSums* kept_ = nullptr;
  GroupDetail* watched_ = nullptr;
};

// Why role sums would not make up the score; empty when they do.
std::string_view unlike_role_sums(const Model& model, const World& world) {
  const Readings& r = model.readings;
  if (!r.is_linear() || r.aggregation != Readings::Aggregation::sum ||
      r.role_denominator != Readings::RoleDenominator::of_template ||
      r.group_transform != Readings::Transform::none || r.group_scaling != Readings::Scaling::none)
    return "its readings are not plain sums of members over the template";
  for (std::size_t s = 0; s < world.solutions.size(); ++s)
    if (model.template_for(world.solutions[s]) != &model.templates.front())
      return "its first template does not serve every solution of the world";
  return {};
}

}  // namespace

Scores score(const World& world, const Model& model, const AsOf& as_of) {
  const Phase phase("score");
  return Run(world, nullptr, bind(model, world), as_of).finish();
}

Scores score(const World& world, const ActivityIndex& index, const BoundModel& model,
             const AsOf& as_of) {
  return Run(world, &index, model, as_of).finish();
}

void require_role_sums(const Model& model, const World& world) {
  if (const std::string_view why = unlike_role_sums(model, world); !why.empty())
    throw InputError({.field = "model",
                      .value = model.name,
                      .what = "the score is not made of role sums: " + std::string(why),
                      .remedy = "Take a model with plain readings and one template for \"*\", such "
                                "as ajo-seed."});
}

ScoresByRole score_by_role(const World& world, const Model& model, const AsOf& as_of) {
  require_role_sums(model, world);
  const Phase phase("score");
  ScoresByRole result;
  Run run(world, nullptr, bind(model, world), as_of);
  run.keep_roles(result.roles);
  result.scores = run.finish();
  return result;
}

ScoresByRole score_by_role(const World& world, const ActivityIndex& index, const BoundModel& model,
                           const AsOf& as_of) {
  require_role_sums(*model.model, world);
  ScoresByRole result;
  Run run(world, &index, model, as_of);
  run.keep_roles(result.roles);
  result.scores = run.finish();
  return result;
}

DetailedScores score_in_detail(const World& world, const ActivityIndex& index,
                               const BoundModel& model, const AsOf& as_of, GroupId group) {
  const Phase phase("score");
  DetailedScores result;
  Run run(world, &index, model, as_of);
  run.watch(group, result.detail);
  result.scores = run.finish();
  return result;
}

double displayed(double score, Readings::Rounding rounding) {
  const double whole = std::floor(score);
  return rounding == Readings::Rounding::half_up && score - whole >= 0.5 ? whole + 1 : whole;
}

std::vector<std::string> missing_roles(const GroupScores& scores, std::size_t row,
                                       const Model& model) {
  std::vector<std::string> names;
  if (scores.template_of[row] < 0) return names;
  const RolesTemplate& t = model.templates[static_cast<std::size_t>(scores.template_of[row])];
  for (std::size_t c = 0; c < t.roles.size(); ++c)
    if ((scores.missing[row] >> c & 1) != 0) names.push_back(t.roles[c].name);
  return names;
}

}  // namespace rolecall
