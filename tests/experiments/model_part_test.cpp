#include "experiments/model_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <utility>

#include "core/error.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class F>
std::string complaint(F f) {
  try {
    f();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

double number(const ModelPart& part, const Model& model) {
  return std::get<double>(part.get(model));
}

TEST(ModelPart, IsWrittenInOneWay) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"role.\"Decision Maker\".weighting", "role.\"Decision Maker\".weighting"},
      {"role.\"Champion\".weighting", "role.Champion.weighting"},
      {"role.Decision Maker.weighting", "role.\"Decision Maker\".weighting"},
      {"role.*.weighting", "role.*.weighting"},
      {"role.\"a.b\".weighting", "role.\"a.b\".weighting"},
      {"role.\"a\\\"b\\\\\".weighting", "role.\"a\\\"b\\\\\".weighting"},
      {"activity.\"Open Email\".daily_cap", "activity.\"Open Email\".daily_cap"},
      {"window_days", "window_days"},
      {"decay.kind", "decay.kind"},
      {"readings.aggregation", "readings.aggregation"}};
  for (const auto& [text, canonical] : cases) {
    const ModelPart part(text);
    EXPECT_EQ(part.path(), canonical);
    EXPECT_EQ(ModelPart(part.path()).path(), canonical);
    EXPECT_EQ(ModelPart(part.path()).name(), part.name());
  }
}

TEST(ModelPart, NamesTheNearest) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"roles.*.weighting", "a model has no such part. Did you mean 'role'?"},
      {"role.*.weigthing", "Did you mean 'weighting'?"},
      {"role.weighting", "role.NAME.weighting"},
      {"window_days.x", "Write it alone"},
      {"decay.kindd", "Did you mean 'kind'?"},
      {"readings.agregation", "Did you mean 'aggregation'?"},
      {"role.\"x.weighting", "a double quote is not closed"},
      {"", "a model has no such part"}};
  for (const auto& [text, message] : cases)
    EXPECT_THAT(complaint([&] { ModelPart part(text); }), HasSubstr(message)) << text;
}

TEST(ModelPart, GivesBackWhatItSets) {
  const Model base = load_model("ajo-seed");
  for (const char* path : {"role.*.weighting", "role.*.members_required", "activity.*.weight",
                           "activity.*.daily_cap", "window_days", "daily_cap"})
    for (const ModelPart& part : ModelPart(path).of_each(base)) {
      Model model = base;
      part.set(model, 7.);
      EXPECT_EQ(number(part, model), 7) << part.path();
    }
  Model model = base;
  ModelPart("decay.half_life_days").set(model, 3.5);
  EXPECT_EQ(model.decay.kind, Decay::Kind::half_life);
  EXPECT_EQ(number(ModelPart("decay.half_life_days"), model), 3.5);
  EXPECT_EQ(number(ModelPart("decay.step_loss"), model), 0);
  ModelPart("decay.half_life_days").set(model, infinity);
  EXPECT_EQ(model.decay.kind, Decay::Kind::none);
  ModelPart("decay.step_loss").set(model, .5);
  EXPECT_EQ(model.decay.kind, Decay::Kind::monthly_steps);
  ModelPart("decay.step_loss").set(model, 0.);
  EXPECT_EQ(model.decay.kind, Decay::Kind::none);
  ModelPart("decay.kind").set(model, std::string("linear"));
  EXPECT_EQ(model.decay.kind, Decay::Kind::linear);
  ModelPart("daily_cap").set(model, infinity);
  EXPECT_EQ(model.daily_cap, no_cap);
  EXPECT_EQ(model.activities.back().daily_cap, no_cap);
  for (const auto& [path, word] : {std::pair{"readings.aggregation", "max"},
                                   {"readings.since_creation", "true"},
                                   {"readings.day_boundary", "Europe/Berlin"},
                                   {"readings.group_transform", "sqrt"}}) {
    ModelPart(path).set(model, std::string(word));
    EXPECT_EQ(std::get<std::string>(ModelPart(path).get(model)), word);
  }
}

TEST(ModelPart, StarIsEveryRoleAndActivityOnce) {
  Model model = load_model("ajo-seed");
  EXPECT_THAT(ModelPart("role.*.weighting").of_each(model),
              SizeIs(model.templates.front().roles.size()));
  EXPECT_THAT(ModelPart("activity.*.weight").of_each(model), SizeIs(model.activities.size()));
  model.templates.push_back(model.templates.front());
  model.templates.back().roles.push_back({.name = "Guest", .weighting = 3});
  const auto parts = ModelPart("role.*.weighting").of_each(model);
  EXPECT_THAT(parts, SizeIs(model.templates.front().roles.size() + 1));
  parts.front().set(model, 99.);  // in every template
  EXPECT_EQ(model.templates.back().roles.front().weighting, 99);
  model.activities.clear();
  model.every_other = ActivityRule{.name = "*", .weight = 2};
  EXPECT_THAT(ModelPart("activity.*.weight").of_each(model), SizeIs(1));
}

TEST(ModelPart, RefusesWhatAModelDoesNotTake) {
  const auto refusal = [](const char* path, const ModelPart::Value& value) {
    return complaint([&] {
      Model model = load_model("ajo-seed");
      ModelPart(path).set(model, value);
    });
  };
  EXPECT_THAT(refusal("role.Champio.weighting", 1.), HasSubstr("Did you mean 'Champion'?"));
  EXPECT_THAT(refusal("activity.\"Open Emial\".weight", 1.), HasSubstr("does not name this"));
  EXPECT_THAT(refusal("role.Champion.weighting", -1.), HasSubstr("out of range"));
  EXPECT_THAT(refusal("role.Champion.weighting", std::nan("")), HasSubstr("out of range"));
  EXPECT_THAT(refusal("role.Champion.weighting", std::string("x")), HasSubstr("takes numbers"));
  EXPECT_THAT(refusal("window_days", 0.), HasSubstr("out of range"));
  EXPECT_THAT(refusal("window_days", 1.5), HasSubstr("no whole number"));
  EXPECT_THAT(refusal("daily_cap", 1e30), HasSubstr("out of range"));
  EXPECT_THAT(refusal("daily_cap", -infinity), HasSubstr("out of range"));
  EXPECT_THAT(refusal("decay.step_loss", 2.), HasSubstr("out of range"));
  EXPECT_THAT(refusal("decay.kind", 1.), HasSubstr("takes words"));
  EXPECT_THAT(refusal("decay.kind", std::string("half-lief")),
              HasSubstr("Did you mean 'half-life'"));
  EXPECT_THAT(refusal("readings.since_creation", std::string("yes")), HasSubstr("neither"));
  EXPECT_THAT(refusal("readings.day_boundary", std::string("Mars/Phobos")), HasSubstr("IANA"));
}

TEST(ModelPart, IsNaNWhereTheModelLacksIt) {
  const Model model = load_model("ajo-seed");
  EXPECT_TRUE(std::isnan(number(ModelPart("role.Guest.weighting"), model)));
  EXPECT_TRUE(std::isnan(number(ModelPart("activity.Guest.weight"), model)));
}

}  // namespace
}  // namespace rolecall
