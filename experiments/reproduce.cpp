#include "experiments/reproduce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "experiments/simulation_study.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

// What the recipe of this specification is; of models and worlds that only files had, nothing.
Recipe expected_recipe(const StudySpec& spec) {
  const Recipe plain{{"study", spec.name}, {"kind", spec.kind}, {"question", spec.question}};
  try {
    StudyTask task = prepare(spec);
    task.spec = spec;  // names that are stored already
    Recipe recipe = recipe_of(task);
    std::erase_if(recipe, [](const auto& item) { return item.first == "world_digest"; });
    return recipe;
  } catch (const std::exception&) {  // its files are not at hand
    return plain;
  }
}

std::optional<StudySpec> parsed(const std::string& text, const std::string& source) {
  try {
    return parse_study_spec(text, source);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

// Of the specification that the record has; nothing when it is none.
std::optional<Recipe> expected_recipe(const StudyRecord& study, const std::string& source) {
  if (is_simulation(study)) try {
      return recipe_of(scenario_of(study, source));
    } catch (const std::exception&) {
      return std::nullopt;
    }
  const auto spec = parsed(study.recipe_text("specification"), source);
  if (!spec) return std::nullopt;
  return expected_recipe(*spec);
}

std::string value_text(const TableColumn& column, std::size_t row) {
  if (const auto* texts = std::get_if<TextColumn>(&column.values))
    return std::string((*texts)[row]);
  if (const auto* whole = std::get_if<std::vector<std::int64_t>>(&column.values))
    return fmt::format("{}", (*whole)[row]);
  const double value = std::get<std::vector<double>>(column.values)[row];
  return std::isinf(value) ? "none" : fmt::format("{}", value);
}

}  // namespace

bool was_written_with(const StudyRecord& study, const std::string& name, const std::string& text,
                      const std::string& stored) {
  StudyRecord before = study;
  const auto at = std::ranges::find(before.recipe, name, &Recipe::value_type::first);
  if (at == before.recipe.end())
    before.recipe.emplace_back(name, text);
  else
    at->second = text;
  return content_digest(before) == stored;
}

std::optional<AlteredText> find_altered_recipe(const StudyRecord& study, const std::string& stored,
                                               const std::string& specification,
                                               const std::string& source) {
  const std::string now = study.recipe_text("specification");
  if (!specification.empty() && now != specification)
    return AlteredText{"specification", now, specification};
  const std::optional<Recipe> expected = expected_recipe(study, source);
  if (!expected) return std::nullopt;
  for (const auto& [name, was] : *expected) {
    const std::string text = study.recipe_text(name);
    const bool is_said_twice = name == "study" || name == "kind" || name == "question";
    if (text != was && (is_said_twice || was_written_with(study, name, was, stored)))
      return AlteredText{name, text, was};
  }
  return std::nullopt;
}

StudyTask task_again(const StudyRecord& study, const std::string& source) {
  StudyTask task = task_of(study, source);
  if (task.spec.search.method != "external") return task;
  const StudyTable* trials = study.table("trials");
  const TableColumn* origin = trials == nullptr ? nullptr : trials->column("origin");
  if (origin == nullptr || !std::holds_alternative<TextColumn>(origin->values))
    throw InputError({.file = source,
                      .field = "tables/trials/origin",
                      .what = "the proposals of the outside tuner are not there",
                      .remedy = "Run the study again."});
  using Proposals = std::vector<std::vector<std::pair<std::string, std::string>>>;
  auto proposals = std::make_shared<Proposals>();
  for (std::size_t row = 0; row < trials->rows(); ++row) {
    if (std::get<TextColumn>(origin->values)[row] != "search") continue;
    proposals->emplace_back();
    for (const TableColumn& column : trials->columns)
      if (column.name != "search" && column.name != "origin" && column.name != "value" &&
          column.name != "sample" && column.per_row == 1)
        proposals->back().emplace_back(column.name, value_text(column, row));
  }
  task.external.is_replay = true;
  task.external.ask = [proposals, next = std::size_t{0}]() mutable
      -> std::optional<std::vector<std::pair<std::string, std::string>>> {
    if (next == proposals->size()) return std::nullopt;
    return (*proposals)[next++];
  };
  return task;
}

std::string unaccounted_recipe(const StudyRecord& stored, const StudyRecord& again) {
  const std::optional<StudySpec> spec = parsed(stored.recipe_text("specification"), "");
  if (!spec) return "specification";
  const auto world_of = [](const StudyRecord& study) -> std::string {
    const AttributeValue* digest = study.summary_value("world_digest");
    const auto* text = digest == nullptr ? nullptr : std::get_if<std::string>(digest);
    return text == nullptr ? "" : *text;
  };
  if (!stored.recipe_text("world_specification").empty() && world_of(stored) != world_of(again))
    return "world_specification";
  if (!stored.recipe_text("base_model").empty() && !is_builtin_model(spec->model.base))
    return "base_model";
  for (std::size_t i = 0; i < spec->model.against.size(); ++i) {
    const std::string name = fmt::format("against_{}", i + 1);
    if (!stored.recipe_text(name).empty() && !is_builtin_model(spec->model.against[i])) return name;
  }
  return spec->world.spec.empty() ? "" : "world_specification";
}

}  // namespace rolecall
