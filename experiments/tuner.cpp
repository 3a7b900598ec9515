#include "experiments/tuner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"
#include "experiments/derivative_free.hpp"
#include "experiments/quasi_random.hpp"

namespace rolecall {
namespace {

class Search {
 public:
  Search(const StudySpec::Search& how, const SearchSpace& space, std::vector<Trial> first,
         const JudgePoints& judge)
      : how_(how), space_(space), judge_(judge), trials_(std::move(first)) {
    std::vector<Point> points;
    for (const Trial& trial : trials_) points.push_back(trial.point);
    const std::vector<double> values = judge_(points, 1);
    for (std::size_t i = 0; i < trials_.size(); ++i) trials_[i].value = values[i];
  }

  std::vector<Trial> run() {
    if (how_.method == "grid")
      grid();
    else if (how_.method == "random")
      batch(random_points(how_.candidates));
    else if (how_.method == "sobol")
      batch(even_points(sobol_points(how_.seed, space_.dimensions(), how_.candidates)));
    else if (how_.method == "latin-hypercube")
      batch(even_points(latin_hypercube(how_.seed, space_.dimensions(), how_.candidates)));
    else if (how_.method == "refine")
      refine();
    else if (how_.method == "halving")
      halve();
    else
      follow(how_.method);
    return std::move(trials_);
  }

 private:
  // Candidates go to the judge a batch at a time, so that a study can be saved between them.
  void batch(const std::vector<Point>& points, double sample = 1) {
    constexpr std::size_t size = 512;
    for (std::size_t from = 0; from < points.size(); from += size) {
      const auto some = std::span(points).subspan(from, std::min(size, points.size() - from));
      const std::vector<double> values = judge_(some, sample);
      for (std::size_t i = 0; i < some.size(); ++i)
        trials_.push_back({some[i], values[i], sample, "search"});
    }
  }

  void grid() {
    const std::uint64_t size = count_candidates(how_, space_);
    std::vector<Point> points;
    std::set<Point> known;  // points that constraints move fall together
    for (std::uint64_t i = 0; i < size; ++i) {
      Point point = space_.constrained(space_.grid_point(i, how_.steps));
      if (!space_.has_constraints() || known.insert(point).second)
        points.push_back(std::move(point));
    }
    batch(points);
  }

  std::vector<Point> random_points(std::uint64_t n) const {
    std::vector<Point> points;
    std::vector<double> unit(space_.dimensions());
    for (std::uint64_t i = 0; i < n; ++i) {
      Random random(how_.seed, RandomStream::candidates, i);
      for (double& u : unit) u = random.uniform();
      points.push_back(space_.at(unit));
    }
    return points;
  }

  std::vector<Point> even_points(const std::vector<double>& units) const {
    std::vector<Point> points;
    const std::size_t d = space_.dimensions();
    for (std::size_t i = 0; i < how_.candidates; ++i)
      points.push_back(space_.at(std::span(units).subspan(i * d, d)));
    return points;
  }

  // The truth stands beside a search to compare, not to begin from.
  Point best_so_far() const {
    const Trial* best = nullptr;
    for (const Trial& trial : trials_)
      if (trial.origin != "truth" && trial.sample == 1 && !std::isnan(trial.value) &&
          (best == nullptr || trial.value > best->value))
        best = &trial;
    return best == nullptr ? space_.base_point() : best->point;
  }

  // A neighbour: each parameter moved by a normal step, short, middling or long by lot, reflected
  // at the ends of its domain. So it may differ in one part much and in the others little.
  Point near(const Point& centre, std::uint64_t i) const {
    constexpr std::array<double, 3> spreads{.02, .08, .3};
    Random random(how_.seed, RandomStream::candidates, i);
    std::vector<double> unit = space_.unit_of(centre);
    for (double& u : unit) {
      const double spread = spreads[random.below(spreads.size())];
      u = std::abs(u + spread * draw_normal(random));
      u = u > 1 ? std::max(0., 2 - u) : u;
    }
    return space_.at(unit);
  }

  void refine() {
    constexpr std::uint64_t rounds = 8;
    const std::uint64_t n = how_.candidates, first = (n + 2) / 3;
    batch(random_points(first));
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const Point centre = best_so_far();
      std::vector<Point> points;
      for (std::uint64_t i = first + (n - first) * round / rounds;
           i < first + (n - first) * (round + 1) / rounds; ++i)
        points.push_back(near(centre, i));
      batch(points);
    }
  }

  // Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943) over the size of the sample:
  // rung k judges its candidates on eta^(k - last) of the account trees. The budget counts whole
  // samples, so that it compares with other methods.
  void halve() {
    const auto budget = static_cast<double>(how_.candidates);
    std::vector<double> samples{1};  // of the rungs, the last first
    while (samples.size() < 5 && how_.eta / samples.back() <= std::min(81., budget))
      samples.push_back(samples.back() / how_.eta);
    const std::size_t rungs = samples.size();
    std::vector<Point> points = random_points(static_cast<std::uint64_t>(
        std::max(1., budget / static_cast<double>(rungs) / samples.back())));
    for (std::size_t rung = 0; rung < rungs; ++rung) {
      const std::size_t from = trials_.size();
      batch(points, samples[rungs - 1 - rung]);
      if (rung + 1 == rungs) break;
      std::vector<std::size_t> order(points.size());
      std::iota(order.begin(), order.end(), 0);
      const auto value = [&](std::size_t i) {
        const double v = trials_[from + i].value;
        return std::isnan(v) ? -std::numeric_limits<double>::infinity() : v;
      };
      std::ranges::stable_sort(order, std::greater{}, value);
      const auto keep = std::max<std::size_t>(
          1, static_cast<std::size_t>(static_cast<double>(points.size()) / how_.eta));
      std::vector<Point> kept;
      for (std::size_t k = 0; k < keep; ++k) kept.push_back(points[order[k]]);
      points = std::move(kept);
    }
  }

  // NLopt on the unit cube, from the best of the first candidates.
  void follow(std::string_view method) {
    DerivativeFreeOptions options;
    for (const auto& [word, algorithm] : Choices<DerivativeFree>::all)
      if (word == method) options.algorithm = algorithm;
    options.low.assign(space_.dimensions(), 0);
    options.high.assign(space_.dimensions(), 1);
    options.start = space_.unit_of(best_so_far());
    options.step.assign(space_.dimensions(), .25);
    options.max_evaluations = how_.candidates;
    options.tolerance_x = 1e-4;
    options.seed = how_.seed;
    maximize(options, [&](std::span<const double> unit) {
      const Point point = space_.at(unit);
      const double value = judge_(std::span(&point, 1), 1).front();
      trials_.push_back({point, value, 1, "search"});
      return value;
    });
  }

  const StudySpec::Search& how_;
  const SearchSpace& space_;
  const JudgePoints& judge_;
  std::vector<Trial> trials_;
};

}  // namespace

std::uint64_t count_candidates(const StudySpec::Search& search, const SearchSpace& space) {
  if (search.method != "grid") return search.candidates;
  const std::uint64_t size = space.grid_size(search.steps);
  if (size == 0)
    throw InputError({.field = "search.steps",
                      .value = fmt::format("{}", search.steps),
                      .what = fmt::format("a grid over {} parameters has more than 10,000,000 "
                                          "candidates",
                                          space.dimensions()),
                      .remedy = "Take fewer steps or values, or method = \"sobol\"."});
  return size;
}

std::vector<Trial> search_candidates(const StudySpec::Search& search, const SearchSpace& space,
                                     std::vector<Trial> first, const JudgePoints& judge) {
  return Search(search, space, std::move(first), judge).run();
}

std::size_t best_of(const std::vector<Trial>& trials, std::size_t begin) {
  std::size_t best = trials.size();
  for (std::size_t i = begin; i < trials.size(); ++i)
    if (trials[i].sample == 1 && !std::isnan(trials[i].value) &&
        (best == trials.size() || trials[i].value > trials[best].value))
      best = i;
  if (best == trials.size())
    throw InputError({.field = "search",
                      .what = "no candidate has a value",
                      .remedy = "Widen the space, or take another objective."});
  return best;
}

}  // namespace rolecall
