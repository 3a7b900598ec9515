#include "scoring/groups/playbook_edit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scoring/groups/playbook_file.hpp"

namespace rolecall {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::string head = "# all of it\nformat = \"rolecall.playbook/1\"\nmodel = \"ajo-seed\"\n\n";
const std::string first = "# the first\n[[audience]]\nname = \"A\"\nwhere = 'true'  # all\n\n";
const std::string second =
    "# the second,\n# in two lines\n[[audience]]\nname = 'B'\naccounts = [\n  \"x\", # one\n]\n\n";
const std::string last =
    "[[interest]]\nname = \"X\"\ntemplate = \"Default\"\naudiences = [\"A\"]\n";

TEST(PlaybookEdit, TakesOutATableWithItsComment) {
  const std::string text = head + first + second + last;
  EXPECT_EQ(without_table(text, "p", "audience", "name", "A"), head + second + last);
  EXPECT_EQ(without_table(text, "p", "audience", "name", "B"), head + first + last);
  EXPECT_EQ(without_table(text, "p", "interest", "name", "X") + "\n", head + first + second);
  EXPECT_THROW(without_table(text, "p", "audience", "name", "C"), InputError);
}

TEST(PlaybookEdit, CopiesATableUnderAnotherName) {
  const std::string text = with_copy(head + first + second + last, "p", "audience", "B", "B \"2\"");
  EXPECT_EQ(text, head + first + second + last +
                      "\n[[audience]]\nname = \"B \\\"2\\\"\"\naccounts = [\n  \"x\", # one\n]\n");
  EXPECT_EQ(parse_playbook(text, "p").audiences.at(2).name, "B \"2\"");
}

TEST(PlaybookEdit, LeavesWhatItDoesNotKnowToAnEditor) {
  const std::string text = head + "audience = [{ name = \"A\", where = \"true\" }]\n";
  EXPECT_NO_THROW(parse_playbook(text, "p"));
  try {
    without_table(text, "p", "audience", "name", "A");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("not a table under a header of its own"));
  }
}

TEST(PlaybookEdit, PublicationsAreReadBack) {
  const std::string text =
      with_publication(head + first + last, {Publishable::roles_template, "Default", "00"});
  const Playbook playbook = parse_playbook(text, "p", Seals::ignored);
  ASSERT_THAT(playbook.published, SizeIs(1));
  EXPECT_EQ(playbook.published[0].seal, "00");
  EXPECT_EQ(without_table(text, "p", "published", "template", "Default"), head + first + last);
}

TEST(PlaybookEdit, WhatIsInUseStays) {
  const Playbook playbook = parse_playbook(head + first + second + last, "p");
  EXPECT_THAT(deletion_problems(playbook, PlaybookPart::audience, "A", nullptr), SizeIs(1));
  EXPECT_THAT(deletion_problems(playbook, PlaybookPart::audience, "B", nullptr), SizeIs(0));
  EXPECT_THAT(deletion_problems(playbook, PlaybookPart::roles_template, "Default", nullptr),
              SizeIs(1));
  World world;
  world.solutions.push_back("X");
  EXPECT_THAT(deletion_problems(playbook, PlaybookPart::interest, "X", &world), SizeIs(0));
  world.groups.solutions.emplace_back(0);
  EXPECT_THAT(deletion_problems(playbook, PlaybookPart::interest, "X", &world), SizeIs(1));
  EXPECT_THROW(deletion_problems(playbook, PlaybookPart::interest, "Y", &world), InputError);
}

}  // namespace
}  // namespace rolecall
