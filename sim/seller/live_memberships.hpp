#pragma once

#include <cstdint>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/account_forest.hpp"
#include "sim/play.hpp"

namespace rolecall::sim {

// Who is in which group, day by day: the rows of the state, found by group and by person, and what
// has changed since it was last asked, for the scores.
class LiveMemberships {
 public:
  // Finds the rows of the state, of a run that is restored too. `interest_of` gives the playbook's
  // interest of each of the world's solutions; npos: none.
  LiveMemberships(Play& play, std::vector<std::size_t> interest_of);

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  // The daily maintenance job, for one person: joins and leaves what the cards say, where no higher
  // source has a say (scoring/groups/precedence.hpp has the rule).
  void maintain(Play& play, std::uint32_t person);
  // The creation job: makes the group, with whom the cards take.
  void create(Play& play, std::uint32_t group);
  // An account has another parent: its people's groups are maintained.
  void rebuild_forest(Play& play);
  void maintain_subtree(Play& play, std::uint32_t account);

  // By a journey or by sales; gives way to higher sources, and takes precedence over lower ones.
  bool add(Play& play, std::uint32_t group, std::uint32_t person, std::uint16_t role,
           MemberSource source);
  bool remove(Play& play, std::uint32_t group, std::uint32_t person, MemberSource source);

  // Rows that count today.
  const std::vector<std::uint32_t>& rows_of(std::uint32_t group) const { return of_group_[group]; }
  const std::vector<std::uint32_t>& rows_of_person(std::uint32_t person) const {
    return of_person_[person];
  }
  bool has(const Play& play, std::uint32_t group, std::uint32_t person) const;
  std::size_t active() const { return active_; }

  struct Change {
    std::uint32_t row;
    bool begins;
  };
  // Without those that began and ended since, which were never there.
  std::vector<Change> take_changes(const Play& play);

  std::size_t interest(std::size_t group) const { return interest_of_group_[group]; }
  RoleId role(std::size_t interest, std::int8_t card) const {
    return roles_[interest][static_cast<std::size_t>(card)];
  }
  // The people below a group's account, as far as its interest looks.
  template <class Visit>
  void for_each_candidate(const Play& play, std::uint32_t group, Visit visit) const {
    const std::size_t account = play.cast.world.groups.accounts[group].index();
    const auto visit_people = [&](std::size_t a) {
      for (std::uint64_t p = play.cast.people_of[a]; p < play.cast.people_of[a + 1]; ++p)
        visit(static_cast<std::uint32_t>(p));
    };
    if (!looks_below_[interest_of_group_[group]]) return visit_people(account);
    for (std::uint32_t at = forest_.place[account]; at < forest_.end[account]; ++at)
      visit_people(order_[at]);
  }

 private:
  void begin(Play& play, std::uint32_t group, std::uint32_t person, std::uint16_t role,
             MemberSource source);
  void end(Play& play, std::uint32_t row);
  void wish(Play& play, std::uint32_t group, std::uint32_t person, bool wanted, std::int8_t card);

  std::vector<std::size_t> interest_of_group_;
  std::vector<std::uint8_t> looks_below_;                         // by interest
  std::vector<std::vector<RoleId>> roles_;                        // by interest, card
  std::vector<std::vector<std::uint32_t>> of_group_, of_person_;  // rows that count
  SubtreeOrder forest_;
  std::vector<std::uint32_t> order_;  // accounts by place
  static std::uint64_t key(std::uint32_t group, std::uint32_t person) {
    return std::uint64_t{group} << 32 | person;
  }
  std::unordered_set<std::uint64_t> decided_;  // by a source above the job
  std::size_t active_ = 0;
  std::vector<Change> changes_;
};

}  // namespace rolecall::sim
