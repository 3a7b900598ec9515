#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "core/progress.hpp"
#include "core/world.hpp"
#include "experiments/search_space.hpp"
#include "experiments/study_spec.hpp"
#include "experiments/tuner.hpp"
#include "generators/world_spec.hpp"
#include "results/study_file.hpp"
#include "results/study_journal.hpp"
#include "scoring/model.hpp"
#include "sim/scenario.hpp"

namespace rolecall {

// Proposals from outside, for search.method = "external".
struct ExternalTuner {
  // Called once, before anything is asked: what may be proposed, and what was judged beside.
  std::function<void(const SearchSpace&, std::span<const Trial> references)> begin;
  // A candidate as (parameter, value as text) pairs; nothing: there are no more. Parameters left
  // out are as in the base model.
  std::function<std::optional<std::vector<std::pair<std::string, std::string>>>()> ask;
  std::function<void(std::size_t trial, double value)> tell;
  // What is asked for are trials of an earlier run, to the last digit: they are neither rounded nor
  // constrained again.
  bool is_replay = false;
  // A proposal that is not of the space; without this, it ends the study.
  std::function<void(const InputError&)> refuse;
};

// A study and all that it reads.
struct StudyTask {
  StudySpec spec = {};              // as it will be stored: file names are no content
  WorldSpec world_spec = {};        // of worlds that it makes
  std::optional<World> world = {};  // that it is given; its digest stands in the recipe
  std::string world_digest = {};
  std::optional<Model> base = {};  // nothing: "vendor" or "truth", which come with a world
  std::vector<std::pair<std::string, std::optional<Model>>> against = {};
  std::vector<sim::Scenario> scenarios = {};  // with what the study sets
  ExternalTuner external = {};

  // The world that is given, or the one that its specification makes.
  World take_world(Progress& progress);
  // A world of a number of accounts (0: as specified), people and activities in proportion.
  WorldSpec sized_spec(std::uint64_t seed, double accounts = 0) const;
  // The same where numbers of the specification take `value`, each times its factor.
  WorldSpec varied_spec(WorldSpec of, double value) const;
  Model base_model(const World& world) const;
  Model named(const World& world, const std::string& name, const std::optional<Model>& model) const;
};

// What running a study gives.
struct StudyRun {
  StudyRecord record;
  std::string text;  // for people: the finding
  // And tables to look at, by title.
  std::vector<std::pair<std::string, std::vector<TableColumn>>> shown;
  std::vector<std::string> warnings;
};

// Resolves a specification: reads its models and checks its world specification. Worlds given by
// file are read by the caller, who knows how to warn. Throws InputError.
StudyTask prepare(const StudySpec& spec);

// The task that a record was made by. Worlds that were given must be given again, in `world`.
StudyTask task_of(const StudyRecord& record, const std::string& source);

// What says which study it is: study, kind, specification, models, world.
std::vector<std::pair<std::string, std::string>> recipe_of(const StudyTask& task);

// Runs a study of any kind; see study_kinds(). Costly figures go through the journal. Throws
// InputError when the study does not fit its world.
StudyRun run_study(StudyTask& task, StudyJournal& journal, Progress& progress);

}  // namespace rolecall
