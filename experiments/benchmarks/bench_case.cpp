#include "experiments/benchmarks/bench_case.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <vector>

#include "core/parallel.hpp"
#include "core/uninitialized.hpp"

namespace rolecall::bench {

bool any_wrong = false;

namespace {

struct Case {
  std::string name;
  std::function<Work(const Scale&)> prepare;
  std::size_t most_activities;
};

std::vector<Case>& cases() {
  static std::vector<Case> all;
  return all;
}

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

double read_bandwidth() {
  static const UninitializedVector<std::uint64_t> memory = [] {
    UninitializedVector<std::uint64_t> words(std::size_t{1} << 25);  // 256 MiB, beyond any cache
    std::iota(words.begin(), words.end(), 0u);
    return words;
  }();
  constexpr std::size_t grain = 1 << 17;
  std::vector<std::uint64_t> sums(parallel::block_count(memory.size(), grain));
  double best = 1e30;
  for (int pass = 0; pass < 5; ++pass) {
    best = std::min(
        best, seconds_of([&] {
          parallel::for_blocks(memory.size(), grain, [&](std::size_t begin, std::size_t end) {
            sums[begin / grain] = std::accumulate(
                memory.begin() + static_cast<std::ptrdiff_t>(begin),
                memory.begin() + static_cast<std::ptrdiff_t>(end), std::uint64_t{0});
          });
        }));
    benchmark::DoNotOptimize(sums.data());
  }
  return static_cast<double>(memory.size() * sizeof(std::uint64_t)) / best;
}

void run_case(benchmark::State& state, const Scale& scale, const std::function<Work()>& prepare) {
  const parallel::ThreadLimit limit(scale.threads);
  const Work work = prepare();
  work.run();
  if (!work.correct()) {
    any_wrong = true;
    state.SkipWithError("the result is not the slow reference's");
    return;
  }
  std::vector<double> bandwidth{work.bytes > 0 ? read_bandwidth() : 0};
  std::vector<double> times;
  for (auto _ : state) times.push_back(seconds_of(work.run));
  const double time = median(times);
  state.counters["median_seconds"] = time;
  state.counters["items_per_second"] = work.items / time;
  if (work.bytes > 0) {
    bandwidth.push_back(read_bandwidth());
    const double read = std::ranges::max(bandwidth);
    state.counters["bytes_per_second"] = work.bytes / time;
    state.counters["read_bandwidth"] = read;
    state.counters["bandwidth_share"] = work.bytes / time / read;
  }
  if (work.peer) {
    work.peer();
    std::vector<double> peer;
    for (int i = 0; i < 3; ++i) peer.push_back(seconds_of(work.peer));
    state.counters["peer_seconds"] = median(peer);
    state.counters["peer_ratio"] = median(peer) / time;
    if (!work.times_peer.empty()) state.counters[work.times_peer] = time / median(peer);
  }
}

void add_case(const std::string& name, const std::function<Work(const Scale&)>& prepare,
              std::size_t most_activities) {
  cases().push_back({name, prepare, most_activities});
}

void register_cases(const std::vector<std::size_t>& activities,
                    const std::vector<std::size_t>& threads) {
  for (const std::size_t n : activities)
    for (const Case& c : cases())
      for (const std::size_t t : threads)
        if (n <= c.most_activities)
          benchmark::RegisterBenchmark(
              fmt::format("{}/activities:{}/threads:{}", c.name, n, t).c_str(),
              [&c, n, t](benchmark::State& state) {
                const Scale scale{n, t};
                run_case(state, scale, [&] { return c.prepare(scale); });
              })
              ->Unit(benchmark::kMillisecond);
}

}  // namespace rolecall::bench
