#include "sim/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <type_traits>

#include "core/auc.hpp"
#include "core/error.hpp"
#include "core/profile.hpp"
#include "scoring/groups/audience.hpp"
#include "sim/outcome/recorded_world.hpp"
#include "sim/outcome/run_result.hpp"
#include "sim/people/acts.hpp"
#include "sim/people/calendar.hpp"
#include "sim/policies.hpp"
#include "sim/seller/journey_desk.hpp"
#include "sim/seller/marketing.hpp"
#include "sim/seller/sales.hpp"

namespace rolecall::sim {
namespace {

constexpr std::size_t none = LiveMemberships::npos;

// By solution of the world: the interest of the playbook, or none.
std::vector<std::size_t> interests_of(const Cast& cast, const Playbook& playbook) {
  std::vector<std::size_t> interests;
  for (std::size_t s = 0; s < cast.world.solutions.size(); ++s) {
    const auto at = std::ranges::find(playbook.interests, cast.world.solutions[s],
                                      [](const auto& i) { return std::string_view(i.name); });
    interests.push_back(at == playbook.interests.end()
                            ? none
                            : static_cast<std::size_t>(at - playbook.interests.begin()));
  }
  return interests;
}

std::vector<const StageModel*> stage_models_of(const std::vector<std::size_t>& interests,
                                               const Playbook& playbook) {
  std::vector<const StageModel*> models;
  for (const std::size_t i : interests)
    models.push_back(i == none ? nullptr : playbook.stage_model(playbook.interests[i].stage_model));
  return models;
}

}  // namespace

struct Simulation::Impl {
  Impl(const Scenario& arm, std::uint64_t of_seed)
      : scenario(arm),
        playbook(playbook_of(arm)),
        model(model_of(playbook)),
        cast(make_cast(scenario, playbook, model, of_seed)),
        types(scenario.world),
        interests(interests_of(cast, playbook)),
        stage_models(stage_models_of(interests, playbook)),
        state(first_state(cast, of_seed)),
        play{scenario, playbook, model, cast, of_seed, types, stage_models, state, today},
        memberships(play, interests),
        scores(play),
        limits(scenario.limits.messages, static_cast<std::int32_t>(scenario.limits.days)),
        calendar(cast),
        acts(scenario, cast),
        buyers(scenario),
        pipeline(scenario),
        sales(scenario),
        marketing(scenario),
        journeys(play, scenario.journeys) {
    state.occupancy.assign(scenario.world.personas.size() * (journey_stages + 1) * funnel_states,
                           0);
    state.exposure.assign(scenario.world.personas.size() * (journey_stages + 1) * 2, 0);
    for (const std::string& type : types.names) {
      const ActivityRule* rule = model.rule_for(type);
      is_scored.push_back(rule != nullptr && rule->weight != 0);
    }
  }

  // Groups for all accounts of the audiences that have none.
  void create_groups() {
    const Phase phase("creation job");
    for (std::size_t i = 0; i < playbook.interests.size(); ++i) {
      std::vector<std::uint8_t> wanted(cast.world.accounts.size(), 0);
      for (const std::string& name : playbook.interests[i].audiences) {
        const auto audience = std::ranges::find(playbook.audiences, name, &Audience::name);
        for (const AccountId a : accounts_of(*audience, cast.world, playbook, play.date()))
          wanted[a.index()] = 1;
      }
      for (std::uint32_t g = 0; g < cast.groups(); ++g)
        if (memberships.interest(g) == i && state.groups.created[g] < 0 &&
            wanted[cast.world.groups.accounts[g].index()] != 0)
          memberships.create(play, g);
    }
  }

  void make_known(const std::vector<std::uint32_t>& people, Channel channel) {
    for (const std::uint32_t p : people) {
      state.people.known[p] = 1;
      state.people.channel[p] = static_cast<std::uint8_t>(channel);
      play.tell(EventKind::known, nobody, p, 0, static_cast<std::uint8_t>(channel));
      memberships.maintain(play, p);
    }
  }

  // Groups whose members acted today come to interest, from awareness or from the past; those that
  // a chat qualified are noted.
  void note_interest() {
    qualified.clear();
    const auto again = static_cast<DayIndex>(scenario.hand_off.cool_down);
    const auto day = static_cast<std::size_t>(play.day());
    std::uint32_t last = nobody;
    for (std::uint64_t r = state.log.day_begin[day]; r < state.log.day_begin[day + 1]; ++r) {
      const std::uint32_t person = state.log.person[r];
      const bool human = RowOrigin(static_cast<RowMaker>(state.log.maker[r])).is_human();
      if (!human) continue;
      if (state.log.type[r] == types.dialogue_goal)
        for (const std::uint32_t row : memberships.rows_of_person(person))
          qualified.push_back(state.members.group[row]);
      const AccountId account = cast.world.people.accounts[person];
      if (play.counts() && is_scored[state.log.type[r]] != 0 &&
          state.accounts.engaged[account.index()] == 0 && play.is_target(account)) {
        state.accounts.engaged[account.index()] = 1;
        today.add(Figure::engaged_accounts, 1);
      }
      if (person == last) continue;
      last = person;
      for (const std::uint32_t row : memberships.rows_of_person(person)) {
        const std::uint32_t group = state.members.group[row];
        const Funnel funnel = play.funnel(group);
        const bool past = (funnel == Funnel::lost || funnel == Funnel::purchase) &&
                          play.day() - state.groups.funnel_since[group] >= again &&
                          play.day() >= state.groups.rests_until[group];
        if (funnel != Funnel::awareness && !past) continue;
        play.move_funnel(group, Funnel::interest);
        play.move_stage(group, "Engaged");
      }
    }
  }

  void step() {
    today = {};
    calendar.pass_day(play, memberships);
    const std::vector<std::uint32_t> leads = acts.pass_day(play);
    scores.add_activities(play);
    today.add(Figure::leads_form, static_cast<double>(leads.size()));
    if (play.day() == 0) create_groups();
    make_known(leads, Channel::form);
    scores.add_changes(play, memberships.take_changes(play));
    scores.rescore();
    note_interest();
    buyers.pass_day(play);
    pipeline.pass_day(play, memberships, buyers);
    if (play.counts()) {
      journeys.pass_day(play, scores, memberships, marketing, sales, limits);
      if (scenario.chat.hands_off)
        for (const std::uint32_t group : qualified) sales.alert(play, group);
      sales.hand_off(play, scores);
      const auto found = sales.work(play, memberships, pipeline);
      today.add(Figure::leads_sales, static_cast<double>(found.size()));
      make_known(found, Channel::sales);
      marketing.write(play, scores, memberships, limits);
      for (const std::uint32_t p : marketing.acquire(play, scores, memberships))
        make_known({p}, static_cast<Channel>(state.people.channel[p]));
    }
    scores.add_changes(play, memberships.take_changes(play));
    scores.rescore();
    write_down();
    ++state.day;
  }

  void write_down() {
    const Phase phase("panel");
    const auto count = [&](Figure first, std::size_t nth, double value) {
      today.add(static_cast<Figure>(static_cast<std::size_t>(first) + nth), value);
    };
    for (std::uint32_t p = 0; p < cast.people(); ++p) {
      if (!play.works(p)) continue;
      today.add(Figure::employed, 1);
      today.add(Figure::known, state.people.known[p]);
    }
    today.add(Figure::members, static_cast<double>(memberships.active()));
    const bool marks = play.counts() && play.day() % 30 == 0;
    std::vector<double> engagement;
    std::vector<std::uint8_t> in_market;
    for (std::uint32_t g = 0; g < cast.groups(); ++g) {
      count(Figure::funnel_none, state.groups.funnel[g], 1);
      for (std::uint64_t s = cast.seats_of[g]; s < cast.seats_of[g + 1]; ++s) note_seat(g, s);
      if (state.groups.created[g] < 0) continue;
      const double points = scores.engagement(play, g);
      today.add(Figure::groups, 1);
      today.add(Figure::in_market, state.groups.in_market[g]);
      today.add(Figure::engagement, points);
      if (state.groups.in_market[g] == 0) today.add(Figure::engagement_idle, points);
      const double complete = scores.completeness(g);
      if (!std::isnan(complete)) today.add(Figure::completeness, complete);
      today.add(Figure::complete_groups, complete >= 100);
      if (!marks) continue;
      engagement.push_back(points);
      in_market.push_back(state.groups.in_market[g]);
    }
    if (marks) state.marks.push_back(area_under_curve(engagement, in_market));
    for (std::size_t d = 0; d < state.deals.group.size(); ++d)
      if (state.deals.outcome[d] == 0) {
        today.add(Figure::open_deals, 1);
        today.add(Figure::open_value, state.deals.value[d]);
      }
    state.panel.insert(state.panel.end(), today.row().begin(), today.row().end());
  }

  void note_seat(std::uint32_t group, std::uint64_t seat) {
    const std::uint32_t person = state.seats.person[seat];
    if (person == nobody) return today.add(Figure::seats_vacant, 1);
    const std::uint8_t stage = state.seats.stage[seat];
    today.add(static_cast<Figure>(static_cast<std::size_t>(Figure::stage_0) + stage), 1);
    if (!play.counts()) return;
    const std::size_t cell = play.persona(person) * (journey_stages + 1) + stage;
    ++state.occupancy[cell * funnel_states + state.groups.funnel[group]];
    const auto memory = static_cast<DayIndex>(scenario.buyers.memory_days);
    state.exposure[cell * 2] += play.day() - state.people.last_inbound[person] < memory;
    state.exposure[cell * 2 + 1] += play.day() - state.people.last_outbound[person] < memory;
  }

  const Scenario scenario;
  const Playbook playbook;
  const Model model;
  const Cast cast;
  const ActivityTypes types;
  const std::vector<std::size_t> interests;
  const std::vector<const StageModel*> stage_models;
  State state;
  DayFigures today;
  Play play;
  LiveMemberships memberships;
  LiveScores scores;
  CommunicationLimits limits;
  const Calendar calendar;
  Acts acts;
  const Buyers buyers;
  const Pipeline pipeline;
  const Sales sales;
  const Marketing marketing;
  JourneyDesk journeys;
  std::vector<std::uint8_t> is_scored;   // by type: whether the model gives it weight
  std::vector<std::uint32_t> qualified;  // groups, by a chat of today
};

Simulation::Simulation(const Scenario& arm, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(arm, seed)) {}
Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;

std::size_t Simulation::days() const { return static_cast<std::size_t>(impl_->cast.days); }
std::size_t Simulation::done() const { return static_cast<std::size_t>(impl_->state.day); }
std::size_t Simulation::people() const { return impl_->cast.people(); }
void Simulation::step() {
  if (done() < days()) impl_->step();
}

Snapshot Simulation::save() const {
  Snapshot snapshot;
  snapshot.push_back({"day", std::vector<std::int32_t>{impl_->state.day}});
  const auto put = [&](const char* name, const auto& column) {
    snapshot.push_back({name, column});
  };
  for_each_column(impl_->state, put);
  put("limits/sent", impl_->limits.state());
  for_each_column(impl_->journeys.state(), put);
  return snapshot;
}

void Simulation::restore(const Snapshot& snapshot) {
  const auto refuse = [](const std::string& name) {
    throw InputError({.field = "snapshot " + name,
                      .what = "it is not there, or of another kind than this simulation has",
                      .remedy = "Start anew."});
  };
  const auto get = [&](const char* name, auto& column) {
    const auto at = std::ranges::find(snapshot, name, &SnapshotColumn::name);
    const auto* values = at == snapshot.end()
                             ? nullptr
                             : std::get_if<std::remove_cvref_t<decltype(column)>>(&at->values);
    if (values == nullptr) return refuse(name);
    // There is one of each of these for somebody or something of the cast.
    const std::string_view of = std::string_view(name).substr(0, std::string_view(name).find('/'));
    const bool is_fixed = of == "people" || of == "seats" || of == "groups" || of == "accounts" ||
                          of == "occupancy" || of == "exposure";
    if (is_fixed && values->size() != column.size()) return refuse(name);
    column = *values;
  };
  Impl& impl = *impl_;
  State state = impl.state;
  JourneyState journeys = impl.journeys.state();
  std::vector<std::int32_t> day;
  std::vector<std::uint32_t> sent;
  get("day", day);
  for_each_column(state, get);
  get("limits/sent", sent);
  for_each_column(journeys, get);
  if (day.size() != 1 || day[0] < 0 || day[0] > impl.cast.days ||
      state.log.day_begin.size() != static_cast<std::size_t>(day[0]) + 1 ||
      state.panel.size() != static_cast<std::size_t>(day[0]) * figures)
    refuse("day");
  state.day = day[0];
  // Columns of one table are of one length, and journeys stand where there are nodes.
  std::map<std::string, std::size_t, std::less<>> rows;
  const auto even = [&](std::string_view name, const auto& column) {
    const std::string table(name.substr(0, name.find('/')));
    if (table != "members" && table != "deals" && table != "queue" && table != "events") return;
    if (rows.try_emplace(table, column.size()).first->second != column.size())
      refuse(std::string(name));
  };
  for_each_column(state, even);
  const LogState& log = state.log;
  if (log.person.size() != log.time.size() || log.type.size() != log.time.size() ||
      log.maker.size() != log.time.size() || log.day_begin.back() != log.time.size() ||
      !std::ranges::is_sorted(log.day_begin))
    refuse("log/day_begin");
  if (!impl.journeys.fits(journeys)) refuse("journeys/node");
  impl.state = std::move(state);
  impl.limits.state() = std::move(sent);
  impl.journeys.state() = std::move(journeys);
  impl.memberships = LiveMemberships(impl.play, impl.interests);
  impl.scores = LiveScores(impl.play);
}

RunResult Simulation::result() const {
  RunResult result = run_result(impl_->play, impl_->memberships);
  result.tables.push_back(impl_->journeys.table());
  return result;
}

World Simulation::world() const { return recorded_world(impl_->play); }

const GroupScores& Simulation::scores() const { return impl_->scores.groups(); }

}  // namespace rolecall::sim
