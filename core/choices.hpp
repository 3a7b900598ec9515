#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

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

// All words, in the order in which they are listed.
template <class E>
std::vector<std::string> words_of() {
  std::vector<std::string> words;
  for (const auto& [word, value] : Choices<E>::all) words.emplace_back(word);
  return words;
}

// What a word that is one of them names.
template <class E>
E choice_named(std::string_view name) {
  return std::ranges::find(Choices<E>::all, name, [](const auto& choice) { return choice.first; })
      ->second;
}

}  // namespace rolecall
