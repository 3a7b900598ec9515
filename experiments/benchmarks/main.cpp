#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "core/simd.hpp"
#include "experiments/benchmarks/bench_case.hpp"
#include "experiments/benchmarks/export_data.hpp"

int main(int argc, char** argv) {
  using namespace rolecall;
  CLI::App app(
      "Benchmarks of rolecall. Every case first verifies its result against a slow "
      "reference; flags that begin with --benchmark_ are Google Benchmark's.");
  std::vector<std::size_t> activities{1'000'000, 10'000'000, 100'000'000};
  std::vector<std::size_t> threads{1};
  if (parallel::threads() > 1) threads.push_back(parallel::threads());
  std::string target, folder;
  app.add_option("--activities", activities, "Sizes of the log, such as 1000000,100000000")
      ->delimiter(',')
      ->capture_default_str();
  app.add_option("--threads", threads, "Numbers of threads; all: as many as the machine has")
      ->delimiter(',')
      ->transform([](const std::string& number) {
        return number == "all" ? std::to_string(parallel::threads()) : number;
      })
      ->capture_default_str();
  app.add_option("--simd", target, "Use this instruction set and nothing better, or scalar");
  app.add_option("--export", folder, "Write the data of the first size into this folder, for peers")
      ->type_name("DIR");
  app.allow_extras();
  CLI11_PARSE(app, argc, argv);
  try {
    const simd::Limit limit(target);
    if (!folder.empty()) {
      const parallel::ThreadLimit thread_limit(threads.back());
      bench::export_data(folder, activities.front());
      return 0;
    }
    std::vector<std::string> rest{argv[0]};
    for (const std::string& extra : app.remaining()) rest.push_back(extra);
    std::vector<char*> pointers;
    for (std::string& word : rest) pointers.push_back(word.data());
    int count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
    benchmark::AddCustomContext("simd", simd::current());
    bench::add_score_cases();
    bench::add_what_if_cases();
    bench::add_generator_cases();
    bench::add_predicate_cases();
    bench::add_world_cases();
    bench::add_storage_cases();
    bench::add_deal_cases();
    bench::add_sim_cases();
    bench::register_cases(activities, threads);
    benchmark::RunSpecifiedBenchmarks();
  } catch (const InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  } catch (const SystemError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 3;
  }
  return bench::any_wrong ? 1 : 0;
}
