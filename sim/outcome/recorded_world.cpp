#include "sim/outcome/recorded_world.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/profile.hpp"
#include "generators/synthetic/population.hpp"
#include "sim/outcome/records.hpp"
#include "sim/outcome/run_tables.hpp"

namespace rolecall::sim {
namespace {

constexpr std::uint32_t left_out = nobody;

// The rows of a column that are kept.
Attribute kept_of(const Attribute& from, const std::vector<std::uint32_t>& rows) {
  Attribute to{from.name, {}};
  if (const auto* texts = std::get_if<TextColumn>(&from.values)) {
    TextColumn column;
    for (const std::uint32_t row : rows) column.push_back((*texts)[row]);
    to.values = std::move(column);
  } else {
    std::vector<double> column;
    for (const std::uint32_t row : rows)
      column.push_back(std::get<std::vector<double>>(from.values)[row]);
    to.values = std::move(column);
  }
  return to;
}

// Rows that are kept, and the place of each there.
struct Kept {
  std::vector<std::uint32_t> rows, place;
  explicit Kept(std::size_t n) : place(n, left_out) {}
  void keep(std::uint32_t row) {
    place[row] = static_cast<std::uint32_t>(rows.size());
    rows.push_back(row);
  }
};

class Recorder {
 public:
  explicit Recorder(const Play& play)
      : play_(play),
        people_(play.cast.people()),
        groups_(play.cast.groups()),
        rows_of_group_(membership_rows(play)) {
    for (std::uint32_t p = 0; p < play.cast.people(); ++p)
      if (play.state.people.known[p] != 0) people_.keep(p);
    for (std::uint32_t g = 0; g < play.cast.groups(); ++g)
      if (play.state.groups.created[g] >= 0) groups_.keep(g);
  }

  World record() {
    world_.solutions = play_.cast.world.solutions;
    world_.roles = play_.cast.world.roles;
    record_accounts();
    record_people();
    record_groups();
    world_.members = memberships_of(play_, Which::all, places());
    record_activities();
    record_deals();
    close_up_roles();
    return std::move(world_);
  }

 private:
  Places places() const {
    return {people_.rows.size(), people_.place, groups_.rows.size(), groups_.place};
  }

  Timestamp date(std::int32_t day) const {
    return day < 0 || day == never ? Timestamp{} : Timestamp(play_.cast.date(day));
  }

  void record_accounts() {
    world_.accounts = play_.cast.world.accounts;
    world_.accounts.parents = parents_of(play_);
  }

  void record_people() {
    const People& all = play_.cast.world.people;
    for (const std::uint32_t p : people_.rows) {
      world_.people.ids.push_back(all.ids[p]);
      world_.people.accounts.push_back(all.accounts[p]);
    }
    for (const Attribute& attribute : all.attributes)
      world_.people.attributes.push_back(kept_of(attribute, people_.rows));
    put_titles(play_.cast, play_.scenario.world, play_.day() - 1, world_.people, people_.rows);
    TextColumn left;
    for (const std::uint32_t p : people_.rows)
      left.push_back(play_.cast.leaves[p] < play_.day() ? date_text(play_, play_.cast.leaves[p])
                                                        : std::string{});
    std::ranges::find(world_.people.attributes, "left", &Attribute::name)->values = std::move(left);
  }

  void record_groups() {
    const Groups& all = play_.cast.world.groups;
    for (const std::uint32_t g : groups_.rows) {
      world_.groups.ids.push_back(all.ids[g]);
      world_.groups.accounts.push_back(all.accounts[g]);
      world_.groups.solutions.push_back(all.solutions[g]);
      world_.groups.created.push_back(date(play_.state.groups.created[g]));
    }
    for (const Attribute& attribute : all.attributes)
      world_.groups.attributes.push_back(kept_of(attribute, groups_.rows));
    TextColumn stages;
    for (const std::uint32_t g : groups_.rows) {
      const StageModel* model = play_.stage_models[all.solutions[g].index()];
      stages.push_back(model == nullptr ? std::string_view{}
                                        : model->stages[play_.state.groups.stage[g]]);
    }
    world_.groups.attributes.push_back({"stage", std::move(stages)});
    std::ranges::sort(world_.groups.attributes, {}, &Attribute::name);
  }

  void record_activities() {
    ActivityLog& log = world_.activities;
    log = activities_since(play_, 0, places());
    std::vector<std::uint16_t> renamed(log.type_names.size(), 0);
    for (const ActivityTypeId type : log.types) renamed[type.index()] = 1;
    TextColumn names;
    for (std::size_t t = 0; t < renamed.size(); ++t) {
      if (renamed[t] == 0) continue;
      renamed[t] = static_cast<std::uint16_t>(names.size());
      names.push_back(log.type_names[t]);
    }
    for (ActivityTypeId& type : log.types) type = ActivityTypeId{renamed[type.index()]};
    log.type_names = std::move(names);
  }

  void record_deals() {
    const DealState& rows = play_.state.deals;
    const std::size_t n = rows.group.size();
    Outcomes& outcomes = world_.outcomes;
    outcomes.outcome.assign(groups_.rows.size(), Outcome::open);
    outcomes.date.assign(groups_.rows.size(), Timestamp{});
    outcomes.value.assign(groups_.rows.size(), std::numeric_limits<double>::quiet_NaN());
    const Groups& groups = play_.cast.world.groups;
    Deals& deals = world_.deals;
    DealEvents& events = world_.deal_events;
    if (n > 0) events.type_names.push_back("stage");
    const auto event = [&](std::int32_t day, std::string_view stage) {
      if (day < 0) return;
      events.times.push_back(date(day));
      events.types.emplace_back(0);
      events.details.push_back(stage);
    };
    for (std::size_t d = 0; d < n; ++d) {
      const std::uint32_t g = rows.group[d];
      const bool closed = rows.outcome[d] != 0;
      const Outcome outcome = !closed                ? Outcome::open
                              : rows.outcome[d] == 1 ? Outcome::won
                                                     : Outcome::lost;
      const double value = closed ? rows.value[d] : std::numeric_limits<double>::quiet_NaN();
      const std::string_view stage = outcome == Outcome::won    ? "Won"
                                     : outcome == Outcome::lost ? "Lost"
                                     : rows.evaluated[d] >= 0   ? "Evaluation"
                                                                : "Intent";
      deals.ids.push_back(synthetic::numbered('D', d, n));
      deals.accounts.push_back(groups.accounts[g]);
      deals.solutions.push_back(groups.solutions[g]);
      deals.pipelines.push_back("New business");
      deals.stages.push_back(stage);
      deals.opened.push_back(date(rows.opened[d]));
      deals.closed.push_back(date(rows.closed[d]));
      deals.values.push_back(value);
      deals.outcomes.push_back(outcome);
      event(rows.opened[d], "Intent");
      event(rows.evaluated[d], "Evaluation");
      if (closed) event(rows.closed[d], stage);
      events.offsets.push_back(events.times.size());
      record_contacts(d);
      if (!closed) continue;
      const std::uint32_t at = groups_.place[g];
      outcomes.outcome[at] = outcome;
      outcomes.date[at] = date(rows.closed[d]);
      outcomes.value[at] = value;
    }
  }

  // Members on any day on which the deal was open.
  void record_contacts(std::size_t deal) {
    const MembershipState& rows = play_.state.members;
    const std::int32_t opened = play_.state.deals.opened[deal];
    const std::int32_t closed =
        play_.state.deals.closed[deal] < 0 ? play_.day() : play_.state.deals.closed[deal];
    std::vector<std::pair<std::uint32_t, std::uint16_t>> contacts;
    for (const std::uint32_t r : rows_of_group_[play_.state.deals.group[deal]])
      if (rows.since[r] <= closed && rows.until[r] >= opened)
        contacts.emplace_back(people_.place[rows.person[r]], rows.role[r]);
    std::ranges::sort(contacts);
    contacts.erase(std::unique(contacts.begin(), contacts.end()), contacts.end());
    for (const auto& [person, role] : contacts) {
      world_.deal_contacts.people.emplace_back(person);
      world_.deal_contacts.roles.emplace_back(role);
    }
    world_.deal_contacts.offsets.push_back(world_.deal_contacts.people.size());
  }

  // Leaves out the names of roles that nobody has.
  void close_up_roles() {
    std::vector<std::uint8_t> used(world_.roles.size(), 0);
    for (const RoleId role : world_.members.roles) used[role.index()] = 1;
    for (const RoleId role : world_.deal_contacts.roles) used[role.index()] = 1;
    std::vector<RoleId> renamed(world_.roles.size());
    TextColumn names;
    for (std::size_t r = 0; r < used.size(); ++r) {
      if (used[r] == 0) continue;
      renamed[r] = RoleId{names.size()};
      names.push_back(world_.roles[r]);
    }
    for (RoleId& role : world_.members.roles) role = renamed[role.index()];
    for (RoleId& role : world_.deal_contacts.roles) role = renamed[role.index()];
    world_.roles = std::move(names);
  }

  const Play& play_;
  Kept people_, groups_;
  std::vector<std::vector<std::uint32_t>> rows_of_group_;  // of memberships
  World world_;
};

}  // namespace

World recorded_world(const Play& play) {
  const Phase phase("record the world");
  return Recorder(play).record();
}

}  // namespace rolecall::sim
