#include <algorithm>
#include <array>
#include <optional>

#include "sim/measures/association.hpp"
#include "sim/measures/coverage_gaps.hpp"
#include "sim/measures/lag.hpp"
#include "sim/outcome/run_tables.hpp"
#include "sim/policies.hpp"

namespace rolecall::sim {
namespace {

// Stage × funnel over all personas, or one, without groups that were not made or were lost.
std::vector<std::int64_t> aligned_counts(const Play& play, std::size_t from, std::size_t to) {
  constexpr std::size_t states = funnel_states - 2;
  std::vector<std::int64_t> counts((journey_stages + 1) * states, 0);
  for (std::size_t p = from; p < to; ++p)
    for (std::size_t s = 0; s <= journey_stages; ++s)
      for (std::size_t f = 0; f < states; ++f)
        counts[s * states + f] += static_cast<std::int64_t>(
            play.state.occupancy[(p * (journey_stages + 1) + s) * funnel_states + f + 1]);
  return counts;
}

}  // namespace

StudyTable occupancy_table(const Play& play) {
  TextColumn persona, stage, funnel;
  std::vector<std::int64_t> days;
  std::size_t cell = 0;
  for (const std::string& p : personas_of(play))
    for (const char* s : stage_names)
      for (const char* f : funnel_names) {
        persona.push_back(p);
        stage.push_back(s);
        funnel.push_back(f);
        days.push_back(static_cast<std::int64_t>(play.state.occupancy[cell++]));
      }
  return TableBuilder("occupancy", "where buyers and the seller stood at the same time")
      .add("persona", std::move(persona), "", "")
      .add("stage", std::move(stage), "", "of the buyer's journey")
      .add("funnel", std::move(funnel), "", "of the group")
      .add("person_days", std::move(days), "person-days", "of seats")
      .done();
}

StudyTable alignment_table(const Play& play) {
  constexpr std::size_t states = funnel_states - 2;
  // Not in the market: awareness or interest; problem and exploration: interest; requirements:
  // consideration; selection: intent; validation and consensus: evaluation.
  constexpr std::array<std::size_t, journey_stages + 1> expected{0, 1, 1, 2, 3, 4, 4};
  const std::vector<std::string> personas = personas_of(play);
  TextColumn of;
  std::vector<double> information, corrected, cramer, share, near;
  const auto add = [&](std::string_view name, std::size_t from, std::size_t to) {
    const std::vector<std::int64_t> counts = aligned_counts(play, from, to);
    const OccupancyTable table{counts, states};
    const Association a = association_of(table);
    of.push_back(name);
    information.push_back(a.mutual_information);
    corrected.push_back(a.mutual_information_corrected);
    cramer.push_back(a.cramers_v);
    share.push_back(aligned_share(table, expected));
    near.push_back(aligned_share(table, expected, 1));
  };
  add("all", 0, personas.size());
  for (std::size_t p = 0; p < personas.size(); ++p) add(personas[p], p, p + 1);
  return TableBuilder("alignment", "how far the seller's clock tells the buyers'")
      .add("persona", std::move(of), "", "")
      .add("mutual_information", std::move(information), "bit", "of stage and funnel state")
      .add("mutual_information_corrected", std::move(corrected), "bit", "after Miller and Madow")
      .add("cramers_v", std::move(cramer), "", "0: none; 1: the one tells the other")
      .add("aligned", std::move(share), "", "person-days in the funnel state that fits the stage")
      .add("nearly_aligned", std::move(near), "", "the same, or a state beside it")
      .done();
}

StudyTable lag_table(const Play& play) {
  struct Pair {
    std::uint8_t stage;
    Funnel funnel;
  };
  constexpr std::array pairs{Pair{1, Funnel::interest}, Pair{3, Funnel::consideration},
                             Pair{4, Funnel::intent}, Pair{5, Funnel::evaluation},
                             Pair{6, Funnel::purchase}};
  TextColumn stage, funnel;
  std::array<std::vector<double>, 4> figures_of;  // quartiles, share ahead
  std::array<std::vector<std::int64_t>, 3> counts;
  const EventState& rows = play.state.events;
  const auto burn_in = static_cast<std::int32_t>(play.scenario.run.burn_in);
  for (const Pair& pair : pairs) {
    std::vector<EntryDays> entries(play.cast.groups());
    for (std::size_t r = 0; r < rows.day.size(); ++r) {
      if (rows.day[r] < burn_in || rows.group[r] == nobody) continue;
      const auto kind = static_cast<EventKind>(rows.kind[r]);
      if (kind == EventKind::buyer_stage && rows.to[r] == pair.stage) {
        if (auto& day = entries[rows.group[r]].buyer; !day) day = play.cast.date(rows.day[r]);
      } else if (kind == EventKind::funnel &&
                 rows.to[r] == static_cast<std::uint8_t>(pair.funnel)) {
        if (auto& day = entries[rows.group[r]].seller; !day) day = play.cast.date(rows.day[r]);
      }
    }
    const LagSummary lag = lags_of(entries);
    stage.push_back(stage_names[pair.stage]);
    funnel.push_back(funnel_names[static_cast<std::size_t>(pair.funnel)]);
    figures_of[0].push_back(lag.lower_quartile);
    figures_of[1].push_back(lag.median);
    figures_of[2].push_back(lag.upper_quartile);
    figures_of[3].push_back(lag.seller_ahead);
    counts[0].push_back(static_cast<std::int64_t>(lag.both));
    counts[1].push_back(static_cast<std::int64_t>(lag.buyer_only));
    counts[2].push_back(static_cast<std::int64_t>(lag.seller_only));
  }
  return TableBuilder("lags",
                      "from the first buyer's entry into a stage to the seller's into a state")
      .add("stage", std::move(stage), "", "")
      .add("funnel", std::move(funnel), "", "")
      .add("lower_quartile", std::move(figures_of[0]), "day", "")
      .add("median", std::move(figures_of[1]), "day", "below 0: the seller is ahead")
      .add("upper_quartile", std::move(figures_of[2]), "day", "")
      .add("seller_ahead", std::move(figures_of[3]), "", "share of the groups with both")
      .add("both", std::move(counts[0]), "groups", "")
      .add("buyer_only", std::move(counts[1]), "groups", "that the seller never noticed")
      .add("seller_only", std::move(counts[2]), "groups", "where the seller was moved alone")
      .done();
}

StudyTable coverage_gap_table(const Play& play) {
  const std::vector<std::string> personas = personas_of(play);
  std::vector<std::int64_t> at_risk;
  std::vector<double> served;
  for (std::size_t p = 0; p < personas.size(); ++p) {
    const Scenario::Coverage* c = coverage_of(play.scenario, personas[p]);
    for (std::size_t s = 1; s <= journey_stages; ++s) {
      const std::size_t cell = p * (journey_stages + 1) + s;
      std::uint64_t days = 0;
      for (std::size_t f = 0; f < funnel_states; ++f)
        days += play.state.occupancy[cell * funnel_states + f];
      for (std::size_t channel = 0; channel < 2; ++channel) {
        const double content = c == nullptr   ? 0
                               : channel == 0 ? c->inbound[s - 1]
                                              : c->outbound[s - 1];
        at_risk.push_back(static_cast<std::int64_t>(days));
        served.push_back(content * static_cast<double>(play.state.exposure[cell * 2 + channel]));
      }
    }
  }
  TextColumn persona, stage, channel;
  std::vector<std::int64_t> days;
  std::vector<double> share, gap;
  for (const CoverageGap& g : coverage_gaps({journey_stages, 2, at_risk, served})) {
    persona.push_back(personas[g.persona]);
    stage.push_back(stage_names[g.stage + 1]);
    channel.push_back(g.channel == 0 ? "inbound" : "outbound");
    days.push_back(g.at_risk);
    share.push_back(g.coverage);
    gap.push_back(g.gap);
  }
  return TableBuilder("coverage_gaps", "where buyers went without content, the widest gaps first")
      .add("persona", std::move(persona), "", "")
      .add("stage", std::move(stage), "", "")
      .add("channel", std::move(channel), "", "inbound or outbound")
      .add("person_days", std::move(days), "person-days", "of buyers in the stage")
      .add("served", std::move(share), "", "coverage times the share of days with exposure")
      .add("gap", std::move(gap), "person-days", "person-days times 1 − served")
      .done();
}

}  // namespace rolecall::sim
