#include "scoring/groups/creation_job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/profile.hpp"
#include "scoring/groups/audience.hpp"
#include "scoring/groups/new_groups.hpp"
#include "scoring/groups/roster.hpp"
#include "scoring/role_assignment.hpp"

namespace rolecall {
namespace {

// "Crop Planner" → "crop-planner"
std::string slug(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    const bool kept = upper || lower || (c >= '0' && c <= '9') || (c & 0x80) != 0;
    if (kept)
      result += upper ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!result.empty() && result.back() != '-')
      result += '-';
  }
  if (result.ends_with('-')) result.pop_back();
  return result.empty() ? "group" : result;
}

class GroupMaker {
 public:
  explicit GroupMaker(const World& world) : world_(world) {
    for (std::size_t g = 0; g < world.groups.size(); ++g) {
      ids_.emplace(world.groups.ids[g]);
      taken_.emplace(std::string(world.solutions[world.groups.solutions[g].index()]),
                     world.groups.accounts[g]);
    }
    if (const Attribute* names = find(world.accounts.attributes, "name"))
      names_ = std::get_if<TextColumn>(&names->values);
  }

  // Whether the account has had no group for the interest; it has one from now on.
  bool take(const SolutionInterest& interest, AccountId account) {
    return taken_.emplace(interest.name, account).second;
  }

  NewGroup make(const SolutionInterest& interest, const Playbook& playbook, AccountId account,
                Day as_of) {
    const std::string_view account_id = world_.accounts.ids[account.index()];
    const std::string_view name = names_ == nullptr ? "" : (*names_)[account.index()];
    const StageModel* stages = playbook.stage_model(interest.stage_model);
    return {.id = new_id(fmt::format("{}-{}", slug(interest.name), account_id)),
            .account = account,
            .solution = interest.name,
            .created = Timestamp(as_of),
            .name = fmt::format("{} for {}", interest.name, name.empty() ? account_id : name),
            .stage = stages == nullptr ? "" : stages->stages[stages->entry.front()]};
  }

 private:
  std::string new_id(const std::string& wish) {
    std::string id = wish;
    for (int n = 2; !ids_.insert(id).second; ++n) id = fmt::format("{}-{}", wish, n);
    return id;
  }

  const World& world_;
  const TextColumn* names_ = nullptr;
  std::set<std::string, std::less<>> ids_;
  std::set<std::pair<std::string, AccountId>> taken_;
};

}  // namespace

Creation create_groups(World world, const Playbook& playbook,
                       const std::vector<const SolutionInterest*>& interests, Day as_of) {
  const Phase phase("create groups");
  Creation result;
  std::vector<NewGroup> groups;
  std::map<std::string, std::size_t, std::less<>> line_of;  // by id of a new group
  GroupMaker maker(world);
  for (const SolutionInterest* interest : interests)
    for (const std::string& name : interest->audiences) {
      const auto audience = std::ranges::find(playbook.audiences, name, &Audience::name);
      const std::vector<AccountId> accounts = accounts_of(*audience, world, playbook, as_of);
      CreationCounts& line = result.counts.emplace_back();
      line.interest = interest->name;
      line.audience = name;
      line.accounts = accounts.size();
      for (const RoleCard& card : playbook.roles_template(interest->roles_template)->roles)
        line.by_role.emplace_back(card.name, 0);
      for (const AccountId account : accounts) {
        if (!maker.take(*interest, account)) continue;
        groups.push_back(maker.make(*interest, playbook, account, as_of));
        line_of.emplace(groups.back().id, result.counts.size() - 1);
      }
      line.created = static_cast<std::size_t>(std::ranges::count_if(
          line_of, [&](const auto& g) { return g.second + 1 == result.counts.size(); }));
      line.there = line.accounts - line.created;
    }
  add_groups(world, std::move(groups));

  // Only groups of the interests, and only new ones, are looked at from here on.
  Playbook chosen = playbook;
  std::erase_if(chosen.interests, [&](const SolutionInterest& i) {
    return std::ranges::none_of(interests, [&](const auto* c) { return c->name == i.name; });
  });
  const Model model = model_of(chosen);
  const RoleAssignment assignment = assign_roles(world, model, {.date = as_of});
  result.warnings = assignment.warnings;
  const Candidates candidates(world, model);
  Roster roster(world);
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    const auto line_at = line_of.find(world.groups.ids[g]);
    if (line_at == line_of.end()) continue;
    CreationCounts& line = result.counts[line_at->second];
    std::vector<std::uint32_t> people;
    candidates.of(GroupId{g}, people);
    line.candidates += people.size();
    const Memberships& m = assignment.members;
    for (std::size_t i = m.offsets[g]; i < m.offsets[g + 1]; ++i) {
      const std::string_view role = assignment.roles[m.roles[i].index()];
      roster.groups()[g].push_back({.person = m.people[i],
                                    .role = roster.role(role),
                                    .since = Timestamp(as_of),
                                    .until = {}});
      ++line.members;
      ++std::ranges::find(line.by_role, role, &std::pair<std::string, std::size_t>::first)->second;
    }
  }
  for (CreationCounts& line : result.counts) line.without_role = line.candidates - line.members;
  std::move(roster).put_into(world);
  result.world = std::move(world);
  return result;
}

}  // namespace rolecall
