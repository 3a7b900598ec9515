#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

// Conditions as users write them: docs/predicates.md has the language.
namespace rolecall {

namespace syntax {
struct Node;
}

// A condition that has been parsed and not yet met with a table. Cheap to copy.
class Predicate {
 public:
  // Where it stands, for messages: an option such as --where, or a key of a file.
  struct Place {
    std::string file = {};
    std::size_t row = 0;
    std::string field = {};
  };

  // A blank text holds for any. Throws InputError, with a caret under the place where the text
  // stops making sense.
  static Predicate parse(std::string_view text, Place place);

  const std::string& text() const { return source_->text; }
  const Place& place() const { return source_->place; }
  const syntax::Node& root() const { return *root_; }

  // A part of this one, such as the condition in any_ancestor(...).
  Predicate part(const syntax::Node& node) const;

 private:
  struct Source {
    std::string text;
    Place place;
  };
  std::shared_ptr<const Source> source_;
  std::shared_ptr<const syntax::Node> root_;
};

}  // namespace rolecall
