#include <fmt/format.h>

#include <array>
#include <map>
#include <numeric>

#include "experiments/audit/counts.hpp"
#include "experiments/audit/table.hpp"
#include "generators/synthetic/rates.hpp"

namespace rolecall {
namespace {

class LogAudit {
 public:
  LogAudit(const Audited& a, AuditTable& table)
      : a_(a), spec_(a.spec), table_(table), counts_(count_log(a)), n_(counts_.rows()) {
    own_ = counts_.of(RowMaker::person);
  }

  void run() {
    length();
    dispersion();
    personas();
    purchases();
    bursts();
    weekdays();
    hours();
    types();
    machines();
    faults();
  }

 private:
  // Clusters of mean size 1/(1 − n) have a variance of 1/(1 − n)² for each row; a bot's day has
  // that of its Poisson mean on top of its square.
  void length() {
    const auto asked = static_cast<double>(spec_.size.activities);
    const double n = spec_.activity.branching;
    const double human = std::max(asked, own_ + counts_.of(RowMaker::burst));
    const double bots = std::max(spec_.machines.bot_rows * asked, counts_.of(RowMaker::bot));
    const double variance = human / ((1 - n) * (1 - n)) + bots * (spec_.machines.bot_acts + 1);
    table_.add("activities", "rows", asked, static_cast<double>(a_.world.activities.size()),
               std::sqrt(variance) * (1 + spec_.rows.duplicates));
  }

  bool is_active(std::size_t p) const { return (a_.truth.person_kind[p] & quiet_person) == 0; }

  // Counts of people in no group and not quiet: negative binomial, of one mean for each persona.
  // 1/k is the pooled excess of variances over means, over squared means; its deviation that of a
  // jackknife over blocks of people.
  void dispersion() {
    constexpr std::size_t blocks = 20;
    struct Moments {
      double n = 0, sum = 0, squares = 0;
    };
    std::vector<std::array<Moments, blocks>> by_persona(spec_.personas.size());
    double people = 0;
    for (std::size_t p = 0; p < a_.world.people.size(); ++p) {
      if (a_.groups_of[p] > 0 || !is_active(p)) continue;
      Moments& m = by_persona[a_.persona[p]][p % blocks];
      ++m.n, m.sum += counts_.own[p], m.squares += counts_.own[p] * counts_.own[p];
      ++people;
    }
    const auto estimate = [&](std::size_t left_out) {
      double excess = 0, squared = 0;
      for (const auto& persona : by_persona) {
        Moments all;
        for (std::size_t b = 0; b < blocks; ++b) {
          if (b == left_out) continue;
          all.n += persona[b].n, all.sum += persona[b].sum, all.squares += persona[b].squares;
        }
        if (all.n < 2) continue;
        const double mean = all.sum / all.n;
        const double variance = (all.squares - all.n * mean * mean) / (all.n - 1);
        excess += all.n * (variance - mean);
        squared += all.n * mean * mean;
      }
      return squared > 0 ? excess / squared : std::nan("");
    };
    const double made = estimate(blocks);
    double spread = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      const double off = estimate(b) - made;
      spread += off * off * (blocks - 1) / blocks;
    }
    if (people >= 200 && std::isfinite(spread))
      table_.add("dispersion of personal rates, 1/k", "", 1 / spec_.activity.dispersion, made,
                 std::sqrt(spread));
  }

  // Who does how much, of people in no group: gamma rates around those of their personas.
  void personas() {
    std::vector<double> people(spec_.personas.size(), 0), made(people), variance(people);
    for (std::size_t p = 0; p < a_.world.people.size(); ++p) {
      if (a_.groups_of[p] > 0 || !is_active(p)) continue;
      ++people[a_.persona[p]];
      made[a_.persona[p]] += counts_.own[p];
    }
    const double total = std::accumulate(made.begin(), made.end(), 0.);
    double weight = 0, noise = 0;
    for (std::size_t k = 0; k < people.size(); ++k) weight += people[k] * spec_.personas[k].rate;
    if (total <= 0 || weight <= 0) return;
    for (std::size_t k = 0; k < people.size(); ++k) {
      const double mean = total * spec_.personas[k].rate / weight;  // of one person
      variance[k] = people[k] * (mean + mean * mean / spec_.activity.dispersion);
      noise += variance[k];
    }
    for (std::size_t k = 0; k < people.size(); ++k) {
      const double asked = people[k] * spec_.personas[k].rate / weight;
      table_.add("acts of: " + spec_.personas[k].name, "", asked, made[k] / total,
                 std::sqrt(variance[k] * (1 - 2 * asked) + asked * asked * noise) / total);
    }
  }

  // Acts started, given everyone's rate and the intents: Poisson. Of people in several groups at
  // once nothing is said.
  void purchases() {
    const synthetic::WeekClock clock = synthetic::make_clock(spec_);
    const auto days = static_cast<std::int64_t>(spec_.size.days);
    const Day start = spec_.size.first_day();
    const double effect = spec_.activity.intent_effect;
    std::vector<double> boost(a_.world.people.size(), 0);
    const Memberships& members = a_.world.members;
    for (std::size_t g = 0; g < a_.world.groups.size(); ++g) {
      const Timestamp decided = a_.world.outcomes.date[g];
      const std::int64_t from = (a_.world.groups.created[g].utc_day() - start).count();
      const std::int64_t to = decided.is_missing() ? days : (decided.utc_day() - start).count();
      if (std::max<std::int64_t>(from, 0) >= to) continue;
      const double factor = spec_.activity.purchase_lift *
                            std::exp(effect * a_.truth.intent[g] - effect * effect / 2);
      for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m)
        if (m == members.offsets[g] || members.people[m] != members.people[m - 1])
          boost[members.people[m].index()] +=
              factor * clock.exposure(std::max<std::int64_t>(from, 0), to);
    }
    std::array<double, 3> asked{}, made{};  // in no group; in one of low intent; of high intent
    for (std::size_t p = 0; p < a_.world.people.size(); ++p) {
      if (a_.groups_of[p] > 1) continue;
      const std::size_t kind = a_.groups_of[p] == 0 ? 0 : a_.intent_of[p] < 0 ? 1 : 2;
      asked[kind] += a_.truth.person_rate[p] * (clock.exposure(0, days) + boost[p]);
      made[kind] += counts_.own[p];
    }
    constexpr std::array names{"acts per expected one: people in no group",
                               "acts per expected one: in a group of low intent",
                               "acts per expected one: in a group of high intent"};
    for (std::size_t kind = 0; kind < names.size(); ++kind)
      if (asked[kind] > 0)
        table_.add(names[kind], "", 1, made[kind] / asked[kind], 1 / std::sqrt(asked[kind]));
  }

  void bursts() {
    const double n = spec_.activity.branching, bursts = counts_.of(RowMaker::burst);
    // What would come after the end of the log is lost; over starts spread evenly it leaves
    const double length =
        (1 - n) * static_cast<double>(spec_.size.days) * 24 / spec_.activity.burst_hours;
    const double kept = (1 - n * (1 - std::exp(-length)) / length) / (1 - n);
    if (own_ > 0)
      table_.add("branching: acts set off by an act", "", n, bursts / (own_ + bursts),
                 std::sqrt(n / (own_ + bursts)) +
                     2 * std::abs(n - (1 - 1 / kept)) / AuditTable::deviations);
    if (n <= 0 || counts_.first_children < 1) return;
    // The first of Poisson(n) children, when there is one. Few starts come between.
    constexpr double between = .01;
    table_.share("first act set off: within the mean delay",
                 std::expm1(-n * -std::expm1(-1.)) / std::expm1(-n), counts_.soon,
                 counts_.first_children, between);
    table_.share("first act set off: of the same type",
                 counts_.same_type_asked / counts_.first_children, counts_.same_type,
                 counts_.first_children);
  }

  // Days of the log, Mondays first.
  std::array<double, 7> days_by_weekday() const {
    std::array<double, 7> days{};
    for (Day day = spec_.size.first_day(); day <= spec_.size.end; day += days_rep{1})
      ++days[std::chrono::weekday{std::chrono::sys_days{day}}.iso_encoding() - 1];
    return days;
  }

  void weekdays() {
    static constexpr std::array<const char*, 7> names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};
    std::array<double, 7> asked = days_by_weekday();
    for (std::size_t w = 0; w < 7; ++w) asked[w] *= spec_.activity.weekdays[w];
    const double total = std::accumulate(asked.begin(), asked.end(), 0.);
    const double n = std::accumulate(counts_.by_weekday.begin(), counts_.by_weekday.end(), 0.);
    if (total <= 0) return;
    for (std::size_t w = 0; w < 7; ++w)
      table_.share(fmt::format("acts on {}", names[w]), asked[w] / total, counts_.by_weekday[w], n);
  }

  void hours() {
    const auto& rates = spec_.activity.hours;
    const double total = std::accumulate(rates.begin(), rates.end(), 0.);
    for (std::size_t h = 0; h < 24; h += 6) {
      const auto sum = [h](const auto& values) {
        return std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(h),
                               values.begin() + static_cast<std::ptrdiff_t>(h + 6), 0.);
      };
      table_.share(fmt::format("acts from {}:00 to {}:00", h, h + 6), sum(rates) / total,
                   sum(counts_.by_hour), own_);
    }
  }

  // Given how much each persona did, what of.
  void types() {
    if (own_ <= 0) return;
    const auto shares = synthetic::type_shares(spec_);
    const synthetic::TypeOrder order = synthetic::order_types(spec_);
    const TextColumn& names = a_.world.activities.type_names;
    std::map<std::string, double, std::less<>> asked, made;
    for (std::size_t k = 0; k < spec_.personas.size(); ++k) {
      double acts = 0;
      for (std::size_t t = 0; t < names.size(); ++t) {
        const double of_type = counts_.by_type[k * names.size() + t];
        acts += of_type;
        made[std::string(names[t])] += of_type;
      }
      for (std::size_t t = 0; t < order.names.size(); ++t)
        asked[order.names[t]] += acts * shares[k][t];
    }
    for (const auto& [name, expected] : asked)
      table_.share("acts: " + name, expected / own_, made[name], own_);
  }

  void machines() {
    const auto some = [&](PersonKind kind) {
      return std::ranges::any_of(a_.truth.person_kind,
                                 [&](std::uint8_t k) { return (k & kind) != 0; });
    };
    // Opens of people come in clusters, so their share varies more than a binomial's.
    const double opens = counts_.client_opens + counts_.human_opens;
    const double size = 1 / (1 - spec_.activity.branching);
    if (some(prefetched_person) && counts_.human_opens > 0)
      table_.share(fmt::format("{}: made by mail clients", spec_.machines.opened_type),
                   spec_.machines.machine_opens, counts_.client_opens, opens,
                   AuditTable::deviations * std::sqrt(.25 / opens) * (size - 1));
    const std::array<double, 7> days = days_by_weekday();
    const double weekdays = std::accumulate(days.begin(), days.begin() + 5, 0.);
    double bots = 0;
    for (const std::uint8_t kind : a_.truth.person_kind) bots += (kind & bot_person) != 0;
    const double most = bots * weekdays * spec_.machines.bot_acts;
    const double wanted = static_cast<double>(spec_.size.activities) / (1 + spec_.rows.duplicates);
    const double asked = std::min(most, spec_.machines.bot_rows * wanted);
    table_.add("rows of bots", "", asked / std::max(wanted, 1.),
               counts_.of(RowMaker::bot) / std::max(wanted, 1.),
               std::sqrt(asked * (spec_.machines.bot_acts + 1)) / std::max(wanted, 1.));
    if (counts_.bot_days > 0)
      table_.add("bot rows on a day it runs", "rows", spec_.machines.bot_acts,
                 counts_.of(RowMaker::bot) / counts_.bot_days,
                 std::sqrt(spec_.machines.bot_acts / counts_.bot_days));
  }

  void faults() {
    table_.share("late rows", spec_.rows.late, counts_.late, n_ + counts_.duplicates);
    double delay = 0;  // [day]
    for (std::size_t i = 0; i < a_.truth.late_rows.size(); ++i)
      delay += std::chrono::duration<double, std::ratio<86'400>>(
                   a_.truth.late_arrivals[i].instant() -
                   a_.world.activities.times[a_.truth.late_rows[i]].instant())
                   .count();
    const auto late = static_cast<double>(a_.truth.late_rows.size());
    if (late > 0)
      table_.add("late by, on average", "day", spec_.rows.late_days, delay / late,
                 spec_.rows.late_days / std::sqrt(late) + 1e-5);
    table_.share("duplicates of rows", spec_.rows.duplicates, counts_.duplicates, n_);
  }

  const Audited& a_;
  const WorldSpec& spec_;
  AuditTable& table_;
  LogCounts counts_;
  double n_ = 0;    // rows, duplicates not
  double own_ = 0;  // acts that people start
};

}  // namespace

void audit_log(const Audited& a, AuditTable& table) { LogAudit(a, table).run(); }

}  // namespace rolecall
