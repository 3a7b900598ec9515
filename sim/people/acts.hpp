#pragma once

#include "generators/synthetic/week_clock.hpp"
#include "sim/play.hpp"

namespace rolecall::sim {

// The first step of a day: what people do by themselves, what they make of yesterday's messages,
// and what their mail clients and gateways do.
class Acts {
 public:
  explicit Acts(const Scenario& scenario, const Cast& cast);

  // Appends the day's rows of people who are known to the log, in order of person; those of others
  // are visits that nobody can name. Gives the people who became known by a form, ascending.
  // In parallel over people.
  std::vector<std::uint32_t> pass_day(Play& play);

 private:
  struct Row {
    std::int32_t second;
    std::uint16_t type;
    std::uint8_t maker;
    auto operator<=>(const Row&) const = default;
  };
  struct Part;  // what a block of people did
  void act(Play& play, std::uint32_t person, std::vector<Row>& rows, Part& part) const;
  void read_mail(Play& play, std::uint32_t person, double lift, Random& random,
                 std::vector<Row>& rows, Part& part) const;
  void browse(Play& play, std::uint32_t person, Random& random, std::vector<Row>& rows,
              Part& part) const;
  void find_lifts(const Play& play);

  synthetic::WeekClock clock_;
  bool chats_ = true;
  double no_child_ = 1;      // chance of an act that sets nothing off
  std::vector<float> lift_;  // by person: further acts, as a multiple, by journey stage
};

}  // namespace rolecall::sim
