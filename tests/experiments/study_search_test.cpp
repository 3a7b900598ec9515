#include "experiments/study_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> origins(const std::vector<Trial>& trials) {
  std::vector<std::string> all;
  for (const Trial& trial : trials) all.push_back(trial.origin);
  return all;
}

const World& world() {
  static const World made = generate_world(testing::small_spec(1));
  return made;
}

StudySpec spec_of(const char* activities) {
  StudySpec spec;
  spec.model.activities = activities;
  return spec;
}

TEST(ReferenceTrials, KeepTheTruthAsItIs) {
  const Model base =
      with_activities_of(vendor_model(world(), "test"), truth_model(world(), "test"));
  const SearchSpace space({{.path = "role.*.weighting", .low = 1, .high = 2, .whole = true}}, {},
                          base);
  const auto trials = reference_trials(space, world(), spec_of("truth"));
  EXPECT_THAT(origins(trials), ElementsAre("default", "equal", "truth"));
  EXPECT_EQ(trials[0].point, space.base_point());  // outside of the range too
  EXPECT_EQ(trials[2].point, space.point_of(truth_model(world(), "test")));
  EXPECT_EQ(std::ranges::count(trials[1].point, trials[1].point[0]), std::ssize(trials[1].point));
}

TEST(ReferenceTrials, LeaveTheTruthOutWhereItIsNotKnownWhole) {
  const SpaceEntry roles{.path = "role.*.weighting", .low = 1, .high = 100};
  const SpaceEntry weights{.path = "activity.*.weight", .low = 1, .high = 100};
  const Model vendor = vendor_model(world(), "test");
  // Beside activity weights that are the vendor's, true roles are not the truth.
  EXPECT_THAT(origins(reference_trials({{roles}, {}, vendor}, world(), spec_of("base"))),
              ElementsAre("default", "equal"));
  EXPECT_THAT(origins(reference_trials({{roles, weights}, {}, vendor}, world(), spec_of("base"))),
              ElementsAre("default", "equal", "truth"));
  Model guest = vendor;  // a role that the truth does not have
  guest.templates.front().roles.push_back({.name = "Guest", .weighting = 3});
  const auto trials = reference_trials({{roles}, {}, guest}, world(), spec_of("truth"));
  EXPECT_THAT(origins(trials), ElementsAre("default", "equal"));
  for (const Trial& trial : trials)
    for (const double v : trial.point) EXPECT_FALSE(std::isnan(v));
}

TEST(SearchPart, DoesNotTakeTheTruthForFound) {
  const Model base =
      with_activities_of(vendor_model(world(), "test"), truth_model(world(), "test"));
  const SearchSpace space({{.path = "role.*.weighting", .low = 1, .high = 100}}, {}, base);
  CandidateJudge judge(world(), space, parse_as_of("outcome-1d"), {});
  for (const std::string& method : search_methods()) {
    if (method == "external") continue;
    StudyTask task;
    task.spec = spec_of("truth");
    task.spec.search.method = method;
    task.spec.search.candidates = 30;
    task.spec.search.steps = 2;
    StudyJournal journal;
    Progress progress;
    std::vector<std::string> warnings;
    const Found found =
        search_part(task, space, judge, 0, "all", reference_trials(space, world(), task.spec),
                    journal, progress, warnings);
    EXPECT_NE(found.trials[found.best].origin, "truth") << method;
    // What is reported is what it is worth.
    EXPECT_EQ(judge.judge({{found.point()}}, 0, Objective::auc).front(),
              found.trials[found.best].value)
        << method;
    EXPECT_GE(found.trials[found.best].value, found.trials[0].value);
    double spent = 0;
    for (const Trial& trial : found.trials) spent += trial.origin == "search" ? trial.sample : 0;
    EXPECT_LE(spent, method == "grid" ? 64 : 30 + 1e-9) << method;
  }
}

}  // namespace
}  // namespace rolecall
