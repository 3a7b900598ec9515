#pragma once

#include "core/field_info.hpp"
#include "sim/scenario.hpp"

// Every key of a scenario beside its world, arms, coverage and journeys: one list, from which files
// are read, written and explained. "assumed": no source was found that says.
namespace rolecall::sim {

template <SectionOf<Scenario::Run> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"seed", "", "of the first replicate; the next is seed + 1", 0,
                  static_cast<double>(largest_seed)},
        s.seed);
  visit(FieldInfo{"replicates", "runs", "of every arm, each from a seed of its own", 1, 100'000},
        s.replicates);
  visit(FieldInfo{"days", "day", "simulated and counted", 1, 36'500}, s.days);
  visit(FieldInfo{"burn_in", "day",
                  "before them, with nothing sent and nothing counted, until the market is as it "
                  "stays",
                  0, 36'500},
        s.burn_in);
  visit(FieldInfo{"end", "", "the last day"}, s.end);
  visit(FieldInfo{"oracle", "",
                  "also run the first arm with hand-offs that know who is in the market; regret is "
                  "told against it"},
        s.oracle);
  visit(FieldInfo{"event_logs", "runs",
                  "replicates of each arm whose events are kept; they are most of a file", 0,
                  100'000},
        s.event_logs);
  visit(FieldInfo{"confidence", "", "of the intervals over replicates", .5, .999}, s.confidence);
  visit(FieldInfo{"judged_by", "", "the KPI that arms are compared by: the most is the best"},
        s.judged_by);
}

template <SectionOf<Scenario::Population> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"preset", "", "small, medium or large: what [world] leaves out is from it"},
        s.preset);
  visit(FieldInfo{"known", "", "people who are in the vendor's database at the start", 0, 1},
        s.known);
  visit(
      FieldInfo{"joiners", "1/year", "share of the people who join within a year (assumed)", 0, .9},
      s.joiners);
  visit(FieldInfo{"leavers", "1/year",
                  "rate at which people leave; e-mail lists decay by a fifth to a quarter a year "
                  "(vendors' reports)",
                  0, 10},
        s.leavers);
  visit(
      FieldInfo{"title_changes", "1/year", "rate of promotions, one at most each (assumed)", 0, 10},
      s.title_changes);
  visit(FieldInfo{"reparenting", "1/year", "rate at which accounts get another parent (assumed)", 0,
                  10},
        s.reparenting);
}

template <SectionOf<Scenario::Market> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"entries", "1/year",
                  "rate at which groups come to have a problem, their mean (assumed: one "
                  "in 20 is in the market at a time, Ehrenberg-Bass Institute 2021)",
                  0, 100},
        s.entries);
  visit(FieldInfo{"intent_effect", "", "log of the rates per unit of latent intent", 0, 3},
        s.intent_effect);
  visit(FieldInfo{"demand_lift", "",
                  "what outreach to all of its people adds to a group's rate, as a share of it", 0,
                  10},
        s.demand_lift);
  visit(FieldInfo{"contagion_days", "day",
                  "mean time until a colleague of somebody in the market follows", .1, 1e4},
        s.contagion_days);
  visit(FieldInfo{"rest_won", "day", "without a new problem after a purchase", 0, 1e5}, s.rest_won);
  visit(FieldInfo{"rest_lost", "day", "the same when nothing was bought", 0, 1e5}, s.rest_lost);
  visit(FieldInfo{"competition", "",
                  "chance that buyers who agree choose another vendor, when nobody of them is "
                  "known; less in proportion to who is",
                  0, 1},
        s.competition);
}

template <SectionOf<Scenario::Buyers> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"dwell_days", "day",
                  "median time in each of the stages problem, exploration, requirements, supplier "
                  "selection, validation, consensus, without content (log-normal)",
                  .1, 1e4},
        s.dwell_days);
  visit(FieldInfo{"dwell_spread", "", "sigma of its logarithm, by stage", .01, 5}, s.dwell_spread);
  visit(FieldInfo{"onward", "", "chance that a stage is left for the next, by stage", 0, 1},
        s.onward);
  visit(
      FieldInfo{"back", "",
                "chance that it is left for the one before; what is left leaves the market", 0, 1},
      s.back);
  visit(FieldInfo{"inbound_effect", "",
                  "what own research adds to the hazard of moving on, at full coverage", 0, 100},
        s.inbound_effect);
  visit(FieldInfo{"outbound_effect", "", "the same of messages and sales", 0, 100},
        s.outbound_effect);
  visit(FieldInfo{"memory_days", "day", "for which an act or a message counts as exposure", 1, 365},
        s.memory_days);
  visit(FieldInfo{"without_content", "", "personas whose coverage is taken as 0: an ablation"},
        s.without_content);
}

template <SectionOf<Scenario::Activity> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"visits", "acts/month",
                  "that an average person starts out of the market, in 30 days", 0, 1e4},
        s.visits);
  visit(FieldInfo{"known_lift", "", "a multiple of it, for people who are known", 0, 1e3},
        s.known_lift);
  visit(FieldInfo{"dispersion", "", "shape of the gamma law of personal rates", .05, 100},
        s.dispersion);
  visit(FieldInfo{"quiet", "", "people who never start anything", 0, 1}, s.quiet);
  visit(FieldInfo{"stage_lift", "", "further acts by journey stage, as multiples", 0, 1e3},
        s.stage_lift);
  visit(FieldInfo{"branching", "",
                  "acts that one sets off at once (.3 to .6 in self-exciting streams: Hawkes 1971, "
                  "doi:10.1093/biomet/58.1.83; targets of the domain)",
                  0, .95},
        s.branching);
  visit(FieldInfo{"burst_hours", "hour",
                  "their mean delay; what falls beyond midnight is cut to it", 1e-3, 24},
        s.burst_hours);
  visit(FieldInfo{"form_starts", "",
                  "page views in the market at which a form is begun; a quarter of it out of it", 0,
                  1},
        s.form_starts);
  visit(FieldInfo{"form_abandons", "", "forms begun that are abandoned", 0, 1}, s.form_abandons);
  visit(FieldInfo{"prefetching", "",
                  "people whose mail client opens everything (half of reported opens)", 0, 1},
        s.prefetching);
  visit(FieldInfo{"scanners", "", "people behind a gateway that opens and follows all links", 0, 1},
        s.scanners);
}

template <SectionOf<Scenario::Email> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"every_days", "day", "between two mailings to one person", 1, 365}, s.every_days);
  visit(FieldInfo{"opens", "", "chance that a person out of the market opens one", 0, 1}, s.opens);
  visit(FieldInfo{"market_opens", "", "the same in the market", 0, 1}, s.market_opens);
  visit(FieldInfo{"clicks", "", "chance of a click on one opened", 0, 1}, s.clicks);
  visit(FieldInfo{"sales_opens", "", "chance that a message of a sales person is opened", 0, 1},
        s.sales_opens);
  visit(FieldInfo{"replies", "", "chance that it is answered, once opened, in the market", 0, 1},
        s.replies);
  visit(FieldInfo{"price", "currency", "of a message", 0, 1e6}, s.price);
}

template <SectionOf<Scenario::Chat> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"engages", "", "chance that a known visitor takes up a chat", 0, 1}, s.engages);
  visit(
      FieldInfo{"goals", "", "chance that a chat of somebody in the market reaches its goal", 0, 1},
      s.goals);
  visit(FieldInfo{"price", "currency", "of a chat", 0, 1e6}, s.price);
  visit(FieldInfo{"hands_off", "",
                  "a chat that reaches its goal has qualified intent: its groups go to sales"},
        s.hands_off);
}

template <SectionOf<Scenario::PaidSocial> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"enabled", "", "send people whom the vendor does not know to a paid destination"},
        s.enabled);
  visit(FieldInfo{"missing_roles_only", "", "only those who would fill a missing role"},
        s.missing_roles_only);
  visit(FieldInfo{"minimum", "people", "matched, below which nothing is served", 0, 1e9},
        s.minimum);
  visit(FieldInfo{"with_domain", "", "people sent with the domain of their company", 0, 1},
        s.with_domain);
  visit(FieldInfo{"match_by_name", "", "people found by name (.6 to .7: targets of the domain)", 0,
                  1},
        s.match_by_name);
  visit(FieldInfo{"match_with_domain", "", "and with the domain (.8 to .9)", 0, 1},
        s.match_with_domain);
  visit(
      FieldInfo{"leads", "1/day", "chance that a person out of the market leaves an address", 0, 1},
      s.leads);
  visit(FieldInfo{"cost_per_lead", "currency", "", 0, 1e6}, s.cost_per_lead);
  visit(FieldInfo{"flow_days", "day", "for which an audience is served before it is made anew", 1,
                  3650},
        s.flow_days);
}

template <SectionOf<Scenario::Enrichment> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"people_a_day", "people", "looked up who would fill a missing role; 0: none", 0,
                  1e9},
        s.people_a_day);
  visit(FieldInfo{"found", "", "share that the provider knows", 0, 1}, s.found);
  visit(FieldInfo{"price", "currency", "of one that is found", 0, 1e6}, s.price);
}

template <SectionOf<Scenario::Limits> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"messages", "messages", "to one person at most", 1, 200}, s.messages);
  visit(FieldInfo{"days", "day", "within so many days", 1, 3650}, s.days);
}

template <SectionOf<Scenario::OutreachPolicy> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"to", "",
                  "none: nobody; everyone: all who are known; score: members of groups at the "
                  "threshold; random: as many, whoever they are"},
        s.to);
  visit(FieldInfo{"threshold", "points", "of engagement", 0, 1e12}, s.threshold);
  visit(FieldInfo{"retargeting", "", "call people back who abandoned a form"}, s.retargeting);
}

template <SectionOf<Scenario::HandOff> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"by", "",
                  "none; score: engagement at the threshold; completeness; both; random; intent: "
                  "what only the simulation knows"},
        s.by);
  visit(FieldInfo{"threshold", "points", "of engagement", 0, 1e12}, s.threshold);
  visit(FieldInfo{"completeness", "%", "of completeness", 0, 100}, s.completeness);
  visit(FieldInfo{"release", "",
                  "a group can be handed off again once its engagement was below this share of the "
                  "threshold (hysteresis)",
                  0, 1},
        s.release);
  visit(FieldInfo{"cool_down", "day", "and so long after the last time", 0, 1e5}, s.cool_down);
  visit(FieldInfo{"random_share", "1/day", "of the groups, by chance", 0, 1}, s.random_share);
}

template <SectionOf<Scenario::Sales> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"reps", "people", "for each 1,000 accounts", 0, 1e6}, s.reps);
  visit(FieldInfo{"hours_per_day", "hour", "that each sells, Monday to Friday", 0, 24},
        s.hours_per_day);
  visit(FieldInfo{"response_days", "day", "median time until a hand-off is looked at (log-normal)",
                  .01, 1e3},
        s.response_days);
  visit(FieldInfo{"qualify_hours", "hour", "to look at one", 0, 1e3}, s.qualify_hours);
  visit(FieldInfo{"discovery_hours", "hour", "on one that was accepted", 0, 1e3},
        s.discovery_hours);
  visit(FieldInfo{"deal_hours", "hour/day", "on an open deal that does not stall", 0, 24},
        s.deal_hours);
  visit(FieldInfo{"price_per_hour", "currency/hour", "of sales", 0, 1e6}, s.price_per_hour);
  visit(FieldInfo{"accepts", "", "chance that a group in the market is accepted", 0, 1}, s.accepts);
  visit(FieldInfo{"fooled", "", "the same of one that is not", 0, 1}, s.fooled);
  visit(FieldInfo{"discovery_days", "day", "median time from acceptance to an opportunity or none",
                  .1, 1e3},
        s.discovery_days);
  visit(FieldInfo{"opens_deal", "",
                  "chance that it ends in an opportunity when a buyer has come to requirements; a "
                  "third of it before",
                  0, 1},
        s.opens_deal);
  visit(FieldInfo{"finds_contact", "1/day",
                  "chance that work on a deal makes one of its unknown buyers known", 0, 1},
        s.finds_contact);
}

template <SectionOf<Scenario::Deal> S, class Visit>
void for_each_field(S& s, Visit visit) {
  visit(FieldInfo{"intent_days", "day", "median time from opening to evaluation (log-normal)", .1,
                  1e4},
        s.intent_days);
  visit(FieldInfo{"evaluation_days", "day", "median time from there to the decision", .1, 1e4},
        s.evaluation_days);
  visit(FieldInfo{"spread", "", "sigma of the logarithm of both", .01, 5}, s.spread);
  visit(FieldInfo{"stall_rate", "1/day", "at which a deal comes to a halt", 0, 1}, s.stall_rate);
  visit(FieldInfo{"stall_days", "day", "median time that it then stands still", .1, 1e4},
        s.stall_days);
  visit(FieldInfo{"stall_spread", "", "sigma of its logarithm", 0, 5}, s.stall_spread);
  visit(FieldInfo{"veto", "", "chance that a buyer whom sales knows says no", 0, 1}, s.veto);
  visit(FieldInfo{"veto_unknown", "", "the same of one whom it does not", 0, 1}, s.veto_unknown);
  visit(FieldInfo{"consensus", "",
                  "share of the buyers, weighted by role, who must have come to validation or "
                  "consensus",
                  0, 1},
        s.consensus);
  visit(FieldInfo{"abandon_days", "day",
                  "mean time until a deal is given up whose buyers all left the market", .1, 1e5},
        s.abandon_days);
  visit(FieldInfo{"value", "currency", "median value (log-normal)", 0, 1e12}, s.value);
  visit(FieldInfo{"value_spread", "", "sigma of its logarithm", 0, 5}, s.value_spread);
  visit(FieldInfo{"margin", "", "of revenue", 0, 1}, s.margin);
}

template <class S, class Visit>
void for_each_section(S& s, Visit visit) {
  visit("run", "How long, how often.", s.run);
  visit("population", "Who there is, and how that changes.", s.population);
  visit("market", "When buying groups have a problem.", s.market);
  visit("buyers", "How buyers go from a problem to consensus, and back.", s.buyers);
  visit("activity", "What people and machines do.", s.activity);
  visit("email", "What becomes of messages.", s.email);
  visit("chat", "What becomes of chats.", s.chat);
  visit("paid_social", "A paid destination.", s.paid_social);
  visit("enrichment", "People bought from a provider.", s.enrichment);
  visit("limits", "Communication limits.", s.limits);
  visit("outreach", "Whom marketing writes to.", s.outreach);
  visit("hand_off", "When a group goes to sales: MQL.", s.hand_off);
  visit("sales", "What sales can do, and does.", s.sales);
  visit("deal", "How deals go.", s.deal);
}

}  // namespace rolecall::sim
