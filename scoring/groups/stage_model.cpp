#include "scoring/groups/stage_model.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rolecall {
namespace {

using Stage = StageModel::Stage;

bool has(const std::vector<Stage>& stages, Stage stage) {
  return std::ranges::find(stages, stage) != stages.end();
}

// The stages that moves lead to from some; against the moves when `backward`.
enum class Direction : std::uint8_t { forward, backward };
std::vector<bool> reached(const StageModel& model, std::vector<Stage> from, Direction direction) {
  std::vector<bool> seen(model.stages.size(), false);
  for (const Stage stage : from) seen[stage] = true;
  while (!from.empty()) {
    const Stage stage = from.back();
    from.pop_back();
    for (auto [a, b] : model.moves) {
      if (direction == Direction::backward) std::swap(a, b);
      if (a != stage || seen[b]) continue;
      seen[b] = true;
      from.push_back(b);
    }
  }
  return seen;
}

}  // namespace

std::optional<Stage> StageModel::find(std::string_view stage) const {
  const auto found = std::ranges::find(stages, stage);
  if (found == stages.end()) return std::nullopt;
  return static_cast<Stage>(found - stages.begin());
}

bool StageModel::allows(Stage from, Stage to) const {
  return std::ranges::find(moves, std::pair(from, to)) != moves.end();
}

StageState move(const StageModel& model, StageState state, Stage to) {
  if (model.allows(state.stage, to))
    state.stage = to;
  else
    ++state.refused;
  return state;
}

std::vector<std::string> faults(const StageModel& model) {
  std::vector<std::string> found;
  if (model.entry.empty()) found.emplace_back("it has no entry stage");
  for (Stage s = 0; s < model.stages.size(); ++s) {
    const std::string& stage = model.stages[s];
    if (std::ranges::count(model.stages, stage) > 1 && model.find(stage) == s)
      found.push_back(fmt::format("the stage '{}' is listed more than once", stage));
    if (has(model.failure, s) && model.success == s)
      found.push_back(fmt::format("'{}' is both success and failure", stage));
    const bool leaves = std::ranges::any_of(
        model.moves, [&](const auto& move) { return move.first == s && move.second != s; });
    if (!leaves && s != model.success && !has(model.failure, s))
      found.push_back(fmt::format("the stage '{}' has no exit", stage));
    if (model.allows(s, s)) found.push_back(fmt::format("'{}' moves to itself", stage));
  }
  return found;
}

std::vector<std::string> warnings(const StageModel& model) {
  std::vector<std::string> found;
  const std::vector<bool> begun = reached(model, model.entry, Direction::forward);
  const std::vector<bool> ends = reached(model, {model.success}, Direction::backward);
  for (Stage s = 0; s < model.stages.size(); ++s) {
    if (!begun[s])
      found.push_back(
          fmt::format("no group can reach the stage '{}' of '{}'", model.stages[s], model.name));
    if (!ends[s] && !has(model.failure, s))
      found.push_back(fmt::format("no way leads from the stage '{}' of '{}' to success",
                                  model.stages[s], model.name));
  }
  return found;
}

}  // namespace rolecall
