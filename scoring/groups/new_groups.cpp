#include "scoring/groups/new_groups.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace rolecall {
namespace {

// Where each row of the new table comes from: an old row, or one of the groups added.
struct Place {
  bool is_new;
  std::size_t row;
};

std::vector<Place> merged(const TextColumn& ids, const std::vector<NewGroup>& groups) {
  std::vector<Place> places;
  std::size_t next = 0;
  for (std::size_t g = 0; g < ids.size(); ++g) {
    while (next < groups.size() && groups[next].id < ids[g]) places.push_back({true, next++});
    places.push_back({false, g});
  }
  while (next < groups.size()) places.push_back({true, next++});
  return places;
}

template <class T>
void spread(std::vector<T>& values, const std::vector<Place>& places, T missing) {
  std::vector<T> spread_out;
  for (const Place& place : places)
    spread_out.push_back(place.is_new ? missing : values[place.row]);
  values = std::move(spread_out);
}

void spread(TextColumn& values, const std::vector<Place>& places) {
  TextColumn spread_out;
  for (const Place& place : places)
    spread_out.push_back(place.is_new ? std::string_view() : values[place.row]);
  values = std::move(spread_out);
}

void spread(Attributes& attributes, const std::vector<Place>& places) {
  for (Attribute& attribute : attributes) {
    if (auto* texts = std::get_if<TextColumn>(&attribute.values))
      spread(*texts, places);
    else
      spread(std::get<std::vector<double>>(attribute.values), places, std::nan(""));
  }
}

// Sets a text attribute of the groups added; it comes to be where it was not. One of numbers stays.
template <class Text>
void set_texts(Attributes& attributes, const char* name, const std::vector<Place>& places,
               const std::vector<NewGroup>& groups, Text text) {
  if (std::ranges::all_of(groups, [&](const NewGroup& g) { return text(g).empty(); })) return;
  const Attribute* old = find(attributes, name);
  const TextColumn* texts = old == nullptr ? nullptr : std::get_if<TextColumn>(&old->values);
  if (old != nullptr && texts == nullptr) return;
  TextColumn values;
  for (std::size_t g = 0; g < places.size(); ++g) {
    if (places[g].is_new)
      values.push_back(text(groups[places[g].row]));
    else
      values.push_back(texts != nullptr ? (*texts)[g] : std::string_view());
  }
  std::erase_if(attributes, [&](const Attribute& a) { return a.name == name; });
  attributes.push_back({name, std::move(values)});
  std::ranges::sort(attributes, {}, &Attribute::name);
}

// Adds the solutions of the groups, and gives every id of a solution its place among all.
std::vector<SolutionId> solutions_of(World& world, const std::vector<NewGroup>& groups) {
  std::set<std::string, std::less<>> all;
  for (std::size_t s = 0; s < world.solutions.size(); ++s) all.emplace(world.solutions[s]);
  for (const NewGroup& group : groups) all.insert(group.solution);
  const auto place = [&](std::string_view name) {
    return SolutionId{static_cast<std::size_t>(std::distance(all.begin(), all.find(name)))};
  };
  std::vector<SolutionId> old, added;
  for (std::size_t s = 0; s < world.solutions.size(); ++s) old.push_back(place(world.solutions[s]));
  for (const NewGroup& group : groups) added.push_back(place(group.solution));
  for (SolutionId& s : world.groups.solutions) s = old[s.index()];
  for (SolutionId& s : world.deals.solutions)
    if (s) s = old[s.index()];
  world.solutions = {};
  for (const std::string& name : all) world.solutions.push_back(name);
  return added;
}

}  // namespace

void add_groups(World& world, std::vector<NewGroup> groups) {
  if (groups.empty()) return;
  std::ranges::sort(groups, {}, &NewGroup::id);
  const std::vector<Place> places = merged(world.groups.ids, groups);
  const std::vector<SolutionId> solutions = solutions_of(world, groups);
  Groups& g = world.groups;
  const bool has_outcomes = world.outcomes.outcome.size() == g.size();
  spread(g.ids, places);
  spread(g.accounts, places, AccountId{});
  spread(g.solutions, places, SolutionId{});
  spread(g.created, places, Timestamp{});
  spread(g.attributes, places);
  TextColumn ids;
  std::vector<std::uint64_t> offsets{0};
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto [is_new, row] = places[i];
    ids.push_back(is_new ? std::string_view(groups[row].id) : g.ids[i]);
    if (is_new) {
      g.accounts[i] = groups[row].account;
      g.solutions[i] = solutions[row];
      g.created[i] = groups[row].created;
    }
    offsets.push_back(is_new ? offsets.back() : world.members.offsets[row + 1]);
  }
  g.ids = std::move(ids);
  world.members.offsets = std::move(offsets);
  set_texts(g.attributes, "name", places, groups, [](const NewGroup& n) { return n.name; });
  set_texts(g.attributes, "stage", places, groups, [](const NewGroup& n) { return n.stage; });
  if (has_outcomes) {
    spread(world.outcomes.outcome, places, Outcome::none);
    spread(world.outcomes.date, places, Timestamp{});
    spread(world.outcomes.value, places, std::nan(""));
    spread(world.outcomes.attributes, places);
  }
  if (world.truth)
    for (std::vector<double>* of_groups :
         {&world.truth->intent, &world.truth->score, &world.truth->probability})
      spread(*of_groups, places, std::nan(""));
}

}  // namespace rolecall
