#include "experiments/candidate_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/exact.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/ranking_metrics.hpp"
#include "experiments/what_if.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/capped_counts.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_tables = 64;

template <class T>
std::vector<T> picked(const std::vector<T>& values, std::span<const std::size_t> order) {
  std::vector<T> result;
  result.reserve(order.size());
  for (const std::size_t i : order) result.push_back(values[i]);
  return result;
}

// How the columns of a table are made of role cards and types.
enum class Layout : std::uint8_t {
  roles,  // a column for each card, activity weights within
  types,  // one for each type, role weightings within
  both,   // cards × types
  none,   // no columns: every candidate is scored in full
};

// Where the weight of each type of the world stands in LinearWeights; -1: weighs nothing.
constexpr std::ptrdiff_t every_other = -2;
std::vector<std::ptrdiff_t> rules_of_types(const Model& model, const World& world) {
  std::vector<std::ptrdiff_t> rules;
  for (std::size_t t = 0; t < world.activities.type_names.size(); ++t) {
    const auto rule =
        std::ranges::find(model.activities, world.activities.type_names[t], &ActivityRule::name);
    rules.push_back(rule != model.activities.end() ? rule - model.activities.begin()
                    : model.every_other            ? every_other
                                                   : -1);
  }
  return rules;
}

// Multiples of one power of two, below 2^29, or the decimals that the values are.
std::optional<std::vector<std::uint32_t>> whole_numbers(const std::vector<double>& values) {
  if (std::ranges::any_of(values, [](double v) { return v < 0; })) return std::nullopt;
  std::vector<std::uint32_t> whole;
  if (const auto decimals = exact_decimals(values);
      decimals && (values.empty() || std::ranges::max(decimals->units) <= INT32_MAX)) {
    whole.assign(decimals->units.begin(), decimals->units.end());
    return whole;
  }
  const int shift = 29 - std::ilogb(std::ranges::max(values));
  for (const double v : values)
    whole.push_back(static_cast<std::uint32_t>(std::llround(std::ldexp(v, shift))));
  return whole;
}

// A rising transform of the groups' scores changes no ranking.
Model ranked_alike(Model model) {
  const auto positive = [](const ActivityRule& rule) { return rule.weight >= 0; };
  if (std::ranges::all_of(model.activities, positive) &&
      (!model.every_other || positive(*model.every_other))) {
    model.readings.group_transform = Readings::Transform::none;
    model.readings.group_scaling = Readings::Scaling::none;
  }
  return model;
}

// Whether some candidate may weigh an activity below 0.
bool may_weigh_below_zero(const SearchSpace& space) {
  const Model& base = space.base();
  return std::ranges::any_of(base.activities, [](const auto& rule) { return rule.weight < 0; }) ||
         (base.every_other && base.every_other->weight < 0) ||
         std::ranges::any_of(space.parameters(), [](const Parameter& p) {
           return p.is_linear() &&
                  (p.domain.low < 0 ||
                   std::ranges::any_of(p.domain.values, [](double v) { return v < 0; }));
         });
}

bool has_role_sums(const Model& model, const World& world) {
  if (model.readings.weight_scaling != Readings::Scaling::none) return false;
  try {
    require_role_sums(model, world);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace

// The counts of one cap, window, decay … , and an engine over them for each part.
struct CandidateJudge::Table {
  Layout layout = Layout::none;
  std::vector<std::ptrdiff_t> rule_of_type;
  std::vector<std::uint32_t> card_of_column, type_of_column;
  std::vector<std::vector<std::uint32_t>> columns;
  std::vector<std::optional<WhatIf>> engines;
  std::uint64_t used = 0;

  // Nothing when the weights are no short decimals.
  std::optional<Candidate> candidate(const LinearWeights& weights) const {
    const auto roles = exact_decimals(weights.role);
    std::vector<double> of_rules = weights.activity;
    of_rules.push_back(weights.every_other);
    const auto rules = exact_decimals(of_rules);
    if (!roles || !rules) return std::nullopt;
    const auto role_factor = [&](std::size_t c) {
      return layout == Layout::types ? 1 : roles->units[card_of_column[c]];
    };
    const auto type_factor = [&](std::size_t c) {
      if (layout == Layout::roles) return std::int64_t{1};
      const std::ptrdiff_t rule = rule_of_type[type_of_column[c]];
      return rule == every_other ? rules->units.back()
                                 : rules->units[static_cast<std::size_t>(rule)];
    };
    Candidate candidate;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto product = checked_product(role_factor(c), type_factor(c));
      if (!product || *product > INT64_MAX || *product < -INT64_MAX) return std::nullopt;
      if (*product != 0)
        candidate.terms.push_back(
            {static_cast<std::uint32_t>(c), static_cast<std::int64_t>(*product)});
    }
    return candidate;
  }
};

CandidateJudge::CandidateJudge(const World& world, const SearchSpace& space, const AsOf& as_of,
                               const HandOff& hand_off)
    : world_(world), space_(space), as_of_(as_of), hand_off_(hand_off) {
  const Phase phase("label groups");
  const Model& base = space.base();
  Scores scored = score(world, index_for(base), bind(base, world), as_of);
  LabelledScores labelled = label(world, scored.groups, Judged::engagement);
  rows_ = std::move(labelled.row);
  won_ = std::move(labelled.won);
  tree_ = std::move(labelled.tree);
  for (const std::size_t row : rows_) groups_.push_back(scored.groups.group[row]);
  warnings_ = std::move(scored.warnings);
  warnings_.push_back(hindsight_warning(world, scored.groups));
  std::vector<std::size_t> all(rows_.size());
  std::iota(all.begin(), all.end(), 0);
  add_part(std::move(all), "the world");
}

CandidateJudge::~CandidateJudge() = default;

std::size_t CandidateJudge::add_part(std::vector<std::size_t> groups, std::string_view what) {
  const auto wins = std::ranges::count_if(groups, [&](std::size_t g) { return won_[g] != 0; });
  if (wins == 0 || wins == static_cast<std::ptrdiff_t>(groups.size()))
    throw InputError({.field = "outcome",
                      .what = fmt::format("{} has no {} group that can be scored", what,
                                          wins == 0 ? "won" : "lost"),
                      .remedy = "A study needs won and lost groups in several account trees, and "
                                "an as-of day known for them."});
  parts_.push_back(std::move(groups));
  for (auto& [structure, table] : tables_) table->engines.resize(parts_.size());
  return parts_.size() - 1;
}

std::vector<std::uint8_t> CandidateJudge::won_of(std::span<const std::size_t> groups) const {
  return picked(won_, groups);
}

std::vector<std::uint32_t> CandidateJudge::tree_of(std::span<const std::size_t> groups) const {
  return picked(tree_, groups);
}

const ActivityIndex& CandidateJudge::index_for(const Model& model) {
  const std::string& zone = model.readings.day_boundary;
  const auto found = indices_.find(zone);
  if (found != indices_.end()) return found->second;
  const Phase phase("index");
  return indices_.emplace(zone, index_activities(world_.activities, DayBoundary(zone)))
      .first->second;
}

CandidateJudge::Table& CandidateJudge::table_of(const Point& point) {
  std::unique_ptr<Table>& table = tables_[space_.structure(point)];
  if (!table) {
    const Phase phase("count");
    table = std::make_unique<Table>();
    table->engines.resize(parts_.size());
    // Of candidates that share the table, all or none are ranked by plain sums.
    const Model model = space_.apply(point);
    const Readings& r = model.readings;
    if ((r.group_transform == Readings::Transform::none &&
         r.group_scaling == Readings::Scaling::none) ||
        !may_weigh_below_zero(space_))
      fill(*table, ranked_alike(model));
  }
  table->used = ++clock_;
  if (tables_.size() > most_tables) {
    auto oldest =
        std::ranges::min_element(tables_, {}, [](const auto& entry) { return entry.second->used; });
    tables_.erase(oldest);
  }
  return *table;
}

void CandidateJudge::fill(Table& table, const Model& model) {
  table.rule_of_type = rules_of_types(space_.base(), world_);
  if (!has_role_sums(model, world_) || (!space_.varies_roles() && !space_.varies_activities()))
    return;
  const bool decays = model.decay.kind != Decay::Kind::none;
  const std::size_t cards = model.templates.front().roles.size();
  const std::size_t types = table.rule_of_type.size();
  if (types == 0) return;  // nobody ever did anything
  const BoundModel bound = bind(model, world_);
  const ActivityIndex& index = index_for(model);

  // Sums by card, of all types or of one.
  const auto keep = [&](std::vector<std::vector<double>> columns) {
    std::vector<double> all;
    for (const auto& column : columns) all.insert(all.end(), column.begin(), column.end());
    const auto whole = whole_numbers(all);
    if (!whole) return false;
    for (std::size_t c = 0; c < columns.size(); ++c)
      table.columns.emplace_back(
          whole->begin() + static_cast<std::ptrdiff_t>(c * rows_.size()),
          whole->begin() + static_cast<std::ptrdiff_t>((c + 1) * rows_.size()));
    return true;
  };
  const auto column_of = [&](const RoleSums& sums, std::size_t card) {
    std::vector<double> column;
    column.reserve(rows_.size());
    for (const std::size_t row : rows_) column.push_back(sums.sum[row * sums.cards + card]);
    return column;
  };
  if (!space_.varies_activities()) {
    const ScoresByRole sums = score_by_role(world_, index, bound, as_of_);
    std::vector<std::vector<double>> columns;
    for (std::size_t c = 0; c < cards; ++c) {
      columns.push_back(column_of(sums.roles, c));
      table.card_of_column.push_back(static_cast<std::uint32_t>(c));
      table.type_of_column.push_back(0);
    }
    if (keep(std::move(columns))) table.layout = Layout::roles;
    return;
  }
  std::vector<double> weightings;
  for (const RoleCard& card : model.templates.front().roles) weightings.push_back(card.weighting);
  const auto factors = exact_decimals(weightings);
  bool folds = !space_.varies_roles() && factors && std::ranges::max(factors->units) <= INT32_MAX;
  const auto note = [&](std::size_t card, std::size_t type) {
    table.card_of_column.push_back(static_cast<std::uint32_t>(card));
    table.type_of_column.push_back(static_cast<std::uint32_t>(type));
  };
  if (decays) {
    std::vector<std::vector<double>> columns;
    for (std::size_t t = 0; t < types; ++t) {
      if (table.rule_of_type[t] == -1) continue;
      BoundModel one = bound;
      std::ranges::fill(one.weights, 0.);
      one.weights[t] = 1;
      const ScoresByRole sums = score_by_role(world_, index, one, as_of_);
      std::vector<double> folded(folds ? rows_.size() : 0, 0);
      for (std::size_t c = 0; c < cards; ++c) {
        std::vector<double> column = column_of(sums.roles, c);
        if (!folds) {
          columns.push_back(std::move(column));
          note(c, t);
          continue;
        }
        for (std::size_t g = 0; g < column.size(); ++g) folded[g] += weightings[c] * column[g];
      }
      if (!folds) continue;
      columns.push_back(std::move(folded));
      note(0, t);
    }
    if (keep(std::move(columns))) table.layout = folds ? Layout::types : Layout::both;
    return;
  }
  std::vector<GroupId> all;
  const CountedMembers members = count_members(world_, index, model, as_of_, all);
  std::vector<std::uint32_t> whole_factors;
  if (folds) whole_factors.assign(factors->units.begin(), factors->units.end());
  CappedCounts counts;
  try {
    counts = count_capped(index, members, cards, whole_factors, types, bound.caps);
  } catch (const InputError&) {  // weightings so long that a count takes more than 31 bits
    if (!folds) throw;
    folds = false;
    counts = count_capped(index, members, cards, {}, types, bound.caps);
  }
  for (std::size_t c = 0; c < counts.cards; ++c)
    for (std::size_t t = 0; t < types; ++t) {
      if (table.rule_of_type[t] == -1) continue;
      const auto column = counts.column(c, t, 0);
      std::vector<std::uint32_t> kept;
      kept.reserve(rows_.size());
      for (const std::size_t row : rows_) kept.push_back(column[row]);
      if (std::ranges::all_of(kept, [](std::uint32_t v) { return v == 0; })) continue;
      table.columns.push_back(std::move(kept));
      note(c, t);
    }
  table.layout = folds ? Layout::types : Layout::both;
}

const std::optional<WhatIf>& CandidateJudge::engine_of(Table& table, std::size_t part) {
  std::optional<WhatIf>& engine = table.engines[part];
  if (engine || table.layout == Layout::none || table.columns.empty()) return engine;
  const Phase phase("what-if columns");
  std::vector<std::vector<std::uint32_t>> columns;
  for (const auto& column : table.columns) columns.push_back(picked(column, parts_[part]));
  const std::vector<std::uint8_t> won = picked(won_, parts_[part]);
  engine.emplace(WhatIfColumns{.columns = {columns.begin(), columns.end()}, .won = won});
  return engine;
}

std::vector<double> CandidateJudge::rank_scores(const Point& point, std::size_t part) {
  Table& table = table_of(point);
  const std::optional<WhatIf>& engine = engine_of(table, part);
  if (engine)
    if (const auto candidate = table.candidate(space_.weights(point));
        candidate && engine->is_exact(*candidate)) {
      const std::vector<std::int64_t> whole = engine->scores(*candidate);
      return {whole.begin(), whole.end()};
    }
  return picked(scores(ranked_alike(space_.apply(point))), parts_[part]);
}

std::vector<double> CandidateJudge::judge(std::span<const Point> points, std::size_t part,
                                          Objective objective) {
  std::vector<double> values(points.size(), nan);
  std::map<std::vector<double>, std::vector<std::size_t>> by_structure;
  for (std::size_t i = 0; i < points.size(); ++i)
    by_structure[space_.structure(points[i])].push_back(i);
  for (const auto& [structure, members] : by_structure) {
    Table& table = table_of(points[members.front()]);
    std::vector<std::size_t> exact, other;
    std::vector<Candidate> candidates;
    const std::optional<WhatIf>& engine = engine_of(table, part);
    for (const std::size_t i : members) {
      std::optional<Candidate> candidate;
      if (engine) candidate = table.candidate(space_.weights(points[i]));
      if (candidate && engine->is_exact(*candidate)) {
        exact.push_back(i);
        candidates.push_back(*std::move(candidate));
      } else {
        other.push_back(i);
      }
    }
    if (!candidates.empty()) {
      const Phase phase("what-if engine");
      if (objective == Objective::auc) {
        const std::vector<double> auc = engine->auc(candidates);
        for (std::size_t k = 0; k < exact.size(); ++k) values[exact[k]] = auc[k];
      } else if (objective <= Objective::lift_at_20) {
        const std::vector<RankingMetrics> found = engine->measure(candidates);
        for (std::size_t k = 0; k < exact.size(); ++k)
          values[exact[k]] = objective == Objective::pr_auc
                                 ? found[k].pr_auc
                                 : found[k].lift[static_cast<std::size_t>(objective) -
                                                 static_cast<std::size_t>(Objective::lift_at_5)];
      } else {
        parallel::for_each(exact.size(), [&](std::size_t k) {
          const std::vector<std::int64_t> whole = engine->scores(candidates[k]);
          values[exact[k]] = judge_scores({whole.begin(), whole.end()}, part, objective);
        });
      }
    }
    const Phase phase("score in full");
    for (const std::size_t i : other)
      values[i] = judge_scores(picked(scores(ranked_alike(space_.apply(points[i]))), parts_[part]),
                               part, objective);
  }
  return values;
}

double CandidateJudge::judge_scores(const std::vector<double>& scores, std::size_t part,
                                    Objective objective) const {
  const std::vector<std::uint8_t> won = picked(won_, parts_[part]);
  return measure_objective(scores, won, objective, hand_off_);
}

std::vector<double> CandidateJudge::scores(const Model& model) {
  const Scores scored = score(world_, index_for(model), bind(model, world_), as_of_);
  return picked(scored.groups.engagement, rows_);
}

CandidateJudge::LinearColumns CandidateJudge::linear_columns(const Point& point, Family family) {
  const Table& table = table_of(point);
  if (table.layout == Layout::none)
    throw InputError({.field = "search.method",
                      .value = "logistic",
                      .what = "the score is no sum of role weights and activity weights, so they "
                              "cannot be fitted",
                      .remedy = "Take a model with plain readings and one template for \"*\", such "
                                "as ajo-seed, or another method."});
  const LinearWeights weights = space_.weights(point);
  const bool of_roles = family == Family::roles;
  // Columns of the table by the parameter that governs them.
  const auto governs = [&](const Parameter& p, std::size_t column) {
    return std::ranges::any_of(p.parts, [&](const ModelPart& part) {
      if (of_roles) {
        const auto& cards = space_.base().templates.front().roles;
        return part.is_role_weighting() && cards[table.card_of_column[column]].name == part.name();
      }
      const std::ptrdiff_t rule = table.rule_of_type[table.type_of_column[column]];
      if (!part.is_activity_weight()) return false;
      return rule == every_other
                 ? part.name() == "*"
                 : space_.base().activities[static_cast<std::size_t>(rule)].name == part.name();
    });
  };
  const auto role_weight = [&](std::size_t column) {
    return table.layout == Layout::types ? 1 : weights.role[table.card_of_column[column]];
  };
  const auto type_weight = [&](std::size_t column) {
    if (table.layout == Layout::roles) return 1.;
    const std::ptrdiff_t rule = table.rule_of_type[table.type_of_column[column]];
    return rule == every_other ? weights.every_other
                               : weights.activity[static_cast<std::size_t>(rule)];
  };
  LinearColumns result{.column = std::vector<std::vector<double>>(space_.dimensions()), .rest = {}};
  const auto add = [&](std::vector<double>& to, std::size_t column, double factor) {
    if (to.empty()) to.assign(rows_.size(), 0);
    for (std::size_t g = 0; g < to.size(); ++g)
      to[g] += factor * static_cast<double>(table.columns[column][g]);
  };
  for (std::size_t i = 0; i < space_.dimensions(); ++i) {
    const ModelPart& first = space_.parameters()[i].parts.front();
    if (of_roles ? first.is_role_weighting() : first.is_activity_weight())
      result.column[i].assign(rows_.size(), 0);
  }
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto owner = std::ranges::find_if(space_.parameters(),
                                            [&](const Parameter& p) { return governs(p, c); });
    const double other = of_roles ? type_weight(c) : role_weight(c);
    if (owner != space_.parameters().end())
      add(result.column[static_cast<std::size_t>(owner - space_.parameters().begin())], c, other);
    else
      add(result.rest, c, other * (of_roles ? role_weight(c) : type_weight(c)));
  }
  return result;
}

}  // namespace rolecall
