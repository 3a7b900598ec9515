#include "generators/synthetic/streams.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.hpp"
#include "core/portable_math.hpp"
#include "core/profile.hpp"
#include "core/random.hpp"
#include "core/samplers.hpp"

namespace rolecall::synthetic {
namespace {

constexpr std::size_t people_per_block = 512;
constexpr std::size_t blocks_per_wave = 64;  // in memory beside the log: some 30 thousand people
constexpr std::int64_t seconds_per_day = 86'400;

// One row as a number whose order is that of the log: second of the log, type, maker.
class Act {
 public:
  Act(std::int64_t second, std::size_t type, RowMaker maker)
      : bits_(static_cast<std::uint64_t>(second) << 24 | type << 8 |
              static_cast<std::uint64_t>(maker)) {}
  std::int64_t second() const { return static_cast<std::int64_t>(bits_ >> 24); }
  std::size_t type() const { return bits_ >> 8 & 0xffff; }
  RowMaker maker() const { return static_cast<RowMaker>(bits_ & 0xff); }
  auto operator<=>(const Act&) const = default;

 private:
  std::uint64_t bits_;
};

// The Poisson probabilities of 0, 1, 2, … while they matter to a table of 32 bits.
std::vector<double> poisson_probabilities(double mean, double none) {
  std::vector<double> p{none};
  for (double k = 1; p.back() > 0x1p-34 || k <= mean; ++k) p.push_back(p.back() * mean / k);
  return p;
}

// The acts of people, one after another; holds what is the same for all.
class Author {
 public:
  Author(const WorldSpec& spec, const Staff& staff, const Rates& rates, const WeekClock& clock)
      : spec_(spec),
        staff_(staff),
        rates_(rates),
        clock_(clock),
        types_(order_types(spec)),
        days_(static_cast<std::int64_t>(spec.size.days)),
        children_(poisson_probabilities(spec.activity.branching,
                                        portable_exp(-spec.activity.branching))) {
    for (const std::vector<double>& shares : type_shares(spec)) mixes_.emplace_back(shares);
  }

  // The rows of one person in order, before faults.
  void write(std::size_t person, std::vector<Act>& acts) const {
    acts.clear();
    write_human(person, acts);
    write_machine(person, acts);
    std::ranges::sort(acts);
  }

 private:
  // Acts that people start, each with what it sets off: a Hawkes process by its clusters.
  void write_human(std::size_t person, std::vector<Act>& acts) const {
    const double rate = rates_.acts[person];
    if (rate <= 0) return;
    Random random(spec_.seed, RandomStream::activities, person);
    const AliasTable& mix = mixes_[staff_.persona[person]];
    start(random, mix, rate, 0, days_, acts);
    for (std::uint64_t b = rates_.boost_begin[person]; b < rates_.boost_begin[person + 1]; ++b) {
      const Boost& boost = rates_.boosts[b];
      start(random, mix, rate * boost.factor, boost.from, boost.to, acts);
    }
  }

  void start(Random& random, const AliasTable& mix, double rate, std::int64_t from, std::int64_t to,
             std::vector<Act>& acts) const {
    for (std::uint64_t left = draw_poisson(random, rate * clock_.exposure(from, to)); left > 0;
         --left) {
      const std::int64_t day = clock_.draw_day(random, from, to);
      const std::int64_t second = day * seconds_per_day + clock_.draw_second(random);
      std::size_t next = acts.size();  // of the cluster, whose children are yet to come
      acts.emplace_back(second, mix.draw(random), RowMaker::person);
      for (; next < acts.size(); ++next) set_off(random, mix, acts[next], acts);
    }
  }

  void set_off(Random& random, const AliasTable& mix, Act parent, std::vector<Act>& acts) const {
    for (std::size_t left = children_.draw(random); left > 0; --left) {
      const double delay = draw_exponential(random, spec_.activity.burst_hours * 3600);
      const bool same = draw_chance(random, spec_.activity.burst_same_type);
      const std::size_t type = same ? parent.type() : mix.draw(random);
      const double second = std::floor(static_cast<double>(parent.second()) + delay);
      if (second < static_cast<double>(days_ * seconds_per_day))
        acts.emplace_back(static_cast<std::int64_t>(second), type, RowMaker::burst);
    }
  }

  void write_machine(std::size_t person, std::vector<Act>& acts) const {
    const std::uint8_t kind = rates_.kind[person];
    if ((kind & (prefetched_person | bot_person)) == 0) return;
    Random random(spec_.seed, RandomStream::machine_rows, person);
    if ((kind & prefetched_person) != 0) {
      for (std::uint64_t left =
               draw_poisson(random, rates_.client_opens * clock_.exposure(0, days_));
           left > 0; --left) {
        const std::int64_t day = clock_.draw_day(random, 0, days_);
        acts.emplace_back(day * seconds_per_day + clock_.draw_second(random), types_.opened,
                          RowMaker::client);
      }
    }
    if ((kind & bot_person) == 0) return;
    for (std::int64_t day = 0; day < days_; ++day) {
      if (clock_.is_weekend(day) || !draw_chance(random, rates_.bot_runs)) continue;
      for (std::uint64_t left = draw_poisson(random, spec_.machines.bot_acts); left > 0; --left) {
        const std::size_t type = draw_chance(random, .5) ? types_.opened : types_.followed;
        const auto second =
            static_cast<std::int64_t>(random.word32() * std::uint64_t{seconds_per_day} >> 32);
        acts.emplace_back(day * seconds_per_day + second, type, RowMaker::bot);
      }
    }
  }

  const WorldSpec& spec_;
  const Staff& staff_;
  const Rates& rates_;
  const WeekClock& clock_;
  TypeOrder types_;
  std::int64_t days_;
  AliasTable children_;
  std::vector<AliasTable> mixes_;  // by persona
};

// The rows of a block of people, as they come to stand in the log.
struct Part {
  std::vector<std::uint64_t> rows_of_person;
  std::vector<Timestamp> times;
  std::vector<ActivityTypeId> types;
  std::vector<std::uint8_t> origin;
  std::vector<std::uint64_t> late_rows;  // of this part
  std::vector<Timestamp> late_arrivals;
};

// Puts rows on their way to the log, where some arrive late and some twice. One word a row, and
// two for each that is late.
class Delivery {
 public:
  Delivery(const WorldSpec& spec) : spec_(spec), start_(Instant{spec.size.first_day()}) {
    const double late = spec.rows.late * (1 + spec.rows.duplicates);  // duplicates never are
    duplicate_below_ = threshold(spec.rows.duplicates);
    late_below_ = threshold(spec.rows.duplicates + late);
  }

  void deliver(std::size_t person, const std::vector<Act>& acts, Part& part) const {
    const std::size_t begin = part.times.size();
    Random random(spec_.seed, RandomStream::row_faults, person);
    for (const Act& act : acts) {
      const std::uint32_t fate = random.word32();
      const Timestamp time(start_ + std::chrono::seconds{act.second()});
      std::uint8_t origin = RowOrigin(act.maker()).bits();
      if (fate >= duplicate_below_ && fate < late_below_) {
        const double delay = draw_exponential(random, spec_.rows.late_days * seconds_per_day);
        part.late_rows.push_back(part.times.size());
        part.late_arrivals.emplace_back(
            time.instant() + std::chrono::seconds{static_cast<std::int64_t>(std::floor(delay))});
        origin |= RowOrigin::late_bit;
      }
      add(part, time, act, origin);
      if (fate < duplicate_below_) add(part, time, act, origin | RowOrigin::duplicate_bit);
    }
    part.rows_of_person.push_back(part.times.size() - begin);
  }

 private:
  static std::uint64_t threshold(double p) {
    return static_cast<std::uint64_t>(std::floor(std::min(p, 1.) * 0x1p32 + .5));
  }
  static void add(Part& part, Timestamp time, const Act& act, int origin) {
    part.times.push_back(time);
    part.types.emplace_back(act.type());
    part.origin.push_back(static_cast<std::uint8_t>(origin));
  }

  const WorldSpec& spec_;
  Instant start_;
  std::uint64_t duplicate_below_ = 0, late_below_ = 0;
};

template <class T>
void append(std::vector<T>& to, std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
  from = {};
}

void append(Stream& stream, Part& part) {
  const std::uint64_t before = stream.log.times.size();
  for (const std::uint64_t rows : part.rows_of_person)
    stream.log.offsets.push_back(stream.log.offsets.back() + rows);
  for (std::uint64_t& row : part.late_rows) row += before;
  append(stream.log.times, part.times);
  append(stream.log.types, part.types);
  append(stream.origin, part.origin);
  append(stream.late_rows, part.late_rows);
  append(stream.late_arrivals, part.late_arrivals);
}

}  // namespace

Stream make_stream(const WorldSpec& spec, const Staff& staff, const Rates& rates,
                   const WeekClock& clock, Progress& progress) {
  const Phase phase("streams");
  const std::size_t people = staff.people.size();
  const Author author(spec, staff, rates, clock);
  const Delivery delivery(spec);
  Stream stream;
  const auto room = static_cast<std::size_t>(rates.expected_rows * 1.02) + 4096;
  stream.log.times.reserve(room);
  stream.log.types.reserve(room);
  stream.origin.reserve(room);
  stream.log.offsets.reserve(people + 1);
  progress.begin("activities", people, "people");
  const std::size_t blocks = parallel::block_count(people, people_per_block);
  for (std::size_t first = 0; first < blocks; first += blocks_per_wave) {
    std::vector<Part> parts(std::min(blocks_per_wave, blocks - first));
    parallel::for_each(parts.size(), [&](std::size_t i) {
      const std::size_t begin = (first + i) * people_per_block;
      const std::size_t end = std::min(people, begin + people_per_block);
      std::vector<Act> acts;
      for (std::size_t person = begin; person < end; ++person) {
        author.write(person, acts);
        delivery.deliver(person, acts, parts[i]);
      }
      progress.advance(end - begin);
    });
    for (Part& part : parts) append(stream, part);
  }
  progress.end();
  stream.log.type_names = TextColumn(order_types(spec).names);
  return stream;
}

}  // namespace rolecall::synthetic
