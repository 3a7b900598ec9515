#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include "results/snapshot.hpp"
#include "sim/people/cast.hpp"

// All that days change, column by column. Whoever restores these columns goes on as if nothing had
// been.
namespace rolecall::sim {

// How far the seller is with a group. Not yet approached and lost stand at the ends.
enum class Funnel : std::uint8_t {
  none,
  awareness,      // A: there is a group to write to
  interest,       // B: somebody of it acted
  consideration,  // C: accepted by sales
  intent,         // D: an opportunity is open
  evaluation,     // E: and evaluated
  purchase,       // F: won
  lost,
};
inline constexpr std::size_t funnel_states = 8;

// Messages and the like on their way to a person; bits.
enum Message : std::uint8_t {
  mailing = 1,
  sales_mail = 2,
  text_message = 4,
  chat_invitation = 8,
  retargeting = 16,
  paid_lead = 32,  // a form filled out at the paid destination
};

// How somebody became known.
enum class Channel : std::uint8_t { start, form, paid_social, enrichment, sales };
inline constexpr std::size_t channels = 5;

// Those of whom somebody was asked for; bits.
enum Seller : std::uint8_t { provider = 1, destination = 2 };

struct PeopleState {
  std::vector<std::uint8_t> known;                        // 0 or 1
  std::vector<std::uint8_t> channel;                      // Channel
  std::vector<std::uint8_t> inbox;                        // Message bits, to be met today
  std::vector<std::int32_t> last_inbound, last_outbound;  // day; long ago: never
  std::vector<std::int32_t> visited;       // the last 30-day period in which they did
  std::vector<std::int32_t> abandoned;     // the day of the last abandoned form
  std::vector<std::int32_t> served_until;  // by the paid destination; before today: not
  std::vector<std::uint8_t> tried;         // Seller bits
};

struct SeatState {
  std::vector<std::uint32_t> person;     // or nobody
  std::vector<std::uint8_t> stage;       // 0: not in the market
  std::vector<double> clock, threshold;  // cumulative hazard of leaving the stage, and its limit
  std::vector<std::uint32_t> moves;      // so far
  std::vector<std::int32_t> since;       // the day of the last
};

struct GroupState {
  std::vector<std::int32_t> created;  // day; -1: not yet
  std::vector<std::uint8_t> funnel;   // Funnel
  std::vector<std::int32_t> funnel_since;
  std::vector<std::uint8_t> in_market;
  std::vector<std::int32_t> market_since;
  std::vector<std::uint16_t> problems;   // so far
  std::vector<double> clock, threshold;  // cumulative hazard of the next problem, and its limit
  std::vector<std::int32_t> rests_until;
  std::vector<std::uint8_t> stage;       // of the stage model
  std::vector<std::uint8_t> status;      // as journeys set it; an index into their words
  std::vector<double> adjustment;        // [points] by journeys
  std::vector<std::uint8_t> armed;       // may be handed off
  std::vector<std::int32_t> handed_off;  // day of the last time; long ago: never
  std::vector<std::int32_t> deal;        // the open one; -1: none
  std::vector<std::uint16_t> deals;      // so far
};

struct AccountState {
  std::vector<std::uint32_t> parent;  // nobody: a root
  std::vector<std::int32_t> visited;  // the last 30-day period in which somebody acted
  std::vector<std::uint8_t> engaged;  // somebody known did, after the burn-in
};

// In order of (group, day) as they came about; a row that is over stays.
struct MembershipState {
  std::vector<std::uint32_t> group, person;
  std::vector<std::uint16_t> role;         // RoleId
  std::vector<std::uint8_t> source;        // MemberSource
  std::vector<std::int32_t> since, until;  // day; never: still is
};

struct DealState {
  std::vector<std::uint32_t> group;
  std::vector<std::uint16_t> nth;                                 // of the group
  std::vector<std::int32_t> accepted, opened, evaluated, closed;  // day; -1: not yet
  std::vector<std::uint8_t> outcome;                              // 0 open, 1 won, 2 lost
  std::vector<std::uint8_t> reason;                               // LossReason
  std::vector<double> value;
  std::vector<double> clock, threshold;
  std::vector<std::int32_t> stalled_until;
  std::vector<std::uint16_t> stalls;
  std::vector<std::uint8_t> worked;  // today by sales
  std::vector<double> hours;
};

// Hand-offs and accepted groups that wait for sales.
struct QueueState {
  std::vector<std::uint32_t> group;
  std::vector<std::int32_t> entered, due;
  std::vector<std::uint8_t> accepted;  // 0: to be qualified, 1: discovery
  std::vector<double> hours;           // spent on that so far
};

struct LogState {
  std::vector<std::int64_t> time;  // microseconds since 1970-01-01T00:00Z
  std::vector<std::uint32_t> person;
  std::vector<std::uint16_t> type;
  std::vector<std::uint8_t> maker;          // RowMaker
  std::vector<std::uint64_t> day_begin{0};  // rows of day d: day_begin[d] … day_begin[d + 1]
};

enum class EventKind : std::uint8_t {
  buyer_stage,  // of a seat, from, to
  funnel,       // of a group, from, to
  group_stage,  // of a group by the stage model, from, to
  hand_off,     // of a group
  known,        // a person; to: the channel
  hired,        // a person
  left,         // a person
  promoted,     // a person
  reparented,   // an account (in `group`)
  stalled,      // a deal of a group
  competitor,   // a group bought elsewhere
};

struct EventState {
  std::vector<std::int32_t> day;
  std::vector<std::uint8_t> kind;            // EventKind
  std::vector<std::uint32_t> group, person;  // nobody: none
  std::vector<std::uint8_t> from, to;
};

struct State {
  std::int32_t day = 0;  // done
  PeopleState people;
  SeatState seats;
  GroupState groups;
  AccountState accounts;
  MembershipState members;
  DealState deals;
  QueueState queue;
  LogState log;
  EventState events;
  std::vector<double> panel;             // days × panel_columns()
  std::vector<std::uint64_t> occupancy;  // persona × stage × funnel, person-days
  std::vector<std::uint64_t> exposure;   // persona × stage × channel (in, out), person-days
  std::vector<double> marks;             // AUC and the like at 30-day marks
};

// Calls visit("people/known", column) for every column.
template <class S, class Visit>
requires std::same_as<std::remove_const_t<S>, State>
void for_each_column(S& s, Visit visit) {
  visit("people/known", s.people.known);
  visit("people/channel", s.people.channel);
  visit("people/inbox", s.people.inbox);
  visit("people/last_inbound", s.people.last_inbound);
  visit("people/last_outbound", s.people.last_outbound);
  visit("people/visited", s.people.visited);
  visit("people/abandoned", s.people.abandoned);
  visit("people/served_until", s.people.served_until);
  visit("people/tried", s.people.tried);
  visit("seats/person", s.seats.person);
  visit("seats/stage", s.seats.stage);
  visit("seats/clock", s.seats.clock);
  visit("seats/threshold", s.seats.threshold);
  visit("seats/moves", s.seats.moves);
  visit("seats/since", s.seats.since);
  visit("groups/created", s.groups.created);
  visit("groups/funnel", s.groups.funnel);
  visit("groups/funnel_since", s.groups.funnel_since);
  visit("groups/in_market", s.groups.in_market);
  visit("groups/market_since", s.groups.market_since);
  visit("groups/problems", s.groups.problems);
  visit("groups/clock", s.groups.clock);
  visit("groups/threshold", s.groups.threshold);
  visit("groups/rests_until", s.groups.rests_until);
  visit("groups/stage", s.groups.stage);
  visit("groups/status", s.groups.status);
  visit("groups/adjustment", s.groups.adjustment);
  visit("groups/armed", s.groups.armed);
  visit("groups/handed_off", s.groups.handed_off);
  visit("groups/deal", s.groups.deal);
  visit("groups/deals", s.groups.deals);
  visit("accounts/parent", s.accounts.parent);
  visit("accounts/visited", s.accounts.visited);
  visit("accounts/engaged", s.accounts.engaged);
  visit("members/group", s.members.group);
  visit("members/person", s.members.person);
  visit("members/role", s.members.role);
  visit("members/source", s.members.source);
  visit("members/since", s.members.since);
  visit("members/until", s.members.until);
  visit("deals/group", s.deals.group);
  visit("deals/nth", s.deals.nth);
  visit("deals/accepted", s.deals.accepted);
  visit("deals/opened", s.deals.opened);
  visit("deals/evaluated", s.deals.evaluated);
  visit("deals/closed", s.deals.closed);
  visit("deals/outcome", s.deals.outcome);
  visit("deals/reason", s.deals.reason);
  visit("deals/value", s.deals.value);
  visit("deals/clock", s.deals.clock);
  visit("deals/threshold", s.deals.threshold);
  visit("deals/stalled_until", s.deals.stalled_until);
  visit("deals/stalls", s.deals.stalls);
  visit("deals/worked", s.deals.worked);
  visit("deals/hours", s.deals.hours);
  visit("queue/group", s.queue.group);
  visit("queue/entered", s.queue.entered);
  visit("queue/due", s.queue.due);
  visit("queue/accepted", s.queue.accepted);
  visit("queue/hours", s.queue.hours);
  visit("log/time", s.log.time);
  visit("log/person", s.log.person);
  visit("log/type", s.log.type);
  visit("log/maker", s.log.maker);
  visit("log/day_begin", s.log.day_begin);
  visit("events/day", s.events.day);
  visit("events/kind", s.events.kind);
  visit("events/group", s.events.group);
  visit("events/person", s.events.person);
  visit("events/from", s.events.from);
  visit("events/to", s.events.to);
  visit("panel", s.panel);
  visit("occupancy", s.occupancy);
  visit("exposure", s.exposure);
  visit("marks", s.marks);
}

// The state before the first day.
State first_state(const Cast& cast, std::uint64_t seed);

}  // namespace rolecall::sim
