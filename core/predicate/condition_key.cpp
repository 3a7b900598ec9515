#include "core/predicate/condition_key.hpp"

namespace rolecall {

std::optional<Predicate> read_condition(TomlTable& in, std::string_view key) {
  const std::optional<std::string> text = in.string(key);
  if (!text) return std::nullopt;
  try {
    return Predicate::parse(*text, {.file = in.source(),
                                    .row = in.raw().get(key)->source().begin.line,
                                    .field = in.name(key)});
  } catch (const InputError& error) {
    in.report(error);
    return std::nullopt;
  }
}

}  // namespace rolecall
