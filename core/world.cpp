#include "core/world.hpp"

namespace rolecall {

std::string_view to_string(MemberSource source) {
  switch (source) {
    case MemberSource::job:
      return "job";
    case MemberSource::journey:
      return "journey";
    case MemberSource::manual:
      return "manual";
  }
  return "";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::none:
      return "";
    case Outcome::open:
      return "open";
    case Outcome::won:
      return "won";
    case Outcome::lost:
      return "lost";
  }
  return "";
}

}  // namespace rolecall
