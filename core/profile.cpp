#include "core/profile.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <fstream>
#include <utility>

namespace rolecall {

constinit thread_local Profile* Profile::current = nullptr;

Usage process_usage() {
  timespec cpu{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
  return {
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
      static_cast<double>(cpu.tv_sec) + static_cast<double>(cpu.tv_nsec) * 1e-9};
}

// Not getrusage: that counts what the process had before it became this program, too.
std::int64_t peak_memory_bytes() {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    std::int64_t kib = 0;
    if (word == "VmHWM:" && file >> kib) return kib * 1024;
  }
  return 0;
}

Profile::Profile(std::function<Usage()> now)
    : now_(std::move(now)), start_(now_()), outer_(std::exchange(current, this)) {}

Profile::~Profile() { current = outer_; }

void Profile::begin(std::string_view name) {
  const std::size_t parent = open_.empty() ? 0 : open_.back().node;
  const auto& siblings = nodes_[parent].children;
  const auto known = std::ranges::find(
      siblings, name, [&](std::size_t n) -> std::string_view { return nodes_[n].total.name; });
  const std::size_t node = known != siblings.end() ? *known : nodes_.size();
  if (node == nodes_.size()) {
    nodes_[parent].children.push_back(node);
    nodes_.push_back({.total = {.name = std::string(name), .depth = open_.size()}, .children = {}});
  }
  open_.push_back({node, now_()});
}

void Profile::end() {
  const auto [node, begin] = open_.back();
  open_.pop_back();
  nodes_[node].total.usage += now_() - begin;
  ++nodes_[node].total.count;
}

std::vector<PhaseTotal> Profile::phases() const {
  std::vector<PhaseTotal> totals;
  const auto visit = [&](const auto& self, const Node& node) -> void {
    for (const std::size_t child : node.children) {
      if (nodes_[child].total.count > 0) totals.push_back(nodes_[child].total);
      self(self, nodes_[child]);
    }
  };
  visit(visit, nodes_.front());
  return totals;
}

}  // namespace rolecall
