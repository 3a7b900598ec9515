// Model files with damaged bytes: read, or refused with a reason. `make fuzz` runs many more.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "core/error.hpp"
#include "scoring/model_file.hpp"

namespace rolecall {
namespace {

TEST(Mutation, OfAModelIsReadOrRefused) {
  const char* asked = std::getenv("ROLECALL_FUZZ_ROUNDS");
  const std::size_t rounds = asked != nullptr ? std::stoul(asked) : 1000;
  const std::vector<std::string> words{"\"",
                                       "[",
                                       "]",
                                       "{",
                                       "}",
                                       "=",
                                       "nan",
                                       "inf",
                                       "-",
                                       "none",
                                       "true",
                                       "1e999",
                                       "[[",
                                       "]]",
                                       "\n",
                                       "#",
                                       "99999999999999999999",
                                       "2026-01-01",
                                       "\xff",
                                       "*"};
  std::mt19937_64 bits(5);
  std::size_t refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    std::string text = to_toml(builtin_models()[bits() % builtin_models().size()]);
    for (std::size_t n = 1 + bits() % 3; n > 0; --n) {
      const std::size_t at = bits() % text.size();
      if (bits() % 2 == 0)
        text.insert(at, words[bits() % words.size()]);
      else
        text.replace(at, 1 + bits() % 12, words[bits() % words.size()]);
    }
    try {
      const Model model = parse_model(text, "mutant");
      EXPECT_EQ(to_toml(parse_model(to_toml(model), "again")), to_toml(model));
    } catch (const InputError& error) {
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall
