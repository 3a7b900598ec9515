#include "results/study_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "random_study.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "results/hdf5_reader.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Property;
using testing::random_study;
using testing::slurp;
using testing::spill;
using testing::TempFolder;
using ::testing::Throws;

const Recipe recipe{{"study", "mine"}, {"specification", "seed = 1\n"}};

StudyJournal journal_of(const std::string& path, Resume resume = Resume::no,
                        Overwrite overwrite = Overwrite::no, const Recipe& of = recipe) {
  return {path, of, resume, overwrite, [] { return Provenance{}; }};
}

// Row r of a stage is r, r + .5, …; counts what it computes.
struct Rows {
  std::size_t width = 2, computed = 0;

  std::vector<double> operator()(std::size_t begin, std::size_t end) {
    std::vector<double> values;
    for (std::size_t r = begin; r < end; ++r)
      for (std::size_t c = 0; c < width; ++c)
        values.push_back(static_cast<double>(r) + static_cast<double>(c) / 2);
    computed += end - begin;
    return values;
  }
};

std::vector<double> take(StudyJournal& journal, const std::string& stage, std::size_t begin,
                         std::size_t end, Rows& rows) {
  return journal.rows(stage, rows.width, begin, end, std::ref(rows));
}

// Leaves so many rows of the stage "s" behind, as a killed run would.
void leave(const std::string& path, std::size_t n) {
  StudyJournal journal = journal_of(path);
  Rows rows;
  take(journal, "s", 0, n, rows);
}

TEST(StudyJournal, WithoutAFileComputesAll) {
  StudyJournal journal;
  Rows rows;
  EXPECT_EQ(take(journal, "s", 0, 3, rows), (std::vector<double>{0, .5, 1, 1.5, 2, 2.5}));
  EXPECT_EQ(take(journal, "s", 1, 4, rows), (std::vector<double>{1, 1.5, 2, 2.5, 3, 3.5}));
  EXPECT_EQ(rows.computed, 4);
  EXPECT_EQ(journal.reused(), 0);
  EXPECT_EQ(journal.computed(), 4);
  EXPECT_EQ(journal.finish(random_study(1)), content_digest(random_study(1)));
}

TEST(StudyJournal, RefusesTheWorkOfAnotherVersion) {
  const TempFolder folder;
  leave(folder / "out.h5", 5);
  const auto newer = [] { return Provenance{.commit = "abc"}; };
  const auto resume = [&] {
    StudyJournal(folder / "out.h5", recipe, Resume::yes, Overwrite::no, newer);
  };
  EXPECT_THAT(resume, Throws<InputError>(Property(
                          &InputError::what, AllOf(HasSubstr("commit"), HasSubstr("--force")))));
  StudyJournal journal = journal_of(folder / "out.h5", Resume::yes);
  Rows rows;
  take(journal, "s", 0, 5, rows);
  EXPECT_EQ(rows.computed, 0) << "it is still there";
}

TEST(StudyJournal, GivesWhatAnEarlierRunLeft) {
  const TempFolder folder;
  leave(folder / "out.h5", 5);
  StudyJournal journal = journal_of(folder / "out.h5", Resume::yes);
  Rows rows;
  EXPECT_EQ(take(journal, "s", 0, 3, rows).size(), 6);
  EXPECT_EQ(rows.computed, 0);
  EXPECT_EQ(take(journal, "s", 3, 7, rows), (std::vector<double>{3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5}));
  EXPECT_EQ(rows.computed, 2);
  EXPECT_EQ(journal.reused(), 5);
  EXPECT_EQ(journal.computed(), 2);
  take(journal, "s", 0, 5, rows);
  EXPECT_EQ(journal.reused(), 5);  // asked for again
  EXPECT_FALSE(journal.was_finished());
}

TEST(StudyJournal, KeepsStagesApartAndToTheBit) {
  const TempFolder folder;
  const std::vector<double> odd{std::numeric_limits<double>::quiet_NaN(), -0., 5e-324,
                                std::numeric_limits<double>::infinity()};
  {
    StudyJournal journal = journal_of(folder / "out.h5");
    journal.rows("a/b %", 4, 0, 1, [&](std::size_t, std::size_t) { return odd; });
    Rows rows;
    take(journal, "s", 0, 2, rows);
  }
  StudyJournal journal = journal_of(folder / "out.h5", Resume::yes);
  const auto refuse = [](std::size_t, std::size_t) -> std::vector<double> {
    ADD_FAILURE() << "computed again";
    return {};
  };
  const std::vector<double> found = journal.rows("a/b %", 4, 0, 1, refuse);
  EXPECT_TRUE(std::isnan(found[0]));
  EXPECT_TRUE(std::signbit(found[1]));
  EXPECT_EQ(found[2], 5e-324);
  EXPECT_EQ(journal.rows("s", 2, 0, 2, refuse).size(), 4);
}

TEST(StudyJournal, TakesNoStageOfAnotherWidth) {
  const TempFolder folder;
  leave(folder / "out.h5", 5);
  StudyJournal journal = journal_of(folder / "out.h5", Resume::yes);
  Rows rows{.width = 3};
  EXPECT_EQ(take(journal, "s", 0, 1, rows), (std::vector<double>{0, .5, 1}));
  EXPECT_EQ(journal.reused(), 0);
}

TEST(StudyJournal, IsAWholeFileBetweenSaves) {
  const TempFolder folder;
  StudyJournal journal = journal_of(folder / "out.h5");
  Rows rows;
  for (std::size_t n = 1; n < 4; ++n) {
    take(journal, "s", 0, n, rows);
    journal.save();
    const Hdf5Reader file(folder / "out.h5.partial");
    EXPECT_EQ(to_string(file_format(file)), study_progress_format);
    EXPECT_EQ(file.text_attribute("recipe", "study"), "mine");
    EXPECT_EQ(file.dataset("progress/s").shape, (std::vector<std::uint64_t>{n, 2}));
    EXPECT_FALSE(std::filesystem::exists(folder / "out.h5.partial.new"));
  }
}

TEST(StudyJournal, FinishesUnderItsName) {
  const TempFolder folder;
  leave(folder / "out.h5", 5);
  const StudyRecord study = random_study(1);
  StudyJournal journal = journal_of(folder / "out.h5", Resume::yes);
  EXPECT_EQ(journal.finish(study), content_digest(study));
  EXPECT_EQ(content_digest(folder / "out.h5"), content_digest(study));
  EXPECT_FALSE(std::filesystem::exists(folder / "out.h5.partial"));
}

TEST(StudyJournal, NamesWhatAnEarlierRunFinished) {
  const TempFolder folder;
  StudyRecord study = random_study(1);
  study.recipe = recipe;
  write_study(study, folder / "out.h5.partial", {});
  EXPECT_THROW(journal_of(folder / "out.h5"), InputError);
  const StudyJournal journal = journal_of(folder / "out.h5", Resume::yes);
  EXPECT_TRUE(journal.was_finished());
  EXPECT_EQ(content_digest(folder / "out.h5"), content_digest(study));
  EXPECT_FALSE(std::filesystem::exists(folder / "out.h5.partial"));
}

TEST(StudyJournal, LeavesUnfinishedWorkUnlessTold) {
  const TempFolder folder;
  leave(folder / "out.h5", 5);
  const std::string before = slurp(folder / "out.h5.partial");
  EXPECT_THAT([&] { journal_of(folder / "out.h5"); },
              Throws<InputError>(
                  Property(&InputError::what, AllOf(HasSubstr("--resume"), HasSubstr("--force")))));
  EXPECT_THAT(
      [&] {
        journal_of(folder / "out.h5", Resume::yes, Overwrite::no, {{"study", "other"}});
      },
      Throws<InputError>(Property(&InputError::what, HasSubstr("another study"))));
  EXPECT_EQ(slurp(folder / "out.h5.partial"), before);
  StudyJournal anew = journal_of(folder / "out.h5", Resume::no, Overwrite::yes);
  Rows rows;
  take(anew, "s", 0, 2, rows);
  EXPECT_EQ(rows.computed, 2);
}

TEST(StudyJournal, RefusesDamagedProgress) {
  const TempFolder folder;
  leave(folder / "out.h5", 5);
  const std::string whole = slurp(folder / "out.h5.partial");
  spill(folder / "out.h5.partial", whole.substr(0, whole.size() / 2));
  EXPECT_THAT([&] { journal_of(folder / "out.h5", Resume::yes); },
              Throws<InputError>(Property(&InputError::what, HasSubstr("--force"))));
}

TEST(StudyJournal, LeavesNothingWhenNothingWasComputed) {
  const TempFolder folder;
  { const StudyJournal journal = journal_of(folder / "out.h5"); }
  EXPECT_TRUE(folder.is_empty());
}

TEST(StudyJournal, DiscardsWhatIsNotNeeded) {
  const TempFolder folder;
  const std::string path = folder / "out.h5", partial = path + ".partial";
  leave(path, 5);
  discard_progress(path, {{"study", "other"}});
  EXPECT_TRUE(std::filesystem::exists(partial));
  discard_progress(path, recipe);
  EXPECT_FALSE(std::filesystem::exists(partial));
  spill(partial, "somebody's");
  discard_progress(path, recipe);
  EXPECT_EQ(slurp(partial), "somebody's");
}

}  // namespace
}  // namespace rolecall
