#include "sim/outcome/run_tables.hpp"

namespace rolecall::sim {

std::string date_text(const Play& play, std::int32_t day) {
  return day < 0 ? std::string{} : rolecall::to_string(play.cast.date(day));
}

std::vector<std::string> personas_of(const Play& play) {
  std::vector<std::string> names;
  for (const auto& persona : play.scenario.world.personas) names.push_back(persona.name);
  return names;
}

StudyTable panel_table(const Play& play) {
  const auto days = static_cast<std::size_t>(play.day());
  TextColumn dates;
  std::vector<std::int64_t> number;
  for (std::size_t d = 0; d < days; ++d) {
    dates.push_back(rolecall::to_string(play.cast.date(static_cast<DayIndex>(d))));
    number.push_back(static_cast<std::int64_t>(d) -
                     static_cast<std::int64_t>(play.scenario.run.burn_in));
  }
  TableBuilder table("panel",
                     "every day's figures; those of days below 0, the burn-in, count nowhere");
  table.add("date", std::move(dates), "", "");
  table.add("day", std::move(number), "day", "since the end of the burn-in");
  for (std::size_t f = 0; f < figures; ++f) {
    std::vector<double> column;
    for (std::size_t d = 0; d < days; ++d) column.push_back(play.state.panel[d * figures + f]);
    const FigureInfo& info = panel_columns()[f];
    table.add(std::string(info.name), std::move(column), std::string(info.unit),
              std::string(info.meaning));
  }
  return table.done();
}

StudyTable event_table(const Play& play) {
  const EventState& rows = play.state.events;
  const World& world = play.cast.world;
  TextColumn date, event, group, person, from, to;
  const auto name_of = [&](std::size_t r, std::uint8_t value) -> std::string_view {
    switch (static_cast<EventKind>(rows.kind[r])) {
      case EventKind::buyer_stage:
        return stage_names[value];
      case EventKind::funnel:
        return funnel_names[value];
      case EventKind::group_stage: {
        const auto* model = play.stage_models[world.groups.solutions[rows.group[r]].index()];
        return model->stages[value];
      }
      case EventKind::known:
        return channel_names[value];
      default:
        return "";
    }
  };
  constexpr std::array kinds{"buyer stage",     "funnel", "group stage", "hand-off",   "known",
                             "hired",           "left",   "promoted",    "reparented", "stalled",
                             "bought elsewhere"};
  for (std::size_t r = 0; r < rows.day.size(); ++r) {
    const auto kind = static_cast<EventKind>(rows.kind[r]);
    date.push_back(date_text(play, rows.day[r]));
    event.push_back(kinds[rows.kind[r]]);
    group.push_back(rows.group[r] == nobody         ? ""
                    : kind == EventKind::reparented ? world.accounts.ids[rows.group[r]]
                                                    : world.groups.ids[rows.group[r]]);
    person.push_back(rows.person[r] == nobody ? "" : world.people.ids[rows.person[r]]);
    from.push_back(kind == EventKind::known ? "" : name_of(r, rows.from[r]));
    to.push_back(name_of(r, rows.to[r]));
  }
  return TableBuilder("events",
                      "what happened beside activities, in order of day; of the first "
                      "run.event_logs replicates of each arm")
      .add("date", std::move(date), "", "")
      .add("event", std::move(event), "", "its kind")
      .add("group_id", std::move(group), "", "the buying group; of a reparented account its id")
      .add("person_id", std::move(person), "", "")
      .add("from", std::move(from), "", "stage or funnel state before")
      .add("to", std::move(to), "", "the same after; how a person became known")
      .done();
}

}  // namespace rolecall::sim
