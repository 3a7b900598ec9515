#include "experiments/kinds/reading_cross.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/auc.hpp"
#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "experiments/rank_overlap.hpp"
#include "scoring/model_names.hpp"

namespace rolecall {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_kept_bytes = std::size_t{1} << 28;  // of scores of the cross

// Time zones whose days begin 8 hours after and 9 hours before those of UTC.
const std::vector<std::string> zones{"America/Los_Angeles", "Asia/Tokyo"};

}  // namespace

std::vector<ReadingAxis> reading_axes(const Model& base) {
  std::vector<ReadingAxis> axes;
  const auto add = [&](std::string name, std::string own, const auto& others) {
    ReadingAxis axis{std::move(name), {own}};
    for (const auto& word : others)
      if (word != own) axis.words.emplace_back(word);
    axes.push_back(std::move(axis));
  };
  for_each_choice(base.readings, [&](std::string_view key, const auto& member) {
    std::vector<std::string_view> words;
    for (const auto& [word, value] : Choices<std::decay_t<decltype(member)>>::all)
      words.push_back(word);
    add(std::string(key), std::string(word_for(member)), words);
  });
  add("since_creation", base.readings.since_creation ? "true" : "false",
      std::vector<std::string>{"false", "true"});
  add("day_boundary", base.readings.day_boundary, zones);
  return axes;
}

bool is_constant(const std::vector<double>& scores) {
  return std::ranges::all_of(scores, [&](double v) { return v == scores.front(); });
}

Departure departure(const std::vector<double>& from, const std::vector<double>& to,
                    std::uint64_t top) {
  if (is_constant(from) || is_constant(to)) return {};
  const RankPair pair(from, to);
  return {pair.tau_b(), pair.top_overlap(top), pair.flipped(top)};
}

ReadingCross::ReadingCross(Model base, CandidateJudge& judge,
                           const std::vector<double>& base_scores, std::uint64_t top)
    : base_(std::move(base)), judge_(judge), base_scores_(base_scores), top_(top) {}

void ReadingCross::add(ReadingAxis axis) {
  size_ *= axis.words.size();
  axes_.push_back(std::move(axis));
}

std::vector<std::size_t> ReadingCross::digits(std::size_t combination) const {
  std::vector<std::size_t> result(axes_.size());
  for (std::size_t a = axes_.size(); a-- > 0;) {
    result[a] = combination % axes_[a].words.size();
    combination /= axes_[a].words.size();
  }
  return result;
}

std::size_t ReadingCross::stride(std::size_t axis) const {
  std::size_t product = 1;
  for (std::size_t a = axis + 1; a < axes_.size(); ++a) product *= axes_[a].words.size();
  return product;
}

// The scores of a combination: kept, or computed once more when there was no room.
ReadingCross::SharedScores ReadingCross::scores_of(std::size_t combination) {
  const auto kept = kept_.find(combination);
  if (kept != kept_.end()) return kept->second;
  Model model = base_;
  const std::vector<std::size_t> at = digits(combination);
  for (std::size_t a = 0; a < at.size(); ++a) axes_[a].part().set(model, axes_[a].words[at[a]]);
  const auto scores = std::make_shared<const std::vector<double>>(judge_.scores(model));
  const std::size_t room = most_kept_bytes / (sizeof(double) * scores->size()) + 1;
  // The latest are those that the next ones least refer to, but for their own row.
  if (kept_.size() >= room) kept_.erase(std::prev(kept_.end()));
  kept_.emplace(combination, scores);
  return scores;
}

std::vector<double> ReadingCross::measure(std::size_t begin, std::size_t end, Progress& progress) {
  struct Task {
    SharedScores from, to;  // no first: the base
    double* out;
  };
  std::vector<double> figures((end - begin) * width(), nan);
  std::vector<Task> tasks;
  for (std::size_t m = begin; m < end; ++m) {
    double* out = figures.data() + (m - begin) * width();
    const SharedScores own = scores_of(m);
    tasks.push_back({nullptr, own, out});
    const std::vector<std::size_t> at = digits(m);
    for (std::size_t a = 0; a < at.size(); ++a)
      if (at[a] > 0) tasks.push_back({scores_of(m - at[a] * stride(a)), own, out + 4 + 2 * a});
    progress.advance(1);
  }
  const Phase phase("compare rankings");
  parallel::for_each(tasks.size(), [&](std::size_t i) {
    const Task& task = tasks[i];
    const Departure d = departure(task.from ? *task.from : base_scores_, *task.to, top_);
    task.out[0] = d.kendall_tau;
    if (task.from) {
      task.out[1] = d.flipped;
      return;
    }
    task.out[1] = d.top_overlap;
    task.out[2] = d.flipped;
    if (!is_constant(*task.to)) task.out[3] = area_under_curve(*task.to, judge_.won());
  });
  return figures;
}

std::string ReadingCross::changes_of(std::size_t combination) const {
  if (combination == 0) return "the base's own";
  const std::vector<std::size_t> at = digits(combination);
  std::string text;
  for (std::size_t a = 0; a < at.size(); ++a)
    if (at[a] > 0)
      text +=
          fmt::format("{}{} {}", text.empty() ? "" : ", ", axes_[a].name, axes_[a].words[at[a]]);
  return text;
}

double ReadingCross::main_effect(std::size_t axis, const std::vector<double>& values) const {
  std::vector<double> sum(axes_[axis].words.size(), 0), count(sum.size(), 0);
  double total = 0, n = 0;
  for (std::size_t m = 0; m < size_; ++m) {
    if (std::isnan(values[m])) continue;
    const std::size_t word = digits(m)[axis];
    sum[word] += values[m];
    count[word] += 1;
    total += values[m];
    n += 1;
  }
  const double mean = total / n;
  double between = 0, all = 0;
  for (std::size_t w = 0; w < sum.size(); ++w)
    if (count[w] > 0) between += count[w] * std::pow(sum[w] / count[w] - mean, 2);
  for (const double v : values)
    if (!std::isnan(v)) all += std::pow(v - mean, 2);
  return all > 0 ? between / all : nan;
}

}  // namespace rolecall
