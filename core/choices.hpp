#pragma once

#include <string_view>

namespace rolecall {

// The words by which files and commands name the values of an enumeration. Specialise it with
// `static constexpr std::array<std::pair<std::string_view, E>, n> all`.
template <class E>
struct Choices;

template <class E>
std::string_view word_for(E choice) {
  for (const auto& [word, value] : Choices<E>::all)
    if (value == choice) return word;
  return {};
}

}  // namespace rolecall
