#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/choices.hpp"

namespace rolecall::sim {

// Something that a journey does to a group, or to people of it.
struct Action {
  enum class Kind : std::uint8_t {
    // Of groups.
    set_stage,
    set_status,
    alert_sales,
    adjust_score,
    // Of people.
    assign,  // to the group, in a role
    remove,  // from the group
    send,
    activate,  // to a paid destination
  };
  enum class Channel : std::uint8_t { email, sms, chat };

  Kind kind = Kind::alert_sales;
  std::string name = {};             // of the stage, status, role, message or destination
  Channel channel = Channel::email;  // of a message
  double points = 0;                 // of adjust_score
  std::size_t row = 0;               // of the file, for messages

  bool of_people() const { return kind >= Kind::assign; }
};

// The key under which files have the name of an action; empty: it has none.
std::string_view name_key(Action::Kind kind);

}  // namespace rolecall::sim

namespace rolecall {

template <>
struct Choices<sim::Action::Kind> {
  using Kind = sim::Action::Kind;
  static constexpr std::array<std::pair<std::string_view, Kind>, 8> all{
      {{"set_stage", Kind::set_stage},
       {"set_status", Kind::set_status},
       {"alert_sales", Kind::alert_sales},
       {"adjust_score", Kind::adjust_score},
       {"assign", Kind::assign},
       {"remove", Kind::remove},
       {"send", Kind::send},
       {"activate", Kind::activate}}};
};
template <>
struct Choices<sim::Action::Channel> {
  using Channel = sim::Action::Channel;
  static constexpr std::array<std::pair<std::string_view, Channel>, 3> all{
      {{"email", Channel::email}, {"sms", Channel::sms}, {"chat", Channel::chat}}};
};

}  // namespace rolecall
