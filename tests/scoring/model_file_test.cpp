#include "scoring/model_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.hpp"
#include "random_case.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;

const std::string head = "format = \"rolecall.model/1\"\nname = \"m\"\n[activities]\nvisit = 1\n";

std::string complaint(const std::string& toml) {
  try {
    parse_model(toml, "m.toml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(ModelFile, FillsInDefaults) {
  const Model model = parse_model(head, "m.toml");
  EXPECT_EQ(model.window_days, 30);
  EXPECT_EQ(model.activities[0].daily_cap, 20u);
  EXPECT_EQ(model.templates[0].roles.size(), 6u);
  EXPECT_EQ(model.templates[0].roles[0].weighting, 100);
  EXPECT_FALSE(model.templates[0].roles[5].required);
}

TEST(ModelFile, ReadsRules) {
  const Model model = parse_model(
      "format = \"rolecall.model/1\"\nname = \"m\"\ndaily_cap = 5\n[activities]\n"
      "a = 2.5\nb = { weight = -3, daily_cap = \"none\", channel = \"Web\" }\n\"*\" = 1\n"
      "[bands]\nVital = 90\nHuge = 500\n"
      "[[template]]\nroles = [{ name = \"X\", weighting = \"Huge\", members_required = 2 },"
      " { name = \"Y\", weighting = 12.5, required = false }]\n",
      "m.toml");
  EXPECT_EQ(model.rule_for("a")->daily_cap, 5u);
  EXPECT_EQ(model.rule_for("b")->daily_cap, no_cap);
  EXPECT_EQ(model.rule_for("b")->weight, -3);
  EXPECT_EQ(model.rule_for("anything")->name, "*");
  EXPECT_EQ(model.templates[0].roles[0].weighting, 500);
  EXPECT_EQ(model.templates[0].roles[1].weighting, 12.5);
}

TEST(ModelFile, FirstMatchingTemplateWins) {
  const Model model =
      parse_model(head +
                      "[[template]]\nname = \"one\"\nsolutions = [\"s\"]\nroles = [{ name = \"A\", "
                      "weighting = 1 }]\n[[template]]\nname = \"rest\"\nroles = [{ name = \"A\", "
                      "weighting = 1 }]\n",
                  "m.toml");
  EXPECT_EQ(model.template_for("s")->name, "one");
  EXPECT_EQ(model.template_for("t")->name, "rest");
}

TEST(ModelFile, NamesWhatIsWrong) {
  EXPECT_THAT(complaint(head + "[reading]\n"),
              HasSubstr("m.toml, line 5, reading: there is no such key. Did you mean 'readings'?"));
  EXPECT_THAT(complaint(head + "[readings]\naggregation = \"summ\"\n"),
              HasSubstr("Did you mean 'sum'?"));
  EXPECT_THAT(complaint(head + "[readings]\nday_boundary = \"Mars/Base\"\n"), HasSubstr("IANA"));
  EXPECT_THAT(complaint(head + "[decay]\nkind = \"half-life\"\n"),
              HasSubstr("decay.half_life_days: the key is missing"));
  EXPECT_THAT(complaint("name = \"m\"\n[activities]\na = 1\n"),
              HasSubstr("format: the key is missing"));
  EXPECT_THAT(complaint("format = \"rolecall.model/2\"\nname = \"m\"\n[activities]\na = 1\n"),
              HasSubstr("does not read the format"));
  EXPECT_THAT(complaint("format = \"rolecall.model/1\"\nname = \"m\"\n"),
              HasSubstr("activities: the key is missing"));
  EXPECT_THAT(
      complaint(
          "format = \"rolecall.model/1\"\nname = \"m\"\ndaily_cap = 1.5\n[activities]\na = nan\n"),
      ::testing::AllOf(HasSubstr("daily_cap '1.5'"), HasSubstr("activities.a 'nan'")));
  EXPECT_THAT(complaint("a = = 1"), HasSubstr("m.toml, line 1: this is not TOML"));
  EXPECT_THAT(complaint(head + "[[template]]\nroles = [{ name = \"A\", weighting = \"Vitall\" }, { "
                               "name = \"A\", weighting = -1 }]\n"),
              ::testing::AllOf(HasSubstr("Did you mean 'Vital'?"),
                               HasSubstr("has this role already"), HasSubstr("weighting '-1'")));
}

TEST(ModelFile, RefusesMoreThanTwentyRoles) {
  std::string roles;
  for (int r = 0; r < 21; ++r) roles += "{ name = \"r" + std::to_string(r) + "\", weighting = 1 },";
  EXPECT_THAT(complaint(head + "[[template]]\nroles = [" + roles + "]\n"),
              HasSubstr("at most 20 roles"));
}

TEST(ModelFile, WritesWhatItReads) {
  for (const Model& model : builtin_models()) {
    const std::string text = to_toml(model);
    EXPECT_EQ(to_toml(parse_model(text, "again")), text);
  }
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Model model = testing::random_model(seed);
    if (model.templates.empty()) model.templates = default_templates();
    const std::string text = to_toml(model);
    EXPECT_EQ(to_toml(parse_model(text, "again")), text);
  }
}

TEST(ModelFile, WritesNamesOfAnyCharacters) {
  Model model = load_model("ajo-example");
  for (const char* name : {"o'p", "a\nb", "say \"hi\"", "back\\slash", "Größe", "", "a.b", "\x7f"})
    model.activities.push_back({.name = name, .weight = 1});
  std::ranges::sort(model.activities, {}, &ActivityRule::name);
  model.bands.emplace_back("it's \"big\"", 3);
  const Model again = parse_model(to_toml(model), "again");
  ASSERT_EQ(again.activities.size(), model.activities.size());
  for (std::size_t i = 0; i < model.activities.size(); ++i)
    EXPECT_EQ(again.activities[i].name, model.activities[i].name);
  EXPECT_EQ(again.bands.back().first, "it's \"big\"");
}

TEST(ModelFile, RefusesCardsWithoutNames) {
  EXPECT_THAT(complaint(head + "[[template]]\nroles = [{ weighting = 1 }, { weighting = 2 }]\n"),
              HasSubstr("template.roles.name: the key is missing"));
}

TEST(BuiltinModels, AreThePublishedOnes) {
  const Model seed = load_model("ajo-seed");
  EXPECT_EQ(seed.activities.size(), 34u);
  double sum = 0;
  for (const ActivityRule& rule : seed.activities) sum += rule.weight;
  EXPECT_EQ(sum, 12 * 30 + 6 * 60 + 16 * 90);
  EXPECT_EQ(load_model("ajo-example").rule_for("anything")->weight, 1);
  EXPECT_EQ(load_model("ajo-2026").readings.person_scaling, Readings::Scaling::max);
  EXPECT_EQ(load_model("ajo-2026-literal").readings.weight_scaling, Readings::Scaling::min_max);
  EXPECT_THROW(load_model("ajo-sead"), InputError);
}

}  // namespace
}  // namespace rolecall
