#include <fmt/format.h>

#include <vector>

#include "core/parallel.hpp"
#include "core/simd.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/bench_data.hpp"
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
  add_case("ingest", ingest);
  add_case("series/365", series);
}

}  // namespace rolecall::bench
