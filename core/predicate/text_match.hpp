#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/predicate/syntax.hpp"

namespace rolecall {

// A regular expression, or a list, that cannot be used.
struct BadPattern {
  std::string what;
};

// Whether a text is, has, begins or ends with one of some others, or matches one of them as a
// regular expression (RE2's syntax, anywhere in the text). Case does not matter. Words of has_word
// end where neither letter, digit nor underscore follows. May be called by many threads at once.
class TextMatch {
 public:
  // Texts sought are not empty. Throws BadPattern.
  TextMatch(syntax::Operator op, const std::vector<std::string>& sought);
  ~TextMatch();
  TextMatch(TextMatch&&) noexcept;

  // An empty text matches nothing.
  bool operator()(std::string_view text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether two texts are the same but for the case of ASCII letters.
bool same_text(std::string_view a, std::string_view b);

}  // namespace rolecall
