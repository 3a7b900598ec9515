#include "sim/people/acts.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/samplers.hpp"
#include "core/truth.hpp"
#include "sim/draws.hpp"
#include "sim/people/buyers.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

constexpr std::size_t grain = 4096;  // [person]
constexpr std::int32_t day_seconds = 86'400;
constexpr DayIndex period = 30;     // [day] in which a visitor counts once
constexpr double comes_back = .15;  // chance that retargeting brings somebody back to a form

constexpr auto by_person = static_cast<std::uint8_t>(RowMaker::person);
constexpr auto by_burst = static_cast<std::uint8_t>(RowMaker::burst);
constexpr auto by_client = static_cast<std::uint8_t>(RowMaker::client);
constexpr auto by_gateway = static_cast<std::uint8_t>(RowMaker::bot);

// An account visits once in a period, whoever it is.
void count_visit(Play& play, std::uint32_t person) {
  const AccountId account = play.cast.world.people.accounts[person];
  std::int32_t& visited = play.state.accounts.visited[account.index()];
  if (visited == play.day() / period) return;
  visited = play.day() / period;
  if (play.is_target(account)) play.today.add(Figure::visiting_accounts, 1);
}

}  // namespace

struct Acts::Part {
  LogState log;
  std::vector<std::uint32_t> leads, visitors;
  DayFigures figures;
};

Acts::Acts(const Scenario& scenario, const Cast& cast)
    : clock_(scenario.world.activity.weekdays, scenario.world.activity.hours,
             std::chrono::weekday{std::chrono::sys_days{cast.first}}.iso_encoding() - 1),
      chats_(scenario.outreach.to != "none"),
      no_child_(portable_exp(-scenario.activity.branching)),
      lift_(cast.people(), 0.f) {}

// By the stage of each buyer who is in the market; the highest where a person is several.
void Acts::find_lifts(const Play& play) {
  std::ranges::fill(lift_, 0.f);
  const SeatState& seats = play.state.seats;
  for (std::size_t g = 0; g < play.cast.groups(); ++g) {
    if (play.state.groups.in_market[g] == 0) continue;
    const auto pace = static_cast<float>(portable_exp(pace_effect * play.cast.group_intent[g]));
    for (std::uint64_t s = play.cast.seats_of[g]; s < play.cast.seats_of[g + 1]; ++s)
      if (seats.stage[s] > 0 && seats.person[s] != nobody) {
        float& lift = lift_[seats.person[s]];
        lift = std::max(lift, pace * static_cast<float>(
                                         play.scenario.activity.stage_lift[seats.stage[s] - 1u]));
      }
  }
}

void Acts::read_mail(Play& play, std::uint32_t person, double lift, Random& random,
                     std::vector<Row>& rows, Part& part) const {
  const Scenario::Email& email = play.scenario.email;
  const std::uint8_t inbox = play.state.people.inbox[person];
  const std::uint8_t traits = play.cast.traits[person];
  const ActivityTypes& types = play.types;
  const bool in_market = lift > 0;
  const auto second = [&] { return static_cast<std::int32_t>(clock_.draw_second(random)); };
  const auto machine_second = [&] { return static_cast<std::int32_t>(random.below(600)); };
  const auto deliver = [&](double opens, std::uint16_t opened, std::uint16_t clicked,
                           bool counted) {
    if (counted) part.figures.add(Figure::mails, 1);
    bool by_machine = false;
    if ((traits & (prefetching | scanned)) != 0) {
      rows.push_back({machine_second(), opened, (traits & scanned) != 0 ? by_gateway : by_client});
      by_machine = true;
    }
    if ((traits & scanned) != 0) rows.push_back({machine_second(), clicked, by_gateway});
    const bool opens_it = draw_chance(random, opens);
    if (counted && (opens_it || by_machine)) part.figures.add(Figure::mails_opened_by_any, 1);
    if (!opens_it) return false;
    const std::int32_t at = second();
    rows.push_back({at, opened, by_person});
    const bool clicks = draw_chance(random, email.clicks * (in_market ? 1.5 : 1));
    if (clicks) {  // and comes to a page
      rows.push_back({std::min(at + 60, day_seconds - 1), clicked, by_person});
      rows.push_back({std::min(at + 70, day_seconds - 1), types.page_view, by_person});
    }
    if (counted) {
      part.figures.add(Figure::mails_opened, 1);
      if (clicks) part.figures.add(Figure::mails_clicked, 1);
    }
    return true;
  };
  if ((inbox & mailing) != 0)
    deliver(in_market ? email.market_opens : email.opens, types.open_email, types.click_email,
            true);
  if ((inbox & sales_mail) != 0) {
    part.figures.add(Figure::sales_mails, 1);
    if (deliver(email.sales_opens, types.open_sales_email, types.click_sales_email, false) &&
        draw_chance(random, email.replies * (in_market ? 1 : .1)))
      rows.push_back({second(), types.reply_sales_email, by_person});
  }
  if ((inbox & text_message) != 0 && draw_chance(random, email.market_opens * email.clicks))
    rows.push_back({second(), types.click_sms, by_person});
  if ((inbox & chat_invitation) != 0 && draw_chance(random, play.scenario.chat.engages * 4)) {
    part.figures.add(Figure::chats, 1);
    part.figures.add(Figure::spend_messages, play.scenario.chat.price);
    rows.push_back({second(), types.dialogue, by_person});
  }
  if ((inbox & paid_lead) != 0) rows.push_back({second(), types.paid_form, by_person});
  if ((inbox & retargeting) != 0 && draw_chance(random, comes_back))
    rows.push_back({second(), types.form_filled, by_person});
}

// Forms begun and chats taken up on page views among the rows from the first on.
void Acts::browse(Play& play, std::uint32_t person, Random& random, std::vector<Row>& rows,
                  Part& part) const {
  const Scenario::Activity& activity = play.scenario.activity;
  const bool known = play.state.people.known[person] != 0;
  const bool in_market = lift_[person] > 0;
  const std::size_t last = rows.size();
  for (std::size_t i = 0; i < last; ++i) {
    if (rows[i].type != play.types.page_view) continue;
    const std::int32_t after = std::min(rows[i].second + 120, day_seconds - 1);
    // In the market people ask; out of it they rarely do.
    // Every draw is made, whatever it is needed for: arms then share what follows.
    const bool starts = draw_chance(random, activity.form_starts * (in_market ? 1 : .25));
    const bool abandons = draw_chance(random, activity.form_abandons);
    const bool engages = draw_chance(random, play.scenario.chat.engages);
    const bool reaches_goal = draw_chance(random, play.scenario.chat.goals);
    if (starts) {
      rows.push_back(
          {after, abandons ? play.types.form_abandoned : play.types.form_filled, by_person});
      if (abandons) {
        play.state.people.abandoned[person] = play.day();
        part.figures.add(Figure::forms_abandoned, 1);
      }
    }
    if (known && chats_ && play.counts() && engages) {
      part.figures.add(Figure::chats, 1);
      part.figures.add(Figure::spend_messages, play.scenario.chat.price);
      rows.push_back({after, play.types.dialogue, by_person});
      if (in_market && reaches_goal)
        rows.push_back(
            {std::min(after + 300, day_seconds - 1), play.types.dialogue_goal, by_person});
    }
  }
}

void Acts::act(Play& play, std::uint32_t person, std::vector<Row>& rows, Part& part) const {
  PeopleState& people = play.state.people;
  const Scenario::Activity& activity = play.scenario.activity;
  const bool known = people.known[person] != 0;
  const double lift = lift_[person];
  const std::uint8_t inbox = people.inbox[person];
  const double mean = play.cast.rate[person] * clock_.exposure(play.day(), play.day() + 1) *
                      (known ? activity.known_lift : 1) * (1 + lift);
  if (mean <= 0 && inbox == 0) return;
  // Most people do nothing, which one block of words tells: e^-m is at least 1 − m.
  const std::uint64_t today = at_moment(person, static_cast<std::uint64_t>(play.day()));
  const auto words = random_block(play.seed, stream::days, today, 0);
  const std::uint64_t first = words[0] | std::uint64_t{words[1]} << 32;
  const double own = (static_cast<double>(first >> 12) + .5) * 0x1p-52;
  if (own <= 1 - mean && inbox == 0) return;
  Random random(play.seed, stream::days, today);
  random.uniform();  // the same
  std::uint64_t starts = own <= 1 - mean ? 0 : poisson_quantile(own, std::min(mean, 16.));
  rows.clear();
  const AliasTable& mix = play.types.own[play.persona(person)];
  // Each start with what it sets off: clusters of a self-exciting process.
  for (; starts > 0; --starts) {
    std::size_t next = rows.size();
    const auto type = [&] {
      return known ? static_cast<std::uint16_t>(mix.draw(random)) : play.types.page_view;
    };
    rows.push_back({static_cast<std::int32_t>(clock_.draw_second(random)), type(), by_person});
    for (; next < rows.size(); ++next)
      for (double u = random.uniform(), p = no_child_, k = 1; u > p && p > 0; ++k) {
        u -= p;
        p *= activity.branching / k;
        const double delay = draw_exponential(random, activity.burst_hours * 3600);
        const double at = std::min<double>(rows[next].second + delay, day_seconds - 1);
        rows.push_back({static_cast<std::int32_t>(at),
                        draw_chance(random, .6) ? rows[next].type : type(), by_burst});
      }
  }
  part.figures.add(Figure::acts_started, static_cast<double>(rows.size()));
  browse(play, person, random, rows, part);
  if (inbox != 0) {
    Random mail(play.seed, stream::messages, today);
    read_mail(play, person, lift, mail, rows, part);
  }
  people.inbox[person] = 0;
  if (rows.empty()) return;
  std::ranges::sort(rows);

  bool fills = false, inbound = false, visits = false;
  for (const Row& row : rows) {
    const bool human = row.maker == by_person || row.maker == by_burst;
    part.figures.add(human ? Figure::acts : Figure::acts_machine, 1);
    if (row.maker == by_burst) part.figures.add(Figure::acts_set_off, 1);
    inbound |= human;
    fills |= row.type == play.types.form_filled;
    visits |= human && (row.type == play.types.page_view || row.type == play.types.form_filled);
  }
  if (inbound) people.last_inbound[person] = play.day();
  const DayIndex now = play.day() / period;
  if (visits && people.visited[person] != now) {
    people.visited[person] = now;
    if (!known) part.figures.add(Figure::visitors, 1);
    part.visitors.push_back(person);
  }
  if (!known && fills) part.leads.push_back(person);
  if (!known && !fills) return;
  const std::int64_t midnight = play.date().time_since_epoch().count() * std::int64_t{day_seconds};
  for (const Row& row : rows) {
    part.log.time.push_back((midnight + row.second) * 1'000'000);
    part.log.person.push_back(person);
    part.log.type.push_back(row.type);
    part.log.maker.push_back(row.maker);
  }
}

std::vector<std::uint32_t> Acts::pass_day(Play& play) {
  const Phase phase("activities");
  find_lifts(play);
  const std::size_t n = play.cast.people();
  std::vector<Part> parts(parallel::block_count(n, grain));
  parallel::for_blocks(n, grain, [&](std::size_t from, std::size_t to) {
    Part& part = parts[from / grain];
    std::vector<Row> rows;
    for (std::size_t p = from; p < to; ++p)
      if (play.works(static_cast<std::uint32_t>(p)))
        act(play, static_cast<std::uint32_t>(p), rows, part);
  });
  std::vector<std::uint32_t> leads;
  LogState& log = play.state.log;
  for (const Part& part : parts) {
    const auto append = [](auto& to, const auto& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(log.time, part.log.time);
    append(log.person, part.log.person);
    append(log.type, part.log.type);
    append(log.maker, part.log.maker);
    append(leads, part.leads);
    for (const std::uint32_t person : part.visitors) count_visit(play, person);
    for (std::size_t f = 0; f < figures; ++f)
      play.today.add(static_cast<Figure>(f), part.figures.row()[f]);
  }
  log.day_begin.push_back(log.time.size());
  return leads;
}

}  // namespace rolecall::sim
