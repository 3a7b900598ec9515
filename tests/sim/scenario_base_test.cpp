#include <gtest/gtest.h>

#include "core/error.hpp"
#include "sim/scenario.hpp"
#include "sim/scenario_sources.hpp"
#include "temp_folder.hpp"

namespace rolecall::sim {
namespace {

using testing::TempFolder;

constexpr std::string_view format = "format = \"rolecall.scenario/1\"\n";

TEST(ScenarioBase, KeepsThePlaybookThatStandsBesideTheBase) {
  const TempFolder folder;
  std::filesystem::create_directory(folder.path() / "studies");
  testing::spill(folder / "groups.toml", std::string(default_playbook()));
  testing::spill(folder / "base.toml",
                 std::string(format) + "name = \"one\"\nplaybook = \"groups.toml\"\n");
  testing::spill(folder / "studies/two.toml",
                 std::string(format) + "name = \"two\"\nbase = \"../base.toml\"\n");
  const Scenario scenario = load_scenario(folder / "studies/two.toml");
  EXPECT_EQ(std::filesystem::path(scenario.playbook.path).lexically_normal(),
            folder.path() / "groups.toml");
}

TEST(ScenarioBase, RefusesOnesThatLeadBackToThemselves) {
  const TempFolder folder;
  testing::spill(folder / "one.toml",
                 std::string(format) + "name = \"one\"\nbase = \"two.toml\"\n");
  testing::spill(folder / "two.toml",
                 std::string(format) + "name = \"two\"\nbase = \"one.toml\"\n");
  testing::spill(folder / "own.toml",
                 std::string(format) + "name = \"own\"\nbase = \"own.toml\"\n");
  for (const char* name : {"one.toml", "own.toml"}) {
    try {
      load_scenario(folder / name);
      FAIL() << name;
    } catch (const InputError& error) {
      ASSERT_EQ(error.problems().size(), 1u);
      EXPECT_EQ(error.problems()[0].field, "base");
      EXPECT_EQ(error.problems()[0].what, "this leads back to itself");
    }
  }
}

}  // namespace
}  // namespace rolecall::sim
