// Playbooks with damaged bytes: read, or refused with a reason; and changed in the part meant
// alone. `make fuzz` runs many more.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "scoring/groups/playbook_edit.hpp"
#include "scoring/groups/playbook_file.hpp"

namespace rolecall {
namespace {

const std::string whole = R"(# all
format = "rolecall.playbook/1"
model = "ajo-seed"

# who
[[audience]]
name = "All"
where = '''revenue > 1 or name = "
# no comment"
'''
[[audience]]
name = "Some"
accounts = ["a1",  # the first
  "a2"]

[[stage_model]]
name = "S"
stages = ["Begun", "Won", "Lost"]
entry = ["Begun"]
success = "Won"
failure = ["Lost"]
moves = [["Begun", "Won"], ["Begun", "Lost"], ["Lost", "Begun"]]

[[interest]]
name = "X"
template = "Default"
stage_model = "S"
level = "subtree"
audiences = ["All", "Some"]

[[interest]]
name = "Y"
template = "Default"
audiences = ["Some"]

[[published]]
stage_model = "S"
seal = "0"
)";

TEST(Mutation, OfAPlaybookIsReadOrRefusedAndChangedWhereMeantAlone) {
  const std::size_t rounds = testing::fuzz_rounds(1500);
  std::mt19937_64 bits(11);
  std::size_t read = 0, refused = 0, deleted = 0, copied = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::string text = testing::damaged_toml(whole, bits);
    try {
      const Playbook playbook = parse_playbook(text, "mutant", Seals::ignored);
      ++read;
      for (const auto part : {PlaybookPart::interest, PlaybookPart::stage_model}) {
        const std::vector<std::string> before = names_of(playbook, part);
        if (before.empty()) continue;
        const std::string& name = before[bits() % before.size()];
        const char* table = part == PlaybookPart::interest ? "interest" : "stage_model";
        const std::string with = with_copy(text, "mutant", table, name, "a new one");
        std::vector<std::string> after =
            names_of(parse_playbook(with, "mutant", Seals::ignored), part);
        ASSERT_EQ(after.size(), before.size() + 1) << text;
        EXPECT_EQ(after.back(), "a new one");
        ++copied;
        if (part != PlaybookPart::interest) continue;
        const std::string without = without_table(text, "mutant", table, "name", name);
        after = names_of(parse_playbook(without, "mutant", Seals::ignored), part);
        std::vector<std::string> expected = before;
        std::erase(expected, name);
        EXPECT_EQ(after, expected) << text;
        ++deleted;
      }
    } catch (const InputError& error) {
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
  }
  for (const std::size_t n : {read, refused, deleted, copied}) EXPECT_GT(n, rounds / 10);
}

}  // namespace
}  // namespace rolecall
