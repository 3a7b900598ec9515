#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/bench_data.hpp"

namespace rolecall::bench {
namespace {

Work draw(const Scale& scale) {
  auto log = std::make_shared<TimeOrderedLog>();
  const std::size_t people = std::max<std::size_t>(scale.activities / 100, 2);
  auto peer_log = std::make_shared<TimeOrderedLog>();
  return {.run = [=] { *log = draw_log(scale.activities, people, 1, std::move(*log)); },
          .correct =
              [=] {
                const TimeOrderedLog want = draw_log_by_library(scale.activities, people, 1);
                return log->person == want.person && log->type == want.type;
              },
          .items = static_cast<double>(scale.activities),
          .bytes = static_cast<double>(scale.activities) * 5,
          .peer =
              [=] {
                *peer_log = draw_log_by_library(scale.activities, people, 1, std::move(*peer_log));
              }};
}

}  // namespace

void add_generator_cases() { add_case("generate", draw); }

}  // namespace rolecall::bench
