#include "core/parallel.hpp"

#include <tbb/global_control.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace rolecall::parallel {
namespace {

// The arena of the innermost ThreadLimit. TBB's own has a slot per core, so that asking for more
// threads than cores, as determinism tests do, would quietly give fewer.
tbb::task_arena* limited = nullptr;

int thread_count(std::size_t asked) {
  return asked > 0 ? static_cast<int>(asked) : tbb::info::default_concurrency();
}

#ifdef __SANITIZE_THREAD__
// What TBB orders, the thread sanitizer does not see, TBB not being built with it: all before the
// loop is before every body, and every body before all after the loop. This says so in its terms.
class SeenOrder {
 public:
  void before_loop() { fork_.store(1, std::memory_order_release); }
  void before_body() { fork_.load(std::memory_order_acquire); }
  void after_body() { join_.fetch_add(1, std::memory_order_release); }
  void after_loop() { join_.load(std::memory_order_acquire); }

 private:
  std::atomic<int> fork_ = 0, join_ = 0;
};
#else
struct SeenOrder {
  void before_loop() {}
  void before_body() {}
  void after_body() {}
  void after_loop() {}
};
#endif

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
  SeenOrder order;
  const auto task = [&](std::size_t i) {
    order.before_body();
    body(i);
    order.after_body();
  };
  const auto loop = [&] { tbb::parallel_for(std::size_t{0}, n, task, tbb::simple_partitioner{}); };
  order.before_loop();
  if (limited != nullptr)
    limited->execute(loop);
  else
    loop();
  order.after_loop();
}

void for_blocks(std::size_t n, std::size_t grain, const Block& body) {
  for_each(block_count(n, grain),
           [&](std::size_t k) { body(k * grain, std::min(n, (k + 1) * grain)); });
}

}  // namespace rolecall::parallel
