#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/error.hpp"
#include "scoring/groups/playbook_file.hpp"
#include "scoring/model_file.hpp"
#include "sim/policies.hpp"
#include "sim/scenario.hpp"
#include "sim/scenario_sources.hpp"
#include "temp_folder.hpp"

namespace rolecall::sim {
namespace {

using ::testing::HasSubstr;
using testing::TempFolder;

const std::string head = "format = \"rolecall.scenario/1\"\nname = \"mine\"\n";

// A playbook with a model and a list of accounts in files beside it.
void spill_playbook(const TempFolder& folder, const std::string& name) {
  std::string text(default_playbook());
  const auto replace = [&](const std::string& part, const std::string& by) {
    const std::size_t at = text.find(part);
    ASSERT_NE(at, std::string::npos) << part;
    text.replace(at, text.find('\n', at) - at, by);
  };
  replace("model = ", "model = \"own-model.toml\"");
  replace("where = ", "file = \"list.txt\"");
  testing::spill(folder / name, text);
  testing::spill(folder / "list.txt", "acc-1\nacc-2\n");
  std::string model = to_toml(load_model("by-title"));
  const std::size_t at = model.find("window_days = ");
  testing::spill(folder / "own-model.toml",
                 model.replace(at, model.find('\n', at) - at, "window_days = 17"));
}

TEST(ScenarioPlaybook, IsWrittenIntoTheScenarioWithAllThatItReads) {
  const TempFolder folder;
  spill_playbook(folder, "groups.toml");
  testing::spill(folder / "mine.toml", head + "playbook = \"groups.toml\"\n");
  const Scenario scenario = load_scenario(folder / "mine.toml");
  const std::string text = to_toml(scenario, Comments::none);
  for (const auto& file : std::filesystem::directory_iterator(folder.path()))
    std::filesystem::remove(file);
  const Scenario again = parse_scenario(text, "recipe");
  EXPECT_EQ(to_toml(again, Comments::none), text);
  const Playbook playbook = playbook_of(again);
  EXPECT_EQ(playbook.model.window_days, 17);
  EXPECT_THAT(playbook.audiences.front().accounts, ::testing::ElementsAre("acc-1", "acc-2"));
}

TEST(ScenarioPlaybook, DoesNotSayWhereItStood) {
  const TempFolder one, other;
  for (const TempFolder* folder : {&one, &other}) {
    spill_playbook(*folder, "groups.toml");
    testing::spill(*folder / "mine.toml", head + "playbook = \"groups.toml\"\n");
  }
  EXPECT_EQ(to_toml(load_scenario(one / "mine.toml"), Comments::meanings),
            to_toml(load_scenario(other / "mine.toml"), Comments::meanings));
}

TEST(ScenarioPlaybook, OfAnArmTakesThePlaceOfThatOfAll) {
  const TempFolder folder;
  spill_playbook(folder, "other.toml");
  testing::spill(folder / "groups.toml", std::string(default_playbook()));
  testing::spill(folder / "mine.toml",
                 head +
                     "playbook = \"groups.toml\"\n[[arm]]\nname = \"a\"\n"
                     "[[arm]]\nname = \"b\"\nset = [\"playbook = 'other.toml'\"]\n"
                     "[[arm]]\nname = \"c\"\nset = [\"playbook = 'default'\"]\n");
  const Scenario scenario =
      parse_scenario(to_toml(load_scenario(folder / "mine.toml"), Comments::none), "recipe");
  const auto arms = arms_of(scenario);
  EXPECT_EQ(playbook_of(arms[0].second).model.window_days, load_model("by-title").window_days);
  EXPECT_EQ(playbook_of(arms[1].second).model.window_days, 17);
  EXPECT_EQ(arms[2].second.playbook.toml, "");
}

TEST(ScenarioPlaybook, ThatIsWrongIsToldWithItsFileAndRow) {
  const TempFolder folder;
  testing::spill(folder / "groups.toml",
                 "format = \"rolecall.playbook/1\"\nmodel = \"by-title\"\nodd = 1\n");
  testing::spill(folder / "mine.toml", head + "playbook = \"groups.toml\"\n");
  testing::spill(folder / "gone.toml", head + "playbook = \"gruops.toml\"\n");
  try {
    load_scenario(folder / "mine.toml");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().file, folder / "groups.toml");
    EXPECT_EQ(error.problems().front().row, 3u);
    EXPECT_EQ(error.problems().front().field, "odd");
  }
  try {
    load_scenario(folder / "gone.toml");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.problems().front().file, folder / "gone.toml");
    EXPECT_EQ(error.problems().front().row, 3u);
    EXPECT_EQ(error.problems().front().field, "playbook");
    EXPECT_EQ(error.problems().front().value, "gruops.toml");
  }
}

TEST(ScenarioPlaybook, ThatIsWrittenIntoAFileIsToldWithItsRows) {
  std::string text = head + "[playbook]\nformat = \"rolecall.playbook/1\"\nodd = 1\n" +
                     "[playbook.model]\nformat = \"rolecall.model/1\"\nname = \"m\"\nwindow = 3\n";
  try {
    parse_scenario(text, "mine.toml");
    FAIL();
  } catch (const InputError& error) {
    std::vector<std::string> found;
    for (const Problem& problem : error.problems())
      found.push_back(problem.file + ":" + std::to_string(problem.row) + " " + problem.field);
    EXPECT_THAT(found, ::testing::IsSupersetOf(
                           {"mine.toml:5 playbook.odd", "mine.toml:9 playbook.model.window"}));
  }
}

}  // namespace
}  // namespace rolecall::sim
