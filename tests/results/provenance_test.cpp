#include "results/provenance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

TEST(Provenance, DescribesThisProgramAndMachine) {
  const Provenance p = collect_provenance("rolecall x", "{}", std::chrono::steady_clock::now());
  EXPECT_THAT(p.software, StartsWith("rolecall "));
  EXPECT_THAT(p.commit, MatchesRegex("unknown|[0-9a-f]+"));
  EXPECT_THAT(p.created, MatchesRegex("20..-..-..T..:..:..Z"));
  EXPECT_THAT(p.libraries, HasSubstr("HDF5 1."));
  EXPECT_NE(p.cpu, "");
  EXPECT_NE(p.os, "");
  EXPECT_GE(p.threads, 1);
  EXPECT_GE(p.wall_seconds, 0);
  EXPECT_GT(p.peak_memory_bytes, 1'000'000);
}

TEST(Provenance, RoundTripsThroughAttributes) {
  const Provenance p = collect_provenance("rolecall x", "{}", std::chrono::steady_clock::now());
  const Provenance back = provenance_from(to_attributes(p));
  EXPECT_EQ(back.command, p.command);
  EXPECT_EQ(back.wall_seconds, p.wall_seconds);
  EXPECT_EQ(back.peak_memory_bytes, p.peak_memory_bytes);
  EXPECT_EQ(provenance_from({}).command, "");
}

TEST(Provenance, WritesCommandsForAShell) {
  EXPECT_EQ(shell_command({"rolecall", "score", "a b.h5", "--where", "title = 'x'", ""}),
            R"(rolecall score 'a b.h5' --where 'title = '\''x'\''' '')");
}

}  // namespace
}  // namespace rolecall
