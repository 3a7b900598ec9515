#include <fmt/format.h>

#include <vector>

#include "core/parallel.hpp"
#include "core/simd.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/bench_data.hpp"
#include "scoring/person_totals.hpp"
#include "scoring/raw_scores.hpp"
#include "scoring/sliding_scores.hpp"
#include "scoring/window_sums.hpp"

namespace rolecall::bench {
namespace {

using Column = std::vector<std::int64_t>;

Work score_index(const Scale& scale, std::size_t window, const Rules& (Data::*rules)() const,
                 const Column Data::Reference::*reference, std::string_view target = {}) {
  const Data& data = data_of(scale.activities);
  const Rules& r = (data.*rules)();
  auto scores = std::make_shared<Column>(data.log().people);
  const auto sums = WindowSums::make(data.index(), r.weights, r.caps,
                                     static_cast<std::int64_t>(days - window), days - 1);
  const auto first = data.log().day_offsets[days - window];
  const auto rows = static_cast<double>(data.log().size() - first);
  return {.run =
              [=] {
                const simd::Limit limit(target);
                parallel::for_blocks(scores->size(), 4096, [&](std::size_t begin, std::size_t end) {
                  sums->add_up(begin, end, scores->data() + begin);
                });
              },
          .correct = [=, &data] { return *scores == data.reference().*reference; },
          .items = rows,
          .bytes = rows * sizeof(std::uint16_t)};
}

Work score_raw(const Scale& scale, std::size_t window, const Column Data::Reference::*reference) {
  const Data& data = data_of(scale.activities);
  auto scores = std::make_shared<Column>();
  const auto rows = static_cast<double>(data.log().size() - data.log().day_offsets[days - window]);
  return {.run =
              [=, &data] {
                *scores = score_log(data.log(), data.plain().weights, data.plain().caps,
                                    days - window, days - 1);
              },
          .correct = [=, &data] { return *scores == data.reference().*reference; },
          .items = rows,
          .bytes = rows * (sizeof(std::uint32_t) + sizeof(std::uint8_t))};
}

// The product's way from an index to everybody's score under a model with decay.
Work score_decay(const Scale& scale, Decay::Kind kind,
                 const std::vector<double> Data::Reference::*reference) {
  const Data& data = data_of(scale.activities);
  auto model = std::make_shared<Model>();
  model->window_days = days;
  model->decay = {.kind = kind, .half_life_days = half_life_days};
  auto bound = std::make_shared<BoundModel>();
  bound->model = model.get();
  bound->caps = data.plain().caps;
  bound->weights.assign(data.plain().weights.begin(), data.plain().weights.end());
  const std::vector<TypeWeights> weights{weigh_types(*bound)};
  const std::vector<Moment> moments{{.as_of = data.log().first_day + days_rep{days - 1}}};
  auto scores = std::make_shared<std::vector<double>>(data.log().people);
  return {.run =
              [=, &data, kept = model] {
                const std::uint32_t first = 0;
                const auto add_up = [&](auto sum) {
                  const PersonTotals<decltype(sum)> totals(data.index(), *bound, moments, weights,
                                                           std::span(&first, 1));
                  for (std::size_t p = 0; p < scores->size(); ++p)
                    (*scores)[p] = static_cast<double>(totals.at(PersonId{p}, 0)) /
                                   static_cast<double>(totals.denominator(0));
                };
                weights[0].exact ? add_up(std::int64_t{}) : add_up(double{});
              },
          .correct =
              [=, &data] {
                const std::vector<double>& want = data.reference().*reference;
                for (std::size_t p = 0; p < want.size(); ++p)
                  if (std::abs((*scores)[p] - want[p]) > 1e-9 * want[p]) return false;
                return true;
              },
          .items = static_cast<double>(scale.activities),
          .bytes = static_cast<double>(scale.activities * sizeof(std::uint16_t))};
}

Work ingest(const Scale& scale) {
  const Data& data = data_of(scale.activities);
  auto index = std::make_shared<ActivityIndex>();
  return {.run = [=, &data] { *index = index_activities(data.log(), std::move(*index)); },
          .correct =
              [=, &data] {
                // Sorted, and with the scores of the log.
                Column scores(data.log().people);
                const auto sums =
                    WindowSums::make(*index, data.plain().weights, data.plain().caps, 0, days - 1);
                sums->add_up(0, scores.size(), scores.data());
                const auto& cells = std::get<Cells<std::uint16_t>>(index->rows).cells;
                for (std::size_t p = 0; p < index->people(); ++p)
                  if (!std::is_sorted(
                          cells.begin() + static_cast<std::ptrdiff_t>(index->offsets[p]),
                          cells.begin() + static_cast<std::ptrdiff_t>(index->offsets[p + 1])))
                    return false;
                return scores == data.reference().last_365;
              },
          .items = static_cast<double>(scale.activities),
          .bytes = static_cast<double>(scale.activities) * 7};
}

Work series(const Scale& scale) {
  const Data& data = data_of(scale.activities);
  const SlidingScores sliding(data.index(), data.plain().weights, data.plain().caps, window_days, 0,
                              days);
  const std::size_t people = data.log().people;
  auto scores =
      std::make_shared<UninitializedVector<std::int32_t>>(sliding.room<std::int32_t>(people));
  return {.run = [=] { sliding.slide_everybody(std::span(*scores)); },
          .correct =
              [=, &data] {
                Checksum sum;
                for (std::size_t day = 0; day < days; ++day)
                  for (std::size_t p = 0; p < people; ++p)
                    sum.add(p + day, (*scores)[sliding.place<std::int32_t>(p, day)]);
                return sum == data.reference().series;
              },
          .items = static_cast<double>(people * days),
          .bytes = static_cast<double>(people * days * sizeof(std::int32_t) +
                                       scale.activities * sizeof(std::uint16_t))};
}

}  // namespace

void add_score_cases() {
  using R = Data::Reference;
  add_case("score/index/window:30",
           [](const Scale& s) { return score_index(s, 30, &Data::plain, &R::last_30); });
  add_case("score/index/window:365",
           [](const Scale& s) { return score_index(s, 365, &Data::plain, &R::last_365); });
  add_case("score/index-mixed/window:365",
           [](const Scale& s) { return score_index(s, 365, &Data::mixed, &R::mixed_365); });
  for (const std::string_view target : {"AVX2", "SSE4"})
    if (std::ranges::count(simd::available(), target) > 0)
      add_case(fmt::format("score/index-{}/window:365", target), [target](const Scale& s) {
        return score_index(s, 365, &Data::plain, &R::last_365, target);
      });
  add_case("score/raw/window:30", [](const Scale& s) { return score_raw(s, 30, &R::last_30); });
  add_case("score/raw/window:365", [](const Scale& s) { return score_raw(s, 365, &R::last_365); });
  add_case("score/decay/linear",
           [](const Scale& s) { return score_decay(s, Decay::Kind::linear, &R::linear); });
  add_case("score/decay/half-life",
           [](const Scale& s) { return score_decay(s, Decay::Kind::half_life, &R::half_life); });
  add_case("ingest", ingest);
  add_case("series/365", series);
}

}  // namespace rolecall::bench
