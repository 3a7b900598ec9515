#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/parallel.hpp"
#include "experiments/labelled_scores.hpp"
#include "experiments/truth_model.hpp"
#include "generators/generate.hpp"
#include "scoring/model_file.hpp"
#include "scoring/score.hpp"
#include "study_tasks.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using testing::numbers_of;
using testing::run_once;
using testing::run_with;
using testing::small_world;
using testing::study_of;
using testing::texts_of;

const std::string roles = "[space]\n\"role.*.weighting\" = { low = 1, high = 100, whole = true }\n";
const std::string vendor = "[model]\nbase = \"vendor\"\n";
const std::string few = "[bootstrap]\nreplicates = 30\nshortlist = 20\n";

std::string search(const std::string& method, int candidates = 60) {
  return "[search]\nmethod = \"" + method + "\"\ncandidates = " + std::to_string(candidates) + "\n";
}

double summary(const StudyRecord& record, const char* name) {
  return std::get<double>(*record.summary_value(name));
}

double auc_of(const Model& model, const StudySpec& spec) {
  StudyTask task = prepare(spec);
  const World world = generate_world(task.world_spec);
  const Scores scores = score(world, model, parse_as_of(spec.model.as_of));
  const LabelledScores labelled = label(world, scores.groups, Judged::engagement);
  return area_under_curve(labelled.score, labelled.won);
}

// The value of the last search's best trial, or of its best of one origin.
double best_value(const StudyRecord& record, std::string_view origin = "") {
  const TextColumn& names = texts_of(record, "trials", "search");
  const TextColumn& origins = texts_of(record, "trials", "origin");
  double best = 0;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == names[names.size() - 1] && origins[i] != "truth" &&
        (origin.empty() || origins[i] == origin) && numbers_of(record, "trials", "sample")[i] == 1)
      best = std::max(best, numbers_of(record, "trials", "value")[i]);
  return best;
}

class TuneMethods : public ::testing::TestWithParam<const char*> {};

TEST_P(TuneMethods, FindModelsThatScoreAsTheySay) {
  const StudySpec spec = study_of("tune", small_world + vendor + roles + search(GetParam()) + few +
                                              "[validation]\nfolds = 2\n");
  const StudyRun run = run_once(spec);
  const Model best = parse_model(run.record.best_model, "best");
  EXPECT_EQ(auc_of(best, spec), best_value(run.record));
  EXPECT_GE(best_value(run.record), best_value(run.record, "default"));
  const std::vector<double>& found = numbers_of(run.record, "parameters", "found");
  EXPECT_NEAR(std::accumulate(found.begin(), found.end(), 0.), 1, 1e-12);
  EXPECT_EQ(run.record.table("folds")->rows(), 2u);
  EXPECT_EQ(texts_of(run.record, "models", "model")[0], "default");
  EXPECT_EQ(texts_of(run.record, "models", "model")[1], "found");
}

INSTANTIATE_TEST_SUITE_P(All, TuneMethods,
                         ::testing::Values("random", "sobol", "latin-hypercube", "refine",
                                           "halving", "nelder-mead", "subplex", "bobyqa", "cobyla",
                                           "direct", "crs2", "logistic"));

TEST(Tune, GridTriesEveryListedValue) {
  const StudyRun run =
      run_once(study_of("tune", small_world + vendor +
                                    "[space]\ndaily_cap = [1, 5, \"none\"]\nwindow_days = [7, 30]\n"
                                    "readings.aggregation = [\"sum\", \"max\"]\n" +
                                    search("grid") + few + "[validation]\nfolds = 2\n"));
  EXPECT_EQ(run.record.table("trials")->rows(), 3u * (3 * 2 * 2 + 2))
      << "three searches, default and equal beside the grid";
  const TextColumn& words = texts_of(run.record, "trials", "readings.aggregation");
  EXPECT_EQ(words[words.size() - 1], "max");
}

TEST(Tune, SameForAnyNumberOfThreads) {
  const StudySpec spec = study_of("tune", small_world + vendor + roles + search("refine") + few);
  std::set<std::string> digests;
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    const parallel::ThreadLimit limit(threads);
    digests.insert(content_digest(run_once(spec).record));
  }
  EXPECT_EQ(digests.size(), 1u);
}

// A study that stopped anywhere, also in the middle of a batch of another length, goes on to the
// same end.
TEST(Tune, GoesOnFromWhatWasKept) {
  const testing::TempFolder folder;
  for (const char* method : {"refine", "halving", "crs2", "logistic"}) {
    const StudySpec spec = study_of("tune", small_world + vendor + roles + search(method, 40) +
                                                few + "[validation]\nfolds = 2\n");
    const std::string path = folder / (std::string(method) + ".h5");
    const std::string whole = content_digest(run_once(spec).record);
    const StudyTask task = prepare(spec);
    const auto provenance = [] { return Provenance{}; };
    for (std::uint64_t models = 1; models < 80; models += 13) {
      testing::StoppingProgress stops(models);
      try {
        StudyJournal journal(path, recipe_of(task), Resume::yes, Overwrite::yes, provenance);
        StudyTask again = prepare(spec);
        run_study(again, journal, stops);
      } catch (const testing::StoppingProgress::Stop&) {
      }
    }
    StudyJournal journal(path, recipe_of(task), Resume::yes, Overwrite::yes, provenance);
    const StudyRun resumed = run_with(spec, journal);
    EXPECT_GT(journal.reused(), 0u) << method;
    EXPECT_EQ(journal.finish(resumed.record), whole) << method;
  }
}

TEST(Tune, SplitsByNameAndByTimeJudgeTheVeryModelThatIsHandedOut) {
  for (const char* split : {"split = \"time\"\ntest_share = 0.4\npurge_days = 10\n",
                            "split = \"named\"\ntest_accounts = [\"A1\"]\n"}) {
    StudySpec spec = study_of(
        "tune", small_world + vendor + roles + search("random") + few + "[validation]\n" + split);
    if (spec.validation.split == "named") {
      const World world = generate_world(prepare(spec).world_spec);
      spec.validation.test_accounts.clear();
      for (std::size_t a = 0; a < world.accounts.size(); a += 3)
        spec.validation.test_accounts.emplace_back(world.accounts.ids[a]);
    }
    const StudyRun run = run_once(spec);
    EXPECT_EQ(run.record.table("folds")->rows(), 1u);
    const TextColumn& names = texts_of(run.record, "trials", "search");
    EXPECT_EQ(names[0], names[names.size() - 1]) << "one search";
  }
}

TEST(Tune, EveryObjectiveCanBeSearchedFor) {
  for (const std::string& objective : search_objectives()) {
    StudySpec spec = study_of("tune", small_world + vendor + roles + search("random", 20) + few +
                                          "[validation]\nfolds = 2\n");
    spec.search.objective = objective;
    const StudyRun run = run_once(spec);
    EXPECT_TRUE(std::isfinite(summary(run.record, "found_gain"))) << objective;
    EXPECT_THAT(numbers_of(run.record, "parameters", "found_low"),
                Each(::testing::Truly([](double v) { return v >= 0 && v <= 1; })))
        << objective;
  }
}

TEST(Tune, TheTruthIsKnownAndIsBetter) {
  const StudyRun run = run_once(
      study_of("tune",
               "[world]\npreset = \"small\"\nset = [\"size.accounts = 4000\", \"size.people = "
               "40000\"]\n[model]\nbase = \"vendor\"\nactivities = \"truth\"\n" +
                   roles + search("refine", 150) + few));
  EXPECT_GT(summary(run.record, "found_gain_low"), 0);
  const std::vector<double>& truth = numbers_of(run.record, "parameters", "truth");
  const std::vector<double>& found = numbers_of(run.record, "parameters", "found");
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_NEAR(found[i], truth[i], .12);
}

TEST(Tune, OrderedRolesStayOrdered) {
  const StudyRun run = run_once(study_of(
      "tune",
      small_world + vendor + roles + search("random") + few +
          "[constraints]\nordered = [[\"role.Other.weighting\", \"role.Champion.weighting\"]]\n"));
  const std::vector<double>& more = numbers_of(run.record, "trials", "role.Other.weighting");
  const std::vector<double>& less = numbers_of(run.record, "trials", "role.Champion.weighting");
  const TextColumn& origin = texts_of(run.record, "trials", "origin");
  for (std::size_t i = 0; i < more.size(); ++i) {
    if (origin[i] == "search") {
      EXPECT_GE(more[i], less[i]);
    }
  }
}

// The base model has its decision makers above its champions, and may be better than all that the
// search finds.
TEST(Tune, TheModelHandedOutHoldsToTheConstraints) {
  const StudyRun run = run_once(study_of(
      "tune",
      small_world + vendor + roles + search("random", 1) + few +
          "[constraints]\nordered = [[\"role.Other.weighting\", \"role.Practitioner.weighting\", "
          "\"role.Champion.weighting\", 'role.\"Decision Maker\".weighting']]\n"));
  const Model best = parse_model(run.record.best_model, "best");
  const auto& cards = best.templates.front().roles;
  const auto weighting = [&](const char* name) {
    return std::ranges::find(cards, name, &RoleCard::name)->weighting;
  };
  EXPECT_GE(weighting("Other"), weighting("Practitioner"));
  EXPECT_GE(weighting("Practitioner"), weighting("Champion"));
  EXPECT_GE(weighting("Champion"), weighting("Decision Maker"));
  EXPECT_LT(best_value(run.record), best_value(run.record, "default") + 1e-12)
      << "the base model is better, and is not handed out";
}

TEST(Tune, ATunerThatProposesNothingDoesNotFindTheTruth) {
  StudyTask task = prepare(study_of("tune", small_world + vendor + "activities = \"truth\"\n" +
                                                roles + search("external") + few));
  task.external.ask = [] { return std::nullopt; };
  StudyJournal journal;
  Progress silent;
  const StudyRun run = run_study(task, journal, silent);
  EXPECT_EQ(numbers_of(run.record, "parameters", "found"),
            numbers_of(run.record, "parameters", "default"));
}

TEST(Tune, NamesEveryModelThatItComparesOnce) {
  const StudyRun run = run_once(
      study_of("tune", small_world +
                           "[model]\nbase = \"vendor\"\nagainst = [\"truth\", \"ajo-seed\", "
                           "\"ajo-seed\", \"vendor\"]\n" +
                           roles + search("random", 10) + few));
  const TextColumn& names = texts_of(run.record, "models", "model");
  std::set<std::string> once;
  for (std::size_t i = 0; i < names.size(); ++i) once.emplace(names[i]);
  EXPECT_EQ(once.size(), names.size());
  EXPECT_THAT(once, ::testing::IsSupersetOf({"found", "truth", "ajo-seed", "ajo-seed (2)"}));
}

TEST(Tune, SaysWordsAsWords) {
  const StudyRun run = run_once(study_of(
      "tune", small_world + vendor + "[space]\nreadings.aggregation = [\"sum\", \"max\"]\n" +
                  search("grid") + few + "[validation]\nfolds = 2\n"));
  const auto& columns = run.shown.front().second;
  const auto& base =
      std::get<TextColumn>(std::ranges::find(columns, "default", &TableColumn::name)->values);
  EXPECT_EQ(base[0], "sum");
}

TEST(Tune, SaysBeforeItSearchesThatAFoldHasNoneWon) {
  const StudySpec spec =
      study_of("tune",
               "[world]\npreset = \"small\"\nset = [\"size.accounts = 20\", \"size.people = 200\", "
               "\"size.activities = 2000\"]\n" +
                   vendor + roles + search("random") + few + "[validation]\nfolds = 20\n");
  StudyJournal journal;
  try {
    run_with(spec, journal);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("is held out in fold"), HasSubstr("fewer folds")));
  }
  EXPECT_EQ(journal.computed(), 0u);
}

TEST(Tune, RefusesATemplateWhoseRolesNobodyHas) {
  const StudySpec spec =
      study_of("tune", small_world + "[model]\nbase = \"kdd-learners\"\n" + roles);
  try {
    run_once(spec);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("model.base"), HasSubstr("vendor")));
  }
}

}  // namespace
}  // namespace rolecall
