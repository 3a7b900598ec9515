#include "sim/play.hpp"

namespace rolecall::sim {

void Play::move_stage(std::uint32_t group, std::string_view stage) {
  const StageModel* graph = stage_models[cast.world.groups.solutions[group].index()];
  if (graph == nullptr) return;
  const auto to = graph->find(stage);
  std::uint8_t& at = state.groups.stage[group];
  if (!to || *to == at) return;
  const StageState after = move(*graph, {.stage = at, .refused = 0}, *to);
  today.add(Figure::refused_moves, static_cast<double>(after.refused));
  if (after.stage == at) return;
  tell(EventKind::group_stage, group, nobody, at, static_cast<std::uint8_t>(after.stage));
  at = static_cast<std::uint8_t>(after.stage);
}

}  // namespace rolecall::sim
