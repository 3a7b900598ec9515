#include "results/world_content.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>

namespace rolecall {
namespace {

constexpr std::int64_t missing_time = std::numeric_limits<std::int64_t>::min();

class Builder {
 public:
  void texts(std::string path, const TextColumn& values, std::string description) {
    content.datasets.push_back({std::move(path), &values, "", std::move(description)});
  }

  // Rows of another table, as T; none is −1 where T has it.
  template <class T, class IdType>
  void rows(std::string path, const std::vector<IdType>& ids, std::string description) {
    add(std::move(path),
        numbers<T>(ids.size(),
                   [data = ids.data()](std::size_t i) {
                     return data[i].is_none() ? static_cast<T>(-1)
                                              : static_cast<T>(data[i].index());
                   }),
        std::move(description));
  }

  template <class T>
  void array(std::string path, const std::vector<T>& values, std::string description,
             std::string unit = "") {
    add(std::move(path), numbers(std::span<const T>(values)), std::move(description),
        std::move(unit));
  }

  template <class Enum>
  void codes(std::string path, const std::vector<Enum>& values, std::string description) {
    add(std::move(path),
        numbers<std::uint8_t>(
            values.size(),
            [data = values.data()](std::size_t i) { return static_cast<std::uint8_t>(data[i]); }),
        std::move(description));
  }

  void times(const std::string& path, const std::vector<Timestamp>& times,
             std::string description) {
    add(path,
        numbers<std::int64_t>(times.size(),
                              [data = times.data()](std::size_t i) {
                                return data[i].is_missing() ? missing_time : data[i].bits() >> 1;
                              }),
        std::move(description), "us since 1970-01-01T00:00Z");
    const auto is_date = [](Timestamp t) { return t.is_date_only(); };
    if (std::ranges::none_of(times, is_date)) return;
    add(path + "_date_only",
        numbers<std::uint8_t>(times.size(),
                              [data = times.data()](std::size_t i) {
                                return static_cast<std::uint8_t>(data[i].is_date_only());
                              }),
        "1: a date alone, the same day in every zone");
  }

  void attributes(const std::string& table, const Attributes& attributes) {
    for (const Attribute& attribute : attributes) {
      const std::string path = fmt::format("{}/attributes/{}", table, escape_link(attribute.name));
      if (const auto* text = std::get_if<TextColumn>(&attribute.values))
        texts(path, *text, "");
      else
        array(path, std::get<std::vector<double>>(attribute.values), "");
    }
  }

  void attribute(const std::string& owner, const std::string& name, AttributeValue value) {
    content.attributes.push_back({owner, name, std::move(value)});
  }

  Content content;

 private:
  void add(std::string path, Numbers values, std::string description, std::string unit = "") {
    content.datasets.push_back(
        {std::move(path), std::move(values), std::move(unit), std::move(description)});
  }
};

void add_truth(Builder& b, const Truth& t) {
  b.attribute("truth", "specification", t.specification);
  b.attribute("truth", "window_days", std::int64_t{t.window_days});
  b.attribute("truth", "daily_cap", static_cast<std::int64_t>(t.daily_cap));  // none is -1
  b.attribute("truth", "half_life_days", t.half_life_days);
  b.attribute("truth", "intercept", t.intercept);
  b.attribute("truth", "slope", t.slope);
  b.attribute("truth", "ceiling_auc", t.ceiling_auc);
  b.texts("truth/role_name", t.roles, "in the order of the template");
  b.array("truth/role_influence", t.role_influence, "of an act by someone of the role");
  b.texts("truth/type_name", t.types, "ascending");
  b.array("truth/type_influence", t.type_influence, "of one act of the type");
  b.array("truth/intent", t.intent, "standard normal");
  b.array("truth/score", t.score, "on the day before the outcome; NaN: open");
  b.array("truth/probability", t.probability, "of winning; NaN: open");
  b.array("truth/person_rate", t.person_rate, "acts started, outside any purchase",
          "activities/day");
  b.array("truth/person_kind", t.person_kind, "bits: 1 quiet, 2 behind a bot, 4 prefetching");
  b.array("truth/origin", t.origin,
          "0 person, 1 in a burst, 2 mail client, 3 bot; + 4 duplicate, + 8 late");
  b.array("truth/late_row", t.late_rows, "row of activities, ascending");
  b.times("truth/late_arrival", t.late_arrivals, "when the row arrived");
}

void add_deals(Builder& b, const World& w) {
  const Deals& d = w.deals;
  b.texts("deals/deal_id", d.ids, "ascending");
  b.rows<std::int32_t>("deals/account", d.accounts, "row of accounts; -1: none");
  b.rows<std::int32_t>("deals/solution", d.solutions, "row of solutions; -1: none");
  b.texts("deals/pipeline", d.pipelines, "as last recorded");
  b.texts("deals/stage", d.stages, "as last recorded");
  b.times("deals/opened", d.opened, "");
  b.times("deals/closed", d.closed, "");
  b.array("deals/value", d.values, "currency of the export; NaN: missing");
  b.codes("deals/outcome", d.outcomes, "0 not recorded, 1 open, 2 won, 3 lost");
  b.attributes("deals", d.attributes);

  const DealContacts& c = w.deal_contacts;
  b.array("deals/contacts/offsets", c.offsets,
          "contacts of deal d: rows offsets[d] to offsets[d + 1]");
  b.rows<std::int32_t>("deals/contacts/person", c.people, "row of people");
  b.rows<std::uint16_t>("deals/contacts/role", c.roles, "row of roles; 65535: none");
  b.attributes("deals/contacts", c.attributes);

  const DealEvents& e = w.deal_events;
  b.texts("deals/events/type_name", e.type_names, "ascending");
  b.array("deals/events/offsets", e.offsets, "events of deal d: rows offsets[d] to offsets[d + 1]");
  b.times("deals/events/time", e.times, "ascending within a deal");
  b.rows<std::uint16_t>("deals/events/type", e.types, "row of type_name");
  b.texts("deals/events/detail", e.details, "the stage or pipeline entered, or what else is said");
  b.attributes("deals/events", e.attributes);
}

}  // namespace

Content world_content(const World& w) {
  Builder b;
  b.content.attributes.push_back({"", "format", fmt::format("{}/{}", world_format, world_version)});

  b.texts("accounts/account_id", w.accounts.ids, "ascending");
  b.rows<std::int32_t>("accounts/parent", w.accounts.parents, "row of accounts; -1: a root");
  b.attributes("accounts", w.accounts.attributes);

  b.texts("people/person_id", w.people.ids, "ascending");
  b.rows<std::int32_t>("people/account", w.people.accounts, "row of accounts; -1: none");
  b.attributes("people", w.people.attributes);

  b.texts("solutions/name", w.solutions, "ascending");
  b.texts("roles/name", w.roles, "ascending");

  b.texts("groups/group_id", w.groups.ids, "ascending");
  b.rows<std::int32_t>("groups/account", w.groups.accounts, "row of accounts");
  b.rows<std::int32_t>("groups/solution", w.groups.solutions, "row of solutions");
  b.times("groups/created", w.groups.created, "");
  b.attributes("groups", w.groups.attributes);

  const Memberships& m = w.members;
  b.array("members/offsets", m.offsets, "members of group g: rows offsets[g] to offsets[g + 1]");
  b.rows<std::int32_t>("members/person", m.people, "row of people");
  b.rows<std::uint16_t>("members/role", m.roles, "row of roles");
  b.codes("members/source", m.sources, "0 job, 1 journey, 2 manual");
  b.times("members/since", m.since, "first day, included; missing: always was");
  b.times("members/until", m.until, "last day, included; missing: still is");
  b.attributes("members", m.attributes);

  const ActivityLog& a = w.activities;
  b.texts("activities/type_name", a.type_names, "ascending");
  b.array("activities/offsets", a.offsets,
          "activities of person p: rows offsets[p] to offsets[p + 1]");
  b.times("activities/time", a.times, "ascending within a person");
  b.rows<std::uint16_t>("activities/type", a.types, "row of type_name");
  if (!std::ranges::all_of(a.counts, [](std::uint64_t count) { return count == 1; }))
    b.array("activities/count", a.counts, "activities of the row");
  b.attributes("activities", a.attributes);

  b.codes("outcomes/outcome", w.outcomes.outcome, "0 none, 1 open, 2 won, 3 lost");
  b.times("outcomes/date", w.outcomes.date, "");
  b.array("outcomes/value", w.outcomes.value, "currency of the export; NaN: missing");
  b.attributes("outcomes", w.outcomes.attributes);
  if (w.deals.size() > 0) add_deals(b, w);
  if (w.truth) add_truth(b, *w.truth);
  return std::move(b.content);
}

}  // namespace rolecall
