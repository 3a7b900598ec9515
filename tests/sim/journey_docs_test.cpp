// The example of docs/journeys.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/predicate/filter.hpp"
#include "core/text_file.hpp"
#include "journey_text.hpp"
#include "keyed_host.hpp"
#include "predicate_world.hpp"
#include "scoring/model_file.hpp"
#include "scoring/scored_subjects.hpp"
#include "sim/journeys/journey_run.hpp"

namespace rolecall::sim {
namespace {

std::vector<Journey> example() {
  const auto docs = std::filesystem::path(__FILE__).parent_path() / "../../docs/journeys.md";
  const std::string text = read_text(docs.string()), open = "```toml\n";
  const std::size_t begin = text.find(open) + open.size();
  return parse_journeys(text.substr(begin, text.find("```", begin) - begin));
}

TEST(JourneyDocs, TheExampleIsReadAndWritten) {
  const std::vector<Journey> journeys = example();
  ASSERT_EQ(journeys.size(), 1u);
  const std::string text = to_toml(journeys);
  EXPECT_EQ(to_toml(parse_journeys(text)), text);
}

TEST(JourneyDocs, AWorldCanAnswerItsConditions) {
  const World world = rolecall::testing::predicate_world(1);
  const Model model = load_model("ajo-seed");
  const GroupScores scores = score(world, model, parse_as_of("2026-03-20")).groups;
  const SubjectPtr groups = scored_group_subject(world, model, scores);
  const SubjectPtr people = person_subject(world);
  std::size_t bound = 0;
  const auto bind = [&](const SubjectPtr& subject) {
    return [&, subject](const Predicate& where) {
      const Filter filter(where, *subject);
      EXPECT_TRUE(filter.warnings().empty());
      ++bound;
    };
  };
  for_each_condition(example(), bind(groups), bind(people));
  EXPECT_EQ(bound, 6u);
}

TEST(JourneyDocs, GroupsComeToEveryNodeOfIt) {
  const std::vector<Journey> journeys = example();
  JourneyRun run(journeys);
  KeyedHost host(9, 60);
  host.types = {"Visit", "Click Email", "Open Email", "Reply", "Call", "Meet"};
  for (int d = 20'514; d < 20'560; ++d) {
    const Day day(days_rep{d});
    host.begin(day);
    run.run_day(day, host.existing(), host);
  }
  EXPECT_THAT(run.state().visits, ::testing::Each(::testing::Gt(3u)));
}

}  // namespace
}  // namespace rolecall::sim
