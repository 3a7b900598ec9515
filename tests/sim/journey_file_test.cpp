#include "sim/journeys/journey_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "journey_text.hpp"
#include "random_journeys.hpp"

namespace rolecall::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> problems_of(const std::string& text) {
  std::vector<std::string> all;
  try {
    parse_journeys(text);
  } catch (const InputError& error) {
    for (const Problem& problem : error.problems()) all.push_back(to_string(problem));
  }
  return all;
}

std::string journey(const std::string& nodes) { return "[[journey]]\nname = \"J\"\n" + nodes; }
std::string node(const std::string& lines) { return "[[journey.node]]\n" + lines; }
std::string wait(const std::string& rest) { return node("id = \"w\"\nkind = \"wait\"\n" + rest); }

TEST(JourneyFile, ReadsEveryKindAsWritten) {
  const std::vector<Journey> journeys = parse_journeys(R"(
[[journey]]
name = "Two"
where = 'completeness < 50'
max_entries = 2
delay_days = 30
[[journey.node]]
id = "size"
kind = "split_groups"
paths = [{ where = 'account.revenue > 1e8', next = "people" }, { next = "rest" }]
[[journey.node]]
id = "people"
kind = "split_people"
among = "others"
paths = [{ where = 'title contains "VP"', actions = [{ do = "assign", role = "Champion" }, { do = "activate", destination = "Ads" }] }]
next = "rest"
[[journey.node]]
id = "rest"
kind = "wait"
days = 1
hours = 12
next = "hear"
[[journey.node]]
id = "hear"
kind = "listen"
activities = ["Visit", "Open Email"]
count = 3
timeout_days = 7
then = "good"
[[journey.node]]
id = "good"
kind = "action"
actions = [{ do = "adjust_score", points = -2.5 }, { do = "send", message = "Hi", channel = "sms" }]
next = "size"
)");
  ASSERT_EQ(journeys.size(), 1u);
  const Journey& two = journeys[0];
  EXPECT_EQ(two.where->text(), "completeness < 50");
  EXPECT_EQ(two.max_entries, 2u);
  EXPECT_EQ(two.delay_days, 30);
  ASSERT_EQ(two.nodes.size(), 5u);
  const auto& size = std::get<node::SplitGroups>(two.nodes[0].kind);
  EXPECT_EQ(size.paths[0].next, 1u);
  EXPECT_FALSE(size.paths[1].where);
  const auto& people = std::get<node::SplitPeople>(two.nodes[1].kind);
  EXPECT_EQ(people.among, Among::others);
  EXPECT_EQ(people.paths[0].actions[0].name, "Champion");
  EXPECT_EQ(people.paths[0].actions[1].kind, Action::Kind::activate);
  EXPECT_EQ(std::get<std::chrono::hours>(std::get<node::Wait>(two.nodes[2].kind).until).count(),
            36);
  const auto& hear = std::get<node::Listen>(two.nodes[3].kind);
  EXPECT_THAT(hear.types, ElementsAre("Visit", "Open Email"));
  EXPECT_EQ(hear.count, 3u);
  EXPECT_EQ(hear.timeout.count(), 7);
  EXPECT_EQ(hear.then, 4u);
  EXPECT_EQ(hear.too_late, journey_end);
  const auto& good = std::get<node::Act>(two.nodes[4].kind);
  EXPECT_EQ(good.does.actions[0].points, -2.5);
  EXPECT_EQ(good.does.actions[1].channel, Action::Channel::sms);
  EXPECT_EQ(two.nodes[4].row, 30u);
  EXPECT_EQ(actions_of(journeys).size(), 4u);
  std::vector<std::string> asked;
  for_each_condition(
      journeys, [&](const Predicate& where) { asked.push_back("groups " + where.text()); },
      [&](const Predicate& where) { asked.push_back("people " + where.text()); });
  EXPECT_THAT(asked, ElementsAre("groups completeness < 50", "groups account.revenue > 1e8",
                                 "people title contains \"VP\""));
}

TEST(JourneyFile, ReportsEveryProblemAtOnce) {
  std::string all;
  for (const std::string& problem : problems_of(R"([[journey]]
name = "J"
where = 'revenue >'
max_entries = 0
[[journey.node]]
id = "first"
kind = "split_groups"
paths = [{ next = "secnd" }, { where = 'true' }]
[[journey.node]]
id = "second"
kind = "random_groups"
paths = [{ percent = 50 }, { percent = 49 }]
nxt = "first"
[[journey.node]]
id = "second"
kind = "weit"
[[journey.node]]
id = "third"
kind = "listen"
activities = []
timeout_days = 0
[[journey.node]]
id = "fourth"
kind = "wait"
until = "25:00"
days = 2
[[journey.node]]
id = "fifth"
kind = "split_people"
paths = [{ actions = [{ do = "set_stage", stage = "X" }, { do = "snd" }, { do = "send", points = 1 }] }]
[[journey]]
name = "J"
)"))
    all += problem + "\n";
  for (const char* said :
       {"j.toml, line 3, journey.where: a value is expected here",
        "line 4, journey.max_entries",
        "line 8, journey.node.paths.next 'secnd': the journey has no node of this id",
        "Did you mean 'second'?",
        "line 8, journey.node.paths.where 'true': nobody comes to this path",
        "line 12, journey.node.paths",
        "the percentages add up to 99. They must make 100",
        "journey.node.nxt: there is no such key",
        "line 15, journey.node.id 'second': another node of the journey has this id",
        "there is no such kind of node. Did you mean 'wait'?",
        "there is nothing to listen for",
        "line 21, journey.node.timeout_days '0'",
        "this is no time to wait for",
        "Say how long in one way",
        "a path of people does things to people alone",
        "'snd': this is not one of the choices. Did you mean 'send'?",
        "journey.node.paths.actions.message: the key is missing. Name the message",
        "journey.node.paths.actions.points: there is no such key",
        "another one has this name",
        "A journey has nodes"})
    EXPECT_THAT(all, HasSubstr(said));
}

TEST(JourneyFile, RefusesNodesOutOfReachAndCirclesThatTakeNoTime) {
  EXPECT_THAT(problems_of(journey(wait("days = 1\n") + node("id = \"x\"\nkind = \"wait\"\n"
                                                            "until = \"9:00\"\n"))),
              ElementsAre(HasSubstr("line 7, journey.node: no way leads to the node 'x'. Groups "
                                    "enter at 'w'")));
  const std::string act = "kind = \"action\"\nactions = [{ do = \"alert_sales\" }]\nnext = ";
  EXPECT_THAT(problems_of(journey(node("id = \"a\"\n" + act + "\"b\"\n") +
                                  node("id = \"b\"\n" + act + "\"a\"\n"))),
              ElementsAre(HasSubstr("'b' leads back to 'a' without a wait or a listen between")));
  EXPECT_THAT(problems_of(journey(node("id = \"a\"\n" + act + "\"a\"\n"))),
              ElementsAre(HasSubstr("'a' leads back to 'a'")));
  EXPECT_THAT(problems_of(journey(node("id = \"a\"\n" + act + "\"w\"\n") +
                                  wait("hours = 1\nnext = \"a\"\n"))),
              IsEmpty());
}

TEST(JourneyFile, AllowsTenFlowsToADestination) {
  const auto flows = [&](std::size_t n) {
    std::string actions;
    for (std::size_t i = 0; i < n; ++i) actions += "{ do = \"activate\", destination = \"Ads\" },";
    return "[[journey.node]]\nid = \"a\"\nkind = \"action\"\nactions = [" + actions + "]\n";
  };
  const std::string first = journey(flows(6)), second = "[[journey]]\nname = \"K\"\n";
  EXPECT_THAT(problems_of(first + second + flows(4)), IsEmpty());
  EXPECT_THAT(problems_of(first + second + flows(5)),
              ElementsAre(HasSubstr("line 12, journey.node.actions.destination 'Ads': a paid "
                                    "destination takes 10 flows at most")));
}

TEST(JourneyFile, ConditionsOnPeopleNeedSomethingToDoWithThem) {
  EXPECT_THAT(problems_of(journey(node("id = \"a\"\nkind = \"action\"\nwhere = 'true'\n"
                                       "actions = [{ do = \"alert_sales\" }]\n"))),
              ElementsAre(HasSubstr("no action of the node is about people")));
}

TEST(JourneyFile, AConditionThatIsNoneIsTheOnlyProblemOfItsPath) {
  EXPECT_THAT(problems_of(journey(node("id = \"s\"\nkind = \"split_groups\"\n"
                                       "paths = [{ where = 'revenue >' }, { where = 'true' }]\n"))),
              ElementsAre(HasSubstr("a value is expected here")));
}

TEST(JourneyFile, RefusesJourneysOfTooManyNodes) {
  std::string nodes;
  for (std::size_t n = 0; n <= most_nodes; ++n) nodes += node("");
  EXPECT_THAT(problems_of(journey(nodes)), ElementsAre(HasSubstr("the journey has 1001 nodes")));
  EXPECT_THAT(problems_of(journey("node = []\n")),
              ElementsAre(HasSubstr("the journey has no nodes")));
}

TEST(JourneyFile, IsWrittenAsItIsRead) {
  std::mt19937_64 bits(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<Journey> journeys = random_journeys(bits);
    journeys[0].name = "a \"quoted\"\nname";
    const std::string text = to_toml(journeys);
    EXPECT_EQ(to_toml(parse_journeys(text)), text);
  }
}

}  // namespace
}  // namespace rolecall::sim
