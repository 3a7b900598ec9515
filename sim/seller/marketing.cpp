#include "sim/seller/marketing.hpp"

#include <algorithm>

#include "core/parallel.hpp"
#include "core/profile.hpp"
#include "core/samplers.hpp"
#include "sim/draws.hpp"
#include "sim/policies.hpp"
#include "sim/streams.hpp"

namespace rolecall::sim {
namespace {

// Draws about a person, a set for each purpose. Those of the destination and of the provider do not
// depend on the day: who cannot be found cannot be found tomorrow.
enum class Purpose : std::uint64_t { mailing, match, lead, lookup };

Random person_draws(const Play& play, std::uint32_t person, Purpose purpose, std::int32_t day) {
  constexpr std::uint64_t persons = std::uint64_t{1} << 36;  // above those of groups
  return draws(play.seed, stream::lots,
               persons | std::uint64_t{person} << 2 | static_cast<std::uint64_t>(purpose),
               static_cast<std::uint64_t>(day));
}

}  // namespace

Marketing::Marketing(const Scenario& scenario)
    : to_(choice_named<Outreach>(scenario.outreach.to)) {}

bool Marketing::send(Play& play, std::uint32_t person, Message message,
                     CommunicationLimits& limits) const {
  PeopleState& people = play.state.people;
  // Advertisements find whoever left a form, known or not.
  const bool reaches = message == retargeting || (people.known[person] != 0 &&
                                                  (play.cast.traits[person] & out_of_reach) == 0);
  if (!reaches || !play.works(person)) return false;
  if (!limits.allows(person, play.date())) return false;
  limits.note(person, play.date());
  people.inbox[person] |= message;
  people.last_outbound[person] = play.day();
  play.today.add(Figure::spend_messages, play.scenario.email.price);
  return true;
}

void Marketing::write(Play& play, const LiveScores& scores, const LiveMemberships& memberships,
                      CommunicationLimits& limits) const {
  const Phase phase("outreach");
  const Scenario& scenario = play.scenario;
  const auto every = static_cast<std::uint32_t>(scenario.email.every_days);
  const auto today = static_cast<std::uint32_t>(play.day());
  const std::size_t people = play.cast.people();
  // Members of groups at the threshold, and how many of those who are known they are.
  std::vector<std::uint8_t> chosen;
  double share = 1;
  if (to_ == Outreach::score || to_ == Outreach::random) {
    chosen.assign(people, 0);
    for (std::uint32_t g = 0; g < play.cast.groups(); ++g)
      if (play.state.groups.created[g] >= 0 &&
          scores.engagement(play, g) >= scenario.outreach.threshold)
        for (const std::uint32_t row : memberships.rows_of(g))
          chosen[play.state.members.person[row]] = 1;
    double known = 0, hot = 0;
    for (std::uint32_t p = 0; p < people; ++p) {
      if (play.state.people.known[p] == 0 || !play.works(p)) continue;
      ++known;
      hot += chosen[p];
    }
    share = known > 0 ? hot / known : 0;
  }
  if (to_ != Outreach::none)
    for (std::uint32_t p = today % every; p < people; p += every) {
      if (play.state.people.known[p] == 0) continue;
      if (to_ == Outreach::score && chosen[p] == 0) continue;
      if (to_ == Outreach::random) {
        Random random = person_draws(play, p, Purpose::mailing, play.day());
        if (!draw_chance(random, share)) continue;
      }
      send(play, p, mailing, limits);
    }
  if (scenario.outreach.retargeting && to_ != Outreach::none)
    for (std::uint32_t p = 0; p < people; ++p)
      if (play.state.people.abandoned[p] == play.day()) send(play, p, retargeting, limits);
}

// People whom the vendor does not know, who would have a role in a group that was made.
std::vector<std::uint32_t> Marketing::wanted(const Play& play, const LiveScores& scores,
                                             const LiveMemberships& memberships,
                                             bool missing_only) const {
  std::vector<std::uint32_t> people;
  for (std::uint32_t g = 0; g < play.cast.groups(); ++g) {
    if (play.state.groups.created[g] < 0) continue;
    if (missing_only && !scores.misses_any(g)) continue;
    memberships.for_each_candidate(play, g, [&](std::uint32_t person) {
      if (play.state.people.known[person] != 0 || !play.works(person)) return;
      const std::int8_t card = play.card(memberships.interest(g), person);
      if (card >= 0 && (!missing_only || scores.misses(g, card))) people.push_back(person);
    });
  }
  std::ranges::sort(people);
  people.erase(std::unique(people.begin(), people.end()), people.end());
  return people;
}

void Marketing::activate(Play& play, const std::vector<std::uint32_t>& people) const {
  const Scenario::PaidSocial& terms = play.scenario.paid_social;
  std::vector<std::uint32_t> matched;
  PeopleState& all = play.state.people;
  for (const std::uint32_t person : people) {
    Random random = person_draws(play, person, Purpose::match, 0);
    const bool domain = draw_chance(random, terms.with_domain);
    const bool found = draw_chance(random, domain ? terms.match_with_domain : terms.match_by_name);
    if ((all.tried[person] & destination) == 0) {  // everybody counts once
      all.tried[person] |= destination;
      play.today.add(domain ? Figure::sent_with_domain : Figure::sent_by_name, 1);
      if (found) play.today.add(domain ? Figure::matched_with_domain : Figure::matched_by_name, 1);
    }
    if (found) matched.push_back(person);
  }
  if (matched.size() < terms.minimum) return;
  for (const std::uint32_t person : matched)
    all.served_until[person] = play.day() + static_cast<DayIndex>(terms.flow_days);
}

std::vector<std::uint32_t> Marketing::acquire(Play& play, const LiveScores& scores,
                                              const LiveMemberships& memberships) const {
  const Phase phase("acquisition");
  const Scenario::PaidSocial& social = play.scenario.paid_social;
  const Scenario::Enrichment& enrichment = play.scenario.enrichment;
  PeopleState& people = play.state.people;
  std::vector<std::uint32_t> leads;
  if (social.enabled && (play.day() - static_cast<DayIndex>(play.scenario.run.burn_in)) %
                                static_cast<DayIndex>(social.flow_days) ==
                            0)
    activate(play, wanted(play, scores, memberships, social.missing_roles_only));
  std::vector<std::uint32_t> prospects;
  for (std::uint32_t p = 0; p < play.cast.people(); ++p) {
    if (people.served_until[p] <= play.day() || !play.works(p)) continue;
    people.last_outbound[p] = play.day();
    if (people.known[p] == 0) prospects.push_back(p);
  }
  std::vector<std::uint8_t> in_market(prospects.empty() ? 0 : play.cast.people(), 0);
  if (!prospects.empty())
    for (std::size_t s = 0; s < play.cast.seats.size(); ++s)
      if (const std::uint32_t person = play.state.seats.person[s]; person != nobody)
        in_market[person] |= play.state.seats.stage[s] > 0;
  for (const std::uint32_t p : prospects) {
    Random random = person_draws(play, p, Purpose::lead, play.day());
    if (!draw_chance(random, social.leads * (in_market[p] != 0 ? 4 : 1))) continue;
    play.today.add(Figure::spend_leads, social.cost_per_lead);
    play.today.add(Figure::leads_paid_social, 1);
    people.known[p] = 1;
    people.channel[p] = static_cast<std::uint8_t>(Channel::paid_social);
    people.inbox[p] |= paid_lead;
    leads.push_back(p);
  }
  if (enrichment.people_a_day > 0) {
    std::uint64_t left = enrichment.people_a_day;
    for (const std::uint32_t p : wanted(play, scores, memberships, true)) {
      if (left == 0) break;
      if ((people.tried[p] & provider) != 0) continue;
      --left;
      people.tried[p] |= provider;
      Random random = person_draws(play, p, Purpose::lookup, 0);
      if (!draw_chance(random, enrichment.found)) continue;
      play.today.add(Figure::spend_enrichment, enrichment.price);
      play.today.add(Figure::leads_enrichment, 1);
      people.known[p] = 1;
      people.channel[p] = static_cast<std::uint8_t>(Channel::enrichment);
      leads.push_back(p);
    }
  }
  std::ranges::sort(leads);
  return leads;
}

}  // namespace rolecall::sim
