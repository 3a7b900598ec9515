#include "sim/journeys/journey.hpp"

#include <algorithm>

namespace rolecall::sim {
namespace {

struct Successors {
  std::vector<NodeIndex> operator()(const node::SplitGroups& split) const {
    std::vector<NodeIndex> next;
    for (const auto& path : split.paths) next.push_back(path.next);
    return next;
  }
  std::vector<NodeIndex> operator()(const node::RandomGroups& split) const { return split.next; }
  std::vector<NodeIndex> operator()(const node::Listen& listen) const {
    return {listen.then, listen.too_late};
  }
  std::vector<NodeIndex> operator()(const auto& node) const { return {node.next}; }
};

struct Conditions {
  const std::function<void(const Predicate&)>&groups, &people;

  void operator()(const node::SplitGroups& split) const {
    for (const auto& path : split.paths)
      if (path.where) groups(*path.where);
  }
  void operator()(const node::SplitPeople& split) const {
    for (const auto& path : split.paths)
      if (path.where) people(*path.where);
  }
  void operator()(const node::Act& act) const {
    if (act.does.where) people(*act.does.where);
  }
  void operator()(const auto&) const {}
};

struct Actions {
  std::vector<const Action*>& found;

  void add(const std::vector<Action>& actions) const {
    for (const Action& action : actions) found.push_back(&action);
  }
  void operator()(const node::SplitPeople& split) const {
    for (const auto& path : split.paths) add(path.actions);
  }
  void operator()(const node::RandomPeople& split) const {
    for (const auto& actions : split.actions) add(actions);
  }
  void operator()(const node::Act& act) const { add(act.does.actions); }
  void operator()(const auto&) const {}
};

bool takes_time(const JourneyNode& node) {
  return std::holds_alternative<node::Wait>(node.kind) ||
         std::holds_alternative<node::Listen>(node.kind);
}

// A walk in depth that never goes through what takes time.
class Circles {
 public:
  explicit Circles(const Journey& journey)
      : journey_(journey), seen_(journey.nodes.size(), Seen::no) {}

  std::vector<std::pair<NodeIndex, NodeIndex>> find() && {
    for (NodeIndex n = 0; n < seen_.size(); ++n) walk(n);
    return std::move(found_);
  }

 private:
  enum class Seen : std::uint8_t { no, on_the_way, done };

  void walk(NodeIndex n) {
    const JourneyNode& node = journey_.nodes[n];
    if (seen_[n] != Seen::no || takes_time(node)) return;
    seen_[n] = Seen::on_the_way;
    for (const NodeIndex next : next_of(node)) {
      if (next == journey_end) continue;
      if (seen_[next] == Seen::on_the_way) found_.emplace_back(n, next);
      walk(next);
    }
    seen_[n] = Seen::done;
  }

  const Journey& journey_;
  std::vector<Seen> seen_;
  std::vector<std::pair<NodeIndex, NodeIndex>> found_;
};

}  // namespace

std::vector<NodeIndex> next_of(const JourneyNode& node) {
  return std::visit(Successors(), node.kind);
}

void for_each_condition(const std::vector<Journey>& journeys,
                        const std::function<void(const Predicate&)>& groups,
                        const std::function<void(const Predicate&)>& people) {
  for (const Journey& journey : journeys) {
    if (journey.where) groups(*journey.where);
    for (const JourneyNode& node : journey.nodes) std::visit(Conditions{groups, people}, node.kind);
  }
}

std::vector<const Action*> actions_of(std::span<const Journey> journeys) {
  std::vector<const Action*> found;
  for (const Journey& journey : journeys)
    for (const JourneyNode& node : journey.nodes) std::visit(Actions{found}, node.kind);
  return found;
}

std::vector<NodeIndex> unreachable(const Journey& journey) {
  std::vector<bool> reached(journey.nodes.size());
  std::vector<NodeIndex> ahead{0};
  while (!ahead.empty()) {
    const NodeIndex n = ahead.back();
    ahead.pop_back();
    if (n >= reached.size() || reached[n]) continue;  // the end, or known
    reached[n] = true;
    std::ranges::copy(next_of(journey.nodes[n]), std::back_inserter(ahead));
  }
  std::vector<NodeIndex> missed;
  for (NodeIndex n = 0; n < reached.size(); ++n)
    if (!reached[n]) missed.push_back(n);
  return missed;
}

std::vector<std::pair<NodeIndex, NodeIndex>> endless(const Journey& journey) {
  return Circles(journey).find();
}

}  // namespace rolecall::sim
