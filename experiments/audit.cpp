#include "experiments/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "core/account_forest.hpp"
#include "core/error.hpp"
#include "generators/synthetic/rates.hpp"
#include "generators/world_spec.hpp"

namespace rolecall {
namespace {

constexpr double deviations = 4;  // some hundred rows: a false alarm in one world of 150

class Audit {
 public:
  Audit(const World& world, const WorldSpec& spec)
      : world_(world),
        truth_(*world.truth),
        spec_(spec),
        roots_(tree_roots(world.accounts.parents)) {
    for (std::size_t p = 0; p < world.people.size(); ++p) persona_.push_back(persona_of(p));
    is_member_.assign(world.people.size(), 0);
    for (const PersonId person : world.members.people) is_member_[person.index()] = 1;
    count_rows();
  }

  std::vector<AuditRow> run() {
    sizes();
    accounts();
    people();
    groups();
    log();
    return std::move(rows_);
  }

 private:
  void add(std::string quantity, std::string unit, double asked, double made, double deviation) {
    rows_.push_back({std::move(quantity), std::move(unit), asked, made, deviations * deviation});
  }

  // `made` of `n`, each with the chance `asked`; nothing to say of none.
  void share(std::string quantity, double asked, double made, double n, double slack = 0) {
    if (n <= 0) return;
    add(std::move(quantity), "", asked, made / n,
        std::sqrt(std::max(asked * (1 - asked), 1 / n) / n) + slack / deviations);
  }

  std::size_t persona_of(std::size_t person) const {
    const auto& column = std::get<TextColumn>(find(world_.people.attributes, "seniority")->values);
    const auto it = std::ranges::find(spec_.personas, column[person], &WorldSpec::Persona::name);
    return static_cast<std::size_t>(it - spec_.personas.begin()) % spec_.personas.size();
  }

  const TextColumn& text(const Attributes& attributes, const char* name) const {
    return std::get<TextColumn>(find(attributes, name)->values);
  }

  // One pass over the log: how many rows of which kind.
  void count_rows() {
    const ActivityLog& log = world_.activities;
    const std::size_t types = log.type_names.size();
    by_type_.assign(spec_.personas.size() * types, 0);
    own_acts_.assign(world_.people.size(), 0);
    for (std::size_t p = 0; p < world_.people.size(); ++p) {
      std::int64_t last_bot_day = -1;
      for (std::uint64_t i = log.offsets[p]; i < log.offsets[p + 1]; ++i) {
        const RowOrigin origin(truth_.origin[i]);
        if (origin.is_duplicate()) {
          ++duplicates_;
          continue;
        }
        ++makers_[static_cast<std::size_t>(origin.maker())];
        late_ += origin.is_late();
        if (log.type_names[log.types[i].index()] == spec_.machines.opened_type) {
          client_opens_ += origin.maker() == RowMaker::client;
          human_opens_ += origin.is_human();
        }
        const Instant time = log.times[i].instant();
        const Day day = log.times[i].utc_day();
        if (origin.maker() == RowMaker::bot && day.time_since_epoch().count() != last_bot_day) {
          last_bot_day = day.time_since_epoch().count();
          ++bot_days_;
        }
        if (origin.maker() != RowMaker::person) continue;
        ++own_acts_[p];
        ++by_type_[persona_[p] * types + log.types[i].index()];
        if (is_member_[p] == 0)  // the days of members' purchases are not evenly spread
          ++by_weekday_[std::chrono::weekday{std::chrono::sys_days{day}}.iso_encoding() - 1];
        ++by_hour_[static_cast<std::size_t>(
            std::chrono::floor<std::chrono::hours>(time - Instant{day}).count())];
      }
    }
  }

  double rows_by(RowMaker maker) const {
    return static_cast<double>(makers_[static_cast<std::size_t>(maker)]);
  }
  double days() const { return static_cast<double>(spec_.size.days); }

  void sizes() {
    add("accounts", "accounts", static_cast<double>(spec_.size.accounts),
        static_cast<double>(world_.accounts.size()), 0);
    add("people", "people", static_cast<double>(spec_.size.people),
        static_cast<double>(world_.people.size()), 0);
    // Clusters of mean size 1/(1 - n) have a variance of 1/(1 - n)^2 for each row; a bot's day has
    // that of its Poisson mean on top of its square.
    const double n = spec_.activity.branching;
    const auto asked = static_cast<double>(spec_.size.activities);
    const double human = std::max(asked, rows_by(RowMaker::person) + rows_by(RowMaker::burst));
    const double bots = std::max(spec_.machines.bot_rows * asked, rows_by(RowMaker::bot));
    const double variance = human / ((1 - n) * (1 - n)) + bots * (spec_.machines.bot_acts + 1);
    add("activities", "rows", asked, static_cast<double>(world_.activities.size()),
        std::sqrt(variance) * (1 + spec_.rows.duplicates));
  }

  void accounts() {
    const auto& spec = spec_.accounts;
    const auto n = static_cast<double>(world_.accounts.size());
    std::vector<std::size_t> level(world_.accounts.size(), 1), family(level.size(), 0);
    const std::vector<AccountId> order = children_first(world_.accounts.parents);
    for (auto a = order.rbegin(); a != order.rend(); ++a)
      if (const AccountId parent = world_.accounts.parents[a->index()])
        level[a->index()] = level[parent.index()] + 1;
    for (const AccountId root : roots_) ++family[root.index()];
    const std::size_t deepest = std::ranges::max(level);
    // An upper bound: nothing deeper, and small worlds may stay above it.
    add("levels, at most", "levels", static_cast<double>(spec.levels), static_cast<double>(deepest),
        deepest <= spec.levels ? static_cast<double>(spec.levels - 1) / deviations : 0);
    if (spec.levels > 1) {
      const double families =
          static_cast<double>(std::ranges::count_if(family, [](auto f) { return f > 0; }));
      const auto largest = static_cast<double>(spec.largest_family) + 1;
      for (const std::size_t size : {1, 5, 20})
        share(fmt::format("families of at most {}", size),
              pareto_below(spec.family_tail, 1, largest, static_cast<double>(size) + 1),
              static_cast<double>(
                  std::ranges::count_if(family, [&](std::size_t f) { return f > 0 && f <= size; })),
              families, 1 / families);
    }
    const auto& employees =
        std::get<std::vector<double>>(find(world_.accounts.attributes, "employees")->values);
    for (const double at : {40., 200., 2'000., 20'000.}) {
      const double asked =
          pareto_below(spec.employees_tail, static_cast<double>(spec.fewest_employees),
                       static_cast<double>(spec.most_employees) + 1, at + 1);
      if (asked > 0 && asked < 1)
        share(fmt::format("accounts of at most {:.0f} employees", at), asked,
              static_cast<double>(
                  std::ranges::count_if(employees, [&](double e) { return e <= at; })),
              n);
    }
  }

  // P(X < x) of a bounded Pareto.
  static double pareto_below(double alpha, double low, double high, double x) {
    if (x <= low) return 0;
    if (x >= high) return 1;
    return (1 - std::pow(low / x, alpha)) / (1 - std::pow(low / high, alpha));
  }

  void people() {
    const auto n = static_cast<double>(world_.people.size());
    double total = 0;
    for (const auto& persona : spec_.personas) total += persona.share;
    for (std::size_t k = 0; k < spec_.personas.size(); ++k)
      share("people: " + spec_.personas[k].name, spec_.personas[k].share / total,
            static_cast<double>(std::ranges::count(persona_, k)), n);
    const auto with = [&](const char* column, const char* value) {
      const TextColumn& texts = text(world_.people.attributes, column);
      std::size_t found = 0;
      for (std::size_t p = 0; p < texts.size(); ++p) found += texts[p] == value;
      return static_cast<double>(found);
    };
    share("people: contractors", spec_.people.contractors, with("employment", "contractor"), n);
    share("people: unsubscribed", spec_.people.unsubscribed, with("unsubscribed", "yes"), n);
    share("people: invalid e-mail", spec_.people.invalid_email, with("email_status", "invalid"), n);
    const auto of_kind = [&](std::uint8_t kind) {
      return static_cast<double>(std::ranges::count_if(
          truth_.person_kind, [&](std::uint8_t k) { return (k & kind) != 0; }));
    };
    share("people: quiet", spec_.activity.quiet, of_kind(quiet_person), n);
    share("people: bots", spec_.machines.bots, of_kind(bot_person), n);
    share("people: prefetching client", spec_.machines.prefetching, of_kind(prefetched_person), n);
  }

  // The people who could be members: of the account, or of its family.
  std::vector<std::uint64_t> people_in(bool whole_family) const {
    std::vector<std::uint64_t> count(world_.accounts.size(), 0);
    for (const AccountId a : world_.people.accounts)
      ++count[whole_family ? roots_[a.index()].index() : a.index()];
    return count;
  }

  void groups() {
    const Groups& groups = world_.groups;
    const auto n = static_cast<double>(groups.size());
    const std::array<std::vector<std::uint64_t>, 2> candidates{people_in(false), people_in(true)};
    std::vector<std::uint64_t> pool(groups.size());  // candidates of each group
    for (const auto& solution : spec_.solutions) {
      const bool whole = solution.level == "company";
      double open_to = 0, made = 0;
      for (std::size_t a = 0; a < world_.accounts.size(); ++a)
        open_to += candidates[whole][a] > 0 && (!whole || !world_.accounts.parents[a]);
      for (std::size_t g = 0; g < groups.size(); ++g) {
        if (world_.solutions[groups.solutions[g].index()] != solution.name) continue;
        pool[g] = candidates[whole][groups.accounts[g].index()];
        ++made;
      }
      share("groups: " + solution.name, solution.share, made, open_to);
    }
    double open = 0, decided = 0, won = 0, variance = 0, short_cycles = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      open += world_.outcomes.outcome[g] == Outcome::open;
      if (std::isnan(truth_.probability[g])) continue;
      ++decided;
      won += world_.outcomes.outcome[g] == Outcome::won;
      variance += truth_.probability[g] * (1 - truth_.probability[g]);
      short_cycles += (world_.outcomes.date[g].utc_day() - groups.created[g].utc_day()).count() <=
                      spec_.groups.cycle_days;
    }
    share("groups: open", spec_.groups.open, open, n);
    if (spec_.groups.cycle_spread > 0)
      share(fmt::format("cycles of at most {:g} days", spec_.groups.cycle_days),
            normal_below(
                std::log((std::floor(spec_.groups.cycle_days) + .5) / spec_.groups.cycle_days) /
                spec_.groups.cycle_spread),
            short_cycles, decided);
    if (decided > 0)
      add("base rate: won of the decided", "", spec_.outcome.base_rate, won / decided,
          std::sqrt(variance) / decided);
    members(pool);
  }

  static double normal_below(double z) { return std::erfc(-z / std::sqrt(2.)) / 2; }

  void members(const std::vector<std::uint64_t>& pool) {
    constexpr std::uint64_t ample = 30;  // candidates: so many that no role runs out of them
    const Memberships& members = world_.members;
    double dated = 0, left = 0;
    for (std::size_t m = 0; m < members.size(); ++m) {
      dated += !members.since[m].is_missing();
      left += !members.until[m].is_missing();
    }
    for (const auto& role : spec_.roles) {
      double missing = 0, filled = 0, people = 0;
      for (std::size_t g = 0; g < world_.groups.size(); ++g) {
        std::uint64_t in_role = 0;
        for (std::uint64_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m)
          in_role += world_.roles[members.roles[m].index()] == role.name;
        missing += in_role == 0;
        filled += in_role > 0 && pool[g] >= ample;
        people += pool[g] >= ample ? static_cast<double>(in_role) : 0;
      }
      share("missing: " + role.name, role.missing, missing,
            static_cast<double>(world_.groups.size()));
      if (filled >= ample)
        add("members: " + role.name, "people", role.members, people / filled,
            std::sqrt((role.members - 1) / filled));
    }
    const auto n = static_cast<double>(members.size());
    share("memberships with a first day", spec_.groups.dated_members, dated, n);
    share("memberships with a last day", spec_.groups.leavers, left, n);
  }

  void log() {
    const double own = rows_by(RowMaker::person), bursts = rows_by(RowMaker::burst);
    const double all = std::accumulate(makers_.begin(), makers_.end(), 0.);
    add("rows per person and day", "rows",
        static_cast<double>(spec_.size.activities) /
            (static_cast<double>(spec_.size.people) * days()),
        static_cast<double>(world_.activities.size()) /
            (static_cast<double>(world_.people.size()) * days()),
        rows_[2].tolerance / deviations / (static_cast<double>(spec_.size.people) * days()));
    dispersion();
    // What an act sets off after the end of the log is lost.
    const double lost = spec_.activity.branching * spec_.activity.burst_hours / (24 * days());
    if (own > 0)
      add("branching: acts set off by an act", "", spec_.activity.branching,
          bursts / (own + bursts),
          std::sqrt(spec_.activity.branching / (own + bursts)) + 2 * lost / deviations);
    weekly_cycle();
    daily_cycle(own);
    types(own);
    share(fmt::format("{}: made by mail clients", spec_.machines.opened_type),
          spec_.machines.machine_opens, client_opens_, client_opens_ + human_opens_, opens_slack());
    if (rows_by(RowMaker::bot) > .5 * spec_.machines.bot_rows * all)  // else bots are too few
      share("rows of bots", spec_.machines.bot_rows, rows_by(RowMaker::bot), all,
            deviations * std::sqrt(spec_.machines.bot_rows * (spec_.machines.bot_acts + 1) / all));
    if (bot_days_ > 0)
      add("bot rows on a day it runs", "rows", spec_.machines.bot_acts,
          rows_by(RowMaker::bot) / static_cast<double>(bot_days_),
          std::sqrt(spec_.machines.bot_acts / static_cast<double>(bot_days_)));
    share("late rows", spec_.rows.late, static_cast<double>(late_),
          all + static_cast<double>(duplicates_));
    lateness();
    share("duplicates of rows", spec_.rows.duplicates, static_cast<double>(duplicates_), all);
  }

  // Opens of people come in clusters, so their share varies more than a binomial's.
  double opens_slack() const {
    const double n = client_opens_ + human_opens_;
    const double size = 1 / (1 - spec_.activity.branching);
    return n > 0 ? deviations * std::sqrt(.25 / n) * (size - 1) : 0;
  }

  void lateness() {
    if (truth_.late_rows.empty()) return;
    double sum = 0;
    for (std::size_t i = 0; i < truth_.late_rows.size(); ++i)
      sum += std::chrono::duration<double, std::ratio<86'400>>(
                 truth_.late_arrivals[i].instant() -
                 world_.activities.times[truth_.late_rows[i]].instant())
                 .count();
    const auto n = static_cast<double>(truth_.late_rows.size());
    add("late by, on average", "day", spec_.rows.late_days, sum / n,
        spec_.rows.late_days / std::sqrt(n) + 1e-5);
  }

  void weekly_cycle() {
    static constexpr std::array<const char*, 7> names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                      "Friday", "Saturday", "Sunday"};
    std::array<double, 7> asked{};
    for (std::int64_t day = 0; day < static_cast<std::int64_t>(spec_.size.days); ++day) {
      const Day date = spec_.size.end - days_rep{static_cast<int>(day)};
      const std::size_t w = std::chrono::weekday{std::chrono::sys_days{date}}.iso_encoding() - 1;
      asked[w] += spec_.activity.weekdays[w];
    }
    const double total = std::accumulate(asked.begin(), asked.end(), 0.);
    const auto own = static_cast<double>(
        std::accumulate(by_weekday_.begin(), by_weekday_.end(), std::uint64_t{0}));
    for (std::size_t w = 0; w < 7; ++w)
      share(fmt::format("acts on {}", names[w]), asked[w] / total,
            static_cast<double>(by_weekday_[w]), own);
  }

  void daily_cycle(double own) {
    const auto& hours = spec_.activity.hours;
    const double total = std::accumulate(hours.begin(), hours.end(), 0.);
    for (std::size_t from = 0; from < 24; from += 6)
      share(fmt::format("acts from {}:00 to {}:00", from, from + 6),
            std::accumulate(hours.begin() + static_cast<std::ptrdiff_t>(from),
                            hours.begin() + static_cast<std::ptrdiff_t>(from + 6), 0.) /
                total,
            static_cast<double>(std::accumulate(
                by_hour_.begin() + static_cast<std::ptrdiff_t>(from),
                by_hour_.begin() + static_cast<std::ptrdiff_t>(from + 6), std::uint64_t{0})),
            own);
  }

  // Given how much each persona did, what of.
  void types(double own) {
    if (own <= 0) return;
    const auto shares = synthetic::type_shares(spec_);
    const synthetic::TypeOrder order = synthetic::order_types(spec_);
    const TextColumn& names = world_.activities.type_names;
    std::map<std::string, double, std::less<>> asked, made;
    for (std::size_t k = 0; k < spec_.personas.size(); ++k) {
      double acts = 0;
      for (std::size_t t = 0; t < names.size(); ++t) {
        acts += static_cast<double>(by_type_[k * names.size() + t]);
        made[std::string(names[t])] += static_cast<double>(by_type_[k * names.size() + t]);
      }
      for (std::size_t t = 0; t < order.names.size(); ++t)
        asked[order.names[t]] += acts * shares[k][t];
    }
    for (const auto& [name, expected] : asked)
      share("acts: " + name, expected / own, made[name], own);
  }

  // Counts of people in no group and not quiet: negative binomial, of one mean for each persona.
  // 1/k is the pooled excess of variances over means, over squared means.
  void dispersion() {
    constexpr std::size_t blocks = 20;
    struct Moments {
      double n = 0, sum = 0, squares = 0;
    };
    std::vector<std::array<Moments, blocks>> by_persona(spec_.personas.size());
    double people = 0;
    for (std::size_t p = 0; p < world_.people.size(); ++p) {
      if (is_member_[p] != 0 || (truth_.person_kind[p] & quiet_person) != 0) continue;
      const auto acts = static_cast<double>(own_acts_[p]);
      Moments& m = by_persona[persona_[p]][p % blocks];
      ++m.n, m.sum += acts, m.squares += acts * acts;
      ++people;
    }
    if (people < 200) return;
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
      return squared / excess;
    };
    const double made = estimate(blocks);
    double spread = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      const double off = estimate(b) - made;
      spread += off * off * (blocks - 1) / blocks;
    }
    add("dispersion of personal rates, k", "", spec_.activity.dispersion, made, std::sqrt(spread));
  }

  const World& world_;
  const Truth& truth_;
  const WorldSpec& spec_;
  std::vector<AccountId> roots_;
  std::vector<std::size_t> persona_;       // by person
  std::vector<std::uint8_t> is_member_;    // by person: of any group
  std::vector<std::uint64_t> own_acts_;    // by person: acts that set off others
  std::vector<std::uint64_t> by_type_;     // personas × types
  std::array<std::uint64_t, 4> makers_{};  // by RowMaker, duplicates not
  std::array<std::uint64_t, 7> by_weekday_{};
  std::array<std::uint64_t, 24> by_hour_{};
  std::uint64_t duplicates_ = 0, late_ = 0, bot_days_ = 0;
  double client_opens_ = 0, human_opens_ = 0;
  std::vector<AuditRow> rows_;
};

}  // namespace

bool AuditRow::is_within() const { return std::abs(made - asked) <= tolerance + 1e-12; }

std::vector<AuditRow> audit(const World& world, const std::string& source) {
  if (!world.truth)
    throw InputError({.file = source,
                      .field = "truth",
                      .what = "the world has no specification to compare with: it was imported",
                      .remedy = "Name worlds that rolecall generate made."});
  const WorldSpec spec = parse_world_spec(world.truth->specification, source, {});
  check(spec, source);
  return Audit(world, spec).run();
}

}  // namespace rolecall
