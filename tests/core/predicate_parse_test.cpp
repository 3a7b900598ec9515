#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/predicate/excerpt.hpp"
#include "core/predicate/syntax.hpp"

namespace rolecall {
namespace {

using syntax::Kind;
using syntax::Node;
using ::testing::HasSubstr;

// A tree as text, each node in parentheses.
std::string shape(const Node& node) {
  std::string text;
  switch (node.kind) {
    case Kind::text:
      return '"' + node.text + '"';
    case Kind::number:
      return std::to_string(node.number).substr(0, 6);
    case Kind::day:
      return to_string(node.day);
    case Kind::truth:
      return node.number != 0 ? "true" : "false";
    case Kind::name:
      return node.text;
    case Kind::everything:
      return "*";
    case Kind::last_days:
      return "last" + std::to_string(static_cast<int>(node.number));
    case Kind::call:
      text = node.text;
      break;
    case Kind::list:
      text = "list";
      break;
    case Kind::any:
      text = "or";
      break;
    case Kind::all:
      text = "and";
      break;
    case Kind::negation:
      text = "not";
      break;
    case Kind::comparison:
      text = "op" + std::to_string(static_cast<int>(node.op));
      break;
    case Kind::between:
      text = "between";
      break;
    case Kind::is_missing:
      text = "missing";
      break;
  }
  if (node.negated) text += "!";
  text += "(";
  for (std::size_t i = 0; i < node.children.size(); ++i)
    text += (i > 0 ? " " : "") + shape(node.children[i]);
  return text + ")";
}

std::string parsed(std::string_view text) {
  return shape(Predicate::parse(text, {.field = "--where"}).root());
}

std::string error_of(std::string_view text) {
  try {
    (void)Predicate::parse(text, {.field = "--where"});
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(PredicateParse, TakesTheLanguage) {
  EXPECT_EQ(parsed(R"(title starts_with "Director")"), R"(op8(title "Director"))");
  EXPECT_EQ(parsed(R"(revenue > 1e6 and owns("Y"))"), R"(and(op3(revenue 100000) owns("Y")))");
  EXPECT_EQ(parsed(R"(missing("Decision Maker") and completeness < 50)"),
            R"(and(missing("Decision Maker") op1(completeness 50.000)))");
  EXPECT_EQ(parsed("between(engagement, 5, 6)"), "between(engagement 5.0000 6.0000)");
  EXPECT_EQ(parsed("engagement not between 5 and 6"), "between!(engagement 5.0000 6.0000)");
  EXPECT_EQ(parsed(R"(count("Open Email", last 14 days) >= 3)"),
            R"(op4(count("Open Email" last14) 3.0000))");
  EXPECT_EQ(parsed("count(*,last 1 day)=0"), "op0(count(* last1) 0.0000)");
  EXPECT_EQ(parsed(R"(any_ancestor(name = 'O\'Neil'))"), R"(any_ancestor(op0(name "O'Neil")))");
  EXPECT_EQ(parsed("created >= 2026-03-01"), "op4(created 2026-03-01)");
  EXPECT_EQ(parsed(R"(country not in ["DE", "FR",])"), R"(op5!(country list("DE" "FR")))");
  EXPECT_EQ(parsed("title is not missing"), "missing!(title)");
  EXPECT_EQ(parsed("account.`Annual Revenue` <> -.5"), "op0!(account.Annual Revenue -0.500)");
}

TEST(PredicateParse, BindsNotThenAndThenOr) {
  EXPECT_EQ(parsed("a or not b and c"), "or(a and(not(b) c))");
  EXPECT_EQ(parsed("(a or b) and not (c or d)"), "and(or(a b) not(or(c d)))");
  EXPECT_EQ(parsed("A AND b Or NOT c"), "or(and(A b) not(c))");
  EXPECT_EQ(parsed("not not a"), "not(not(a))");
  EXPECT_EQ(parsed("order and notes or inside"), "or(and(order notes) inside)");
}

TEST(PredicateParse, PassesOverBlanks) { EXPECT_EQ(parsed("\n a\n\t and(b)\n"), "and(a b)"); }

TEST(PredicateParse, TakesABlankTextAsAllOfNoConditions) {
  EXPECT_EQ(parsed(""), "and()");
  EXPECT_EQ(parsed(" \n"), "and()");
}

TEST(PredicateParse, KeepsBackslashesOfExpressions) {
  EXPECT_EQ(parsed(R"(t matches "\bC.O\b")"), R"(op10(t "\bC.O\b"))");
  EXPECT_EQ(parsed(R"(t = "a\\b\"c")"), R"(op0(t "a\b"c"))");
}

TEST(PredicateParse, PointsAtWhatItCannotRead) {
  EXPECT_EQ(error_of("revenue > and owns(\"Y\")"),
            "--where: a value is expected here: a \"text\", a number, a day such as 2026-03-01, or "
            "a name.\n  revenue > and owns(\"Y\")\n            ^");
  EXPECT_THAT(error_of("()"), HasSubstr("a condition is expected here"));
  EXPECT_THAT(error_of("a and"), HasSubstr("\n  a and\n       ^"));
  EXPECT_THAT(error_of("(a or b"), HasSubstr("closing ) is expected here.\n  (a or b\n         ^"));
  EXPECT_THAT(error_of("a && b"), HasSubstr("Write and."));
  EXPECT_THAT(error_of("title = “x”"), HasSubstr("straight quotes"));
  EXPECT_THAT(error_of("title = \"x"), HasSubstr("is not closed by \""));
  EXPECT_THAT(error_of("x in [1, 2"), HasSubstr("not closed by ]"));
  EXPECT_THAT(error_of("x in 3"), HasSubstr("a list is expected here"));
  EXPECT_THAT(error_of("x is gone"), HasSubstr("missing is expected here"));
  EXPECT_THAT(error_of("d > 2026-02-30"), HasSubstr("there is no such day"));
  EXPECT_THAT(error_of("x > 1e999"), HasSubstr("out of range"));
  EXPECT_THAT(error_of("count(\"a\", last 0 days) > 1"), HasSubstr("cannot be looked back"));
  EXPECT_THAT(error_of("a \xff"), HasSubstr("not UTF-8"));
  EXPECT_THAT(error_of("größe > and"), HasSubstr("\n  größe > and\n          ^"));
}

TEST(PredicateParse, RefusesWhatIsTooDeepOrTooLong) {
  EXPECT_THAT(error_of(std::string(5000, '(') + "a"), HasSubstr("within each other"));
  std::string nots;
  for (int i = 0; i < 5000; ++i) nots += "not ";
  EXPECT_THAT(error_of(nots + "a"), HasSubstr("within each other"));
  std::string calls;
  for (int i = 0; i < 5000; ++i) calls += "f(";
  EXPECT_THAT(error_of(calls), HasSubstr("within each other"));
  EXPECT_THAT(error_of(std::string(2 << 20, 'a')), HasSubstr("too long"));
  std::string wide = "a";
  for (int i = 0; i < 20'000; ++i) wide += " or a = 1";
  EXPECT_EQ(error_of(wide), "no error");
}

TEST(PredicateParse, ShowsWhatIsNearInALongLine) {
  const std::string line = std::string(300, 'a') + "HERE" + std::string(300, 'b');
  const std::string lines = excerpt(line, 300, 304);
  EXPECT_THAT(lines, HasSubstr("…" + std::string(60, 'a') + "HERE"));
  EXPECT_THAT(lines, HasSubstr("\n  " + std::string(61, ' ') + "^^^^"));
  EXPECT_EQ(excerpt("first\nsecond", 6, 12), "  second\n  ^^^^^^");
  EXPECT_EQ(excerpt("abc", 3, 3), "  abc\n     ^");
}

}  // namespace
}  // namespace rolecall
