#include "sim/seller/journey_desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/find_id.hpp"
#include "core/profile.hpp"
#include "results/table_builder.hpp"
#include "scoring/role_conditions.hpp"
#include "scoring/scored_subjects.hpp"
#include "sim/draws.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

constexpr std::size_t most_statuses = 255;

std::vector<std::string> known_stages(const Play& play) {
  std::vector<std::string> stages;
  for (const StageModel& model : play.playbook.stage_models)
    stages.insert(stages.end(), model.stages.begin(), model.stages.end());
  return stages;
}

std::vector<std::string> known_roles(const Play& play) {
  std::vector<std::string> roles;
  for (const RolesTemplate& source : play.model.templates)
    for (const RoleCard& card : source.roles)
      if (std::ranges::find(roles, card.name) == roles.end()) roles.push_back(card.name);
  return roles;
}

// What the journeys name that the world does not have.
void check(const Play& play, const std::vector<Journey>& journeys,
           const std::vector<std::string>& statuses) {
  ProblemList problems;
  const std::vector<std::string> stages = known_stages(play), roles = known_roles(play);
  for (const Journey& journey : journeys) {
    const auto require = [&](const std::string& name, const std::vector<std::string>& known,
                             const char* field, const char* what, std::size_t row) {
      if (std::ranges::find(known, name) != known.end()) return;
      problems.add({.file = journey.file.empty() ? play.scenario.name : journey.file,
                    .row = journey.file.empty() ? 0 : row,
                    .field = field,
                    .value = name,
                    .what = what,
                    .remedy = suggest(name, known)});
    };
    for (const Action* action : actions_of(std::span(&journey, 1))) {
      if (action->kind == Action::Kind::set_stage)
        require(action->name, stages, "journey.node.actions.stage",
                "no stage model has such a stage", action->row);
      if (action->kind == Action::Kind::assign)
        require(action->name, roles, "journey.node.actions.role", "no template has such a role",
                action->row);
    }
    for (const JourneyNode& n : journey.nodes)
      if (const auto* listen = std::get_if<node::Listen>(&n.kind))
        for (const std::string& type : listen->types)
          require(type, play.types.names, "journey.node.activities", "there is no such activity",
                  n.row);
  }
  if (statuses.size() > most_statuses)
    problems.add({.file = play.scenario.name,
                  .field = "status",
                  .value = fmt::format("{} statuses", statuses.size()),
                  .what = "these are more than a group's status can be told from",
                  .remedy = fmt::format("Take {} at most.", most_statuses)});
  problems.throw_if_any();
}

// Conditions see the activities of 90 days, or of the longest time that anybody listens for.
DayIndex history_of(const std::vector<Journey>& journeys) {
  DayIndex days = 90;
  for (const Journey& journey : journeys)
    for (const JourneyNode& n : journey.nodes)
      if (const auto* listen = std::get_if<node::Listen>(&n.kind))
        days = std::max(days, static_cast<DayIndex>(listen->timeout.count()) + 1);
  return days;
}

std::int64_t seconds(Timestamp time) {
  return std::chrono::floor<std::chrono::seconds>(time.instant()).time_since_epoch().count();
}

}  // namespace

JourneyDesk::JourneyDesk(const Play& play, const std::vector<Journey>& journeys) : run_(journeys) {
  if (journeys.empty()) return;
  for (const Action* action : actions_of(journeys))
    if (action->kind == Action::Kind::set_status &&
        std::ranges::find(statuses_, action->name) == statuses_.end())
      statuses_.push_back(action->name);
  check(play, journeys, statuses_);
  live_ = std::make_unique<LiveWorld>(play, history_of(journeys));
  live_->pass_day(play);
  live_->update_groups(play, statuses_);
  const LiveScores scores(play);  // conditions are met with the world before the first day
  const SubjectPtr groups = scored_group_subject(live_->world(), play.model, scores.groups());
  const SubjectPtr people = person_subject(live_->world(), play.model);
  ProblemList problems;
  const auto ask = [&](const Predicate& where, const SubjectPtr& subject) {
    try {
      const Filter filter(where, *subject);
    } catch (const InputError& error) {
      for (const Problem& problem : error.problems()) problems.add(problem);
    }
  };
  for_each_condition(
      journeys, [&](const Predicate& where) { ask(where, groups); },
      [&](const Predicate& where) { ask(where, people); });
  problems.throw_if_any();
}

void JourneyDesk::pass_day(Play& play, const LiveScores& scores, LiveMemberships& memberships,
                           const Marketing& marketing, const Sales& sales,
                           CommunicationLimits& limits) {
  if (live_ == nullptr) return;
  const Phase phase("journeys");
  live_->pass_day(play);
  Desk desk{.play = play,
            .scores = scores,
            .memberships = memberships,
            .marketing = marketing,
            .sales = sales,
            .limits = limits,
            .group_scores = scores.groups(),
            .groups = {},
            .people = {},
            .filters = {},
            .activated = {}};
  desk_ = &desk;
  std::vector<std::uint32_t> made;
  for (std::uint32_t g = 0; g < play.cast.groups(); ++g)
    if (play.state.groups.created[g] >= 0) made.push_back(g);
  run_.run_day(play.date(), made, *this);
  if (!desk.activated.empty()) {
    std::ranges::sort(desk.activated);
    const auto repeated = std::ranges::unique(desk.activated);
    desk.activated.erase(repeated.begin(), repeated.end());
    marketing.activate(play, desk.activated);
  }
  desk_ = nullptr;
}

// What journeys have done to groups and members is seen by those who are asked next.
void JourneyDesk::look_again() {
  if (!desk_->changed) return;
  const Play& play = desk_->play;
  live_->update_groups(play, statuses_);
  for (std::size_t g = 0; g < desk_->group_scores.size(); ++g)
    desk_->group_scores.engagement[g] = desk_->scores.engagement(play, g);  // with their points
  desk_->groups = scored_group_subject(live_->world(), play.model, desk_->group_scores);
  desk_->people = person_subject(live_->world(), play.model);
  desk_->filters.clear();
  desk_->changed = false;
}

// Made for each condition that is asked, and again once something has changed.
Filter& JourneyDesk::filter(const Predicate& where, Asked asked) {
  look_again();
  const auto at = desk_->filters.find(&where.root());
  if (at != desk_->filters.end()) return at->second;
  const SubjectPtr& subject = asked == Asked::groups ? desk_->groups : desk_->people;
  Filter& made = desk_->filters.emplace(&where.root(), Filter(where, *subject)).first->second;
  made.prepare(desk_->play.date());
  return made;
}

std::vector<std::uint32_t> JourneyDesk::matching_groups(const Predicate& where, Rows groups) {
  return filter(where, Asked::groups).matching(groups);
}

std::vector<std::uint32_t> JourneyDesk::matching_people(const Predicate& where, Rows people) {
  return filter(where, Asked::people).matching(people);
}

std::vector<std::uint32_t> JourneyDesk::people(std::uint32_t group, Among among) {
  const Play& play = desk_->play;
  std::vector<std::uint32_t> members;
  for (const std::uint32_t row : desk_->memberships.rows_of(group))
    members.push_back(play.state.members.person[row]);
  std::ranges::sort(members);
  const auto repeated = std::ranges::unique(members);
  members.erase(repeated.begin(), repeated.end());
  if (among == Among::members) return members;
  std::vector<std::uint32_t> others;
  desk_->memberships.for_each_candidate(play, group, [&](std::uint32_t person) {
    if (play.state.people.known[person] != 0 && play.works(person) &&
        !std::ranges::binary_search(members, person))
      others.push_back(person);
  });
  std::ranges::sort(others);
  return others;
}

std::vector<std::optional<Moment>> JourneyDesk::heard(const node::Listen& node,
                                                      std::span<const Listener> listeners) {
  const ActivityLog& log = live_->world().activities;
  std::vector<std::uint8_t> wanted(log.type_names.size(), 0);
  for (const std::string& type : node.types) wanted[desk_->play.types.find(type)] = 1;
  std::vector<std::optional<Moment>> result;
  for (const Listener& listener : listeners) {
    std::vector<std::int64_t> times;
    for (const std::uint32_t person : people(listener.group, Among::members))
      for (std::uint64_t r = log.offsets[person]; r < log.offsets[person + 1]; ++r) {
        const std::int64_t at = seconds(log.times[r]);
        if (wanted[log.types[r].index()] != 0 && at > listener.since.time_since_epoch().count() &&
            at <= listener.until.time_since_epoch().count())
          times.push_back(at);
      }
    std::ranges::sort(times);
    if (times.size() < node.count)
      result.emplace_back();
    else
      result.emplace_back(Moment(std::chrono::seconds(times[node.count - 1])));
  }
  return result;
}

std::vector<std::uint64_t> JourneyDesk::lots(std::uint32_t group, Rows people,
                                             const JourneyNode& node, Moment at) {
  const Play& play = desk_->play;
  std::vector<std::uint64_t> drawn;
  // A seed of its own for each group and node, so that no two deal the same way. Not by its row in
  // the file: that differs between arms.
  // Moments of a day are told apart by their second.
  const auto second =
      static_cast<std::uint64_t>((at - std::chrono::floor<std::chrono::days>(at)).count());
  const auto place = std::ranges::find(run_.places(), &node, &JourneyRun::Place::node);
  const auto number = static_cast<std::uint64_t>(place - run_.places().begin()) + 1;
  const std::uint64_t seed = play.seed ^
                             (std::uint64_t{group} << 32 | number) * 0x9E3779B97F4A7C15 ^
                             second * 0xD1B54A32D192ED03;
  for (const std::uint32_t person : people)
    drawn.push_back(
        draws(seed, stream::dealing, person, static_cast<std::uint64_t>(play.day())).word64());
  return drawn;
}

void JourneyDesk::act(const Action& action, std::uint32_t group, Rows people, Moment) {
  Play& play = desk_->play;
  desk_->changed |= action.kind != Action::Kind::send && action.kind != Action::Kind::activate;
  switch (action.kind) {
    case Action::Kind::set_stage:
      return play.move_stage(group, action.name);
    case Action::Kind::set_status:
      play.state.groups.status[group] = static_cast<std::uint8_t>(
          std::ranges::find(statuses_, action.name) - statuses_.begin() + 1);
      return;
    case Action::Kind::alert_sales:
      return desk_->sales.alert(play, group);
    case Action::Kind::adjust_score:
      play.state.groups.adjustment[group] += action.points;
      return;
    case Action::Kind::assign: {
      const auto role = static_cast<std::uint16_t>(*find_id(play.cast.world.roles, action.name));
      for (const std::uint32_t p : people)
        desk_->memberships.add(play, group, p, role, MemberSource::journey);
      return;
    }
    case Action::Kind::remove:
      for (const std::uint32_t p : people)
        desk_->memberships.remove(play, group, p, MemberSource::journey);
      return;
    case Action::Kind::send: {
      const Message message = action.channel == Action::Channel::email ? mailing
                              : action.channel == Action::Channel::sms ? text_message
                                                                       : chat_invitation;
      for (const std::uint32_t p : people) desk_->marketing.send(play, p, message, desk_->limits);
      return;
    }
    case Action::Kind::activate:
      desk_->activated.insert(desk_->activated.end(), people.begin(), people.end());
      return;
  }
}

bool JourneyDesk::fits(const JourneyState& state) const {
  const JourneyState& own = run_.state();
  const std::size_t slots = state.node.size();
  const std::size_t journeys = run_.journeys().size();
  const auto stands = [&](std::uint32_t node) {
    return node == JourneyState::outside || node < run_.places().size();
  };
  return state.moment.size() == slots && state.since.size() == slots &&
         state.entries.size() == slots && (journeys == 0 ? slots == 0 : slots % journeys == 0) &&
         state.taken.size() == own.taken.size() && state.entered.size() == own.entered.size() &&
         state.left.size() == own.left.size() && state.visits.size() == own.visits.size() &&
         std::ranges::all_of(state.node, stands);
}

StudyTable JourneyDesk::table() const {
  const JourneyState& state = run_.state();
  TextColumn journey, node;
  std::vector<std::int64_t> visits, entered, left;
  const auto at = [](const std::vector<std::uint64_t>& counts, std::size_t i) {
    return i < counts.size() ? static_cast<std::int64_t>(counts[i]) : 0;
  };
  for (std::size_t p = 0; p < run_.places().size(); ++p) {
    const JourneyRun::Place& place = run_.places()[p];
    journey.push_back(run_.journeys()[place.journey].name);
    node.push_back(place.node->id);
    visits.push_back(at(state.visits, p));
    entered.push_back(at(state.entered, place.journey));
    left.push_back(at(state.left, place.journey));
  }
  return TableBuilder("journeys", "how often groups came to each node of the account journeys")
      .add("journey", std::move(journey), "", "")
      .add("node", std::move(node), "", "")
      .add("visits", std::move(visits), "groups", "that came to the node")
      .add("entered", std::move(entered), "groups", "that entered the journey")
      .add("left", std::move(left), "groups", "that left it")
      .done();
}

}  // namespace rolecall::sim
