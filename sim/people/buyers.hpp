#pragma once

#include "sim/play.hpp"

// What goes on among buyers, which the vendor does not see.
namespace rolecall::sim {

// Of the latent intent of a person and of their group, which weigh alike: on the logarithm of the
// pace at which the person goes through the journey.
inline constexpr double pace_effect = .3;

// The laws of a scenario's buyers, computed once.
class Buyers {
 public:
  explicit Buyers(const Scenario& scenario);

  // Hands over the seats of those who left; then everybody's day in the journey, in parallel over
  // groups. A group with a problem begins with one of its people; colleagues follow; each goes on,
  // back, or out. Buyers who agree without an opportunity of ours buy elsewhere.
  void pass_day(Play& play) const;

  // All buyers of a group go out of the market, which then rests.
  void end_market(Play& play, std::uint32_t group, double rest_days) const;

 private:
  struct Turn;  // what a block of groups tells
  void replace_leavers(Play& play, std::uint32_t group, Turn& turn) const;
  void wait_for_problem(Play& play, std::uint32_t group, Turn& turn) const;
  void go_on(Play& play, std::uint32_t group, Turn& turn) const;
  void move_seat(Play& play, std::uint32_t group, std::uint32_t seat, std::uint8_t to,
                 Turn& turn) const;

  std::vector<LogNormalHazard> dwell_;         // by stage − 1
  std::vector<std::vector<double>> in_, out_;  // what exposure adds, by persona, stage − 1
  double daily_problems_ = 0, daily_followers_ = 0;
};

// The share of a group's buyers, weighted by role, who have come to a stage or beyond.
double share_at(const Play& play, std::size_t group, std::uint8_t stage);
// The mean stage of its buyers, over 6; and the highest stage.
double mean_progress(const Play& play, std::size_t group);
std::uint8_t highest_stage(const Play& play, std::size_t group);

}  // namespace rolecall::sim
