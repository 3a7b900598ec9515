// What a disk that fills up leaves behind: a reason, and no file. A limit on the size of files
// stands for the disk. These tests run first, by their name, before the process has threads to
// fork.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdlib>
#include <string_view>

#include "core/error.hpp"
#include "random_world.hpp"
#include "results/world_file.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using testing::random_world;
using testing::TempFolder;

// Ends the process: 3 when the system's refusal was reported and nothing was left.
void write_within(const TempFolder& folder, const World& world, rlim_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, bytes};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  try {
    write_world(world, folder / "world.h5", {});
  } catch (const SystemError& error) {
    const bool reason = std::string_view(error.what()).find("too large") != std::string_view::npos;
    std::exit(reason && folder.is_empty() ? 3 : 4);
  }
  std::exit(0);
}

TEST(FullDiskDeathTest, LeavesNothingBehindWhereverItFills) {
  const TempFolder folder;
  const World world = random_world(1, 5'000, 50'000);
  for (const rlim_t bytes : {0, 1, 100, 1'000, 10'000, 50'000, 100'000, 200'000, 300'000}) {
    SCOPED_TRACE(bytes);
    EXPECT_EXIT(write_within(folder, world, bytes), ::testing::ExitedWithCode(3), "");
    EXPECT_TRUE(folder.is_empty());
  }
}

// The last bytes that HDF5 writes are those of closing.
TEST(FullDiskDeathTest, IsNoticedOnClosing) {
  const TempFolder folder;
  const World world = random_world(2);
  EXPECT_EXIT(write_within(folder, world, RLIM_INFINITY), ::testing::ExitedWithCode(0), "");
  const auto size = static_cast<rlim_t>(std::filesystem::file_size(folder / "world.h5"));
  std::filesystem::remove(folder / "world.h5");
  for (rlim_t bytes = 1; bytes < size; bytes += size / 40)
    EXPECT_EXIT(write_within(folder, world, bytes), ::testing::ExitedWithCode(3), "") << bytes;
  EXPECT_EXIT(write_within(folder, world, size - 1), ::testing::ExitedWithCode(3), "");
  EXPECT_EXIT(write_within(folder, world, 2 * size), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace rolecall
