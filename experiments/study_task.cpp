#include "experiments/study_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/text_file.hpp"
#include "experiments/kinds/kinds.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "scoring/model_file.hpp"
#include "scoring/role_assignment.hpp"

namespace rolecall {
namespace {

constexpr std::string_view world_spec_head = "format = \"rolecall.world-spec/1\"\n";

bool comes_with_world(const std::string& name) { return name == "vendor" || name == "truth"; }

std::optional<Model> load_unless_of_world(const std::string& name) {
  if (comes_with_world(name)) return std::nullopt;
  return load_model(name);
}

// A name that is content: of a model of ours, or of what the file says it is.
std::string stored_name(const std::string& name, const std::optional<Model>& model) {
  return comes_with_world(name) || is_builtin_model(name) ? name : model->name;
}

}  // namespace

World StudyTask::take_world(Progress& progress) {
  if (world) {
    // Roles from conditions are those of the base model, for every candidate.
    if (base) assign_missing_roles(*world, *base, parse_as_of(spec.model.as_of));
    return std::move(*world);
  }
  return generate_world(world_spec, &progress);
}

WorldSpec StudyTask::sized_spec(std::uint64_t seed, double accounts) const {
  WorldSpec sized = world_spec;
  sized.seed = seed;
  if (accounts <= 0) return sized;
  const double factor = accounts / static_cast<double>(world_spec.size.accounts);
  const auto scaled = [&](std::uint64_t n) {
    return static_cast<std::uint64_t>(std::llround(static_cast<double>(n) * factor));
  };
  sized.size.accounts = static_cast<std::uint64_t>(accounts);
  sized.size.people = scaled(world_spec.size.people);
  sized.size.activities = scaled(world_spec.size.activities);
  return sized;
}

WorldSpec StudyTask::varied_spec(WorldSpec of, double value) const {
  const StudySpec::Worlds& worlds = spec.worlds;
  std::string text = std::string(world_spec_head);
  for (std::size_t i = 0; i < worlds.vary.size(); ++i)
    text += fmt::format("{} = {}\n", worlds.vary[i],
                        value * (worlds.factors.empty() ? 1 : worlds.factors[i]));
  return parse_world_spec(text, "worlds.vary", of);
}

Model StudyTask::named(const World& of, const std::string& name,
                       const std::optional<Model>& model) const {
  if (model) return *model;
  return name == "truth" ? truth_model(of, "the world") : vendor_model(of, "the world");
}

Model StudyTask::base_model(const World& of) const {
  Model model = named(of, spec.model.base, base);
  if (spec.model.activities == "truth" && of.truth)
    model = with_activities_of(std::move(model), truth_model(of, "the world"));
  return model;
}

StudyTask prepare(const StudySpec& spec) {
  StudyTask task{.spec = spec};
  task.base = load_unless_of_world(spec.model.base);
  task.spec.model.base = stored_name(spec.model.base, task.base);
  task.spec.model.against.clear();
  for (const std::string& name : spec.model.against) {
    std::optional<Model> model = load_unless_of_world(name);
    task.spec.model.against.push_back(stored_name(name, model));
    task.against.emplace_back(task.spec.model.against.back(), std::move(model));
  }
  task.spec.simulation.scenarios.clear();
  for (const std::string& name : spec.simulation.scenarios) {
    task.scenarios.push_back(sim::with(sim::load_scenario(name), spec.simulation.set));
    task.spec.simulation.scenarios.push_back(task.scenarios.back().name);
  }
  if (!spec.world.file.empty()) {
    task.spec.world.file = "world.h5";
    return task;
  }
  task.world_spec = preset(spec.world.preset);
  if (!spec.world.spec.empty()) {
    task.world_spec =
        parse_world_spec(read_text(spec.world.spec), spec.world.spec, task.world_spec);
    task.spec.world.spec = "world.toml";
  }
  if (!spec.world.set.empty()) {
    std::string text(world_spec_head);
    for (const std::string& line : spec.world.set) text += line + '\n';
    task.world_spec = parse_world_spec(text, "world.set", task.world_spec);
  }
  if (spec.world.seed != 0) task.world_spec.seed = spec.world.seed;
  task.spec.world.seed = task.world_spec.seed;
  return task;
}

StudyTask task_of(const StudyRecord& record, const std::string& source) {
  StudyTask task{.spec = parse_study_spec(record.recipe_text("specification"),
                                          source + ", recipe@specification")};
  const auto model = [&](const std::string& key) -> std::optional<Model> {
    const std::string text = record.recipe_text(key);
    if (text.empty()) return std::nullopt;
    return parse_model(text, source + ", recipe@" + key);
  };
  task.base = model("base_model");
  for (std::size_t i = 0; i < task.spec.model.against.size(); ++i)
    task.against.emplace_back(task.spec.model.against[i], model(fmt::format("against_{}", i + 1)));
  for (std::size_t i = 0; i < task.spec.simulation.scenarios.size(); ++i) {
    const std::string key = fmt::format("scenario_{}", i + 1);
    task.scenarios.push_back(
        sim::parse_scenario(record.recipe_text(key), source + ", recipe@" + key));
  }
  if (const std::string text = record.recipe_text("world_specification"); !text.empty())
    task.world_spec = parse_world_spec(text, source + ", recipe@world_specification", {});
  task.world_digest = record.recipe_text("world_digest");
  return task;
}

std::vector<std::pair<std::string, std::string>> recipe_of(const StudyTask& task) {
  std::vector<std::pair<std::string, std::string>> recipe{
      {"study", task.spec.name},
      {"kind", task.spec.kind},
      {"question", task.spec.question},
      {"specification", to_toml(task.spec, Comments::none)},
      {"base_model", task.base ? to_toml(*task.base) : ""}};
  for (std::size_t i = 0; i < task.against.size(); ++i)
    recipe.emplace_back(fmt::format("against_{}", i + 1),
                        task.against[i].second ? to_toml(*task.against[i].second) : "");
  for (std::size_t i = 0; i < task.scenarios.size(); ++i)
    recipe.emplace_back(fmt::format("scenario_{}", i + 1),
                        sim::to_toml(task.scenarios[i], Comments::none));
  const bool is_given = !task.spec.world.file.empty();
  recipe.emplace_back("world_digest", is_given ? task.world_digest : "");
  recipe.emplace_back("world_specification",
                      is_given ? "" : to_toml(task.world_spec, Comments::none));
  return recipe;
}

StudyRun run_study(StudyTask& task, StudyJournal& journal, Progress& progress) {
  StudyRun run = kind_named(task.spec.kind).run(task, journal, progress);
  run.record.recipe = recipe_of(task);
  std::erase_if(run.warnings, [](const std::string& warning) { return warning.empty(); });
  return run;
}

}  // namespace rolecall
