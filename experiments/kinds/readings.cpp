#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/profile.hpp"
#include "experiments/auc_replicates.hpp"
#include "experiments/bootstrap.hpp"
#include "experiments/kinds/judged_models.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/kinds/model_pairs.hpp"
#include "experiments/kinds/reading_cross.hpp"
#include "experiments/kinds/study_text.hpp"
#include "experiments/study_table.hpp"
#include "results/digest.hpp"
#include "scoring/bound_model.hpp"
#include "scoring/score.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t batch = 32;  // readings between saves
// A value that alone leaves the ranking as it is, but for ties that rounding splits, has no part in
// the cross.
constexpr double same_ranking = .999;  // Kendall's τ-b

double median(std::vector<double> values) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return nan;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

class ReadingsStudy {
 public:
  ReadingsStudy(StudyTask& task, StudyJournal& journal, Progress& progress)
      : spec_(task.spec),
        journal_(journal),
        progress_(progress),
        world_(task.take_world(progress)),
        task_(with_known_models(task, world_, run_.warnings)),
        base_(task_.base_model(world_)),
        space_({}, {}, base_),
        judge_(world_, space_, parse_as_of(spec_.model.as_of), spec_.hand_off),
        axes_(reading_axes(base_)),
        base_scores_(judge_.scores(base_)),
        groups_(static_cast<double>(base_scores_.size())),
        top_(static_cast<std::uint64_t>(std::llround(spec_.hand_off.capacity * groups_))),
        cross_(base_, judge_, base_scores_, top_) {}

  StudyRun run() {
    compare_named();
    one_at_a_time();
    cross();
    describe_axes();
    summarise();
    show();
    return std::move(run_);
  }

 private:
  // Models beside the base, and the base model read as the named ones are.
  void compare_named() {
    const JudgedFold fold = all_groups(judge_);
    std::vector<ComparedModel> models = models_beside(task_, world_, base_, judge_, {fold});
    std::vector<std::string> readers{"default"};
    for (const auto& [name, named] : task_.against) {
      const Model other = task_.named(world_, name, named);
      run_.warnings.push_back(foreign_warning(other, world_));
      Model read = base_;
      read.readings = other.readings;
      readers.push_back("read as " + name);
      models.push_back(
          {readers.back(), "the base model with the readings of " + name, {judge_.scores(read)}});
    }
    run_.warnings.push_back(constant_warning(models));
    comparison_ = compare_in(journal_, progress_, fold, std::move(models), spec_);
    for (StudyTable& table :
         comparison_tables(comparison_, {fold}, spec_.hand_off, spec_.bootstrap.confidence))
      run_.record.tables.push_back(std::move(table));
    std::vector<std::size_t> places;
    for (const auto& [name, named] : task_.against) readers.push_back(name);
    readers.emplace_back("truth");
    for (const std::string& name : readers)
      if (const std::size_t at = place_of(comparison_, name); at < comparison_.models.size())
        places.push_back(at);
    pairs_ = compare_pairs(comparison_, places, "auc", spec_);
    run_.record.tables.push_back(pairs_table(comparison_, pairs_, "auc"));
  }

  std::vector<double> completeness(const Model& model) {
    const GroupScores scores =
        score(world_, judge_.index_for(model), bind(model, world_), parse_as_of(spec_.model.as_of))
            .groups;
    std::vector<double> result;
    for (const std::size_t row : judge_.rows())
      result.push_back(std::isnan(scores.completeness[row]) ? -1 : scores.completeness[row]);
    return result;
  }

  static std::vector<double> as_displayed(std::vector<double> scores, const Model& model) {
    for (double& v : scores) v = displayed(v, model.readings.display_rounding);
    return scores;
  }

  // Every reading by itself: which order of groups it gives, and how sure its AUC is.
  void one_at_a_time() {
    const Phase phase("one reading at a time");
    const AucReplicates replicates(judge_.won(), judge_.tree(), spec_.bootstrap.replicates,
                                   spec_.bootstrap.seed);
    const auto replicated = [&](const std::vector<double>& scores) {
      const std::vector<double> measured = replicates.measure(scores);
      return Replicated{measured.front(), {measured.begin() + 1, measured.end()}};
    };
    std::vector<std::string> axes, words, ranks;
    std::vector<double> tau, overlap, flipped, flipped_groups;
    std::vector<Interval> auc, gain;
    std::vector<std::int64_t> crossed;
    const auto add = [&](const std::string& axis, const std::string& word, const std::string& rank,
                         const std::vector<double>& from, const std::vector<double>& to) {
      const Departure d = departure(from, to, top_);
      axes.push_back(axis);
      words.push_back(word);
      ranks.push_back(rank);
      tau.push_back(d.kendall_tau);
      overlap.push_back(d.top_overlap);
      flipped.push_back(d.flipped / groups_);
      flipped_groups.push_back(d.flipped);
      const Replicated figure = replicated(to), before = replicated(from);
      const bool known = !is_constant(to);
      const double confidence = spec_.bootstrap.confidence;
      auc.push_back(known ? interval_of(figure, confidence) : Interval{nan, nan, nan});
      gain.push_back(known ? interval_of(difference(figure, before), confidence)
                           : Interval{nan, nan, nan});
      crossed.push_back(0);
    };
    std::size_t total = 0;
    for (const ReadingAxis& axis : axes_) total += axis.words.size() - 1;
    progress_.begin("one reading at a time", total, "readings");
    const std::vector<double> complete = completeness(base_);
    add("", "", "engagement", base_scores_, base_scores_);
    add("", "", "completeness", complete, complete);
    for (const ReadingAxis& axis : axes_) {
      const bool displays = axis.name == "display_rounding";
      ReadingAxis changing{axis.name, {axis.words.front()}};
      for (std::size_t w = displays ? 0 : 1; w < axis.words.size(); ++w) {
        Model model = base_;
        axis.part().set(model, axis.words[w]);
        if (axis.name == "completeness_roles")
          add(axis.name, axis.words[w], "completeness", complete, completeness(model));
        else if (displays)
          add(axis.name, axis.words[w], "displayed", base_scores_,
              as_displayed(base_scores_, model));
        else {
          add(axis.name, axis.words[w], "engagement", base_scores_, judge_.scores(model));
          if (tau.back() < same_ranking || std::isnan(tau.back())) {
            changing.words.push_back(axis.words[w]);
            crossed.back() = 1;
          }
        }
        if (w > 0) progress_.advance(1);
      }
      if (changing.words.size() == 1) continue;
      if (changing.name == "since_creation" && scales_people()) {
        crossed.back() = 0;
        continue;
      }
      cross_.add(std::move(changing));
    }
    progress_.end();
    run_.record.tables.push_back(
        TableBuilder("readings",
                     "one reading at a time, the others as the base model has them; the first two "
                     "rows are the base model")
            .texts("axis", axes, "the reading; empty: none is changed")
            .texts("value", words, "")
            .texts("ranks_by", ranks,
                   "engagement; completeness, against that of the base; displayed: engagement in "
                   "whole numbers, against exact engagement")
            .numbers("kendall_tau", std::move(tau), "",
                     "with the base ranking; NaN: one score for all")
            .numbers("top_overlap", std::move(overlap), "", "share of hand-offs that stay")
            .numbers("flipped", std::move(flipped), "",
                     "share of groups that the base hands off and this does not")
            .numbers("flipped_groups", std::move(flipped_groups), "groups",
                     "the same; a part of a group where a tie is cut")
            .intervals("auc", auc, "", "")
            .intervals("gain", gain, "", "of AUC over the base, paired by replicate")
            .counts("crossed", std::move(crossed), "", "1: the value is in the cross")
            .done());
  }

  // Scaling of people then ranges over every creation day: too much to do again and again.
  bool scales_people() const {
    return base_.readings.person_scaling != Readings::Scaling::none ||
           std::ranges::find(cross_.axes(), "person_scaling", &ReadingAxis::name) !=
               cross_.axes().end();
  }

  void cross() {
    const Phase phase("all readings");
    progress_.begin("all readings", cross_.size(), "readings");
    for (std::size_t begin = 0; begin < cross_.size(); begin += batch) {
      const std::size_t end = std::min(cross_.size(), begin + batch);
      const std::vector<double> rows = journal_.rows(
          "cross", cross_.width(), begin, end,
          [&](std::size_t from, std::size_t to) { return cross_.measure(from, to, progress_); });
      figures_.insert(figures_.end(), rows.begin(), rows.end());
    }
    progress_.end();
    TableBuilder table("cross",
                       "every combination of the readings that alone change which group stands "
                       "above which; the first is the base model");
    for (std::size_t a = 0; a < cross_.axes().size(); ++a) {
      std::vector<std::string> words;
      for (std::size_t m = 0; m < cross_.size(); ++m)
        words.push_back(cross_.axes()[a].words[cross_.digits(m)[a]]);
      table.texts(cross_.axes()[a].name, words, "");
    }
    std::vector<double> share = figure(2);
    for (double& v : share) v /= groups_;
    run_.record.tables.push_back(
        table.numbers("kendall_tau", figure(0), "", "with the base ranking; NaN: one score for all")
            .numbers("top_overlap", figure(1), "", "share of hand-offs that stay")
            .numbers("flipped", std::move(share), "",
                     "share of groups that the base hands off and this does not")
            .numbers("flipped_groups", figure(2), "groups", "the same")
            .numbers("auc", figure(3), "", "")
            .done());
  }

  std::vector<double> figure(std::size_t column) const {
    std::vector<double> values;
    for (std::size_t m = 0; m < cross_.size(); ++m)
      values.push_back(figures_[m * cross_.width() + column]);
    return values;
  }

  void describe_axes() {
    std::vector<std::string> names, words;
    std::vector<std::int64_t> pairs;
    std::vector<double> mean_tau, worst_tau, mean_flipped, worst_flipped, effect, auc_effect;
    const std::vector<double> flips = figure(2), auc = figure(3);
    for (std::size_t a = 0; a < cross_.axes().size(); ++a) {
      double tau = 0, flipped = 0, lowest = nan, highest = nan;
      std::int64_t n = 0;
      for (std::size_t m = 0; m < cross_.size(); ++m) {
        const double* row = figures_.data() + m * cross_.width() + 4 + 2 * a;
        if (std::isnan(row[0])) continue;
        ++n;
        tau += row[0];
        flipped += row[1] / groups_;
        lowest = std::fmin(lowest, row[0]);
        highest = std::fmax(highest, row[1] / groups_);
      }
      names.push_back(cross_.axes()[a].name);
      std::string list;
      for (const std::string& word : cross_.axes()[a].words)
        list += (list.empty() ? "" : ", ") + word;
      words.push_back(list);
      pairs.push_back(n);
      mean_tau.push_back(n > 0 ? tau / static_cast<double>(n) : nan);
      worst_tau.push_back(lowest);
      mean_flipped.push_back(n > 0 ? flipped / static_cast<double>(n) : nan);
      worst_flipped.push_back(highest);
      effect.push_back(cross_.main_effect(a, flips));
      auc_effect.push_back(cross_.main_effect(a, auc));
    }
    run_.record.tables.push_back(
        TableBuilder("axes",
                     "each reading alone against the value that the base model has, within every "
                     "combination of the others")
            .texts("axis", names, "")
            .texts("values", words, "the base model's first")
            .counts("pairs", std::move(pairs), "", "of combinations that differ in it alone")
            .numbers("mean_tau", std::move(mean_tau), "", "")
            .numbers("worst_tau", std::move(worst_tau), "", "")
            .numbers("mean_flipped", std::move(mean_flipped), "", "share of groups")
            .numbers("worst_flipped", std::move(worst_flipped), "", "")
            .numbers("effect_on_flipped", std::move(effect), "",
                     "share of the variance of flipped over the cross that its values' means have")
            .numbers("effect_on_auc", std::move(auc_effect), "", "the same of AUC")
            .done());
  }

  const ModelPair* pair_of(const std::string& a, const std::string& b) const {
    const auto found = std::ranges::find_if(pairs_, [&](const ModelPair& pair) {
      return comparison_.models[pair.first].name == a && comparison_.models[pair.second].name == b;
    });
    return found == pairs_.end() ? nullptr : &*found;
  }

  void summarise() {
    describe_groups(task_, judge_, units_of(judge_.tree()), run_);
    auto& summary = run_.record.summary;
    std::vector<double> flips = figure(2), auc = figure(3), tau = figure(0);
    const auto number = [](double v) { return std::isnan(v) ? -1 : v; };
    const auto worst =
        static_cast<std::size_t>(std::ranges::max_element(flips, {}, number) - flips.begin());
    const auto best =
        static_cast<std::size_t>(std::ranges::max_element(auc, {}, number) - auc.begin());
    const auto constant = std::ranges::count_if(tau, [](double v) { return std::isnan(v); });
    const double known = static_cast<double>(top_);
    const double middle = median({flips.begin() + 1, flips.end()});
    double lowest_tau = nan, lowest_auc = nan;
    for (const double v : tau) lowest_tau = std::fmin(lowest_tau, v);
    for (const double v : auc) lowest_auc = std::fmin(lowest_auc, v);
    summary.emplace_back("combinations", static_cast<std::int64_t>(cross_.size()));
    summary.emplace_back("constant", static_cast<std::int64_t>(constant));
    summary.emplace_back("handed_off", static_cast<std::int64_t>(top_));
    summary.emplace_back("median_flipped_groups", middle);
    summary.emplace_back("worst_flipped_groups", flips[worst]);
    summary.emplace_back("worst_readings", cross_.changes_of(worst));
    summary.emplace_back("worst_tau", lowest_tau);
    summary.emplace_back("base_auc", auc.front());
    summary.emplace_back("lowest_auc", lowest_auc);
    summary.emplace_back("highest_auc", auc[best]);
    summary.emplace_back("best_readings", cross_.changes_of(best));
    const auto of_hand_offs = [&](double groups) {
      if (top_ == 0) return std::string("none of 0 hand-offs");
      return fmt::format("{:.0f} of {} hand-offs ({:.1f} %)", groups, top_, 100 * groups / known);
    };
    std::string text = fmt::format(
        "Over {} combinations of other readings of {}, the median changes {};\nthe worst {}: {}.\n"
        "Their AUC is from {:.4f} to {:.4f} ({}); the base has {:.4f}.",
        cross_.size() - 1, base_.name, of_hand_offs(middle), of_hand_offs(flips[worst]),
        cross_.changes_of(worst), lowest_auc, auc[best], cross_.changes_of(best), auc.front());
    if (cross_.size() == 1) text = fmt::format("No reading changes the ranking by {}.", base_.name);
    if (constant > 0)
      text += fmt::format("\n{} of them give every group one score and rank nothing.", constant);
    const std::string weights =
        place_of(comparison_, "truth") < comparison_.models.size() ? "truth" : "one weight for all";
    const ModelPair other =
        compare_pair(comparison_, 0, place_of(comparison_, weights), "auc", spec_);
    const double flipped = other.flipped * groups_;
    summary.emplace_back("weights_compared", weights);
    summary.emplace_back("weights_flipped_groups", flipped);
    const auto more = static_cast<std::size_t>(
        std::ranges::count_if(flips, [&](double v) { return v > flipped; }));
    summary.emplace_back("combinations_above_weights", static_cast<std::int64_t>(more));
    text += fmt::format("\n{} change {}, for {} of AUC",
                        weights == "truth" ? "The true weights, which tuning can at best find,"
                                           : "Weights that are all alike",
                        of_hand_offs(flipped), signed_interval(other.gain));
    text += cross_.size() == 1 ? "."
                               : fmt::format(": {} of the {} combinations change more than that.",
                                             more, cross_.size() - 1);
    for (const auto& [a, b] : {std::pair{"ajo-2026", "ajo-2026-literal"},
                               std::pair{"read as ajo-2026", "read as ajo-2026-literal"}})
      if (const ModelPair* pair = pair_of(a, b))
        text +=
            fmt::format("\n{} against {}: τ {:.3f}, {} change, AUC {}.", b, a, pair->kendall_tau,
                        of_hand_offs(pair->flipped * groups_), signed_interval(pair->gain));
    summary.emplace_back("world_digest", content_digest(world_));
    summary.emplace_back("finding", text);
    run_.text = text + '\n';
  }

  std::vector<double> numbers(const char* table, const char* column) const {
    return std::get<std::vector<double>>(run_.record.table(table)->column(column)->values);
  }

  void show() {
    const auto text = [&](const char* table, const char* column) {
      return std::get<TextColumn>(run_.record.table(table)->column(column)->values);
    };
    const auto percent = [&](const char* table, const char* column) {
      std::vector<double> values = numbers(table, column);
      for (double& v : values) v *= 100;
      return placed(values, "{:.1f} %");
    };
    const std::vector<double> gain = numbers("readings", "gain"),
                              low = numbers("readings", "gain_low"),
                              high = numbers("readings", "gain_high");
    TextColumn gains;
    for (std::size_t i = 0; i < gain.size(); ++i)
      gains.push_back(std::isnan(gain[i])
                          ? "-"
                          : fmt::format("{:+.4f} ({:+.4f} … {:+.4f})", gain[i], low[i], high[i]));
    run_.shown.emplace_back(
        "One reading at a time, against the base model (first)",
        std::vector<TableColumn>{{"axis", text("readings", "axis")},
                                 {"value", text("readings", "value")},
                                 {"ranks_by", text("readings", "ranks_by")},
                                 {"tau", placed(numbers("readings", "kendall_tau"), "{:.3f}")},
                                 {"flipped", percent("readings", "flipped")},
                                 {"gain of AUC", std::move(gains)}});
    if (cross_.size() > 1)
      run_.shown.emplace_back(
          "Each reading alone, within every combination of the others; groups flipped",
          std::vector<TableColumn>{{"axis", text("axes", "axis")},
                                   {"values", text("axes", "values")},
                                   {"tau", placed(numbers("axes", "mean_tau"), "{:.3f}")},
                                   {"worst", placed(numbers("axes", "worst_tau"), "{:.3f}")},
                                   {"flipped", percent("axes", "mean_flipped")},
                                   {"worst flipped", percent("axes", "worst_flipped")},
                                   {"of variance", percent("axes", "effect_on_flipped")}});
    run_.shown.emplace_back("AUC of models and readings, and gain over the base model",
                            metric_columns(comparison_, "auc", spec_.bootstrap.confidence));
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
  std::vector<ReadingAxis> axes_;
  std::vector<double> base_scores_;
  double groups_ = 0;
  std::uint64_t top_ = 0;
  ReadingCross cross_;
  std::vector<double> figures_;  // combinations × figures of each
  Comparison comparison_;
  std::vector<ModelPair> pairs_;
};

}  // namespace

StudyRun run_readings(StudyTask& task, StudyJournal& journal, Progress& progress) {
  const Phase phase("readings");
  return ReadingsStudy(task, journal, progress).run();
}

}  // namespace rolecall
