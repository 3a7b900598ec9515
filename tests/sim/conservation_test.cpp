// What no day may lose or make out of nothing: people, seats, groups, deals, memberships, hours,
// money. Every day of runs under many policies.
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <tuple>

#include "simulated.hpp"

namespace rolecall::sim {
namespace {

using testing::column;
using testing::Event;

using Bytes = std::vector<std::uint8_t>;
using Days = std::vector<std::int32_t>;
using Ids = std::vector<std::uint32_t>;
using Reals = std::vector<double>;

// One run, looked at every evening.
class Watch {
 public:
  Watch(const Scenario& scenario, std::uint64_t seed)
      : scenario_(scenario), cast_(testing::cast_of(scenario, seed)), simulation_(scenario, seed) {}

  void run() {
    EXPECT_EQ(simulation_.days(), scenario_.run.days + scenario_.run.burn_in);
    EXPECT_EQ(simulation_.people(), cast_.people());
    known_.assign(cast_.people(), 0);
    for (std::size_t p = 0; p < cast_.people(); ++p)
      known_[p] = (cast_.traits[p] & known_at_start) != 0 && cast_.hired[p] <= 0;
    stock_[0] = cast_.groups();
    while (simulation_.done() < simulation_.days() && !::testing::Test::HasFailure()) {
      day_ = simulation_.done();
      simulation_.step();
      now_ = simulation_.save();
      SCOPED_TRACE(day_);
      people();
      groups();
      seats();
      deals();
      memberships();
      hours();
      money();
      messages();
    }
  }
  double total(Figure which) const {
    double sum = 0;
    for (std::size_t d = 0; d <= day_; ++d) sum += testing::figure(now_, d, which);
    return sum;
  }

 private:
  double at(Figure which) const { return testing::figure(now_, day_, which); }
  bool works(std::uint32_t p) const {
    return cast_.hired[p] <= static_cast<int>(day_) && static_cast<int>(day_) < cast_.leaves[p];
  }
  std::vector<Event> todays(EventKind kind) const {
    std::vector<Event> all = testing::of_kind(testing::events_of(now_), kind);
    std::erase_if(all, [&](const Event& e) { return e.day != static_cast<int>(day_); });
    return all;
  }

  void people() {
    double employed = 0, known = 0;
    const auto& knows = column<std::uint8_t>(now_, "people/known");
    for (std::uint32_t p = 0; p < knows.size(); ++p) {
      EXPECT_LE(known_[p], knows[p]) << "known people stay so";
      if (!works(p)) continue;
      ++employed;
      known += knows[p];
    }
    EXPECT_EQ(at(Figure::employed), employed);
    EXPECT_EQ(at(Figure::known), known);
    const auto hired = static_cast<double>(todays(EventKind::hired).size());
    const std::vector<Event> gone = todays(EventKind::left);
    EXPECT_EQ(at(Figure::left), static_cast<double>(gone.size()));
    if (day_ > 0) EXPECT_EQ(employed, employed_ + hired - at(Figure::left));
    double known_left = 0;
    for (const Event& e : gone) known_left += known_[e.person];
    const double leads = at(Figure::leads_form) + at(Figure::leads_paid_social) +
                         at(Figure::leads_enrichment) + at(Figure::leads_sales);
    if (day_ > 0) EXPECT_EQ(known, known_people_ + leads - known_left);
    EXPECT_EQ(leads, static_cast<double>(todays(EventKind::known).size()));
    employed_ = employed;
    known_people_ = known;
    known_ = knows;
  }

  void groups() {
    std::map<std::uint8_t, double> stock;
    for (const std::uint8_t funnel : column<std::uint8_t>(now_, "groups/funnel")) ++stock[funnel];
    for (const Event& e : todays(EventKind::funnel)) {
      EXPECT_NE(e.from, e.to);
      EXPECT_EQ(funnel_[e.group], e.from) << "one move follows another";
      funnel_[e.group] = e.to;
      --stock_[e.from];
      ++stock_[e.to];
    }
    double sum = 0;
    for (std::size_t f = 0; f < funnel_states; ++f) {
      const auto which = static_cast<Figure>(static_cast<std::size_t>(Figure::funnel_none) + f);
      EXPECT_EQ(at(which), stock[static_cast<std::uint8_t>(f)]);
      EXPECT_EQ(at(which), stock_[f]) << "flows are differences of stocks";
      sum += at(which);
    }
    EXPECT_EQ(sum, static_cast<double>(cast_.groups()));
    EXPECT_EQ(at(Figure::groups) + at(Figure::funnel_none), sum);
    EXPECT_GE(at(Figure::groups), made_);
    made_ = at(Figure::groups);
    EXPECT_LE(at(Figure::in_market), made_);
    EXPECT_LE(at(Figure::complete_groups), made_);
  }

  void seats() {
    const auto& person = column<std::uint32_t>(now_, "seats/person");
    const auto& stage = column<std::uint8_t>(now_, "seats/stage");
    const auto& in_market = column<std::uint8_t>(now_, "groups/in_market");
    for (const Event& e : todays(EventKind::buyer_stage)) {
      const std::pair key(e.group, e.person);
      EXPECT_EQ(stage_[key], e.from) << "one move follows another";
      stage_[key] = e.to;
    }
    double vacant = 0;
    std::array<double, journey_stages + 1> holders{}, told{};
    for (std::uint32_t g = 0; g < cast_.groups(); ++g) {
      std::set<std::uint32_t> buyers;
      for (std::uint64_t s = cast_.seats_of[g]; s < cast_.seats_of[g + 1]; ++s) {
        if (person[s] == nobody) {
          ++vacant;
          EXPECT_EQ(stage[s], 0);
          continue;
        }
        EXPECT_TRUE(works(person[s]));
        EXPECT_TRUE(buyers.insert(person[s]).second) << "one seat each";
        EXPECT_TRUE(stage[s] == 0 || in_market[g] != 0) << "buyers in the market make it so";
        ++holders[stage[s]];
      }
    }
    for (const auto& [key, at_stage] : stage_) ++told[at_stage];
    double sum = vacant;
    EXPECT_EQ(at(Figure::seats_vacant), vacant);
    for (std::size_t k = 0; k <= journey_stages; ++k) {
      const double count = at(static_cast<Figure>(static_cast<std::size_t>(Figure::stage_0) + k));
      EXPECT_EQ(count, holders[k]);
      if (k > 0) EXPECT_EQ(count, told[k]) << "events tell it all, stage " << k;
      sum += count;
    }
    EXPECT_EQ(sum, static_cast<double>(cast_.seats.size()));
  }

  void deals() {
    const auto& group = column<std::uint32_t>(now_, "deals/group");
    const auto& outcome = column<std::uint8_t>(now_, "deals/outcome");
    const auto& value = column<double>(now_, "deals/value");
    double open = 0, won = 0, lost = 0, revenue = 0, open_value = 0;
    std::map<std::uint32_t, std::int32_t> open_of;
    for (std::size_t d = 0; d < group.size(); ++d) {
      ASSERT_LE(outcome[d], 2);
      const std::int32_t opened = column<std::int32_t>(now_, "deals/opened")[d];
      const std::int32_t evaluated = column<std::int32_t>(now_, "deals/evaluated")[d];
      const std::int32_t closed = column<std::int32_t>(now_, "deals/closed")[d];
      EXPECT_LE(column<std::int32_t>(now_, "deals/accepted")[d], opened);
      EXPECT_TRUE(evaluated == -1 || evaluated > opened);
      EXPECT_TRUE(closed == -1 || closed > std::max(opened, evaluated));
      EXPECT_EQ(closed == -1, outcome[d] == 0);
      EXPECT_EQ(column<std::uint8_t>(now_, "deals/reason")[d] != 0, outcome[d] == 2);
      const std::uint8_t funnel = column<std::uint8_t>(now_, "groups/funnel")[group[d]];
      if (outcome[d] == 0) {
        EXPECT_TRUE(open_of.emplace(group[d], d).second) << "one open deal a group";
        EXPECT_EQ(funnel,
                  static_cast<std::uint8_t>(evaluated >= 0 ? Funnel::evaluation : Funnel::intent));
        ++open;
        open_value += value[d];
      } else if (outcome[d] == 1) {
        ++won;
        revenue += value[d];
        EXPECT_GE(evaluated, 0);
      } else {
        ++lost;
      }
    }
    const auto& deal_of = column<std::int32_t>(now_, "groups/deal");
    for (std::uint32_t g = 0; g < deal_of.size(); ++g)
      EXPECT_EQ(deal_of[g], open_of.contains(g) ? open_of[g] : -1);
    EXPECT_EQ(at(Figure::open_deals), open);
    EXPECT_EQ(at(Figure::open_value), open_value);
    EXPECT_EQ(total(Figure::won), won);
    EXPECT_EQ(total(Figure::lost), lost);
    EXPECT_EQ(total(Figure::opportunities), open + won + lost);
    EXPECT_NEAR(total(Figure::revenue), revenue, 1e-9 * revenue);
  }

  void memberships() {
    const auto& group = column<std::uint32_t>(now_, "members/group");
    double active = 0;
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint16_t>> rows;
    for (std::size_t r = 0; r < group.size(); ++r) {
      const std::uint32_t person = column<std::uint32_t>(now_, "members/person")[r];
      const std::int32_t since = column<std::int32_t>(now_, "members/since")[r];
      const std::int32_t until = column<std::int32_t>(now_, "members/until")[r];
      EXPECT_LE(column<std::int32_t>(now_, "groups/created")[group[r]], since);
      EXPECT_GE(column<std::int32_t>(now_, "groups/created")[group[r]], 0);
      if (until != never) {
        EXPECT_LT(until, static_cast<int>(day_));
        continue;
      }
      ++active;
      EXPECT_TRUE(works(person)) << "who left is no member";
      EXPECT_NE(known_[person], 0) << "nor who is not known";
      EXPECT_TRUE(
          rows.emplace(group[r], person, column<std::uint16_t>(now_, "members/role")[r]).second);
    }
    EXPECT_EQ(at(Figure::members), active);
    EXPECT_EQ(active, total(Figure::joined_groups) - total(Figure::left_groups));
  }

  void hours() {
    const std::chrono::weekday weekday{std::chrono::sys_days{cast_.date(static_cast<int>(day_))}};
    const bool working = day_ >= scenario_.run.burn_in && weekday != std::chrono::Saturday &&
                         weekday != std::chrono::Sunday;
    const double capacity = scenario_.sales.reps *
                            static_cast<double>(cast_.world.accounts.size()) / 1000 *
                            scenario_.sales.hours_per_day;
    EXPECT_DOUBLE_EQ(at(Figure::sales_capacity), working ? capacity : 0);
    EXPECT_LE(at(Figure::sales_hours), at(Figure::sales_capacity) + 1e-9);
    EXPECT_GE(at(Figure::sales_hours), 0);
    // All hours of the run went to deals, to groups looked at or accepted, or to those dropped.
    const auto& queue = column<std::uint32_t>(now_, "queue/group");
    const auto& accepted = column<std::uint8_t>(now_, "queue/accepted");
    double spent = total(Figure::looked_at) * scenario_.sales.qualify_hours +
                   total(Figure::discovered) * scenario_.sales.discovery_hours;
    for (const double h : column<double>(now_, "deals/hours")) spent += h;
    for (const double h : column<double>(now_, "queue/hours")) spent += h;
    const auto in_discovery = static_cast<double>(std::ranges::count(accepted, 1));
    const double dropped = total(Figure::hand_offs) - total(Figure::looked_at) -
                           (static_cast<double>(queue.size()) - in_discovery);
    EXPECT_GE(dropped, 0);
    EXPECT_GE(total(Figure::sales_hours), spent - 1e-6);
    EXPECT_LE(total(Figure::sales_hours), spent + dropped * scenario_.sales.qualify_hours + 1e-6);
    EXPECT_EQ(at(Figure::waiting), static_cast<double>(queue.size()));
    EXPECT_EQ(std::set(queue.begin(), queue.end()).size(), queue.size()) << "each waits once";
    EXPECT_EQ(total(Figure::accepted) - total(Figure::discovered), in_discovery);
    EXPECT_LE(total(Figure::opportunities), total(Figure::discovered));
    for (const Figure f : {Figure::hand_offs, Figure::mails, Figure::sales_mails})
      if (day_ < scenario_.run.burn_in) EXPECT_EQ(at(f), 0) << "nobody acts in the burn-in";
  }

  void money() {
    EXPECT_NEAR(at(Figure::spend_leads),
                at(Figure::leads_paid_social) * scenario_.paid_social.cost_per_lead, 1e-6);
    EXPECT_NEAR(at(Figure::spend_enrichment),
                at(Figure::leads_enrichment) * scenario_.enrichment.price, 1e-6);
    EXPECT_LE(at(Figure::leads_enrichment), static_cast<double>(scenario_.enrichment.people_a_day));
  }

  // What is on its way was sent today: inboxes are empty in the morning.
  void messages() {
    const auto& inbox = column<std::uint8_t>(now_, "people/inbox");
    double sent = 0;
    for (std::uint32_t p = 0; p < inbox.size(); ++p) {
      if (!works(p)) continue;
      for (const Message message : {mailing, retargeting})
        if ((inbox[p] & message) != 0) {
          ++sent;
          sent_[p].push_back(static_cast<std::int32_t>(day_));
        }
      if ((inbox[p] & retargeting) != 0)
        EXPECT_EQ(column<std::int32_t>(now_, "people/abandoned")[p], static_cast<int>(day_))
            << "those who abandoned a form are called back, nobody else";
      if ((inbox[p] & ~retargeting) != 0) EXPECT_NE(known_[p], 0);  // prospects are called back
      if ((inbox[p] & mailing) != 0) EXPECT_EQ(cast_.traits[p] & out_of_reach, 0);
      const Days& days = sent_[p];
      if (const std::size_t n = scenario_.limits.messages; days.size() > n)
        EXPECT_GE(days.back() - days[days.size() - n - 1],
                  static_cast<std::int32_t>(scenario_.limits.days))
            << "communication limits";
    }
    EXPECT_NEAR(at(Figure::spend_messages),
                sent * scenario_.email.price + at(Figure::chats) * scenario_.chat.price, 1e-6);
    EXPECT_LE(at(Figure::mails_clicked), at(Figure::mails_opened));
    EXPECT_LE(at(Figure::mails_opened), at(Figure::mails_opened_by_any));
    EXPECT_LE(at(Figure::mails_opened_by_any), at(Figure::mails));
    EXPECT_LE(at(Figure::acts_set_off), at(Figure::acts));
  }

  const Scenario scenario_;
  const Cast cast_;
  Simulation simulation_;
  std::size_t day_ = 0;
  Snapshot now_;
  Bytes known_;
  double employed_ = 0, known_people_ = 0, made_ = 0;
  std::map<std::size_t, double> stock_;
  std::map<std::uint32_t, std::uint8_t> funnel_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint8_t> stage_;
  std::map<std::uint32_t, Days> sent_;
};

struct Case {
  const char* name;
  std::uint64_t seed;
  std::vector<std::string> set;
  std::vector<Figure> occur;  // or the case tests nothing
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

class Conservation : public ::testing::TestWithParam<Case> {};

TEST_P(Conservation, HoldsEveryDay) {
  Watch watch(testing::small_scenario(GetParam().set), GetParam().seed);
  watch.run();
  for (const Figure f : GetParam().occur)
    EXPECT_GT(watch.total(f), 0) << panel_columns()[static_cast<std::size_t>(f)].name;
}

INSTANTIATE_TEST_SUITE_P(
    Runs, Conservation,
    ::testing::Values(
        Case{"ByScore",
             1,
             {},
             {Figure::hand_offs, Figure::opportunities, Figure::mails, Figure::leads_form}},
        Case{"BusySales",
             2,
             {"hand_off.by = 'random'", "hand_off.random_share = 0.05", "hand_off.cool_down = 3",
              "sales.reps = 1.5"},
             {Figure::hand_offs, Figure::waiting}},
        Case{"BoughtPeople",
             3,
             {"hand_off.by = 'completeness'", "hand_off.completeness = 20",
              "enrichment.people_a_day = 3", "paid_social.enabled = true",
              "paid_social.minimum = 20", "paid_social.leads = 0.02"},
             {Figure::leads_paid_social, Figure::leads_enrichment, Figure::hand_offs}},
        Case{"QuickDeals",
             4,
             {"hand_off.by = 'intent'", "deal.intent_days = 5", "deal.evaluation_days = 5",
              "deal.consensus = 0.1", "deal.veto = 0", "deal.veto_unknown = 0.02",
              "deal.abandon_days = 5", "market.rest_won = 5", "market.rest_lost = 1",
              "hand_off.cool_down = 1", "buyers.dwell_days = [3, 3, 3, 3, 9, 9]",
              "sales.discovery_days = 1", "sales.finds_contact = 0.2"},
             {Figure::won, Figure::lost, Figure::leads_sales}},
        Case{"Turnover",
             5,
             {"population.joiners = 0.9", "population.leavers = 3", "population.title_changes = 2",
              "population.reparenting = 3", "market.contagion_days = 3",
              "buyers.dwell_days = [2, 2, 2, 2, 2, 2]", "market.rest_lost = 0",
              "market.entries = 10"},
             {Figure::left, Figure::left_groups, Figure::seats_vacant}},
        Case{"NarrowLimits",
             6,
             {"limits.messages = 1", "limits.days = 30", "email.every_days = 3",
              "activity.form_starts = 0.9", "activity.visits = 8"},
             {Figure::forms_abandoned, Figure::mails}},
        Case{"Untreated", 7, {"hand_off.by = 'none'", "outreach.to = 'none'"}, {Figure::acts}},
        Case{"ToTheChosen",
             8,
             {"outreach.to = 'score'", "outreach.threshold = 30", "hand_off.by = 'both'",
              "hand_off.completeness = 30", "run.burn_in = 0"},
             {Figure::mails, Figure::hand_offs}},
        Case{"ToAnybody",
             9,
             {"outreach.to = 'random'", "outreach.threshold = 30"},
             {Figure::mails, Figure::hand_offs}}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace rolecall::sim
