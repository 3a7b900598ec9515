#include "results/output_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Property;
using testing::slurp;
using testing::spill;
using testing::TempFolder;
using ::testing::Throws;

TEST(OutputFile, HasOneWriterAtATime) {
  const TempFolder folder;
  OutputFile first(folder / "out");
  spill(first.partial_path(), "work");
  EXPECT_NO_THROW(refuse_unwritable(folder / "out", Overwrite::no));
  EXPECT_THROW(OutputFile(folder / "out"), InputError);
  EXPECT_EQ(slurp(first.partial_path()), "work");
  first.commit();
  EXPECT_EQ(slurp(folder / "out"), "work");
  EXPECT_THROW(refuse_unwritable(folder / "out", Overwrite::no), InputError);
}

TEST(OutputFile, AppearsWhenCommitted) {
  const TempFolder folder;
  {
    OutputFile output(folder / "a.csv");
    EXPECT_EQ(output.partial_path(), folder / "a.csv.partial");
    spill(output.partial_path(), "x\n");
    EXPECT_FALSE(std::filesystem::exists(folder / "a.csv"));
    output.commit();
  }
  EXPECT_EQ(slurp(folder / "a.csv"), "x\n");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.csv.partial"));
}

TEST(OutputFile, LeavesNothingWhenNotCommitted) {
  const TempFolder folder;
  { const OutputFile output(folder / "a.csv"); }
  EXPECT_TRUE(folder.is_empty());
}

TEST(OutputFile, KeepsWhatWillBeResumed) {
  const TempFolder folder;
  {
    OutputFile output(folder / "a.h5", Overwrite::no, Unfinished::keep);
    output.replace_partial([](const std::string& path) { spill(path, "half"); });
    remove_partial_outputs();
  }
  const OutputFile resumed(folder / "a.h5", Overwrite::no, Unfinished::keep);
  EXPECT_EQ(slurp(resumed.partial_path()), "half");
}

TEST(OutputFile, ASecondWriterLeavesTheReplacementOfTheFirst) {
  const TempFolder folder;
  OutputFile first(folder / "a.h5", Overwrite::no, Unfinished::keep);
  first.replace_partial([&](const std::string& path) {
    spill(path, "new");
    EXPECT_THROW(OutputFile(folder / "a.h5", Overwrite::yes, Unfinished::keep), InputError);
  });
  EXPECT_EQ(slurp(first.partial_path()), "new");
  EXPECT_THROW(OutputFile(folder / "a.h5", Overwrite::yes, Unfinished::keep), InputError);
}

TEST(OutputFile, OverwritesOnlyWhenTold) {
  const TempFolder folder;
  spill(folder / "a", "old");
  EXPECT_THAT([&] { OutputFile(folder / "a"); },
              Throws<InputError>(Property(
                  &InputError::what, AllOf(HasSubstr("exists already"), HasSubstr("--force")))));
  {
    OutputFile output(folder / "a", Overwrite::yes);
    spill(output.partial_path(), "new");
    EXPECT_EQ(slurp(folder / "a"), "old");
    output.commit();
  }
  EXPECT_EQ(slurp(folder / "a"), "new");
}

TEST(OutputFile, DoesNotOverwriteWhatCameInTheMeantime) {
  const TempFolder folder;
  {
    OutputFile output(folder / "a");
    spill(output.partial_path(), "hours of work");
    spill(folder / "a", "another's");
    EXPECT_THROW(output.commit(), InputError);
  }
  EXPECT_EQ(slurp(folder / "a"), "another's");
  EXPECT_EQ(slurp(folder / "a.partial"), "hours of work");
}

TEST(OutputFile, FollowsLinks) {
  const TempFolder folder;
  spill(folder / "real", "old");
  std::filesystem::create_symlink(folder / "real", folder / "link");
  OutputFile output(folder / "link", Overwrite::yes);
  spill(output.partial_path(), "new");
  output.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(slurp(folder / "real"), "new");
}

TEST(OutputFile, RefusesWhatIsNoFile) {
  const TempFolder folder;
  EXPECT_THROW(OutputFile("/dev/null", Overwrite::yes), InputError);
  EXPECT_THROW(OutputFile(folder.path().string(), Overwrite::yes), InputError);
}

TEST(OutputFile, SaysWhenTheFolderIsMissing) {
  const TempFolder folder;
  EXPECT_THAT([&] { OutputFile(folder / "none/a"); },
              Throws<SystemError>(Property(&SystemError::what, HasSubstr("No such file"))));
}

TEST(OutputFile, SaysWhenTheFolderIsReadOnly) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const TempFolder folder;
  ::chmod(folder.path().c_str(), 0500);
  EXPECT_THAT([&] { OutputFile(folder / "a"); },
              Throws<SystemError>(Property(&SystemError::what, HasSubstr("Permission denied"))));
  ::chmod(folder.path().c_str(), 0700);
}

TEST(OutputFileDeathTest, AnInterruptRemovesPartialFiles) {
  const TempFolder folder;
  EXPECT_EXIT(
      {
        std::signal(SIGINT, [](int) {
          remove_partial_outputs();
          ::_exit(130);
        });
        const OutputFile one(folder / "one");
        const OutputFile two(folder / "two");
        std::raise(SIGINT);
      },
      ::testing::ExitedWithCode(130), "");
  EXPECT_TRUE(folder.is_empty());
}

TEST(OutputFile, MoreThanTheListHoldsStillWork) {
  const TempFolder folder;
  std::vector<std::unique_ptr<OutputFile>> outputs;
  for (int i = 0; i < 12; ++i)
    outputs.push_back(std::make_unique<OutputFile>(folder / std::to_string(i)));
  outputs.clear();
  EXPECT_TRUE(folder.is_empty());
}

}  // namespace
}  // namespace rolecall
