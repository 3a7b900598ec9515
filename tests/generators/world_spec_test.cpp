#include "generators/world_spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "world_specs.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string head = "format = \"rolecall.world-spec/1\"\n";

std::string message_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

// What is wrong with a text on top of the small preset.
std::string complaint(const std::string& text) {
  return message_of([&] { parse_world_spec(text, "mine.toml", preset("small")); });
}

// What is wrong with a specification that no file holds.
std::string complaint(const std::function<void(WorldSpec&)>& apply) {
  WorldSpec spec = preset("small");
  apply(spec);
  return message_of([&] { check(spec, "spec"); });
}

TEST(WorldSpec, PresetsHaveTheirSizes) {
  EXPECT_THAT(preset_names(), ElementsAre("small", "medium", "large"));
  const auto expect_size = [](const char* name, std::uint64_t accounts) {
    const WorldSpec spec = preset(name);
    EXPECT_EQ(spec.name, name);
    EXPECT_EQ(spec.seed, 1u);
    EXPECT_EQ(spec.size.accounts, accounts);
    EXPECT_EQ(spec.size.people, 10 * accounts);
    EXPECT_EQ(spec.size.activities, 1'000 * accounts);
    EXPECT_EQ(spec.size.days, 365u);
    EXPECT_EQ(to_string(spec.size.end), "2026-03-31");
    EXPECT_NO_THROW(check(spec, ""));
  };
  expect_size("small", 1'000);
  expect_size("medium", 10'000);
  expect_size("large", 100'000);
  EXPECT_THAT(message_of([] { preset("smal"); }),
              HasSubstr("--preset 'smal': there is no such preset. Did you mean 'small'?"));
}

TEST(WorldSpec, PresetsAreReadBackAsWritten) {
  for (const std::string& name : preset_names())
    for (const Comments comments : {Comments::none, Comments::meanings}) {
      const std::string text = to_toml(preset(name), comments);
      const WorldSpec again = parse_world_spec(text, "again", {});
      EXPECT_EQ(to_toml(again, comments), text);
      EXPECT_EQ(to_toml(again, Comments::none), to_toml(preset(name), Comments::none));
    }
}

TEST(WorldSpec, IsReadBackAsWrittenAtItsEdges) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const WorldSpec spec = testing::random_spec(seed);
    for (const Comments comments : {Comments::none, Comments::meanings}) {
      const std::string text = to_toml(spec, comments);
      EXPECT_EQ(to_toml(parse_world_spec(text, "again", preset("large")), comments), text);
    }
  }
}

TEST(WorldSpec, ReadsBackAnySeedThatItTakes) {
  for (const std::uint64_t seed :
       {std::uint64_t{0}, std::uint64_t{1} << 53, (std::uint64_t{1} << 63) - 1}) {
    WorldSpec spec = preset("small");
    spec.seed = seed;
    EXPECT_NO_THROW(check(spec, ""));
    EXPECT_EQ(parse_world_spec(to_toml(spec, Comments::none), "again", {}).seed, seed);
  }
  for (const std::uint64_t seed : {std::uint64_t{1} << 63, ~std::uint64_t{0}})
    EXPECT_THAT(complaint([&](WorldSpec& s) { s.seed = seed; }),
                HasSubstr("spec, seed '" + std::to_string(seed) + "': this is out of range"));
}

// A comment stands above each key of a section; of a list, above those of its first item.
TEST(WorldSpec, ExplainsEveryKeyOnce) {
  std::istringstream text(to_toml(preset("small"), Comments::meanings));
  std::set<std::string> seen;
  std::size_t keys = 0;
  bool first = false;
  std::string above;
  for (std::string line; std::getline(text, line); above = line) {
    if (line.starts_with('[')) first = seen.insert(line).second;
    if (!std::isalpha(static_cast<unsigned char>(line[0])) || seen.empty()) continue;
    EXPECT_EQ(above.starts_with("# "), first) << line;
    keys += first;
  }
  EXPECT_GT(keys, 70u);
  EXPECT_EQ(to_toml(preset("small"), Comments::none).find('#'), std::string::npos);
}

TEST(WorldSpec, KeepsWhatATextLeavesOut) {
  const WorldSpec small = preset("small");
  const WorldSpec spec =
      parse_world_spec(head + "seed = 9\n[size]\npeople = 77\n[groups]\nsources = { job = 1 }\n",
                       "mine.toml", small);
  WorldSpec want = small;
  want.seed = 9;
  want.size.people = 77;
  want.groups.sources = {{"job", 1}};
  EXPECT_EQ(to_toml(spec, Comments::none), to_toml(want, Comments::none));
}

TEST(WorldSpec, ListsReplaceTheOnesThatWere) {
  const WorldSpec spec =
      parse_world_spec(head +
                           "[[role]]\nname = \"Buyer\"\nfrom = \"Director\"\nto = \"Manager\"\n"
                           "department = \"any\"\n",
                       "mine.toml", preset("small"));
  ASSERT_EQ(spec.roles.size(), 1u);
  EXPECT_EQ(spec.roles[0].name, "Buyer");
  EXPECT_EQ(spec.roles[0].weighting, WorldSpec::Role{}.weighting);
  EXPECT_EQ(spec.types.size(), 34u);
}

// One thing wrong with one line each, and what the message says beside the file.
TEST(WorldSpec, NamesLineKeyAndRemedy) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"sead = 1", "line 2, sead: there is no such key. Did you mean 'seed'?"},
      {"seed = -1", "line 2, seed '-1': this is not a whole number in the range"},
      {"seed = 1.5", "line 2, seed '1.5': this is not a whole number in the range"},
      {"name = 1", "line 2, name '1': this is not a text"},
      {"[sizes]", "line 2, sizes: there is no such key. Did you mean 'size'?"},
      {"size = 1", "line 2, size '1': this is not a table"},
      {"[size]\npoeple = 1", "line 3, size.poeple: there is no such key. Did you mean 'people'?"},
      {"[size]\npeople = 0", "line 3, size.people '0': this is not a whole number in the range"},
      {"[size]\npeople = 1e3", "line 3, size.people '1000': this is not a whole number"},
      {"[size]\npeople = \"x\"", "line 3, size.people 'x': this is not a whole number"},
      {"[size]\nend = \"soon\"", "line 3, size.end 'soon': this is not a date"},
      {"[activity]\nbranching = 0.96", "line 3, activity.branching '0.96': this is not a number"},
      {"[activity]\nweekdays = [1, -1]", "line 3, activity.weekdays '-1': this is not a number"},
      {"[activity]\nhours = 3", "line 3, activity.hours '3': this is not a list"},
      {"[outcome]\nbase_rate = 1", "line 3, outcome.base_rate '1': this is not a number in the"},
      {"[outcome]\nnoise = nan", "line 3, outcome.noise 'nan': this is not a number in the range"},
      {"[accounts.countries]\nDE = \"x\"", "line 3, accounts.countries.DE 'x': this is not a"},
      {"role = 1", "line 2, role '1': this is not a list"},
      {"role = [1]", "line 2, role '1': this is not a table. Write it as [[role]]"},
      {"[[role]]\nweighting = 1", "line 2, role.name: the key is missing"},
      {"[[role]]\nname = \"A\"\nmembers = 0.5", "line 4, role.members '0.5': this is not a number"},
      {"[[role]]\nname = \"A\"\nrequired = 1", "line 4, role.required '1': this is neither true"},
      {"[[role]]\nname = \"A\"\nform = \"x\"", "line 4, role.form: there is no such key. Did you"},
      {"[[type]]\nname = \"A\"\ninfluence = 2e6", "line 4, type.influence '2000000': this is"},
      {"[[persona]]\nname = \"A\"\ntitles = [1]", "line 4, persona.titles '1': this is not a text"},
      {"a = = 1", "line 2: this is not TOML"}};
  for (const auto& [text, message] : cases)
    EXPECT_THAT(complaint(head + text + "\n"), HasSubstr("mine.toml, " + message)) << text;
}

TEST(WorldSpec, ReportsAllThatALineShows) {
  const std::string text = complaint(head + R"(
sead = 1
[size]
people = 0
days = "x"
[activity]
weekdays = [1, -1, 2]
branching = 3
[machines]
opened = "y"
[[role]]
weighting = -1
[[type]]
name = "A"
share = -1
[groups]
sources = 4
)");
  for (const char* part :
       {"line 3, sead", "line 5, size.people '0'", "line 6, size.days 'x'",
        "line 8, activity.weekdays '-1'", "line 9, activity.branching '3'",
        "line 11, machines.opened", "line 12, role.name", "line 13, role.weighting '-1'",
        "line 16, type.share '-1'", "line 18, groups.sources '4'"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(WorldSpec, RefusesOtherFormats) {
  EXPECT_THAT(complaint("seed = 1\n"),
              AllOf(HasSubstr("mine.toml"), HasSubstr("format"), HasSubstr("the key is missing"),
                    HasSubstr("rolecall.world-spec/1")));
  EXPECT_THAT(complaint("format = \"rolecall.world-spec/2\"\n"),
              HasSubstr("mine.toml, line 1, format 'rolecall.world-spec/2': this program does not "
                        "make worlds from this format"));
  EXPECT_THAT(complaint("format = \"rolecall.model/1\"\n"), HasSubstr("format 'rolecall.model/1'"));
}

// One broken promise each, which no single line shows.
TEST(WorldSpec, NamesFieldAndRemedyOfWhatNoLineShows) {
  const std::vector<std::pair<std::function<void(WorldSpec&)>, const char*>> cases{
      {[](WorldSpec& s) { s.solutions[1].department = "Finanze"; },
       "solution.department 'Finanze': there is no such name. Did you mean 'Finance'?"},
      {[](WorldSpec& s) { s.solutions[1].level = "compani"; },
       "solution.level 'compani': there is no such name. Did you mean 'company'?"},
      {[](WorldSpec& s) { s.roles[0].from = "Boss"; },
       "role.from 'Boss': there is no such name. Known: Executive"},
      {[](WorldSpec& s) { s.roles[0].to = "Menager"; },
       "role.to 'Menager': there is no such name. Did you mean 'Manager'?"},
      {[](WorldSpec& s) { s.roles[0].department = "owned"; },
       "role.department 'owned': there is no such name. Did you mean 'own'?"},
      {[](WorldSpec& s) { std::swap(s.roles[2].from, s.roles[2].to); },
       "role.to 'Director': it stands above 'Manager', its from. Exchange the two"},
      {[](WorldSpec& s) { s.machines.opened_type = "Open Emial"; },
       "machines.opened_type 'Open Emial': there is no such name. Did you mean 'Open Email'?"},
      {[](WorldSpec& s) { s.machines.followed_type = "Klick"; },
       "machines.followed_type 'Klick': there is no such name"},
      {[](WorldSpec& s) {
         s.personas[0].channels = {{"Webb", 1}};
       },
       "persona.channels 'Webb': there is no such name. Did you mean 'Web'?"},
      {[](WorldSpec& s) {
         s.groups.sources = {{"jobs", 1}};
       },
       "groups.sources 'jobs': there is no such name. Did you mean 'job'?"},
      {[](WorldSpec& s) { s.roles[1].name = s.roles[0].name; },
       "role.name 'Decision Maker': the name is there twice. Rename one of the two"},
      {[](WorldSpec& s) { s.types[3].name = s.types[0].name; },
       "type.name 'Asks Questions in Webinar': the name is there twice"},
      {[](WorldSpec& s) { s.solutions[2].name = s.solutions[0].name; },
       "solution.name 'Planning Cloud': the name is there twice"},
      {[](WorldSpec& s) { s.departments[2].name = s.departments[3].name; },
       "department.name 'Information Technology': the name is there twice"},
      {[](WorldSpec& s) { s.personas.push_back(s.personas[3]); },
       "persona.name 'Manager': the name is there twice"},
      {[](WorldSpec& s) { s.types[3].name.clear(); }, "type.name: the name is empty"},
      {[](WorldSpec& s) { s.types[3].name += '\0'; },
       "type.name 'Call to Action Clicked in Webinar\\x00': the name holds a NUL character"},
      {[](WorldSpec& s) { s.solutions[2].name = "A;B"; },
       "solution.name 'A;B': the name holds a semicolon"},
      {[](WorldSpec& s) {
         s.solutions.resize(65, s.solutions[0]);
         for (std::size_t i = 0; i < 65; ++i) s.solutions[i].name = std::to_string(i);
       },
       "solution: there are 65; at most 64 can be. Leave some out"},
      {[](WorldSpec& s) { s.solutions.clear(); }, "solution: the list is empty. Name at least one"},
      {[](WorldSpec& s) { s.departments.clear(); }, "department: the list is empty"},
      {[](WorldSpec& s) { s.personas.clear(); }, "persona: the list is empty"},
      {[](WorldSpec& s) { s.roles.clear(); }, "role: the list is empty"},
      {[](WorldSpec& s) { s.types.clear(); }, "type: the list is empty"},
      {[](WorldSpec& s) { s.departments[1].specialists.clear(); },
       "department.specialists 'Finance': the list is empty. Name at least one"},
      {[](WorldSpec& s) { s.personas[1].titles.clear(); },
       "persona.titles 'Vice President': the list is empty"},
      {[](WorldSpec& s) {
         s.roles.resize(21, s.roles[0]);
         for (std::size_t r = 0; r < 21; ++r) s.roles[r].name = std::to_string(r);
       },
       "role: there are 21; at most 20 can be. Leave some out"},
      {[](WorldSpec& s) { s.activity.weekdays.pop_back(); },
       "activity.weekdays '6 numbers': a week has 7 days. Give 7 numbers, Monday first"},
      {[](WorldSpec& s) { s.activity.hours.push_back(1); },
       "activity.hours '25 numbers': a day has 24 hours"},
      {[](WorldSpec& s) { s.activity.weekdays.assign(7, 0); },
       "activity.weekdays: nothing has a share above 0. Give one at least"},
      {[](WorldSpec& s) { s.activity.hours.assign(24, 0); },
       "activity.hours: nothing has a share above 0"},
      {[](WorldSpec& s) { s.accounts.industries.clear(); },
       "accounts.industries: nothing has a share above 0"},
      {[](WorldSpec& s) {
         s.accounts.countries = {{"DE", 0}};
       },
       "accounts.countries: nothing has a share above 0"},
      {[](WorldSpec& s) { s.groups.sources.clear(); },
       "groups.sources: nothing has a share above 0"},
      {[](WorldSpec& s) {
         for (auto& type : s.types) type.share = 0;
       },
       "type.share: nothing has a share above 0"},
      {[](WorldSpec& s) {
         for (auto& persona : s.personas) persona.share = 0;
       },
       "persona.share: nothing has a share above 0"},
      {[](WorldSpec& s) {
         for (auto& type : s.types) type.share = type.channel == "Web" ? 1 : 0;
         s.personas[2].channels = {{"Web", 0}};
       },
       "persona.channels 'Director': nothing has a share above 0"},
      {[](WorldSpec& s) { std::swap(s.accounts.fewest_employees, s.accounts.most_employees); },
       "accounts.fewest_employees '200000': it is above most_employees. Exchange the two"},
      {[](WorldSpec& s) { s.size.end = *parse_day("1900-02-01"); },
       "size.end '1900-02-01': the log does not lie between 1900 and 9000"},
      {[](WorldSpec& s) { s.size.end = *parse_day("9000-01-02"); },
       "size.end '9000-01-02': the log does not lie between 1900 and 9000"},
      {[](WorldSpec& s) { s.rows.late = .6, s.rows.duplicates = .5; },
       "rows.late '0.6': no row is both late and there twice, and so many rows there are not"},
      {[](WorldSpec& s) { s.size.people = 0; }, "size.people '0': this is out of range. Take 1 to"},
      {[](WorldSpec& s) { s.size.days = 40'000; }, "size.days '40000': this is out of range"},
      {[](WorldSpec& s) { s.activity.branching = 1; }, "activity.branching '1': this is out of"},
      {[](WorldSpec& s) { s.outcome.noise = std::numeric_limits<double>::quiet_NaN(); },
       "outcome.noise 'nan': this is out of range"},
      {[](WorldSpec& s) { s.roles[3].members = .5; }, "role.members '0.5': this is out of range"},
      {[](WorldSpec& s) { s.types[3].share = -1; }, "type.share '-1': this is out of range"}};
  for (const auto& [apply, message] : cases) {
    const std::string text = complaint(apply);
    EXPECT_THAT(text, HasSubstr(std::string("spec, ") + message));
    EXPECT_LE(std::ranges::count(text, '\n'), 1) << text;  // and little that follows from it
  }
}

TEST(WorldSpec, ReportsAllThatNoLineShows) {
  const std::string text = complaint([](WorldSpec& s) {
    s.solutions[0].department = "x";
    s.roles[0].from = "y";
    s.roles[1].name = s.roles[2].name;
    s.machines.opened_type = "z";
    s.activity.hours.clear();
    s.personas[0].titles.clear();
    s.accounts.industries.clear();
    s.size.end = *parse_day("1899-01-01");
  });
  for (const char* part :
       {"solution.department 'x'", "role.from 'y'", "role.name 'Champion'",
        "machines.opened_type 'z'", "activity.hours '0 numbers'", "persona.titles 'Executive'",
        "accounts.industries: nothing", "size.end '1899-01-01'"})
    EXPECT_THAT(text, HasSubstr(part));
}

// The file is named though no line is.
TEST(WorldSpec, FilesAreCheckedWhenTheyAreRead) {
  EXPECT_THAT(complaint(head + "[machines]\nopened_type = \"Fax\"\n"),
              HasSubstr("mine.toml, machines.opened_type 'Fax': there is no such name"));
  EXPECT_THAT(complaint(head + "[[role]]\nname = \"A\"\n"),
              AllOf(HasSubstr("mine.toml, role.from"), HasSubstr("mine.toml, role.department"),
                    Not(HasSubstr("line"))));
}

TEST(WorldSpec, TakesTheLongestAndTheShortestLog) {
  WorldSpec spec = preset("small");
  spec.size.days = 36'500;
  spec.size.end = *parse_day("2000-01-01");
  EXPECT_NO_THROW(check(spec, ""));
  spec.size.days = 1;
  spec.size.end = *parse_day("1900-01-01");
  EXPECT_NO_THROW(check(spec, ""));
}

}  // namespace
}  // namespace rolecall
