#include "experiments/role_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/auc_replicates.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/held_out.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/outcome_profile.hpp"
#include "experiments/role_candidates.hpp"
#include "experiments/role_table.hpp"
#include "experiments/truth_model.hpp"
#include "experiments/what_if.hpp"
#include "results/digest.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
std::vector<T> picked(const std::vector<T>& values, const std::vector<std::size_t>& order) {
  std::vector<T> result;
  result.reserve(order.size());
  for (const std::size_t i : order) result.push_back(values[i]);
  return result;
}

struct Candidates {
  std::vector<RoleWeights> weights;
  std::vector<std::string> origin;
  std::size_t search_begin = 0;  // those before stand for themselves
  std::ptrdiff_t truth = -1;

  void add(RoleWeights w, std::string from) {
    weights.push_back(std::move(w));
    origin.push_back(std::move(from));
  }
};

// Half of the account trees.
struct Half {
  std::vector<std::size_t> rows;  // of the groups with an outcome
  std::vector<std::uint8_t> won;
  RoleTable table;               // under what the search holds fixed
  std::optional<WhatIf> engine;  // over the table
  std::optional<AucReplicates> replicates;
};

class Study {
 public:
  Study(const StudySpec& spec, const World& world) : spec_(spec), world_(world) {
    if (world.truth) truth_ = truth_model(world, "the world");
    base_ = spec.model.base == "vendor" ? vendor_model(world, "the world")
                                        : load_model(spec.model.base);
    held_ = truth_ && spec.model.activities == "truth" ? with_activities_of(base_, *truth_) : base_;
    check_roles();
    const AsOf as_of = parse_as_of(spec.model.as_of);
    base_scores_ = score_by_role(world, base_, as_of);
    if (truth_) true_scores_ = score_by_role(world, with_activities_of(base_, *truth_), as_of);
    label_groups();
  }

  RoleWeightsResult run(Progress& progress) {
    add_references();
    search(progress);
    find_best();
    compare_models();
    compare_found();
    describe_groups();
    describe_study();
    std::vector<std::string> warnings = base_scores_.scores.warnings;
    warnings.push_back(hindsight_warning(world_, base_scores_.scores.groups));
    warnings.push_back(weak_interval_warning(units_.kind, units_.trees / 2));
    if (truth_ && candidates_.truth < 0)
      warnings.push_back(
          "the base model's template lacks some of the world's roles, so there is "
          "nothing to say of the true weights; base = \"vendor\" has them all.");
    std::erase_if(warnings, [](const std::string& warning) { return warning.empty(); });
    return {std::move(record_), std::move(warnings)};
  }

 private:
  const RolesTemplate& roles() const { return base_.templates.front(); }
  bool held_is_truth() const { return truth_ && spec_.model.activities == "truth"; }

  // Groups with outcomes in two halves of whole account trees.
  void label_groups() {
    const Phase phase("label and split");
    LabelledScores labelled = label(world_, base_scores_.scores.groups, Judged::engagement);
    rows_ = std::move(labelled.row);
    won_ = std::move(labelled.won);
    tree_ = std::move(labelled.tree);
    if (rows_.size() < 4) refuse("fewer than four groups have an outcome, won or lost");
    units_ = units_of(tree_);
    if (units_.trees < 4) {  // a half of one tree could not be drawn from
      std::iota(tree_.begin(), tree_.end(), 0u);
      const std::size_t trees = units_.trees;
      units_ = units_of(tree_);
      units_.trees = trees;
      units_.kind = ResamplingUnit::groups;
    }
    const std::vector<std::uint32_t> half = assign_folds(units_.of_group, units_.count, 2);
    for (std::size_t i = 0; i < rows_.size(); ++i)
      (half[units_.of_group[i]] == 0 ? train_ : test_).rows.push_back(i);
    for (Half* part : {&train_, &test_}) {
      part->won = picked(won_, part->rows);
      const auto wins = std::ranges::count(part->won, 1);
      if (wins == 0 || wins == static_cast<std::ptrdiff_t>(part->won.size()))
        refuse("one half of the account trees has no won or no lost group");
      part->table = half_table(held_scores(), *part);
      part->engine = engine_of(part->table, part->won);
      part->replicates.emplace(part->won, picked(tree_, part->rows), spec_.bootstrap.replicates,
                               spec_.bootstrap.seed);
    }
  }

  // A template whose roles nobody has would make every score 0 and every comparison empty.
  void check_roles() const {
    std::size_t known = 0;
    for (std::size_t r = 0; r < world_.roles.size(); ++r)
      known +=
          std::ranges::find(roles().roles, world_.roles[r], &RoleCard::name) != roles().roles.end();
    if (known > 0 || world_.roles.empty()) return;
    throw InputError(
        {.field = "model.base",
         .value = base_.name,
         .what = fmt::format("its template names none of the roles that members have ({}, …)",
                             world_.roles[0]),
         .remedy = world_.truth ? "Take base = \"vendor\", the model that this world comes with."
                                : "Take a model file with a template for these roles."});
  }

  // The true weights can be told only to a template that has every true role.
  bool names_true_roles() const {
    return truth_ &&
           std::ranges::all_of(truth_->templates.front().roles, [&](const RoleCard& card) {
             return std::ranges::find(roles().roles, card.name, &RoleCard::name) !=
                    roles().roles.end();
           });
  }

  [[noreturn]] static void refuse(const char* what) {
    throw InputError({.field = "outcome",
                      .what = what,
                      .remedy = "The study needs won and lost groups in several account trees, and "
                                "an as-of day known for them."});
  }

  // One candidate for each way to weigh that needs no search.
  void add_references() {
    RoleWeights base, equal(roles().roles.size(), 1), truth;
    const bool with_truth = names_true_roles();
    for (const RoleCard& card : roles().roles) {
      base.push_back(card.weighting);
      if (with_truth) truth.push_back(true_weight(card.name));
    }
    candidates_.add(base, "default");
    candidates_.add(equal, "equal");
    if (with_truth) {
      candidates_.truth = static_cast<std::ptrdiff_t>(candidates_.weights.size());
      candidates_.add(truth, "truth");
    }
    candidates_.search_begin = candidates_.weights.size();
  }

  double true_weight(const std::string& role) const {
    const auto& cards = truth_->templates.front().roles;
    const auto card = std::ranges::find(cards, role, &RoleCard::name);
    return card == cards.end() ? 0 : card->weighting;
  }

  const ScoresByRole& held_scores() const { return held_is_truth() ? true_scores_ : base_scores_; }

  RoleTable half_table(const ScoresByRole& scores, const Half& half) const {
    return table_of(scores, picked(rows_, half.rows));
  }

  void search(Progress& progress) {
    const Phase phase("search");
    const StudySpec::Search& how = spec_.search;
    const std::size_t n = count_candidates(how, roles().roles.size());
    progress.begin("candidates", candidates_.weights.size() + n, "models");
    measure(progress);  // the references
    const auto draw = [&](std::size_t from, std::size_t to, auto candidate) {
      for (std::size_t i = from; i < to; ++i) candidates_.add(candidate(i), "search");
      measure(progress);
    };
    const std::size_t roles_count = roles().roles.size();
    if (how.method == "grid") {
      draw(0, n, [&](std::size_t i) { return grid_candidate(how, roles_count, i); });
    } else if (how.method == "random") {
      draw(0, n, [&](std::size_t i) { return random_candidate(how, roles_count, i); });
    } else {
      // A third at random, then rounds around the best so far. They also fill the neighbourhood in
      // which replicates find their own best.
      constexpr std::size_t rounds = 8;
      const std::size_t first = (n + 2) / 3;
      draw(0, first, [&](std::size_t i) { return random_candidate(how, roles_count, i); });
      for (std::size_t round = 0; round < rounds; ++round) {
        const auto at = [&](std::size_t r) { return first + (n - first) * r / rounds; };
        const RoleWeights centre = candidates_.weights[best_in(0)];
        draw(at(round), at(round + 1),
             [&](std::size_t i) { return near_candidate(how, centre, i); });
      }
    }
    progress.end();
    record_trials();
  }

  // Those that have no AUC yet.
  void measure(Progress& progress) {
    const std::size_t begin = aucs_.size(), n = candidates_.weights.size() - begin;
    aucs_.resize(begin + n);
    record_.trials.test_auc.resize(begin + n);
    std::vector<std::size_t> exact, other;
    std::vector<Candidate> candidates;
    for (std::size_t i = begin; i < begin + n; ++i) {
      auto candidate = candidate_of(candidates_.weights[i]);
      if (candidate && test_.engine && test_.engine->is_exact(*candidate)) {
        exact.push_back(i);
        candidates.push_back(*std::move(candidate));
      } else {
        other.push_back(i);
      }
    }
    if (!exact.empty()) {
      const std::vector<double> auc = test_.engine->auc(candidates);
      for (std::size_t k = 0; k < exact.size(); ++k) record_.trials.test_auc[exact[k]] = auc[k];
    }
    parallel::for_each(other.size(), [&](std::size_t k) {
      record_.trials.test_auc[other[k]] =
          area_under_curve(test_.table.score(candidates_.weights[other[k]]), test_.won);
    });
    parallel::for_each(n, [&](std::size_t i) {
      const RoleWeights& weights = candidates_.weights[begin + i];
      aucs_[begin + i] = train_.replicates->measure(train_.table.score(weights));
      progress.advance(1);
    });
  }

  void record_trials() {
    for (std::size_t i = 0; i < candidates_.weights.size(); ++i) {
      auto& trials = record_.trials;
      const std::span<const double> drawn = std::span(aucs_[i]).subspan(1);
      const PercentileBounds bounds = interval({drawn.begin(), drawn.end()});
      trials.train_auc.push_back(aucs_[i][0], bounds.low, bounds.high);
      trials.replicates.insert(trials.replicates.end(), drawn.begin(), drawn.end());
      trials.origin.push_back(candidates_.origin[i]);
      trials.weight.insert(trials.weight.end(), candidates_.weights[i].begin(),
                           candidates_.weights[i].end());
    }
  }

  PercentileBounds interval(std::vector<double> replicates) const {
    return percentile_interval(std::move(replicates), spec_.bootstrap.confidence);
  }

  // The candidate of the search with the highest AUC in a column: 0 the sample, then replicates.
  std::size_t best_in(std::size_t column) const {
    std::size_t best = candidates_.search_begin;
    for (std::size_t i = best; i < aucs_.size(); ++i)
      if (aucs_[i][column] > aucs_[best][column]) best = i;
    return best;
  }

  void find_best() {
    const Phase phase("best of every replicate");
    best_ = best_in(0);
    const std::size_t n = roles().roles.size();
    std::vector<std::vector<double>> drawn(n);
    for (std::size_t column = 1; column <= spec_.bootstrap.replicates; ++column) {
      if (std::isnan(aucs_[best_][column])) continue;  // none won, or none lost: no best either
      const RoleWeights found = shares(candidates_.weights[best_in(column)]);
      for (std::size_t c = 0; c < n; ++c) drawn[c].push_back(found[c]);
    }
    const RoleWeights found = shares(candidates_.weights[best_]);
    for (std::size_t c = 0; c < n; ++c) {
      const PercentileBounds bounds = interval(drawn[c]);
      record_.roles.name.push_back(roles().roles[c].name);
      record_.roles.found.push_back(found[c], bounds.low, bounds.high);
    }
    record_.roles.base = shares(candidates_.weights[0]);
    if (candidates_.truth >= 0)
      record_.roles.truth =
          shares(candidates_.weights[static_cast<std::size_t>(candidates_.truth)]);
  }

  // Scores on the test half, by name; gains are over the first.
  void compare_models() {
    const Phase phase("compare models");
    const AucReplicates& replicates = *test_.replicates;
    const RoleTable base = half_table(base_scores_, test_);
    std::vector<double> first;
    const auto add = [&](const std::string& name, const char* activities, const char* who,
                         const std::vector<double>& scores) {
      const std::vector<double> auc = replicates.measure(scores);
      if (first.empty()) first = auc;
      std::vector<double> gains(auc.size());
      std::ranges::transform(auc, first, gains.begin(), std::minus{});
      const auto put = [&](IntervalColumn& column, const std::vector<double>& values) {
        const PercentileBounds bounds = interval({values.begin() + 1, values.end()});
        column.push_back(values[0], bounds.low, bounds.high);
      };
      record_.models.name.push_back(name);
      record_.models.activities.push_back(activities);
      record_.models.roles.push_back(who);
      put(record_.models.auc, auc);
      put(record_.models.gain, gains);
    };
    const RoleWeights& found = candidates_.weights[best_];
    const auto add_all = [&](const RoleTable& table, const std::string& activities,
                             const char* code) {
      add(code == std::string_view("default") ? base_.name : "default roles" + activities, code,
          "default", table.score(candidates_.weights[0]));
      add("equal roles" + activities, code, "equal", table.score(candidates_.weights[1]));
      add("found roles" + activities, code, "found", table.score(found));
      if (candidates_.truth >= 0)
        add("true roles" + activities, code, "truth",
            table.score(candidates_.weights[static_cast<std::size_t>(candidates_.truth)]));
    };
    add_all(base, "", "default");
    if (!truth_) return;
    add_all(half_table(true_scores_, test_), ", true activities", "truth");
    std::vector<double> true_scores;
    for (const std::size_t row : picked(rows_, test_.rows))
      true_scores.push_back(world_.truth->score[base_scores_.scores.groups.group[row].index()]);
    if (std::ranges::none_of(true_scores, [](double v) { return std::isnan(v); }))
      add("true score", "", "", true_scores);
  }

  // The found weights against the default ones, and the true ones against the found, where none of
  // them was chosen and all else is as the search held it.
  void compare_found() {
    const Phase phase("compare the found");
    const auto paired = [&](std::size_t better, std::size_t worse) {
      std::vector<double> gains = test_auc_of(better);
      std::ranges::transform(gains, test_auc_of(worse), gains.begin(), std::minus{});
      const PercentileBounds bounds = interval({gains.begin() + 1, gains.end()});
      return IntervalValue{gains[0], bounds.low, bounds.high};
    };
    record_.summary.found_gain = paired(best_, 0);
    record_.summary.truth_margin = {nan, nan, nan};
    if (candidates_.truth < 0) return;
    const auto truth = static_cast<std::size_t>(candidates_.truth);
    record_.summary.truth_margin = paired(truth, best_);
    const auto& test_auc = record_.trials.test_auc;
    record_.summary.better_than_truth = std::ranges::count_if(
        test_auc.begin() + static_cast<std::ptrdiff_t>(candidates_.search_begin), test_auc.end(),
        [&](double auc) { return auc > test_auc[truth]; });
  }

  std::vector<double> test_auc_of(std::size_t candidate) const {
    return test_.replicates->measure(test_.table.score(candidates_.weights[candidate]));
  }

  // Under the best model, all groups with outcomes.
  void describe_groups() {
    const Phase phase("describe groups");
    record_.scores =
        score_bins(table_of(held_scores(), rows_).score(shares(candidates_.weights[best_])), won_);
    record_.completeness =
        completeness_bands(picked(base_scores_.scores.groups.completeness, rows_), won_);
    record_.coverage = role_coverage(base_scores_.roles, rows_, roles(), won_);
  }

  void describe_study() {
    StudySpec resolved = spec_;
    if (!truth_) resolved.model.activities = "base";
    // Where things stood is no part of the content: what they were is in the recipe.
    if (!spec_.world.file.empty()) resolved.world.file = "world.h5";
    if (!spec_.world.spec.empty()) resolved.world.spec = "world.toml";
    const bool builtin = std::ranges::any_of(
        builtin_models(), [&](const Model& model) { return model.name == spec_.model.base; });
    if (!builtin && spec_.model.base != "vendor") resolved.model.base = "model.toml";
    record_.recipe = {.study = spec_.name,
                      .specification = to_toml(resolved, Comments::none),
                      .base_model = to_toml(base_),
                      .world_digest = content_digest(world_),
                      .world_specification = truth_ ? world_.truth->specification : ""};
    auto& s = record_.summary;
    s.groups = static_cast<std::int64_t>(rows_.size());
    s.won = std::ranges::count(won_, 1);
    s.train_groups = static_cast<std::int64_t>(train_.rows.size());
    s.test_groups = static_cast<std::int64_t>(test_.rows.size());
    s.trees = static_cast<std::int64_t>(units_.trees);
    s.resampled = to_string(units_.kind);
    s.replicates = static_cast<std::int64_t>(spec_.bootstrap.replicates);
    s.confidence = spec_.bootstrap.confidence;
    s.ceiling_auc = truth_ ? world_.truth->ceiling_auc : nan;
    Model best = held_;
    best.name = spec_.name + "-found";
    best.description = fmt::format("found by the study {}: trial {}", spec_.name, best_);
    for (std::size_t c = 0; c < roles().roles.size(); ++c) {
      best.templates.front().roles[c].weighting = candidates_.weights[best_][c];
      best.templates.front().roles[c].band.clear();
    }
    record_.best = {static_cast<std::int64_t>(best_), to_toml(best)};
  }

  const StudySpec& spec_;
  const World& world_;
  Model base_, held_;  // the model to beat; with what the search holds fixed
  std::optional<Model> truth_;
  ScoresByRole base_scores_, true_scores_;
  std::vector<std::size_t> rows_;  // of the scores: groups with an outcome
  std::vector<std::uint8_t> won_;  // parallel to rows_, as is tree_
  std::vector<std::uint32_t> tree_;
  Half train_, test_;
  ResamplingUnits units_;
  Candidates candidates_;
  std::vector<std::vector<double>> aucs_;  // by candidate: the sample's, then of each replicate
  std::size_t best_ = 0;
  StudyRecord record_;
};

}  // namespace

RoleWeightsResult run_role_weights(const StudySpec& spec, const World& world, Progress* progress) {
  const Phase phase("role weights");
  Progress silent;
  return Study(spec, world).run(progress != nullptr ? *progress : silent);
}

}  // namespace rolecall
