#include "scoring/groups/seal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rolecall {
namespace {

// Texts go in with their lengths, so that no two lists of them are one.
class Content {
 public:
  void add(std::string_view text) {
    for (const char c : fmt::format("{}:", text.size())) add_byte(c);
    for (const char c : text) add_byte(c);
  }
  void add(std::uint64_t number) { add(fmt::format("{}", number)); }
  void add(double number) { add(fmt::format("{}", number)); }

  std::string seal() const { return fmt::format("{:016x}", hash_); }

 private:
  void add_byte(char c) { hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3; }
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace

std::string seal(const RolesTemplate& roles, const Model& model) {
  Content content;
  content.add("template");
  content.add(roles.name);
  for (const RoleCard& card : roles.roles) {
    content.add(card.name);
    content.add(card.weighting);
    content.add(card.members_required);
    content.add(std::uint64_t{card.required});
    content.add(card.when ? card.when->text() : std::string());
  }
  if (std::ranges::any_of(roles.roles, [](const RoleCard& card) { return bool(card.when); }))
    for (const Persona& persona : model.personas) {
      content.add(persona.name);
      content.add(persona.when.text());
    }
  return content.seal();
}

std::string seal(const StageModel& stages) {
  Content content;
  content.add("stage_model");
  content.add(stages.name);
  const auto list = [&](const auto& items, auto name_of) {
    content.add(std::uint64_t{items.size()});
    for (const auto& item : items) content.add(name_of(item));
  };
  const auto name_of = [&](StageModel::Stage s) { return std::string_view(stages.stages[s]); };
  list(stages.stages, [](const std::string& name) { return std::string_view(name); });
  list(stages.entry, name_of);
  // A model under reading may have no stages yet; what is wrong with it is told elsewhere.
  content.add(stages.stages.empty() ? std::string_view() : name_of(stages.success));
  list(stages.failure, name_of);
  list(stages.moves, [&](const auto& move) { return name_of(move.first); });
  list(stages.moves, [&](const auto& move) { return name_of(move.second); });
  return content.seal();
}

}  // namespace rolecall
