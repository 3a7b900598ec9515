#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rolecall {

// The stages that buying groups of a solution go through, and the moves between them. Stages are
// numbered in the order in which they are listed.
struct StageModel {
  using Stage = std::size_t;

  std::string name;
  std::vector<std::string> stages;
  std::vector<Stage> entry;                    // where a group may begin; at least one
  Stage success = 0;                           // the one that every group is wished to reach
  std::vector<Stage> failure;                  // may be left again
  std::vector<std::pair<Stage, Stage>> moves;  // (from, to) that are allowed
  std::size_t row = 0;                         // of its file, for messages

  std::optional<Stage> find(std::string_view stage) const;
  bool allows(Stage from, Stage to) const;
};

// Where a group stands, and how many moves its model did not allow.
struct StageState {
  StageModel::Stage stage = 0;
  std::uint64_t refused = 0;

  bool operator==(const StageState&) const = default;
};

// The state after a wish to move: a move that the model does not allow changes nothing but the
// count.
StageState move(const StageModel& model, StageState state, StageModel::Stage to);

// What is wrong with a model whose stages are known: no entry, a stage without exit that is neither
// success nor failure, and the like. Each a sentence without its full stop.
std::vector<std::string> faults(const StageModel& model);

// What a user may want to know: stages that no group can reach, and those that do not lead to
// success.
std::vector<std::string> warnings(const StageModel& model);

}  // namespace rolecall
