#include "scoring/groups/stage_model_table.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/toml_lists.hpp"

namespace rolecall {
namespace {

using Stage = StageModel::Stage;

class StageReader {
 public:
  StageReader(TomlTable& in, const StageModel& model) : in_(in), model_(model) {}

  std::optional<Stage> stage(const toml::node& node, std::string_view key) {
    const auto* text = node.as_string();
    if (text == nullptr) {
      fault(node, key, "this is not the name of a stage", "Put it in double quotes.");
      return std::nullopt;
    }
    const std::optional<Stage> found = model_.find(text->get());
    if (!found)
      fault(node, key, fmt::format("there is no stage '{}'", text->get()),
            suggest(text->get(), model_.stages));
    return found;
  }

  std::vector<Stage> list(std::string_view key) {
    std::vector<Stage> stages;
    if (const toml::array* array = in_.array(key))
      for (const toml::node& node : *array)
        if (const auto found = stage(node, key)) stages.push_back(*found);
    return stages;
  }

  // Pairs [from, to].
  std::vector<std::pair<Stage, Stage>> pairs(std::string_view key) {
    std::vector<std::pair<Stage, Stage>> moves;
    const toml::array* array = in_.array(key);
    if (array == nullptr) return moves;
    for (const toml::node& node : *array) {
      const auto* pair = node.as_array();
      if (pair == nullptr || pair->size() != 2) {
        fault(node, key, "this is not a move", "Write it as [\"from\", \"to\"].");
        continue;
      }
      const auto from = stage(*pair->get(0), key), to = stage(*pair->get(1), key);
      if (from && to) moves.emplace_back(*from, *to);
    }
    return moves;
  }

  bool good() const { return good_; }

 private:
  void fault(const toml::node& node, std::string_view key, std::string what, std::string remedy) {
    good_ = false;
    in_.report(node, key, std::move(what), std::move(remedy));
  }

  TomlTable& in_;
  const StageModel& model_;
  bool good_ = true;
};

}  // namespace

StageModel read_stage_model(TomlTable in, std::string name) {
  StageModel model;
  model.name = std::move(name);
  model.row = in.raw().source().begin.line;
  model.stages = texts(in, "stages");
  StageReader reader(in, model);
  model.entry = reader.list("entry");
  model.failure = reader.list("failure");
  model.moves = reader.pairs("moves");
  const toml::node* success = in.take("success");
  std::optional<Stage> reached;
  if (success == nullptr)
    in.report_missing("success", "Name the one stage that is success.");
  else
    reached = reader.stage(*success, "success");
  model.success = reached.value_or(0);
  in.reject_unknown_keys();
  // A slip in a name would have faults follow that are none.
  if (reached && reader.good())
    for (std::string& fault : faults(model))
      in.report(in.raw(), "stages", fmt::format("'{}' is no stage model: {}", model.name, fault),
                "It needs an entry stage, one success, and a way out of every other stage that is "
                "no failure.");
  return model;
}

}  // namespace rolecall
