#include <cmath>

#include "core/profile.hpp"
#include "results/world_reader.hpp"

namespace rolecall {
namespace {

Deals read_deal_table(const WorldReader& in, const World& world) {
  Deals deals;
  deals.ids = in.keys("deals/deal_id");
  deals.accounts = in.accounts_or_none("deals/account", world.accounts.size());
  deals.solutions = in.rows_or_none<SolutionId, std::int32_t>("deals/solution",
                                                              world.solutions.size(), "solutions");
  deals.pipelines = in.file().read_texts("deals/pipeline");
  deals.stages = in.file().read_texts("deals/stage");
  deals.opened = in.times("deals/opened");
  deals.closed = in.times("deals/closed");
  deals.values = in.file().read<double>("deals/value");
  deals.outcomes = in.codes("deals/outcome", Outcome::lost);
  const std::size_t rows = deals.size();
  in.check("deals/account").has_rows(deals.accounts.size(), rows, "deals");
  in.check("deals/solution").has_rows(deals.solutions.size(), rows, "deals");
  in.check("deals/pipeline").has_rows(deals.pipelines.size(), rows, "deals");
  in.check("deals/stage").has_rows(deals.stages.size(), rows, "deals");
  in.check("deals/opened").has_rows(deals.opened.size(), rows, "deals");
  in.check("deals/closed").has_rows(deals.closed.size(), rows, "deals");
  in.check("deals/value").has_rows(deals.values.size(), rows, "deals");
  in.check("deals/outcome").has_rows(deals.outcomes.size(), rows, "deals");
  in.check("deals/value")
      .every(
          rows, [&](std::size_t d) { return !std::isinf(deals.values[d]); }, "is infinite");
  deals.attributes = in.attributes("deals", rows);
  return deals;
}

DealContacts read_contacts(const WorldReader& in, const World& world) {
  DealContacts contacts;
  contacts.people =
      in.rows_of<PersonId, std::int32_t>("deals/contacts/person", world.people.size(), "people");
  contacts.roles =
      in.rows_or_none<RoleId, std::uint16_t>("deals/contacts/role", world.roles.size(), "roles");
  contacts.offsets = in.file().read<std::uint64_t>("deals/contacts/offsets");
  in.check("deals/contacts/role")
      .has_rows(contacts.roles.size(), contacts.size(), "deals/contacts/person");
  in.check("deals/contacts/offsets")
      .partitions(contacts.offsets, world.deals.size(), contacts.size());
  check_order(in.file(), contacts);
  contacts.attributes = in.attributes("deals/contacts", contacts.size());
  return contacts;
}

DealEvents read_events(const WorldReader& in, const World& world) {
  DealEvents events;
  events.type_names = in.keys("deals/events/type_name");
  events.times = in.times("deals/events/time");
  in.check("deals/events/time")
      .every(
          events.size(), [&](std::size_t i) { return !events.times[i].is_missing(); },
          "is missing");
  events.types = in.rows_of<DealEventTypeId, std::uint16_t>(
      "deals/events/type", events.type_names.size(), "deals/events/type_name");
  events.details = in.file().read_texts("deals/events/detail");
  events.offsets = in.file().read<std::uint64_t>("deals/events/offsets");
  in.check("deals/events/type").has_rows(events.types.size(), events.size(), "deals/events/time");
  in.check("deals/events/detail")
      .has_rows(events.details.size(), events.size(), "deals/events/time");
  in.check("deals/events/offsets").partitions(events.offsets, world.deals.size(), events.size());
  check_order(in.file(), events);
  events.attributes = in.attributes("deals/events", events.size());
  return events;
}

}  // namespace

void read_deals(const WorldReader& in, World& world) {
  const Phase phase("deals");
  world.deals = read_deal_table(in, world);
  world.deal_contacts = read_contacts(in, world);
  world.deal_events = read_events(in, world);
}

}  // namespace rolecall
