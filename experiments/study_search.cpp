#include "experiments/study_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "core/random.hpp"
#include "experiments/auc_replicates.hpp"
#include "experiments/baselines.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/objective.hpp"
#include "experiments/truth_model.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Account trees in an order drawn from the seed, so that a sample is a share of them.
class TreeSamples {
 public:
  TreeSamples(CandidateJudge& judge, std::size_t part, std::uint64_t seed)
      : judge_(judge),
        part_(part),
        units_(units_of(judge.tree_of(judge.part(part)))),
        seed_(seed) {}

  // The part that holds this share of the account trees; the whole part where a smaller one would
  // have no won or no lost group.
  std::size_t part_of(double sample) {
    if (sample >= 1) return part_;
    const auto known = parts_.find(sample);
    if (known != parts_.end()) return known->second;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order;
    for (std::uint32_t u = 0; u < units_.count; ++u)
      order.emplace_back(Random(seed_, RandomStream::candidates, ~std::uint64_t{u}).word64(), u);
    std::ranges::sort(order);
    std::vector<std::uint8_t> is_in(units_.count, 0);
    const auto n = static_cast<std::size_t>(std::ceil(sample * static_cast<double>(units_.count)));
    for (std::size_t i = 0; i < std::min(n, order.size()); ++i) is_in[order[i].second] = 1;
    std::vector<std::size_t> groups;
    const std::vector<std::size_t>& all = judge_.part(part_);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (is_in[units_.of_group[i]] != 0) groups.push_back(all[i]);
    std::size_t made = part_;
    try {
      made = judge_.add_part(std::move(groups), "a sample");
    } catch (const InputError&) {  // too small to judge on
    }
    return parts_[sample] = made;
  }

 private:
  CandidateJudge& judge_;
  std::size_t part_;
  ResamplingUnits units_;
  std::uint64_t seed_;
  std::map<double, std::size_t> parts_;
};

// A value as Parameter::text_of writes it, to the last digit.
double recorded_value(const Parameter& parameter, const std::string& text) {
  if (text == parameter.text_of(nan)) return nan;  // left as the base model has it, unlisted
  if (!parameter.domain.words.empty()) return parameter.value_of(text);
  double value = std::numeric_limits<double>::infinity();
  if (text == "none") return value;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size())
    throw InputError({.field = parameter.name,
                      .value = text,
                      .what = "this is no number",
                      .remedy = "Take the trials of a results file."});
  return value;
}

// A point of the space from what an outside tuner proposes, or has proposed. Throws InputError.
Point proposed_point(const SearchSpace& space,
                     const std::vector<std::pair<std::string, std::string>>& proposal,
                     bool is_replay) {
  Point point = space.base_point();
  std::vector<std::string> names;
  for (const Parameter& p : space.parameters()) names.push_back(p.name);
  for (const auto& [name, text] : proposal) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
      throw InputError({.field = "proposal",
                        .value = name,
                        .what = "no parameter of the study has this name",
                        .remedy = suggest(name, names)});
    const auto i = static_cast<std::size_t>(found - names.begin());
    const Parameter& parameter = space.parameters()[i];
    point[i] = is_replay ? recorded_value(parameter, text) : parameter.value_of(text);
  }
  return is_replay ? point : space.constrained(std::move(point));
}

// Nothing when it was refused.
std::optional<Point> point_or_refusal(
    const ExternalTuner& tuner, const SearchSpace& space,
    const std::vector<std::pair<std::string, std::string>>& proposal) {
  try {
    return proposed_point(space, proposal, tuner.is_replay);
  } catch (const InputError& error) {
    if (!tuner.refuse) throw;
    tuner.refuse(error);
    return std::nullopt;
  }
}

// Values of proposals from outside, which another run of the tuner need not propose again: what is
// kept says of which proposal it is. From the first that differs on, another stage is used.
class KeptProposals {
 public:
  KeptProposals(StudyJournal& journal, std::string name)
      : journal_(journal), name_(std::move(name)) {}

  double value_of(const Point& point, const std::function<double()>& judge) {
    for (;; ++stage_, row_ = 0) {
      const std::vector<double> row =
          journal_.rows(fmt::format("{}, proposals {}", name_, stage_), point.size() + 1, row_,
                        row_ + 1, [&](std::size_t, std::size_t) {
                          std::vector<double> figures{judge()};
                          figures.insert(figures.end(), point.begin(), point.end());
                          return figures;
                        });
      if (!std::equal(point.begin(), point.end(), row.begin() + 1, same)) continue;
      ++row_;
      return row.front();
    }
  }

 private:
  static bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

  StudyJournal& journal_;
  std::string name_;
  std::size_t stage_ = 1, row_ = 0;
};

// What is there anyway may be best, where it holds to the constraints; not the truth: that is not
// found, but known.
bool may_be_found(const SearchSpace& space, const Trial& trial) {
  return trial.origin == "search" ||
         (trial.origin != "truth" && (!space.has_constraints() || space.is_allowed(trial.point)));
}

std::vector<Trial> judge_first(const SearchSpace& space, std::vector<Trial> references,
                               const JudgePoints& values_of) {
  StudySpec::Search nothing;
  nothing.method = "random";
  nothing.candidates = 0;
  return search_candidates(nothing, space, std::move(references), values_of);
}

}  // namespace

std::vector<Trial> reference_trials(const SearchSpace& space, const World& world,
                                    const StudySpec& spec) {
  std::vector<Trial> trials{{space.base_point(), 0, 1, "default"}};
  const auto add = [&](const Model& model, const char* origin) {
    Point point = space.base_point(), other = space.point_of(model);
    for (std::size_t i = 0; i < point.size(); ++i)
      if (space.parameters()[i].is_linear() || origin == std::string_view("truth"))
        point[i] = other[i];
    if (std::ranges::none_of(point, [](double v) { return std::isnan(v); }))
      trials.push_back({std::move(point), 0, 1, origin});
  };
  add(one_weight_for_all(space.base()), "equal");
  if (world.truth) add(truth_model(world, "the world"), "truth");
  // With what was not searched, weights that differ from the truth's would not be the truth.
  if (world.truth && spec.model.activities != "truth" && trials.back().origin == "truth" &&
      !(space.varies_roles() && space.varies_activities()))
    trials.pop_back();
  std::erase_if(trials, [](const Trial& trial) {
    return std::ranges::any_of(trial.point, [](double v) { return std::isnan(v); });
  });
  return trials;
}

Found search_part(StudyTask& task, const SearchSpace& space, CandidateJudge& judge,
                  std::size_t part, const std::string& name, std::vector<Trial> references,
                  StudyJournal& journal, Progress& progress, std::vector<std::string>& warnings) {
  const Phase phase("search");
  const StudySpec::Search& how = task.spec.search;
  const Objective objective = parse_objective(how.objective);
  Found found{.name = name, .trials = {}, .share = {}, .share_error = {}};
  TreeSamples samples(judge, part, how.seed);
  std::size_t asked = 0;
  const JudgePoints values_of = [&](std::span<const Point> points, double sample) {
    const std::size_t from = asked;
    asked += points.size();
    std::vector<double> values =
        journal.rows(name, 1, from, asked, [&](std::size_t begin, std::size_t end) {
          return judge.judge(points.subspan(begin - from, end - begin), samples.part_of(sample),
                             objective);
        });
    progress.advance(points.size());
    return values;
  };
  const std::size_t searched = references.size();
  if (how.method == "logistic") {
    const std::vector<Point> points = structures(space, how);
    progress.begin(name, references.size() + points.size(), "models");
    found.trials = judge_first(space, std::move(references), values_of);
    const std::size_t d = space.dimensions(), width = 1 + 3 * d;
    std::vector<std::vector<std::string>> fit_warnings(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const std::vector<double> row =
          journal.rows(name + ", fits", width, i, i + 1, [&](std::size_t, std::size_t) {
            FittedWeights fitted =
                fit_weights(judge, space, points[i], part, how, task.spec.constraints);
            std::vector<double> figures = judge.judge(std::span(&fitted.point, 1), part, objective);
            for (const auto* column : {&fitted.point, &fitted.share, &fitted.share_error})
              figures.insert(figures.end(), column->begin(), column->end());
            fit_warnings[i] = std::move(fitted.warnings);
            return figures;
          });
      const auto at = [&](std::size_t k) {
        const auto from = row.begin() + static_cast<std::ptrdiff_t>(1 + k * d);
        return std::vector<double>(from, from + static_cast<std::ptrdiff_t>(d));
      };
      found.trials.push_back({at(0), row[0], 1, "search"});
      if (best_of(found.trials, searched) + 1 == found.trials.size()) {
        found.share = at(1);
        found.share_error = at(2);
      }
      progress.advance(1);
    }
    const std::size_t best = best_of(found.trials, searched) - searched;
    warnings.insert(warnings.end(), fit_warnings[best].begin(), fit_warnings[best].end());
  } else if (how.method == "external") {
    progress.begin(name, how.candidates, "models");
    found.trials = judge_first(space, std::move(references), values_of);
    if (!task.external.ask)
      throw InputError({.field = "search.method",
                        .value = "external",
                        .what = "there is nobody to propose candidates",
                        .remedy = "Use the Tuner of the Python package, or another method."});
    if (task.external.begin) task.external.begin(space, found.trials);
    KeptProposals kept(journal, name);
    while (found.trials.size() - searched < how.candidates) {
      const auto proposal = task.external.ask();
      if (!proposal) break;
      const std::optional<Point> point = point_or_refusal(task.external, space, *proposal);
      if (!point) continue;
      const double value = kept.value_of(
          *point, [&] { return judge.judge(std::span(&*point, 1), part, objective).front(); });
      progress.advance(1);
      found.trials.push_back({*point, value, 1, "search"});
      if (task.external.tell) task.external.tell(found.trials.size() - 1, value);
    }
  } else {
    progress.begin(name, references.size() + count_candidates(how, space), "models");
    found.trials = search_candidates(how, space, std::move(references), values_of);
  }
  progress.end();
  // A tuner outside may have proposed nothing.
  const std::size_t none = found.trials.size();
  found.best = none > searched ? best_of(found.trials, searched) : none;
  for (std::size_t i = 0; i < searched; ++i)
    if (may_be_found(space, found.trials[i]) && !std::isnan(found.trials[i].value) &&
        (found.best == none || found.trials[i].value > found.trials[found.best].value)) {
      found.best = i;
      found.share.clear();
      found.share_error.clear();
    }
  if (found.best == none)
    throw InputError({.field = "search",
                      .what = "no candidate was proposed",
                      .remedy = "Propose at least one, or take another method."});
  return found;
}

std::vector<Point> best_of_replicates(const SearchSpace& space, CandidateJudge& judge,
                                      std::size_t part, const Found& found, const StudySpec& spec,
                                      StudyJournal& journal) {
  const Phase phase("best of every replicate");
  // What is best of proposals from outside may differ from what an earlier run found best.
  StudyJournal nothing;
  StudyJournal& kept = spec.search.method == "external" ? nothing : journal;
  const std::size_t replicates = spec.bootstrap.replicates;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < found.trials.size(); ++i)
    if (found.trials[i].sample == 1 && may_be_found(space, found.trials[i]) &&
        !std::isnan(found.trials[i].value))
      order.push_back(i);
  std::ranges::stable_sort(order, std::greater{},
                           [&](std::size_t i) { return found.trials[i].value; });
  order.resize(std::min<std::size_t>(order.size(), spec.bootstrap.shortlist));
  const std::vector<std::uint8_t> won = judge.won_of(judge.part(part));
  const std::vector<std::uint32_t> tree = judge.tree_of(judge.part(part));
  const Objective objective = parse_objective(spec.search.objective);
  std::optional<AucReplicates> auc;
  if (objective == Objective::auc) auc.emplace(won, tree, replicates, spec.bootstrap.seed);
  const ResamplingUnits units = units_of(tree);
  constexpr std::size_t batch = 16;
  std::vector<double> values;
  for (std::size_t from = 0; from < order.size(); from += batch) {
    const std::size_t to = std::min(order.size(), from + batch);
    const std::vector<double> rows = kept.rows(
        found.name + ", replicates", replicates, from, to, [&](std::size_t begin, std::size_t end) {
          std::vector<std::vector<double>> scores;
          for (std::size_t k = begin; k < end; ++k)
            scores.push_back(judge.rank_scores(found.trials[order[k]].point, part));
          std::vector<double> figures((end - begin) * replicates);
          parallel::for_each(end - begin, [&](std::size_t k) {
            double* out = figures.data() + k * replicates;
            if (auc) {
              const std::vector<double> drawn = auc->measure(scores[k]);
              std::copy(drawn.begin() + 1, drawn.end(), out);
              return;
            }
            std::vector<std::uint32_t> multiplicity(units.count);
            for (std::size_t r = 0; r < replicates; ++r) {
              draw_multiplicity(spec.bootstrap.seed, r, multiplicity);
              std::vector<double> score;
              std::vector<std::uint8_t> outcome;
              for (std::size_t g = 0; g < won.size(); ++g)
                for (std::uint32_t m = 0; m < multiplicity[units.of_group[g]]; ++m) {
                  score.push_back(scores[k][g]);
                  outcome.push_back(won[g]);
                }
              out[r] = measure_objective(score, outcome, objective, spec.hand_off);
            }
          });
          return figures;
        });
    values.insert(values.end(), rows.begin(), rows.end());
  }
  std::vector<Point> best;
  for (std::size_t r = 0; r < replicates; ++r) {
    std::size_t chosen = order.size();
    for (std::size_t k = 0; k < order.size(); ++k) {
      const double value = values[k * replicates + r];
      if (!std::isnan(value) && (chosen == order.size() || value > values[chosen * replicates + r]))
        chosen = k;
    }
    if (chosen < order.size()) best.push_back(found.trials[order[chosen]].point);
  }
  return best;
}

std::vector<Point> structures(const SearchSpace& space, const StudySpec::Search& how) {
  std::vector<Point> points{space.base_point()};
  for (std::size_t i = 0; i < space.dimensions(); ++i) {
    const Parameter& p = space.parameters()[i];
    if (p.is_linear()) continue;
    const std::size_t n = p.choices() > 0 ? p.choices() : how.steps;
    std::vector<Point> next;
    for (const Point& point : points)
      for (std::size_t k = 0; k < n; ++k) {
        const auto digit = static_cast<double>(k), last = static_cast<double>(n);
        next.push_back(point);
        next.back()[i] = p.at(p.choices() > 0 ? (digit + .5) / last : digit / (last - 1));
      }
    points = std::move(next);
  }
  return points;
}

std::vector<double> reported(const SearchSpace& space, const Point& point) {
  std::vector<double> values = point;
  for (const bool roles : {true, false}) {
    double total = 0;
    const auto is_in = [&](const Parameter& p) {
      return roles ? p.parts.front().is_role_weighting() : p.parts.front().is_activity_weight();
    };
    for (std::size_t i = 0; i < values.size(); ++i)
      if (is_in(space.parameters()[i])) total += std::abs(point[i]);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (is_in(space.parameters()[i])) values[i] = total > 0 ? point[i] / total : nan;
  }
  return values;
}

std::string unit_of_parameter(const Parameter& parameter) {
  const ModelPart& part = parameter.parts.front();
  if (part.is_role_weighting()) return "share of role weights";
  if (part.is_activity_weight()) return "share of activity weights";
  const std::string& path = part.path();
  return path.ends_with("_days") ? "day" : path.ends_with("daily_cap") ? "activities" : "";
}

}  // namespace rolecall
