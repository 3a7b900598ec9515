#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.hpp"
#include "core/find_id.hpp"
#include "experiments/deals/deal_evaluation.hpp"
#include "experiments/deals/deal_filter.hpp"
#include "experiments/deals/deal_tables.hpp"
#include "experiments/program/deals_input.hpp"
#include "experiments/program/deals_text.hpp"
#include "experiments/program/learn_rules.hpp"
#include "experiments/program/session.hpp"
#include "experiments/program/table_output.hpp"
#include "results/digest.hpp"
#include "scoring/deals/builtin_rules.hpp"
#include "scoring/deals/deal_as_of.hpp"
#include "scoring/deals/explain.hpp"
#include "scoring/deals/rules_file.hpp"

namespace rolecall::program {
namespace {

constexpr std::size_t most_names = 200;  // of stages or pipelines to look for a slip among

struct Options {
  DealsInput deals;
  std::string rules, as_of, where, stage, pipeline, sort, output;
  std::string level = "deal", format = "table";
  std::string explain, since, from, feeds, learn;
  bool actions = false, concentration = false, evaluate = false;
  std::size_t top = 0;  // 0: all
  EvaluationOptions evaluation;
  NaiveBayesOptions naive_bayes;

  ScoreLevel of() const { return level == "deal" ? ScoreLevel::deal : ScoreLevel::contact; }
};

Day to_day(const std::string& text, const char* option) {
  if (const auto day = parse_day(text)) return *day;
  throw InputError({.field = option,
                    .value = text,
                    .what = "this is not a day",
                    .remedy = "Write a date such as 2026-03-02."});
}

std::size_t find_row(const TextColumn& ids, const std::string& id, const char* what) {
  if (const auto row = find_id(ids, id)) return *row;
  throw InputError({.field = what,
                    .value = id,
                    .what = fmt::format("there is no such {}", what),
                    .remedy = suggest_id(ids, id, "Take an id of the table.")});
}

// Which table was asked for, for the recipe of a file.
std::string table_name(const Options& o) {
  if (!o.explain.empty())
    return "explain " + o.explain + (o.since.empty() ? "" : " since " + o.since);
  if (!o.feeds.empty()) return "feeds " + o.feeds;
  if (!o.from.empty()) return "history from " + o.from;
  return o.actions         ? "actions"
         : o.concentration ? "concentration"
         : o.evaluate      ? "evaluation"
                           : "scores";
}

void refuse_mixed_ends(const Options& o) {
  if (int{!o.explain.empty()} + !o.feeds.empty() + !o.from.empty() + o.actions + o.concentration +
          o.evaluate + !o.learn.empty() <=
      1)
    return;
  throw InputError({.field = "options",
                    .what = "--explain, --feeds, --from, --actions, --concentration, --evaluate "
                            "and --learn each make a table of their own",
                    .remedy = "Run the command once for each."});
}

// When no scored deal is in a stage or pipeline that was asked for.
void warn_of_slip(const char* option, const std::string& asked,
                  const std::set<std::string, std::less<>>& there, const Session& session) {
  if (asked.empty() || there.contains(asked)) return;
  std::vector<std::string> known(there.begin(), there.end());
  std::erase(known, "");
  session.warn(fmt::format("no scored deal is in {} '{}'. {}", option, printable(asked),
                           suggest(asked, known)));
}

// Keeps what --stage, --pipeline and --where let through.
void filter(const Options& o, const DealScorer& scorer, RuleScores& scores,
            const Session& session) {
  if (!o.stage.empty() || !o.pipeline.empty()) {
    std::vector<std::size_t> rows;
    std::set<std::string, std::less<>> stages, pipelines;
    for (std::size_t i = 0; i < scores.size(); ++i) {
      const DealId deal{scores.rows[i]};
      const Day day = scorer.as_of(deal).value_or(scores.days[i]);
      const std::string_view stage = scorer.facts().stage_on(deal, day);
      const std::string_view pipeline = scorer.facts().pipeline_on(deal, day);
      if (stages.size() < most_names) stages.emplace(stage);
      if (pipelines.size() < most_names) pipelines.emplace(pipeline);
      if ((o.stage.empty() || stage == o.stage) && (o.pipeline.empty() || pipeline == o.pipeline))
        rows.push_back(i);
    }
    keep_rows(scores, rows);
    warn_of_slip("--stage", o.stage, stages, session);
    warn_of_slip("--pipeline", o.pipeline, pipelines, session);
  }
  if (o.where.empty()) return;
  std::vector<std::string> warnings;
  const Predicate where = Predicate::parse(o.where, {.field = "--where"});
  keep_rows(scores, rows_where(where, scorer, o.of(), scores, warnings));
  for (const std::string& warning : warnings) session.warn(warning);
}

// Deals that were decided when they were scored say little of what a score foretells.
void warn_of_hindsight(const DealScorer& scorer, const RuleScores& scores, const Session& session) {
  std::size_t late = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const DealId deal{scores.rows[i]};
    const Outcome outcome = scorer.world().deals.outcomes[deal.index()];
    late += (outcome == Outcome::won || outcome == Outcome::lost) &&
            scorer.facts().last_day(deal) <= scorer.as_of(deal).value_or(scores.days[i]);
  }
  if (late > 0)
    session.warn(fmt::format(
        "{} of {} deals are scored on or after the day they closed, with what was known then. "
        "--as-of closed-7d scores each a week before.",
        grouped(late), grouped(scores.size())));
}

// Deals whose stage or pipeline the rules do not list.
void warn_of_places(const DealScorer& scorer, const RuleScores& scores, const Session& session) {
  const std::vector<Pipeline>& pipelines = scorer.rules().rules->pipelines;
  if (pipelines.empty()) return;
  std::size_t unknown_pipelines = 0, unknown_stages = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const DealId deal{scores.rows[i]};
    const std::string_view name = scorer.facts().pipeline_on(deal, scores.days[i]);
    const std::string_view stage = scorer.facts().stage_on(deal, scores.days[i]);
    // Where deals name no pipeline, the only one of the rules is theirs.
    const auto it = name.empty() && pipelines.size() == 1
                        ? pipelines.begin()
                        : std::ranges::find(pipelines, name, &Pipeline::name);
    if (it == pipelines.end())
      ++unknown_pipelines;
    else
      unknown_stages += !stage.empty() && std::ranges::count(it->stages, stage) == 0;
  }
  if (unknown_pipelines > 0)
    session.warn(fmt::format("{} deals are in a pipeline that the rules do not list.",
                             grouped(unknown_pipelines)));
  if (unknown_stages > 0)
    session.warn(fmt::format("{} deals are in a stage that their pipeline does not list.",
                             grouped(unknown_stages)));
}

Columns make_table(const Options& o, const DealScorer& scorer, const Session& session) {
  const World& world = scorer.world();
  if (!o.feeds.empty())
    return feeds_table(scorer, PersonId{find_row(world.people.ids, o.feeds, "person")});
  if (!o.explain.empty()) {
    std::optional<Day> since;
    if (!o.since.empty()) since = to_day(o.since, "--since");
    const bool is_deal = o.of() == ScoreLevel::deal;
    const std::size_t row = is_deal ? find_row(world.deals.ids, o.explain, "deal")
                                    : find_row(world.people.ids, o.explain, "person");
    return explanation_table(
        scorer, o.of(),
        is_deal ? explain(scorer, DealId{row}, since) : explain(scorer, PersonId{row}, since),
        since.has_value());
  }
  RuleScores scores = o.of() == ScoreLevel::deal ? scorer.score_deals() : scorer.score_contacts();
  if (o.of() == ScoreLevel::deal) warn_of_places(scorer, scores, session);
  filter(o, scorer, scores, session);
  if (!o.from.empty()) return history_table(scorer, o.of(), scores, to_day(o.from, "--from"));
  if (o.actions) return action_table(scorer, o.of(), scores);
  if (o.concentration) return concentration_table(scorer, scores);
  if (o.evaluate) warn_of_hindsight(scorer, scores, session);
  if (o.evaluate) return evaluation_table(evaluate_deals(scorer, scores, o.evaluation));
  return o.of() == ScoreLevel::deal ? deal_table(scorer, scores) : contact_table(scorer, scores);
}

void write_output(const Options& o, const World& world, const std::string& rules,
                  const Columns& columns, const Session& session) {
  const std::filesystem::path path = o.output;
  if (path.extension() == ".h5") {
    TableFile file{.format = "rolecall.scores/1"};
    file.recipe = {{"rules", rules},
                   {"as_of", o.as_of},
                   {"level", o.level},
                   {"table", table_name(o)},
                   {"world_digest", content_digest(world)}};
    for (const auto& [name, value] : {std::pair("where", o.where), std::pair("stage", o.stage),
                                      std::pair("pipeline", o.pipeline)})
      if (!value.empty()) file.recipe.emplace_back(name, value);
    file.columns = columns;
    const nlohmann::ordered_json parameters{
        {"deals", o.deals.path}, {"rules", o.rules}, {"as_of", o.as_of}, {"level", o.level},
        {"where", o.where},      {"sort", o.sort},   {"top", o.top}};
    write_table(file, o.output, session.provenance(parameters.dump()), session.overwrite());
  } else {
    write_text(o.output, path.extension() == ".json" ? to_json(columns) : to_csv(columns),
               session.overwrite());
  }
  session.say(fmt::format("{} rows written to {}", grouped(row_count(columns)), o.output));
}

int learn(const Options& o, const Session& session) {
  if (std::filesystem::path(o.output).extension() != ".toml")
    throw InputError({.field = "--output",
                      .value = o.output,
                      .what = "rules that are learnt are a TOML file",
                      .remedy = "Name it: -o RULES.toml."});
  const AsOf as_of = parse_deal_as_of(o.as_of);
  require_writable(o.output, o.deals.path, session.overwrite());
  const World world = load_deals(o.deals, session);
  write_text(o.output, learn_rules(world, as_of, o.where, o.naive_bayes, session),
             session.overwrite());
  session.say(fmt::format("rules written to {}", o.output));
  return 0;
}

int run(const Options& o, const Session& session) {
  refuse_mixed_ends(o);
  if (!o.learn.empty()) return learn(o, session);
  require_extension(o.output, {".h5", ".csv", ".json"});
  if (o.rules.empty())
    throw InputError({.field = "--rules",
                      .what = "there are no rules to score by",
                      .remedy = "Name built-in rules, which `rolecall models` lists, or a file."});
  const AsOf as_of = parse_deal_as_of(o.as_of);
  const std::string text = rules_text(o.rules);
  const DealRules rules = parse_deal_rules(text, o.rules);
  if (!o.output.empty()) require_writable(o.output, o.deals.path, session.overwrite());
  const World world = load_deals(o.deals, session, o.of() == ScoreLevel::contact);
  const DealScorer scorer(world, rules, as_of);
  if (as_of.anchor == AsOf::Anchor::date)
    for (const auto& [option, day] : {std::pair("--since", o.since), std::pair("--from", o.from)})
      if (!day.empty() && to_day(day, option) > as_of.date)
        throw InputError({.field = option,
                          .value = day,
                          .what = "this is later than --as-of " + to_string(as_of.date),
                          .remedy = "Choose an earlier day."});
  for (const std::string& warning : scorer.warnings()) session.warn(warning);
  Columns columns = make_table(o, scorer, session);
  const std::size_t rows = row_count(columns);
  if (!o.sort.empty()) sort_rows(columns, o.sort);
  if (o.top > 0) truncate(columns, o.top);
  if (!o.output.empty()) {
    write_output(o, world, text, columns, session);
    return 0;
  }
  if (o.format == "csv") print(to_csv(columns));
  if (o.format == "json") print(to_json(columns));
  if (o.format != "table") return 0;
  const bool is_list = o.explain.empty() && o.feeds.empty() && !o.evaluate && !o.concentration;
  if (o.top == 0 && is_list) truncate(columns, rows_on_a_terminal);
  std::erase_if(columns,
                [](const TableColumn& c) { return c.name == "units" || c.name == "scale"; });
  if (o.evaluate) {
    const auto count = [&](std::size_t column) {
      return grouped(static_cast<std::uint64_t>(
          std::get<std::vector<std::int64_t>>(columns.at(column).values).front()));
    };
    print(
        fmt::format("{} deals, {} won, {} lost; 95 % intervals\n\n", count(5), count(6), count(7)));
    print(to_text(evaluation_for_people(columns), terminal_width()));
    return 0;
  }
  print(to_text(columns, terminal_width()) + more_rows(row_count(columns), rows));
  return 0;
}

}  // namespace

void add_deals(CLI::App& app, Session& session) {
  auto o = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("deals", "Score deals and their people by rules, and say why");
  add_deals_options(*command, o->deals);
  const auto text = [&](const char* name, std::string& value, const char* type, const char* help) {
    return command->add_option(name, value, help)->type_name(type);
  };
  text("-r,--rules", o->rules, "NAME|FILE",
       "Built-in rules (`rolecall models` lists them), or a file.toml (docs/deal-rules.md)");
  text("--as-of", o->as_of, "DAY",
       "The day to score as of: 2026-03-02; or each deal's own: closed-7d, opened+30d")
      ->required();
  text("--level", o->level, "LEVEL", "deal, or contact: the people's scores")
      ->check(CLI::IsMember({"deal", "contact"}))
      ->capture_default_str();
  text("--where", o->where, "EXPR",
       "Only rows that a condition holds for, such as 'score(\"Fit\") > 50 and value > 1000'");
  text("--stage", o->stage, "STAGE", "Only deals in this stage on the as-of day");
  text("--pipeline", o->pipeline, "NAME", "Only deals in this pipeline on the as-of day");
  text("--sort", o->sort, "[-]COLUMN",
       "Column to order by, -COLUMN from high to low. Without it rows come in order of id");
  command->add_option("--top", o->top, "Only the first N rows")
      ->check(CLI::Range(1, 1'000'000'000))
      ->type_name("N");
  text("--explain", o->explain, "ID",
       "The ledgers of one deal, or with --level contact of one person");
  text("--since", o->since, "DAY", "With --explain: what has changed since the end of that day");
  text("--from", o->from, "DAY", "The scores of every day from then to the as-of day");
  command->add_flag("--actions", o->actions, "The actions fired, with day and cause");
  text("--feeds", o->feeds, "PERSON_ID", "Which deals the activities of a person feed, and how");
  command->add_flag("--concentration", o->concentration,
                    "How much of the open value the top accounts hold, by pipeline");
  command->add_flag("--evaluate", o->evaluate,
                    "How well each score tells won from lost, with intervals, and beside them what "
                    "logistic regression learns from the deals' attributes");
  command->add_option("--replicates", o->evaluation.replicates, "Of the bootstrap; 0: no intervals")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seed", o->evaluation.seed, "Of the bootstrap")
      ->type_name("N")
      ->capture_default_str();
  text("--learn", o->learn, "METHOD",
       "naive-bayes: instead of scoring, learn rules from the deals won and lost by the as-of day, "
       "those of --where, into -o RULES.toml")
      ->check(CLI::IsMember({"naive-bayes"}));
  command
      ->add_option("--attributes", o->naive_bayes.attributes,
                   "With --learn: the columns of deals to learn from. Without it all of 2 to 50 "
                   "different texts")
      ->type_name("NAME…");
  command
      ->add_option("--smoothing", o->naive_bayes.smoothing,
                   "With --learn: added to every count; 1 is Laplace's")
      ->check(CLI::Range(1e-9, 1e9))
      ->type_name("X")
      ->capture_default_str();
  text("--format", o->format, "FORMAT", "table (for people), csv or json")
      ->check(CLI::IsMember({"table", "csv", "json"}))
      ->capture_default_str();
  text("-o,--output", o->output, "FILE",
       "Write to FILE.h5, FILE.csv or FILE.json instead; rules learnt, to FILE.toml");
  command->get_option("--since")->needs(command->get_option("--explain"));
  command->get_option("--learn")->excludes(command->get_option("--rules"));
  for (const char* option : {"--attributes", "--smoothing"})
    command->get_option(option)->needs(command->get_option("--learn"));
  add_common_options(*command, session);
  add_profile_options(*command, session);
  command->footer(
      "Example: rolecall deals world.h5 --rules examples/rules/deal-health.toml --as-of "
      "2026-03-31");
  command->callback([o, &session] { session.run = [o, &session] { return run(*o, session); }; });
}

}  // namespace rolecall::program
