#pragma once

#include <cstddef>
#include <functional>
#include <memory>

// The one door to threads. Blocks have fixed bounds, [k·grain, (k+1)·grain), for any number of
// threads; work that keeps its results per block, or adds integers, therefore gives the same bits.
namespace rolecall::parallel {

// Threads that parallel work may use now.
std::size_t threads();

// Bounds the number of threads while it lives; 0 takes all that the machine has.
class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

using Block = std::function<void(std::size_t begin, std::size_t end)>;

// Calls body(begin, end) once for every block of 0 … n, in parallel and in no order. The first
// exception of a body is thrown here once the others have ended.
void for_blocks(std::size_t n, std::size_t grain, const Block& body);

// Calls body(i) for every i below n, each a task of its own.
void for_each(std::size_t n, const std::function<void(std::size_t)>& body);

inline std::size_t block_count(std::size_t n, std::size_t grain) { return (n + grain - 1) / grain; }

}  // namespace rolecall::parallel
