// Files of models and rules with damaged bytes: read, or refused with a reason. `make fuzz` runs
// many more.
#include <gtest/gtest.h>

#include <random>

#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "scoring/deals/builtin_rules.hpp"
#include "scoring/deals/rules_file.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

TEST(Mutation, OfAModelIsReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(1000);
  std::mt19937_64 bits(5);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text =
        testing::damaged_toml(to_toml(builtin_models()[bits() % builtin_models().size()]), bits);
    try {
      const Model model = parse_model(text, "mutant");
      EXPECT_EQ(to_toml(parse_model(to_toml(model), "again")), to_toml(model));
      ++read;
    } catch (const InputError& error) {
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  EXPECT_GT(read, rounds / 10);
  EXPECT_GT(refused, rounds / 10);
}

TEST(Mutation, OfRulesIsReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(1000);
  std::mt19937_64 bits(6);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text =
        testing::damaged_toml(builtin_rules()[bits() % builtin_rules().size()].text, bits);
    try {
      const DealRules rules = parse_deal_rules(text, "mutant");
      for (const ScoreRules& score : rules.scores)
        for (const PointsRule& rule : score.rules)
          if (rule.decay) {
            EXPECT_GT(rule.decay->loss_millionths, 0);
            EXPECT_GT(rule.decay->every_days, 0);
          }
      ++read;
    } catch (const InputError& error) {
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  EXPECT_GT(read, rounds / 10);
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall
