#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/profile.hpp"
#include "experiments/kinds/judged_models.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/model_pairs.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"
#include "results/digest.hpp"

namespace rolecall {
namespace {

// What is drawn from the truth of a generated world is no choice that anyone has.
bool knows_truth(const std::string& name) { return name == "truth" || name == "true score"; }

class Models {
 public:
  Models(StudyTask& task, StudyJournal& journal, Progress& progress)
      : spec_(task.spec),
        journal_(journal),
        progress_(progress),
        world_(task.take_world(progress)),
        task_(with_known_models(task, world_, run_.warnings)),
        base_(task_.base_model(world_)),
        space_({}, {}, base_),
        judge_(world_, space_, parse_as_of(spec_.model.as_of), spec_.hand_off),
        groups_(all_groups(judge_)) {}

  StudyRun run() {
    std::vector<ComparedModel> models =
        models_beside(task_, world_, base_, judge_, std::vector{groups_});
    if (spec_.model.activities == "base") {
      models.front().name = spec_.model.base;
      models.front().description = base_.description;
    }
    run_.warnings.push_back(constant_warning(models));
    for (const auto& [name, model] : task_.against)
      run_.warnings.push_back(foreign_warning(task_.named(world_, name, model), world_));
    comparison_ = compare_in(journal_, progress_, groups_, std::move(models), spec_);
    rank();
    for (StudyTable& table : comparison_tables(comparison_, std::vector{groups_}, spec_.hand_off,
                                               spec_.bootstrap.confidence))
      run_.record.tables.push_back(std::move(table));
    std::vector<std::size_t> all(comparison_.models.size());
    std::iota(all.begin(), all.end(), 0);
    run_.record.tables.push_back(
        pairs_table(comparison_, compare_pairs(comparison_, all, objective(), spec_), objective()));
    for (StudyTable& table : group_tables(task_, world_, base_, judge_,
                                          comparison_.models[ranked_.front()].scores.front()))
      run_.record.tables.push_back(std::move(table));
    summarise();
    show();
    return std::move(run_);
  }

 private:
  const std::string& objective() const { return spec_.search.objective; }

  const Replicated& figure(std::size_t model) const {
    const auto at = std::ranges::find(study_metrics, objective());
    return comparison_.figures[model][static_cast<std::size_t>(at - study_metrics.begin())];
  }

  // Those that one can choose from, the best first. One that ranks all groups as another does
  // stands with it.
  void rank() {
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < comparison_.models.size(); ++i)
      if (!knows_truth(comparison_.models[i].name)) places.push_back(i);
    std::ranges::stable_sort(places, std::ranges::greater{},
                             [&](std::size_t i) { return figure(i).value; });
    for (const std::size_t i : places) {
      const auto twin = std::ranges::find_if(ranked_, [&](std::size_t k) {
        const ModelPair pair = compare_pair(comparison_, k, i, objective(), spec_);
        return std::max(-pair.gain.low, pair.gain.high) < .00005 && pair.kendall_tau > .9999;
      });
      if (twin == ranked_.end())
        ranked_.push_back(i);
      else
        alike_ += fmt::format("\n{} ranks groups as {} does.", name(i), name(*twin));
    }
  }

  const std::string& name(std::size_t model) const { return comparison_.models[model].name; }

  void summarise() {
    describe_groups(task_, judge_, units_of(groups_.tree), run_);
    auto& summary = run_.record.summary;
    const double confidence = spec_.bootstrap.confidence;
    const std::size_t best = ranked_.front(), second = ranked_[ranked_.size() > 1 ? 1 : 0];
    const auto over = [&](std::size_t a, std::size_t b) {
      return interval_of(difference(figure(a), figure(b)), confidence);
    };
    const Interval margin = over(best, second);
    summary.emplace_back("models", static_cast<std::int64_t>(comparison_.models.size()));
    summary.emplace_back("objective", objective());
    summary.emplace_back("best", name(best));
    summary.emplace_back("second", name(second));
    put_interval(summary, "best_value", interval_of(figure(best), confidence));
    put_interval(summary, "margin", margin);
    put_interval(summary, "best_gain", over(best, 0));
    std::string text = fmt::format(
        "Of {} models {} has the best {}: {}. The next is {}: {}.\nThe one over the other: {}, {}.",
        ranked_.size(), name(best), objective(),
        plain_interval(interval_of(figure(best), confidence)), name(second),
        plain_interval(interval_of(figure(second), confidence)), signed_interval(margin),
        verdict(margin));
    if (best != 0)
      text += fmt::format("\nThe best over {}: {}, {}.", name(0), signed_interval(over(best, 0)),
                          verdict(over(best, 0)));
    if (const std::size_t truth = place_of(comparison_, "truth");
        truth < comparison_.models.size()) {
      put_interval(summary, "truth_margin", over(truth, best));
      text += fmt::format("\nThe true model over the best: {}, {}.",
                          signed_interval(over(truth, best)), verdict(over(truth, best)));
    }
    text += alike_;
    if (world_.truth) summary.emplace_back("ceiling_auc", world_.truth->ceiling_auc);
    summary.emplace_back("world_digest", content_digest(world_));
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  void show() {
    run_.shown.emplace_back(fmt::format("{} on all groups, and gain over {}", objective(), name(0)),
                            metric_columns(comparison_, objective(), spec_.bootstrap.confidence));
    TextColumn models, gains, ranges, better, verdicts;
    std::vector<double> tau, flipped;
    for (std::size_t i = 0; i + 1 < ranked_.size(); ++i) {
      const ModelPair pair =
          compare_pair(comparison_, ranked_[i + 1], ranked_[i], objective(), spec_);
      models.push_back(fmt::format("{} over {}", name(ranked_[i]), name(ranked_[i + 1])));
      gains.push_back(fmt::format("{:+.4f}", pair.gain.value));
      ranges.push_back(fmt::format("{:+.4f} … {:+.4f}", pair.gain.low, pair.gain.high));
      verdicts.push_back(verdict(pair.gain));
      tau.push_back(pair.kendall_tau);
      flipped.push_back(100 * pair.flipped);
    }
    run_.shown.emplace_back(
        fmt::format("Each over the next, and groups handed off by one alone, of the best {:g} %",
                    100 * spec_.hand_off.capacity),
        std::vector<TableColumn>{{"pair", std::move(models)},
                                 {"gain", std::move(gains)},
                                 {"interval", std::move(ranges)},
                                 {"verdict", std::move(verdicts)},
                                 {"tau", placed(tau, "{:.3f}")},
                                 {"flipped", placed(flipped, "{:.1f} %")}});
  }

  const StudySpec& spec_;
  StudyJournal& journal_;
  Progress& progress_;
  StudyRun run_;
  World world_;
  StudyTask task_;
  Model base_;
  SearchSpace space_;
  CandidateJudge judge_;
  JudgedFold groups_;
  Comparison comparison_;
  std::vector<std::size_t> ranked_;
  std::string alike_;
};

}  // namespace

StudyRun run_models(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("models");
  return Models(task, journal, progress).run();
}

}  // namespace rolecall
