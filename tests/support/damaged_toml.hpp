#pragma once

#include <cstddef>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

// Valid TOML with damaged bytes, for tests that what reads it says what is wrong and nothing else.
namespace rolecall::testing {

// How many texts to damage: as many as asked for by ROLECALL_FUZZ_ROUNDS, or `usual`.
inline std::size_t fuzz_rounds(std::size_t usual) {
  const char* asked = std::getenv("ROLECALL_FUZZ_ROUNDS");
  return asked != nullptr ? std::stoul(asked) : usual;
}

inline std::string damaged_toml(std::string text, std::mt19937_64& bits) {
  static const std::vector<std::string> words{"\"",        "[",    "]",    "{",
                                              "}",         "=",    "nan",  "inf",
                                              "-",         "none", "true", "1e999",
                                              "[[",        "]]",   "\n",   "#",
                                              ".",         "\\",   "0x",   std::string(1, '\0'),
                                              "*",         "0",    "1",    "9",
                                              "e9",        ",",    "\xff", "\\u00",
                                              "false",     "'",    "_",    " ",
                                              "1e5",       "é",    "\r",   "99999999999999999999",
                                              "2026-01-01"};
  for (std::size_t n = 1 + bits() % 3; n > 0; --n) {
    const std::size_t at = bits() % text.size();
    switch (bits() % 6) {
      case 0:
        text.insert(at, words[bits() % words.size()]);
        break;
      case 1:
        text.replace(at, 1 + bits() % 12, words[bits() % words.size()]);
        break;
      case 2:
        text.erase(at, 1 + bits() % 20);
        break;
      case 3:  // a piece of it once more, elsewhere
        text.insert(at, text.substr(bits() % text.size(), bits() % 60));
        break;
      default:  // another number
        if (const std::size_t digit = text.find_first_of("0123456789", at); digit != text.npos)
          text[digit] = static_cast<char>('0' + bits() % 10);
    }
    if (text.empty()) text = "#";
  }
  return text;
}

}  // namespace rolecall::testing
