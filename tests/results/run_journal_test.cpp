#include "results/run_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "random_study.hpp"
#include "results/digest.hpp"
#include "results/file_format.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using ::testing::Property;
using testing::random_study;
using testing::TempFolder;
using ::testing::Throws;

const Recipe recipe{{"study", "mine"}, {"specification", "seed = 1\n"}};

RunJournal journal_of(const std::string& path, Resume resume = Resume::no) {
  return {path, recipe, resume, Overwrite::no, [] { return Provenance{}; }};
}

FinishedRun run(std::uint64_t seed) {
  const auto figure = static_cast<double>(seed);
  return {{figure, -0., std::numeric_limits<double>::quiet_NaN()}, random_study(seed).tables};
}

// Every type that a state can have, and a column of nothing.
Checkpoint checkpoint(std::int64_t day = 7) {
  return {.arm = "by score",
          .replicate = 2,
          .day = day,
          .state = {{"a/b", std::vector<std::uint8_t>{0, 255}},
                    {"u2", std::vector<std::uint16_t>{65535}},
                    {"i4", std::vector<std::int32_t>{-1, 2147483647}},
                    {"u4", std::vector<std::uint32_t>{4294967295}},
                    {"u8", std::vector<std::uint64_t>{~std::uint64_t{0}}},
                    {"i8", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min()}},
                    {"f8", std::vector<double>{-0., 5e-324}},
                    {"none", std::vector<std::uint16_t>{}}}};
}

std::string digest_of(const std::vector<StudyTable>& tables) {
  return content_digest(StudyRecord{.tables = tables});
}

TEST(RunJournal, WithoutAFileKeepsNothing) {
  RunJournal journal;
  journal.day_ends([]() -> const Checkpoint& {
    ADD_FAILURE() << "there is nowhere to save";
    static const Checkpoint none;
    return none;
  });
  journal.add(run(1));
  EXPECT_EQ(journal.runs().size(), 1);
  EXPECT_EQ(journal.finish(random_study(1)), content_digest(random_study(1)));
}

TEST(RunJournal, GivesWhatAnEarlierProgramLeftToTheBit) {
  const TempFolder folder;
  for (const std::size_t finished : {0, 1, 3}) {
    const std::string path = folder / (std::to_string(finished) + ".h5");
    {
      RunJournal journal = journal_of(path);
      for (std::uint64_t r = 0; r < finished; ++r) journal.add(run(r));
      journal.save(checkpoint());
    }
    RunJournal journal = journal_of(path, Resume::yes);
    ASSERT_EQ(journal.runs().size(), finished);
    for (std::uint64_t r = 0; r < finished; ++r) {
      const FinishedRun& found = journal.runs()[r];
      ASSERT_EQ(found.figures.size(), 3);
      EXPECT_EQ(found.figures[0], static_cast<double>(r));
      EXPECT_TRUE(std::signbit(found.figures[1]) && std::isnan(found.figures[2]));
      EXPECT_EQ(digest_of(found.tables), digest_of(run(r).tables));
    }
    const auto found = journal.take_checkpoint();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->arm, "by score");
    EXPECT_EQ(found->replicate, 2);
    EXPECT_EQ(found->day, 7);
    ASSERT_EQ(found->state.size(), checkpoint().state.size());
    for (std::size_t c = 0; c < found->state.size(); ++c) {
      const SnapshotColumn expected = checkpoint().state[c];
      EXPECT_EQ(found->state[c].name, expected.name);
      EXPECT_EQ(found->state[c].values, expected.values) << expected.name;
    }
    EXPECT_FALSE(journal.take_checkpoint()) << "once";
  }
}

TEST(RunJournal, SavesAtOnceAndThenNowAndThen) {
  const TempFolder folder;
  RunJournal journal = journal_of(folder / "out.h5");
  std::size_t saved = 0;
  Checkpoint now = checkpoint();
  for (std::int64_t day = 1; day <= 50; ++day)
    journal.day_ends([&]() -> const Checkpoint& {
      ++saved;
      now.day = day;
      return now;
    });
  EXPECT_GE(saved, 1);
  EXPECT_LT(saved, 10) << "days of no time at all";
  const Hdf5Reader file(folder / "out.h5.partial");
  EXPECT_EQ(to_string(file_format(file)), study_progress_format);
  EXPECT_EQ(file.text_attribute("recipe", "study"), "mine");
  EXPECT_EQ(file.attribute("current", "day"), AttributeValue(std::int64_t{now.day}));
}

TEST(RunJournal, BecomesTheStudy) {
  const TempFolder folder;
  RunJournal journal = journal_of(folder / "out.h5");
  journal.add(run(1));
  journal.save(checkpoint());
  EXPECT_EQ(journal.finish(random_study(2)), content_digest(random_study(2)));
  EXPECT_EQ(content_digest(read_study(folder / "out.h5")), content_digest(random_study(2)));
  EXPECT_FALSE(std::filesystem::exists(folder / "out.h5.partial"));
}

TEST(RunJournal, SaysWhatIsWrongWithWhatItKept) {
  const TempFolder folder;
  RunJournal journal = journal_of(folder / "out.h5");
  const auto refuse = [&] { journal.refuse(InputError({.what = "it is another"})); };
  EXPECT_THAT(refuse, Throws<InputError>(Property(
                          &InputError::what, HasSubstr("out.h5.partial: it is another. Start anew "
                                                       "with --force."))));
}

}  // namespace
}  // namespace rolecall
