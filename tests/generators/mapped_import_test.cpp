#include "generators/mapped_import.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "bundle_folder.hpp"
#include "core/error.hpp"
#include "damaged_toml.hpp"
#include "generators/mapping_file.hpp"
#include "same_world.hpp"
#include "temp_folder.hpp"

namespace rolecall {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::expect_equal;
using ::testing::HasSubstr;
using testing::spill;
using testing::TempFolder;

// An export of some CRM: other names, other words, semicolons and tabs.
class ForeignFolder {
 public:
  ForeignFolder() {
    write("firms.csv",
          "Firm;Owner;Sector;Sales;Town;Junk\nAcme;;technolgy;1.5;Bonn;x\nAcme West;Acme;null;;;y\n"
          "Lone;Elsewhere;retail;2e-1;;z\n");
    write("staff.tsv",
          "Name\tEmployer\tPosition\nZoë\tAcme\tCEO\nMax\tnull\t\"VP \"\"Sales\"\"\"\n");
    write("pipeline.csv", "Ref,Firm,State,Amount\nr1,Acme,Won,3\nr2,,Open,\nr3,Lone,Lost,-\n");
  }
  void write(const std::string& file, const std::string& text) { spill(folder_ / file, text); }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

const std::string head = "format = \"rolecall.mapping/1\"\n";
const std::string firms = R"(
[accounts]
file = "firms.csv"
delimiter = ";"
drop = ["Junk"]
account_id = "Firm"
parent_account_id = "Owner"
industry = { column = "Sector", values = { technolgy = "technology" }, missing = ["null", "?"] }
revenue = { column = "Sales", scale = 1e6 }
attributes = { segment = { constant = "B2B" }, "sector, as given" = "Sector" }
)";
const std::string staff = R"(
[people]
file = "staff.tsv"
delimiter = "\t"
person_id = { row_number = true }
account_id = { column = "Employer", missing = ["null"] }
title = "Position"
)";
const std::string pipeline = R"(
[deals]
file = "pipeline.csv"
deal_id = "Ref"
account_id = "Firm"
stage = "State"
outcome = { column = "State", values = { Won = "won", Lost = "lost", Open = "open" } }
value = { column = "Amount", missing = ["-"] }
)";

CsvBundle import(const ForeignFolder& folder, const std::string& mapping,
                 OnError on_error = OnError::skip) {
  CsvBundleOptions options;
  options.on_error = on_error;
  return import_mapped(folder.path(), parse_mapping(head + mapping, "map.toml"), options);
}

std::string complaint(const ForeignFolder& folder, const std::string& mapping) {
  try {
    import(folder, mapping, OnError::stop);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::string refusal(const std::string& text) {
  try {
    parse_mapping(text, "map.toml");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::string> texts(const TextColumn& column) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < column.size(); ++i) result.emplace_back(column[i]);
  return result;
}

std::vector<std::string> texts(const Attributes& attributes, const char* name) {
  return texts(std::get<TextColumn>(find(attributes, name)->values));
}

std::vector<std::string> names(const Attributes& attributes) {
  std::vector<std::string> result;
  for (const Attribute& attribute : attributes) result.push_back(attribute.name);
  return result;
}

TEST(MappedImport, ReadsForeignFilesAsTheMappingSays) {
  const CsvBundle bundle = import(ForeignFolder(), firms + staff + pipeline);
  const World& w = bundle.world;
  EXPECT_THAT(texts(w.accounts.ids), ElementsAre("Acme", "Acme West", "Lone"));
  EXPECT_THAT(w.accounts.parents, ElementsAre(AccountId{}, AccountId{0}, AccountId{}));
  EXPECT_THAT(names(w.accounts.attributes),
              ElementsAre("Town", "industry", "revenue", "sector, as given", "segment"));
  EXPECT_THAT(texts(w.accounts.attributes, "industry"), ElementsAre("technology", "", "retail"));
  EXPECT_THAT(texts(w.accounts.attributes, "sector, as given"),
              ElementsAre("technolgy", "null", "retail"));
  EXPECT_THAT(texts(w.accounts.attributes, "segment"), ElementsAre("B2B", "B2B", "B2B"));
  const auto& revenue =
      std::get<std::vector<double>>(find(w.accounts.attributes, "revenue")->values);
  EXPECT_EQ(revenue[0], 1.5e6);
  EXPECT_TRUE(std::isnan(revenue[1]));
  EXPECT_EQ(revenue[2], 200'000);
  EXPECT_THAT(texts(w.people.ids), ElementsAre("2", "3"));
  EXPECT_THAT(w.people.accounts, ElementsAre(AccountId{0}, AccountId{}));
  EXPECT_THAT(texts(w.people.attributes, "title"), ElementsAre("CEO", "VP \"Sales\""));
  EXPECT_THAT(w.deals.accounts, ElementsAre(AccountId{0}, AccountId{}, AccountId{2}));
  EXPECT_THAT(texts(w.deals.stages), ElementsAre("Won", "Open", "Lost"));
  EXPECT_THAT(w.deals.outcomes, ElementsAre(Outcome::won, Outcome::open, Outcome::lost));
  EXPECT_TRUE(std::isnan(w.deals.values[2]));
  EXPECT_TRUE(w.deals.attributes.empty());
}

TEST(MappedImport, CountsWhatItChangesAndWarnsOfWhatNeverOccurred) {
  const CsvBundle bundle = import(ForeignFolder(), firms + pipeline);
  std::vector<std::string> changes;
  for (const ValueChange& c : bundle.changes)
    changes.push_back(c.column + " " + c.value + " " + c.our_column + " " + c.our_value + " " +
                      std::to_string(c.rows));
  EXPECT_THAT(changes,
              ElementsAre("Sector technolgy industry technology 1", "Sector null industry  1",
                          "Amount - value  1", "State Lost outcome lost 1",
                          "State Open outcome open 1", "State Won outcome won 1"));
  EXPECT_THAT(bundle.warnings, ElementsAre(AllOf(HasSubstr("firms.csv: no row has the Sector '?'"),
                                                 HasSubstr("accounts.industry"))));
}

TEST(MappedImport, KeepsAccountsWhoseParentIsElsewhereAsRootsAndListsThem) {
  const CsvBundle bundle = import(ForeignFolder(), firms);
  ASSERT_EQ(bundle.notes.size(), 1u);
  EXPECT_EQ(bundle.notes[0].file, "firms.csv");
  EXPECT_EQ(bundle.notes[0].row, 4u);
  EXPECT_EQ(bundle.notes[0].field, "Owner");
  EXPECT_EQ(bundle.notes[0].value, "Elsewhere");
  EXPECT_TRUE(bundle.rejects.empty());
  EXPECT_THAT(
      complaint(ForeignFolder(), firms),
      AllOf(HasSubstr("firms.csv, row 4, Owner 'Elsewhere': there is no such id in firms.csv"),
            HasSubstr("--on-error skip")));
}

TEST(MappedImport, ComparesUltimateParentsWithTheWalk) {
  ForeignFolder folder;
  folder.write("tree.csv",
               "id,up,top\n"
               "a,,\nb,a,a\nc,b,a\n"     // as it should be; a says nothing
               "d,b,x\ne,,x\ng,,g\n"     // leads to a; has no parent; its own root
               "h,out,far\ni,h,out\n");  // leads out of the file: nobody can tell
  const CsvBundle bundle = import(folder, R"(
[accounts]
file = "tree.csv"
account_id = "id"
parent_account_id = "up"
ultimate_parent_account_id = "top"
)");
  std::vector<std::string> notes;
  for (const Problem& p : bundle.notes)
    notes.push_back(std::to_string(p.row) + " " + p.field + " " + p.value + ": " + p.what);
  EXPECT_THAT(notes,
              ElementsAre(HasSubstr("8 up out: there is no such id"),
                          HasSubstr("5 top x: the direct parents lead to another account, a"),
                          HasSubstr("6 top x: the account has no parent")));
  EXPECT_EQ(bundle.world.accounts.size(), 8u);
  EXPECT_THAT(texts(bundle.world.accounts.attributes, "ultimate_parent_account_id"),
              ElementsAre("", "a", "a", "x", "x", "g", "far", "out"));
}

TEST(MappedImport, ProblemsNameTheirFileRowAndColumn) {
  ForeignFolder folder;
  folder.write("pipeline.csv",
               "Ref,Firm,State,Amount\nr1,Acme,Won,much\nr1,Nobody,Maybe,\n,Acme,,\n");
  const std::string text = complaint(folder, staff + pipeline);
  EXPECT_THAT(
      text, AllOf(HasSubstr("staff.tsv, row 2, Employer 'Acme': there is no such id in [accounts] "
                            "of map.toml"),
                  HasSubstr("pipeline.csv, row 2, Amount 'much': this is not a number"),
                  HasSubstr("pipeline.csv, row 3, Ref 'r1': row 2 has the same Ref"),
                  HasSubstr("pipeline.csv, row 4, Ref: the row has no Ref")));
  folder.write("pipeline.csv", "Ref,Firm,State,Amount\nr1,Nobody,Maybe,1\n");
  EXPECT_THAT(complaint(folder, pipeline),
              AllOf(HasSubstr("pipeline.csv, row 2, State 'Maybe': this is not an outcome"),
                    HasSubstr("pipeline.csv, row 2, Firm 'Nobody'")));
}

TEST(MappedImport, SaysWhichColumnsAndFilesAreNotThere) {
  const ForeignFolder folder;
  EXPECT_THAT(complaint(folder, R"(
[accounts]
file = "frims.csv"
account_id = "Firm"
[people]
file = "staff.tsv"
person_id = "Name"
[deals]
file = "pipeline.csv"
deal_id = "Reff"
drop = ["Jnuk", "State"]
stage = "State"
)"),
              AllOf(HasSubstr("map.toml, line 3, accounts.file 'frims.csv': there is no such file"),
                    HasSubstr("Did you mean 'firms.csv'?"),
                    HasSubstr("people.person_id 'Name': staff.tsv has no such column"),
                    HasSubstr("is it the delimiter?"),
                    HasSubstr("deals.deal_id 'Reff': pipeline.csv has no such column. Did you mean "
                              "'Ref'?"),
                    HasSubstr("deals.drop 'Jnuk': pipeline.csv has no such column"),
                    HasSubstr("deals.drop 'State': the column is also used")));
  ForeignFolder named;
  named.write("pipeline.csv", "Ref,stage\nr1,x\n");
  EXPECT_THAT(complaint(named, "[deals]\nfile = \"pipeline.csv\"\ndeal_id = \"Ref\"\n"),
              HasSubstr("deals 'stage': a column of pipeline.csv has this name"));
  EXPECT_EQ(
      complaint(named, "[deals]\nfile = \"pipeline.csv\"\ndeal_id = \"Ref\"\nstage = \"stage\"\n"),
      "");
}

TEST(MappedImport, OfOurOwnColumnsIsTheImportOfTheBundle) {
  const testing::DealFolder bundle;
  std::string mapping = head;
  for (const auto& [table, columns] : std::vector<std::pair<std::string, std::string>>{
           {"accounts", "account_id parent_account_id name revenue"},
           {"people", "person_id account_id title"},
           {"groups", "group_id account_id solution created"},
           {"members", "group_id person_id role source since until"},
           {"activities", "person_id activity time count"},
           {"outcomes", "group_id outcome date value"},
           {"deals", "deal_id account_id solution pipeline stage opened closed value outcome"},
           {"deal_contacts", "deal_id person_id role"},
           {"deal_events", "deal_id event time detail"}}) {
    mapping += "[" + table + "]\nfile = \"" + table + ".csv\"\n";
    std::istringstream names(columns);
    // `name` is an attribute that the section knows too.
    for (std::string name; names >> name;) mapping += name + " = \"" + name + "\"\n";
  }
  for (const std::size_t part_bytes : {1 << 20, 20}) {
    CsvBundleOptions options;
    options.part_bytes = part_bytes;
    expect_equal(import_mapped(bundle.path(), parse_mapping(mapping, "map.toml"), options).world,
                 import_csv_bundle(bundle.path()).world);
  }
}

TEST(MappedImport, NumbersRowsAndCountsChangesWhateverTheParts) {
  ForeignFolder folder;
  std::string text = "State\n";
  for (int i = 0; i < 300; ++i) text += i % 3 == 0 ? "\"a\n\"\n" : "b\n";
  folder.write("pipeline.csv", text);
  const std::string section =
      "[deals]\nfile = \"pipeline.csv\"\nstage = { column = \"State\", values = "
      "{ b = \"c\" } }\ndeal_id = ";
  CsvBundleOptions options;
  options.part_bytes = 16;
  const auto read = [&](const std::string& id) {
    return import_mapped(folder.path(), parse_mapping(head + section + id, "m"), options);
  };
  const CsvBundle bundle = read("{ row_number = true }");
  EXPECT_EQ(bundle.world.deals.size(), 300u);
  EXPECT_EQ(bundle.changes.at(0).rows, 200u);
  for (std::size_t d = 0; d < 300; ++d) {
    const auto row = std::stoul(std::string(bundle.world.deals.ids[d])) - 2;
    EXPECT_EQ(bundle.world.deals.stages[d], row % 3 == 0 ? "a\n" : "c");
  }
}

TEST(MappedImport, ScalesDecimalsExactly) {
  ForeignFolder folder;
  const std::vector<std::string> numbers{"1100.04", "0.1", "-3", "2.5e2", "1e-3", "12E+2", ".5"};
  std::string text = "id,n\n";
  for (std::size_t i = 0; i < numbers.size(); ++i)
    text += std::to_string(i) + "," + numbers[i] + "\n";
  folder.write("n.csv", text);
  const World w = import(folder,
                         "[deals]\nfile = \"n.csv\"\ndeal_id = \"id\"\n"
                         "value = { column = \"n\", scale = 1e6 }\n")
                      .world;
  EXPECT_THAT(w.deals.values, ElementsAre(1100040000., 100000., -3e6, 250e6, 1000., 1200e6, 5e5));
  for (const char* bad : {"x", "1e", "1e2e3", "e3", "1e99999", "1.2.3"}) {
    folder.write("n.csv", std::string("id,n\n1,") + bad + "\n");
    EXPECT_THAT(complaint(folder,
                          "[deals]\nfile = \"n.csv\"\ndeal_id = \"id\"\n"
                          "value = { column = \"n\", scale = 1e6 }\n"),
                HasSubstr("n.csv, row 2, n '"))
        << bad;
  }
}

TEST(DealsCsv, MakesAWorldOfOneFile) {
  ForeignFolder folder;
  folder.write("mine.csv", "deal_id,account_id,value,note\nd2,b,1,x\nd1,a,,\nd3,,2,\nd4,b,,\n");
  const World w = import_deals_csv(folder.path() / "mine.csv").world;
  EXPECT_THAT(texts(w.accounts.ids), ElementsAre("a", "b"));
  EXPECT_THAT(w.accounts.parents, ElementsAre(AccountId{}, AccountId{}));
  EXPECT_TRUE(w.accounts.attributes.empty());
  EXPECT_THAT(w.deals.accounts, ElementsAre(AccountId{0}, AccountId{1}, AccountId{}, AccountId{1}));
  EXPECT_THAT(texts(w.deals.attributes, "note"), ElementsAre("", "x", "", ""));
  EXPECT_THAT(w.deal_events.offsets, ElementsAre(0, 0, 0, 0, 0));
  EXPECT_THROW(import_deals_csv(folder.path() / "pipeline.csv"), InputError);

  const Mapping mapping = parse_mapping(head + pipeline, "map.toml");
  const CsvBundle mapped = import_deals_csv(folder.path() / "pipeline.csv", mapping);
  EXPECT_THAT(texts(mapped.world.accounts.ids), ElementsAre("Acme", "Lone"));
  EXPECT_EQ(mapped.changes.size(), 4u);
  const std::string by_row = "[deals]\nfile = \"any\"\ndeal_id = { row_number = true }\n";
  EXPECT_THROW(import_deals_csv(folder.path() / "none.csv", parse_mapping(head + by_row, "m")),
               InputError);
  EXPECT_THROW(import_deals_csv(folder.path() / "none.csv"), InputError);
  EXPECT_THROW(
      import_deals_csv(folder.path() / "pipeline.csv", parse_mapping(head + firms + pipeline, "m")),
      InputError);
}

TEST(MappingFile, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(refusal(""), HasSubstr("format: the key is missing"));
  EXPECT_THAT(refusal("format = \"rolecall.mapping/2\"\n"), HasSubstr("Write format = "));
  EXPECT_THAT(refusal(head), HasSubstr("the mapping names no table"));
  const auto of = [&](const std::string& lines) {
    return refusal(head + "[deals]\nfile = \"d.csv\"\ndeal_id = \"id\"\n" + lines);
  };
  EXPECT_EQ(of(""), "");
  EXPECT_THAT(refusal(head + "[deal]\n"), HasSubstr("there is no such key. Did you mean 'deals'?"));
  EXPECT_THAT(refusal(head + "[deals]\n"), AllOf(HasSubstr("deals.file: the key is missing"),
                                                 HasSubstr("deals.deal_id: the key is missing")));
  EXPECT_THAT(refusal(head + "deals = 3\n"), HasSubstr("deals '3': this is not a table"));
  EXPECT_THAT(
      of("stge = \"x\"\n"),
      HasSubstr("map.toml, line 5, deals.stge: there is no such key. Did you mean 'stage'?"));
  EXPECT_THAT(of("stage = 3\n"), HasSubstr("neither the name of a column nor a table"));
  EXPECT_THAT(of("stage = {}\n"), HasSubstr("exactly one of column, constant and row_number"));
  EXPECT_THAT(of("stage = { column = \"a\", constant = \"b\" }\n"), HasSubstr("exactly one of"));
  EXPECT_THAT(of("stage = { row_number = false }\n"), HasSubstr("this can only be true"));
  EXPECT_THAT(of("stage = { column = \"a\", vales = {} }\n"),
              HasSubstr("deals.stage.vales: there is no such key. Did you mean 'values'?"));
  EXPECT_THAT(of("stage = { constant = \"a\", values = { a = \"b\" } }\n"),
              HasSubstr("deals.stage.values: there is no such key"));
  EXPECT_THAT(of("stage = { column = \"a\", values = { a = 1 } }\n"),
              HasSubstr("deals.stage.values.a '1': this is not a text"));
  EXPECT_THAT(of("stage = { column = \"a\", values = { a = \"b\" }, missing = [\"a\"] }\n"),
              HasSubstr("'a' stands twice"));
  EXPECT_THAT(of("stage = { column = \"a\", missing = \"a\" }\n"), HasSubstr("this is not a list"));
  EXPECT_THAT(of("stage = { column = \"a\", scale = 10 }\n"), HasSubstr("this column has no unit"));
  EXPECT_THAT(of("value = { column = \"a\", scale = 3 }\n"), HasSubstr("not a power of ten"));
  EXPECT_THAT(of("value = { column = \"a\", scale = -10 }\n"),
              HasSubstr("not a number in the range"));
  EXPECT_THAT(of("delimiter = \"|\"\n"), HasSubstr("this is not a delimiter"));
  EXPECT_THAT(of("drop = [1]\n"), HasSubstr("deals.drop '1': this is not a text"));
  EXPECT_THAT(of("attributes = { stage = \"x\" }\n"), HasSubstr("Write it as deals.stage."));
  EXPECT_THAT(of("attributes = { \"\" = \"x\" }\n"), HasSubstr("the attribute has no name"));
  EXPECT_THAT(of("stage = { constant = \"a\\u0000b\" }\n"), HasSubstr("NUL"));
  EXPECT_THAT(refusal(head + "[accounts]\nfile = \"a\"\naccount_id = \"a\"\nname = \"n\"\n"
                             "attributes = { name = \"m\" }\n"),
              HasSubstr("two columns become this attribute"));
}

// Whatever a mapping and the files say, they are imported or it is said what is wrong. `make fuzz`
// runs many more rounds, under the sanitizers.
TEST(Mutation, OfAMappingAndItsFilesIsReadOrRefused) {
  const std::size_t rounds = testing::fuzz_rounds(1500);
  std::mt19937_64 bits(3);
  std::size_t read = 0, refused = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    ForeignFolder folder;
    for (const char* file : {"firms.csv", "staff.tsv", "pipeline.csv"})
      if (bits() % 6 == 0)
        folder.write(file,
                     testing::damaged_toml(testing::slurp((folder.path() / file).string()), bits));
    std::string text = head + firms + staff + pipeline;
    if (bits() % 3 != 0) text = testing::damaged_toml(text, bits);
    CsvBundleOptions options;
    options.on_error = bits() % 2 == 0 ? OnError::stop : OnError::skip;
    options.part_bytes = 1 + bits() % 100;
    try {
      const Mapping mapping = parse_mapping(text, "mutant");
      import_mapped(folder.path(), mapping, options);
      ++read;
    } catch (const InputError& error) {
      EXPECT_GT(error.total(), 0u);
      EXPECT_STRNE(error.what(), "");
      ++refused;
    }
    ASSERT_FALSE(HasFailure()) << text;
  }
  EXPECT_GT(read, rounds / 20);
  EXPECT_GT(refused, rounds / 10);
}

}  // namespace
}  // namespace rolecall
