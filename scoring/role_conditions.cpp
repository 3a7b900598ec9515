#include "scoring/role_conditions.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "core/parallel.hpp"
#include "core/predicate/columns.hpp"

namespace rolecall {
namespace {

constexpr std::size_t grain = 4096;  // [person]

// Takes the rows that a filter holds for out of `left`, in order, and tells `found` of each.
template <class Found>
void take_matching(const Filter& filter, std::vector<std::uint32_t>& left, const Found& found) {
  const std::vector<std::uint32_t> matching = filter.matching(left);
  for (const std::uint32_t row : matching) found(row);
  std::vector<std::uint32_t> rest;
  std::ranges::set_difference(left, matching, std::back_inserter(rest));
  left = std::move(rest);
}

// The name of the first persona that matches.
Column persona_column(const World& world, const Model& model, const Subject& people) {
  struct State {
    std::vector<std::string> names;
    std::vector<Filter> filters;
    std::vector<std::int16_t> of_person;
    std::optional<Day> as_of;  // the day that of_person is for
  };
  const auto state = std::make_shared<State>();
  Column column{ValueType::text, FillTexts([state](Rows rows, std::span<std::string_view> out) {
                  for (std::size_t i = 0; i < rows.size(); ++i) {
                    const std::int16_t persona = state->of_person[rows[i]];
                    out[i] = persona < 0 ? std::string_view{}
                                         : state->names[static_cast<std::size_t>(persona)];
                  }
                })};
  for (const Persona& persona : model.personas) {
    state->names.push_back(persona.name);
    state->filters.emplace_back(persona.when, people);
    column.changes_with_day |= state->filters.back().changes_with_day();
    for (const std::string& warning : state->filters.back().warnings()) column.warning = warning;
  }
  // Every card that asks for personas prepares them; once a day is enough.
  column.prepare = [state, people = world.people.size(),
                    changes = column.changes_with_day](Day as_of) {
    if (!state->of_person.empty() && !changes) return;
    if (state->as_of == as_of) return;
    state->as_of = as_of;
    for (Filter& filter : state->filters) filter.prepare(as_of);
    state->of_person.assign(people, -1);
    parallel::for_blocks(people, grain, [&](std::size_t begin, std::size_t end) {
      std::vector<std::uint32_t> left;
      for (std::size_t p = begin; p < end; ++p) left.push_back(static_cast<std::uint32_t>(p));
      for (std::size_t i = 0; i < state->filters.size() && !left.empty(); ++i)
        take_matching(state->filters[i], left, [&](std::uint32_t person) {
          state->of_person[person] = static_cast<std::int16_t>(i);
        });
    });
  };
  return column;
}

}  // namespace

SubjectPtr person_subject(const World& world, const Model& model) {
  const DayBoundary boundary(model.readings.day_boundary);
  Subject people = *person_subject(world, boundary);
  if (!model.personas.empty())
    people.fields.insert(people.fields.begin(), {"persona", persona_column(world, model, people)});
  return std::make_shared<const Subject>(std::move(people));
}

RoleConditions::RoleConditions(const World& world, const Model& model,
                               const RolesTemplate& source) {
  const SubjectPtr people = person_subject(world, model);
  for (std::size_t c = 0; c < source.roles.size(); ++c)
    if (const auto& when = source.roles[c].when)
      cards_.push_back({static_cast<std::int8_t>(c), Filter(*when, *people)});
}

bool RoleConditions::changes_with_day() const {
  return std::ranges::any_of(cards_,
                             [](const Card& card) { return card.filter.changes_with_day(); });
}

std::vector<std::string> RoleConditions::warnings() const {
  std::vector<std::string> all;
  for (const Card& card : cards_)
    for (const std::string& warning : card.filter.warnings())
      if (std::ranges::find(all, warning) == all.end()) all.push_back(warning);
  return all;
}

std::vector<std::int8_t> RoleConditions::cards(Rows people, Day as_of) {
  for (Card& card : cards_) card.filter.prepare(as_of);
  std::vector<std::int8_t> found(people.size(), no_card);
  parallel::for_blocks(people.size(), grain, [&](std::size_t begin, std::size_t end) {
    const Rows mine = people.subspan(begin, end - begin);
    std::vector<std::uint32_t> left(mine.begin(), mine.end());
    for (const Card& card : cards_) {
      if (left.empty()) break;
      take_matching(card.filter, left, [&](std::uint32_t person) {
        found[begin + static_cast<std::size_t>(std::ranges::lower_bound(mine, person) -
                                               mine.begin())] = card.index;
      });
    }
  });
  return found;
}

}  // namespace rolecall
