#include "random_journeys.hpp"

#include <array>
#include <string>

namespace rolecall::sim {
namespace {

class Dice {
 public:
  Dice(std::mt19937_64& bits, std::size_t nodes) : bits_(bits), nodes_(nodes) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(bits_() % n); }
  std::string word(char letter) { return std::string(1, letter) + std::to_string(below(4)); }

  std::optional<Predicate> where() { return Predicate::parse("x = \"" + word('c') + "\"", {}); }
  NodeIndex next() { return below(6) == 0 ? journey_end : static_cast<NodeIndex>(below(nodes_)); }
  Among among() { return below(3) == 0 ? Among::others : Among::members; }
  Action action(bool of_people) {
    Action action;
    action.kind = static_cast<Action::Kind>(of_people ? 4 + below(4) : below(8));
    if (!name_key(action.kind).empty()) action.name = word('n');
    if (action.kind == Action::Kind::send) action.channel = Action::Channel(below(3));
    if (action.kind == Action::Kind::adjust_score) action.points = double(below(9)) / 2 - 2;
    return action;
  }
  std::vector<Action> actions(bool of_people) {
    std::vector<Action> all;
    for (std::size_t n = 1 + below(2); n > 0; --n) all.push_back(action(of_people));
    return all;
  }
  std::vector<std::uint32_t> percents() {
    static const std::array<std::vector<std::uint32_t>, 4> all{
        {{100}, {50, 50}, {33, 33, 34}, {1, 60, 19, 20}}};
    return all[below(all.size())];
  }

 private:
  std::mt19937_64& bits_;
  std::size_t nodes_;
};

JourneyNode::Kind random_kind(Dice& dice) {
  switch (dice.below(7)) {
    case 0: {
      node::SplitGroups split;
      for (std::size_t n = dice.below(3); n > 0; --n)
        split.paths.push_back({dice.where(), dice.next()});
      if (split.paths.empty() || dice.below(2) == 0) split.paths.push_back({{}, dice.next()});
      return split;
    }
    case 1: {
      node::RandomGroups split{dice.percents(), {}};
      while (split.next.size() < split.percents.size()) split.next.push_back(dice.next());
      return split;
    }
    case 2: {
      node::SplitPeople split{dice.among(), {}, dice.next()};
      for (std::size_t n = dice.below(3); n > 0; --n)
        split.paths.push_back({dice.where(), dice.actions(true)});
      if (split.paths.empty() || dice.below(2) == 0)
        split.paths.push_back({{}, dice.actions(true)});
      return split;
    }
    case 3: {
      node::RandomPeople split{dice.among(), dice.percents(), {}, dice.next()};
      while (split.actions.size() < split.percents.size())
        split.actions.push_back(dice.actions(true));
      return split;
    }
    case 4: {
      node::Act act{dice.among(), {{}, dice.actions(false)}, dice.next()};
      if (dice.below(2) == 0) act.does.where = dice.where();
      bool of_people = false;
      for (const Action& action : act.does.actions) of_people |= action.of_people();
      if (!of_people) act = {Among::members, {{}, act.does.actions}, act.next};
      return act;
    }
    case 5: {
      static const std::array<const char*, 5> texts{"9:00", "Tuesday", "10:00, Monday to Friday",
                                                    "0:00", "18:30, Saturday to Sunday"};
      if (dice.below(2) == 0)
        return node::Wait{*parse_wait_until(texts[dice.below(texts.size())]), dice.next()};
      return node::Wait{std::chrono::hours(1 + dice.below(60)), dice.next()};
    }
    default: {
      node::Listen listen{{dice.word('t')},
                          1 + dice.below(3),
                          std::chrono::days(1 + dice.below(5)),
                          dice.next(),
                          dice.next()};
      if (dice.below(2) == 0) listen.types.push_back(dice.word('t'));
      return listen;
    }
  }
}

Journey random_journey(std::mt19937_64& bits, std::size_t number) {
  while (true) {
    const std::size_t nodes = 1 + bits() % 7;
    Dice dice(bits, nodes);
    Journey journey{.name = "j" + std::to_string(number)};
    if (dice.below(4) > 0) journey.where = dice.where();
    journey.max_entries = static_cast<std::uint32_t>(1 + dice.below(4));
    journey.delay_days = static_cast<std::int32_t>(dice.below(4));
    for (std::size_t n = 0; n < nodes; ++n)
      journey.nodes.push_back({"node " + std::to_string(n), random_kind(dice)});
    if (unreachable(journey).empty() && endless(journey).empty()) return journey;
  }
}

}  // namespace

std::vector<Journey> random_journeys(std::mt19937_64& bits) {
  std::vector<Journey> journeys;
  for (std::size_t n = 1 + bits() % 3; n > 0; --n)
    journeys.push_back(random_journey(bits, journeys.size()));
  return journeys;
}

}  // namespace rolecall::sim
