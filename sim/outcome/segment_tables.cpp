#include <algorithm>
#include <array>
#include <limits>

#include "core/account_forest.hpp"
#include "sim/outcome/records.hpp"
#include "sim/outcome/run_kpis.hpp"
#include "sim/outcome/run_tables.hpp"

namespace rolecall::sim {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Groups by what they are of: what was handed off, opened, won.
struct Segments {
  std::vector<std::int64_t> groups, handed_off, opportunities, won, lost;
  std::vector<double> revenue, hours;
  explicit Segments(std::size_t n)
      : groups(n), handed_off(n), opportunities(n), won(n), lost(n), revenue(n), hours(n) {}
};

template <class SegmentOf>
Segments segments(const Play& play, std::size_t n, SegmentOf of) {
  Segments s(n);
  for (std::uint32_t g = 0; g < play.cast.groups(); ++g)
    if (play.state.groups.created[g] >= 0) ++s.groups[of(g)];
  const EventState& events_of = play.state.events;
  for (std::size_t r = 0; r < events_of.day.size(); ++r)
    if (events_of.kind[r] == static_cast<std::uint8_t>(EventKind::hand_off))
      ++s.handed_off[of(events_of.group[r])];
  const DealState& rows = play.state.deals;
  for (std::size_t d = 0; d < rows.group.size(); ++d) {
    const std::size_t at = of(rows.group[d]);
    ++s.opportunities[at];
    s.won[at] += rows.outcome[d] == 1;
    s.lost[at] += rows.outcome[d] == 2;
    s.revenue[at] += rows.outcome[d] == 1 ? rows.value[d] : 0;
    s.hours[at] += rows.hours[d];
  }
  return s;
}

StudyTable segment_table(std::string name, std::string description, std::string key,
                         TextColumn keys, Segments s) {
  return TableBuilder(std::move(name), std::move(description))
      .add(std::move(key), std::move(keys), "", "")
      .add("groups", std::move(s.groups), "groups", "made")
      .add("hand_offs", std::move(s.handed_off), "groups", "handed off to sales")
      .add("opportunities", std::move(s.opportunities), "deals", "opened")
      .add("won", std::move(s.won), "deals", "")
      .add("lost", std::move(s.lost), "deals", "")
      .add("revenue", std::move(s.revenue), "currency", "of deals won")
      .add("deal_hours", std::move(s.hours), "hour", "that sales worked on deals")
      .done();
}

}  // namespace

StudyTable solution_table(const Play& play) {
  const World& world = play.cast.world;
  return segment_table("solutions", "what was sold", "solution", world.solutions,
                       segments(play, world.solutions.size(), [&](std::uint32_t g) {
                         return world.groups.solutions[g].index();
                       }));
}

// By the root that each account has in the end; trees without a hand-off are left out.
StudyTable tree_table(const Play& play) {
  const World& world = play.cast.world;
  const std::vector<AccountId> roots = tree_roots(parents_of(play));
  Segments all = segments(play, roots.size(), [&](std::uint32_t g) {
    return roots[world.groups.accounts[g].index()].index();
  });
  TextColumn keys;
  const std::vector<std::int64_t> handed_off = all.handed_off;
  for (std::size_t a = 0; a < roots.size(); ++a)
    if (handed_off[a] != 0) keys.push_back(world.accounts.ids[a]);
  const auto keep = [&](auto& column) {
    std::size_t kept = 0;
    for (std::size_t a = 0; a < roots.size(); ++a)
      if (handed_off[a] != 0) column[kept++] = column[a];
    column.resize(kept);
  };
  for (auto* column : {&all.groups, &all.handed_off, &all.opportunities, &all.won, &all.lost})
    keep(*column);
  for (auto* column : {&all.revenue, &all.hours}) keep(*column);
  return segment_table("trees", "account trees with a hand-off, by their root", "account_id",
                       std::move(keys), std::move(all));
}

StudyTable persona_table(const Play& play) {
  const std::vector<std::string> names = personas_of(play);
  std::vector<std::int64_t> people(names.size()), known(names.size()), acts(names.size()),
      machine(names.size()), leads(names.size());
  const DayIndex last = play.day() - 1;
  for (std::uint32_t p = 0; p < play.cast.people(); ++p) {
    if (!play.works(p, last)) continue;
    ++people[play.persona(p, last)];
    known[play.persona(p, last)] += play.state.people.known[p];
  }
  const EventState& events = play.state.events;
  const auto burn_in = static_cast<DayIndex>(play.scenario.run.burn_in);
  for (std::size_t r = 0; r < events.day.size(); ++r)
    if (events.kind[r] == static_cast<std::uint8_t>(EventKind::known) && events.day[r] >= burn_in)
      ++leads[play.persona(events.person[r], events.day[r])];
  const LogState& log = play.state.log;
  const std::size_t first =
      std::min<std::size_t>(play.scenario.run.burn_in, log.day_begin.size() - 1);
  for (std::size_t day = first; day + 1 < log.day_begin.size(); ++day)
    for (std::uint64_t r = log.day_begin[day]; r < log.day_begin[day + 1]; ++r) {
      const bool human = RowOrigin(static_cast<RowMaker>(log.maker[r])).is_human();
      ++(human ? acts : machine)[play.persona(log.person[r], static_cast<DayIndex>(day))];
    }
  return TableBuilder("personas", "people on the last day, and what became of them in the run")
      .add("persona", TextColumn(names), "", "")
      .add("people", std::move(people), "people", "employed on the last day")
      .add("known", std::move(known), "people", "of these, in the database")
      .add("leads", std::move(leads), "people",
           "who became known after the burn-in, those who have left since included; by the persona "
           "of that day")
      .add("acts", std::move(acts), "activities", "recorded of people")
      .add("machine_acts", std::move(machine), "activities", "recorded of their machines")
      .done();
}

StudyTable channel_table(const Play& play) {
  const std::array leads{
      counted_sum(play, Figure::leads_form), counted_sum(play, Figure::leads_paid_social),
      counted_sum(play, Figure::leads_enrichment), counted_sum(play, Figure::leads_sales)};
  const std::array spend{0., counted_sum(play, Figure::spend_leads),
                         counted_sum(play, Figure::spend_enrichment), 0.};
  std::vector<double> cost;
  for (std::size_t c = 0; c < leads.size(); ++c)
    cost.push_back(leads[c] > 0 ? spend[c] / leads[c] : nan);
  TextColumn names;
  for (const char* name : {"form", "paid social", "enrichment", "sales"}) names.push_back(name);
  return TableBuilder("channels", "how people became known, and at what cost")
      .add("channel", std::move(names), "", "")
      .add("leads", std::vector<double>(leads.begin(), leads.end()), "people", "")
      .add("spend", std::vector<double>(spend.begin(), spend.end()), "currency", "on these")
      .add("cost_per_lead", std::move(cost), "currency", "")
      .done();
}

}  // namespace rolecall::sim
