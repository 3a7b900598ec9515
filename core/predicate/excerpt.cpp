#include "core/predicate/excerpt.hpp"

#include <algorithm>
#include <functional>

namespace rolecall {
namespace {

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, std::not_fn(continues_character)));
}

// Moves a place to where a character begins.
std::size_t to_character(std::string_view text, std::size_t place) {
  while (place > 0 && place < text.size() && continues_character(text[place])) --place;
  return place;
}

}  // namespace

std::string excerpt(std::string_view text, std::size_t begin, std::size_t end) {
  constexpr std::size_t before = 60, after = 40;  // [byte]; what is shown around the place
  begin = std::min(begin, text.size());
  std::size_t first = text.rfind('\n', begin == 0 ? 0 : begin - 1);
  first = first == std::string_view::npos || begin == 0 ? 0 : first + 1;
  std::size_t last = std::min(text.find('\n', begin), text.size());
  end = std::clamp(end, begin, last);
  const std::size_t from = begin - first > before ? to_character(text, begin - before) : first;
  const std::size_t to =
      last - begin > before + after ? to_character(text, begin + before + after) : last;
  end = std::min(end, to);
  const auto shown = [&](std::size_t a, std::size_t b) {
    std::string part(text.substr(a, b - a));
    for (char& c : part)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return part;
  };
  const std::string_view lead = from > first ? "…" : "", rest = to < last ? "…" : "";
  std::string lines = "  " + std::string(lead) + shown(from, to) + std::string(rest) + "\n  ";
  lines += std::string(characters(lead) + characters(text.substr(from, begin - from)), ' ');
  lines += std::string(std::max<std::size_t>(1, characters(text.substr(begin, end - begin))), '^');
  return lines;
}

void throw_at(const Predicate& predicate, const syntax::Node& node, std::string what,
              std::string remedy) {
  const Predicate::Place& place = predicate.place();
  throw InputError({.file = place.file,
                    .row = place.row,
                    .field = place.field,
                    .what = std::move(what),
                    .remedy = std::move(remedy),
                    .excerpt = excerpt(predicate.text(), node.begin, node.end)});
}

}  // namespace rolecall
