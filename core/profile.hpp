#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rolecall {

// What the process has used since it began.
struct Usage {
  double wall_seconds = 0;  // of a steady clock, from an origin of its own
  double cpu_seconds = 0;   // user and system, of all threads

  friend Usage operator-(Usage a, Usage b) {
    return {a.wall_seconds - b.wall_seconds, a.cpu_seconds - b.cpu_seconds};
  }
  Usage& operator+=(Usage more) {
    wall_seconds += more.wall_seconds;
    cpu_seconds += more.cpu_seconds;
    return *this;
  }
};

Usage process_usage();

// The most memory that the process had at once, resident. [byte]
std::int64_t peak_memory_bytes();

// All runs of a phase under one parent, their children included.
struct PhaseTotal {
  std::string name = {};
  std::size_t depth = 0;  // 0: under no other
  std::uint64_t count = 0;
  Usage usage = {};
};

// Hears the phases that the thread which made it goes through while it lives: with none alive, and
// on other threads, a phase costs one look at a pointer.
class Profile {
 public:
  explicit Profile(std::function<Usage()> now = process_usage);
  ~Profile();
  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;

  Usage elapsed() const { return now_() - start_; }

  // Phases that have ended, each before its children, in the order in which they first began.
  std::vector<PhaseTotal> phases() const;

 private:
  friend class Phase;
  struct Node {
    PhaseTotal total;
    std::vector<std::size_t> children;
  };
  struct Open {
    std::size_t node;
    Usage begin;
  };

  void begin(std::string_view name);
  void end();

  static constinit thread_local Profile* current;

  std::function<Usage()> now_;
  Usage start_;
  std::vector<Node> nodes_{1};  // the first is the whole
  std::vector<Open> open_;
  Profile* outer_;
};

// A stretch of work: from here to end(), or to the end of the scope. Names say what is done: "index
// the log". For the thread that leads; parallel bodies have none.
class Phase {
 public:
  explicit Phase(std::string_view name) : profile_(Profile::current) {
    if (profile_ != nullptr) profile_->begin(name);
  }
  ~Phase() { end(); }
  Phase(const Phase&) = delete;
  Phase& operator=(const Phase&) = delete;

  void end() {
    if (profile_ != nullptr) std::exchange(profile_, nullptr)->end();
  }

 private:
  Profile* profile_;
};

}  // namespace rolecall
