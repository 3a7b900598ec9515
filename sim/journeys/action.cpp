#include "sim/journeys/action.hpp"

namespace rolecall::sim {

std::string_view name_key(Action::Kind kind) {
  switch (kind) {
    case Action::Kind::set_stage:
      return "stage";
    case Action::Kind::set_status:
      return "status";
    case Action::Kind::assign:
      return "role";
    case Action::Kind::send:
      return "message";
    case Action::Kind::activate:
      return "destination";
    case Action::Kind::alert_sales:
    case Action::Kind::adjust_score:
    case Action::Kind::remove:
      break;
  }
  return {};
}

}  // namespace rolecall::sim
