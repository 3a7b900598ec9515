#include "core/parallel.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <utility>

namespace rolecall::parallel {
namespace {

// The arena of the innermost ThreadLimit. TBB's own has a slot per core, so that asking for more
// threads than cores, as determinism tests do, would quietly give fewer.
tbb::task_arena* limited = nullptr;

int thread_count(std::size_t asked) {
  return asked > 0 ? static_cast<int>(asked) : tbb::info::default_concurrency();
}

}  // namespace

struct ThreadLimit::Impl {
  explicit Impl(int threads)
      : control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
        arena(threads),
        outer(std::exchange(limited, &arena)) {}
  ~Impl() { limited = outer; }

  tbb::global_control control;
  tbb::task_arena arena;
  tbb::task_arena* outer;
};

ThreadLimit::ThreadLimit(std::size_t threads)
    : impl_(std::make_unique<Impl>(thread_count(threads))) {}

ThreadLimit::~ThreadLimit() = default;

std::size_t threads() {
  return static_cast<std::size_t>(limited != nullptr ? limited->max_concurrency()
                                                     : tbb::info::default_concurrency());
}

void for_each(std::size_t n, const std::function<void(std::size_t)>& body) {
  const auto loop = [&] { tbb::parallel_for(std::size_t{0}, n, body, tbb::simple_partitioner{}); };
  if (limited != nullptr)
    limited->execute(loop);
  else
    loop();
}

void for_blocks(std::size_t n, std::size_t grain, const Block& body) {
  for_each(block_count(n, grain),
           [&](std::size_t k) { body(k * grain, std::min(n, (k + 1) * grain)); });
}

}  // namespace rolecall::parallel
