#include "scoring/groups/playbook_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "core/error.hpp"
#include "scoring/groups/seal.hpp"
#include "scoring/model_file.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using rolecall::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string stages = R"(
[[stage_model]]
name = "S"
stages = ["Begun", "Won", "Lost"]
entry = ["Begun"]
success = "Won"
failure = ["Lost"]
moves = [["Begun", "Won"], ["Begun", "Lost"], ["Lost", "Begun"]]
)";
const std::string audience = "[[audience]]\nname = \"All\"\nwhere = \"true\"\n";
const std::string interest =
    "[[interest]]\nname = \"X\"\ntemplate = \"Default\"\nstage_model = \"S\"\n"
    "audiences = [\"All\"]\n";

Playbook parse(const std::string& rest, const std::string& model = "ajo-seed") {
  return parse_playbook("format = \"rolecall.playbook/1\"\nmodel = \"" + model + "\"\n" + rest,
                        "p.toml");
}

std::vector<std::string> problems_of(const std::string& rest) {
  std::vector<std::string> all;
  try {
    parse(rest);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) all.push_back(to_string(problem));
  }
  return all;
}

TEST(PlaybookFile, SaysWhatIsSoldToWhom) {
  const Playbook playbook = parse(audience + stages + interest);
  ASSERT_EQ(playbook.interests.size(), 1u);
  EXPECT_EQ(playbook.interests[0].level, RolesTemplate::Candidates::account);
  EXPECT_EQ(playbook.stage_models[0].moves.size(), 3u);
  const Model model = model_of(playbook);
  ASSERT_EQ(model.templates.size(), 1u);
  EXPECT_NE(model.template_for("X"), nullptr);
  EXPECT_EQ(model.template_for("Y"), nullptr);
  EXPECT_EQ(model.templates[0].roles.size(), 6u);
}

TEST(PlaybookFile, ReportsEveryProblemAtOnce) {
  const auto problems = problems_of(
      "[[audience]]\nname = \"All\"\nwhere = \"revenue >\"\n"
      "[[audience]]\nname = \"All\"\naccounts = [\"a\"]\nfile = \"b\"\n"
      "[[stage_model]]\nname = \"S\"\nstages = [\"A\", \"B\"]\nentry = [\"a\"]\n"
      "[[interest]]\nname = \"X\"\ntemplate = \"Defualt\"\nlevel = \"tree\"\n"
      "audiences = [\"Al\"]\nstge_model = \"S\"\n");
  std::string all;
  for (const std::string& problem : problems) all += problem + "\n";
  for (const char* said :
       {"p.toml, line 5, audience.where: a value is expected here", "another one has this name",
        "Say who it is in one way", "there is no stage 'a'", "Name the one stage that is success",
        "there is no roles template of this name. Did you mean 'Default'?", "level",
        "there is no audience 'Al'. Did you mean 'All'?", "stge_model"})
    EXPECT_THAT(all, HasSubstr(said));
}

TEST(PlaybookFile, HoldsStageModelsToTheirInvariants) {
  std::string broken = stages;
  broken.replace(broken.find(R"(, ["Lost", "Begun"])"), 19, R"(, ["Won", "Begun"])");
  EXPECT_TRUE(problems_of(broken).empty()) << "failure needs no exit";
  broken.replace(broken.find(R"(["Begun", "Won"], ["Begun", "Lost"], )"), 37, "");
  EXPECT_THAT(problems_of(broken), ElementsAre(HasSubstr("the stage 'Begun' has no exit")));
  std::string two = stages;
  two.replace(two.find("\"Won\"\nfailure"), 5, "[\"Won\", \"Lost\"]");
  EXPECT_THAT(problems_of(two), ElementsAre(HasSubstr("success")));
}

TEST(PlaybookFile, ReadsListsAndModelsBesideIt) {
  TempFolder folder;
  std::ofstream(folder.path() / "list.txt") << "a1\r\n\na2\n";
  std::ofstream(folder.path() / "m.toml") << to_toml(load_model("ajo-seed"));
  const std::string path = folder.path() / "p.toml";
  const Playbook playbook = parse_playbook(
      "format = \"rolecall.playbook/1\"\nmodel = \"m.toml\"\n"
      "[[audience]]\nname = \"L\"\nfile = \"list.txt\"\n",
      path);
  EXPECT_THAT(playbook.audiences[0].accounts, ElementsAre("a1", "a2"));
}

std::string published(const std::string& key, const std::string& name, const std::string& seal) {
  return "[[published]]\n" + key + " = \"" + name + "\"\nseal = \"" + seal + "\"\n";
}

TEST(PlaybookFile, WhatIsPublishedStaysAsItIs) {
  const Playbook draft = parse(stages + audience + interest);
  EXPECT_EQ(drafts_in_use(draft, chosen_interests(draft, {})).size(), 2u);
  const std::string sealed =
      published("stage_model", "S", seal(draft.stage_models[0])) +
      published("template", "Default", seal(*draft.roles_template("Default"), draft.model));
  const Playbook ready = parse(stages + audience + interest + sealed);
  EXPECT_TRUE(drafts_in_use(ready, chosen_interests(ready, {})).empty());
  EXPECT_TRUE(ready.is_published(Publishable::stage_model, "S"));

  std::string changed = stages;
  changed.replace(changed.find("[\"Begun\", \"Lost\"], "), 19, "");
  EXPECT_THAT(problems_of(changed + audience + interest + sealed),
              ElementsAre(HasSubstr("the published stage model 'S' has been changed. What is "
                                    "published stays as it is: restore it")));
  EXPECT_THAT(problems_of(sealed), ElementsAre(HasSubstr("the published stage model 'S' is gone")));
  EXPECT_NO_THROW(
      parse_playbook("format = \"rolecall.playbook/1\"\nmodel = \"ajo-seed\"\n" + sealed, "p.toml",
                     Seals::ignored));
}

TEST(PlaybookFile, APublishedStageModelThatLostItsStagesIsRefused) {
  EXPECT_FALSE(problems_of("[[stage_model]]\nname = \"S\"\nsuccess = \"Won\"\n" +
                           published("stage_model", "S", "00"))
                   .empty());
}

TEST(Seal, IsOfContentAlone) {
  const Model model = load_model("ajo-seed");
  const RolesTemplate roles = model.templates.front();
  const std::string before = seal(roles, model);
  RolesTemplate other = roles;
  other.solutions = {"Anything"};
  EXPECT_EQ(seal(other, model), before);
  const auto differs = [&](auto change) {
    RolesTemplate changed = roles;
    change(changed);
    return seal(changed, model) != before;
  };
  EXPECT_TRUE(differs([](RolesTemplate& t) { t.name += "x"; }));
  EXPECT_TRUE(differs([](RolesTemplate& t) { std::swap(t.roles[0], t.roles[1]); }));
  EXPECT_TRUE(differs([](RolesTemplate& t) { t.roles[0].weighting += 1; }));
  EXPECT_TRUE(differs([](RolesTemplate& t) { t.roles[0].members_required += 1; }));
  EXPECT_TRUE(differs([](RolesTemplate& t) { t.roles[0].required = false; }));
  EXPECT_TRUE(differs([](RolesTemplate& t) { t.roles.pop_back(); }));
  EXPECT_TRUE(differs([](RolesTemplate& t) { t.roles[0].when = Predicate::parse("true", {}); }));
}

TEST(Seal, TakesInThePersonasThatConditionsMayAskFor) {
  Model model = load_model("ajo-seed");
  RolesTemplate roles = model.templates.front();
  const std::string without = seal(roles, model);
  roles.roles[0].when = Predicate::parse("persona = 'A'", {});
  const std::string with = seal(roles, model);
  model.personas.push_back({"A", Predicate::parse("title contains 'x'", {})});
  EXPECT_NE(seal(roles, model), with);
  EXPECT_EQ(seal(model.templates.front(), model), without) << "no condition, no persona";
}

}  // namespace
}  // namespace rolecall
