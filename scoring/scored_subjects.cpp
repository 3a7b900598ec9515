#include "scoring/scored_subjects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "core/error.hpp"
#include "core/predicate/columns.hpp"
#include "core/predicate/text_match.hpp"

namespace rolecall {
namespace {

// For each template, the bits of the cards that have a name.
std::vector<std::uint32_t> cards_named(const Model& model, std::string_view name) {
  std::vector<std::uint32_t> bits;
  for (const RolesTemplate& t : model.templates) {
    bits.push_back(0);
    for (std::size_t c = 0; c < t.roles.size(); ++c)
      if (same_text(t.roles[c].name, name)) bits.back() |= std::uint32_t{1} << c;
  }
  return bits;
}

std::vector<std::string> card_names(const Model& model) {
  std::vector<std::string> names;
  for (const RolesTemplate& t : model.templates)
    for (const RoleCard& card : t.roles)
      if (std::ranges::find(names, card.name) == names.end()) names.push_back(card.name);
  return names;
}

// missing("Role"): required, and too few members; missing(): any such role.
SubjectFunction missing_function(const Model& model, const GroupScores& scores,
                                 std::shared_ptr<const std::vector<std::uint32_t>> row_of) {
  return {"missing", "missing(\"Decision Maker\") or missing()",
          [&model, &scores, row_of](std::span<const Argument> arguments) {
            if (arguments.size() > 1) throw BadArgument{1, "one role is enough"};
            std::vector<std::uint32_t> bits(model.templates.size(), ~std::uint32_t{0});
            if (!arguments.empty()) {
              const auto* role = std::get_if<std::string>(&arguments[0]);
              if (role == nullptr) throw BadArgument{0, "a role is expected here, in quotes"};
              bits = cards_named(model, *role);
              if (std::ranges::all_of(bits, [](std::uint32_t b) { return b == 0; }))
                throw BadArgument{
                    0, fmt::format("no template of the model has a role '{}'", printable(*role)),
                    suggest(*role, card_names(model))};
            }
            return truth_column([&scores, row_of, bits = std::move(bits)](std::uint32_t group) {
              const std::uint32_t row = (*row_of)[group];
              if (row == no_row || scores.template_of[row] < 0) return false;
              return (scores.missing[row] &
                      bits[static_cast<std::size_t>(scores.template_of[row])]) != 0;
            });
          }};
}

}  // namespace

SubjectPtr scored_group_subject(const World& world, const Model& model, const GroupScores& scores) {
  Subject groups = *group_subject(world, DayBoundary(model.readings.day_boundary));
  auto rows = std::make_shared<std::vector<std::uint32_t>>(world.groups.size(), no_row);
  for (std::size_t row = 0; row < scores.size(); ++row)
    (*rows)[scores.group[row].index()] = static_cast<std::uint32_t>(row);
  const std::shared_ptr<const std::vector<std::uint32_t>> row_of = std::move(rows);
  const auto add = [&](std::string name, const std::vector<double>& values) {
    groups.fields.insert(groups.fields.begin(),
                         {std::move(name), number_column([row_of, &values](std::uint32_t group) {
                            const std::uint32_t row = (*row_of)[group];
                            return row == no_row ? std::nan("") : values[row];
                          })});
  };
  add("completeness", scores.completeness);
  add("engagement", scores.engagement);
  groups.functions.insert(groups.functions.begin(), missing_function(model, scores, row_of));
  // A role that nobody has, but that the model knows, is no slip of the keyboard.
  const auto members = std::ranges::find(groups.functions, "members", &SubjectFunction::name);
  members->bind = [bind = members->bind,
                   names = card_names(model)](std::span<const Argument> arguments) {
    Column column = bind(arguments);
    if (!arguments.empty())
      if (const auto* role = std::get_if<std::string>(&arguments[0]))
        if (std::ranges::any_of(names, [&](const auto& name) { return same_text(name, *role); }))
          column.warning.clear();
    return column;
  };
  return std::make_shared<const Subject>(std::move(groups));
}

SubjectPtr with_engagement(SubjectPtr subject, const std::vector<double>& engagement) {
  Subject scored = *subject;
  scored.fields.insert(scored.fields.begin(), {"engagement", number_column(engagement)});
  return std::make_shared<const Subject>(std::move(scored));
}

}  // namespace rolecall
