#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <tao/pegtl.hpp>
#include <tao/pegtl/contrib/limit_depth.hpp>
#include <tao/pegtl/contrib/parse_tree.hpp>

#include "core/predicate/excerpt.hpp"
#include "core/predicate/syntax.hpp"

namespace rolecall {
namespace {

namespace pegtl = tao::pegtl;
using syntax::Kind;
using syntax::Node;
using syntax::Operator;

constexpr std::size_t longest = 1 << 20;  // [byte] of a predicate
constexpr std::size_t deepest = 100;      // conditions within conditions

namespace grammar {

using namespace tao::pegtl;

struct blanks : star<space> {};
struct typographic : utf8::ranges<0xA0, 0xA0, 0xAB, 0xAB, 0xBB, 0xBB, 0x2010, 0x203A> {};
struct letter : sor<identifier_first, seq<not_at<typographic>, utf8::range<0x80, 0x10FFFF>>> {};
struct letter_or_digit : sor<letter, digit> {};

template <char... C>
struct word : seq<istring<C...>, not_at<letter_or_digit>> {};
struct word_and : word<'a', 'n', 'd'> {};
struct word_or : word<'o', 'r'> {};
struct word_not : word<'n', 'o', 't'> {};
struct word_in : word<'i', 'n'> {};
struct word_is : word<'i', 's'> {};
struct word_missing : word<'m', 'i', 's', 's', 'i', 'n', 'g'> {};
struct word_between : word<'b', 'e', 't', 'w', 'e', 'e', 'n'> {};
struct word_last : word<'l', 'a', 's', 't'> {};
struct word_days : sor<word<'d', 'a', 'y', 's'>, word<'d', 'a', 'y'>> {};
struct word_true : word<'t', 'r', 'u', 'e'> {};
struct word_false : word<'f', 'a', 'l', 's', 'e'> {};
struct word_contains : word<'c', 'o', 'n', 't', 'a', 'i', 'n', 's'> {};
struct word_has_word : word<'h', 'a', 's', '_', 'w', 'o', 'r', 'd'> {};
struct word_starts_with : word<'s', 't', 'a', 'r', 't', 's', '_', 'w', 'i', 't', 'h'> {};
struct word_ends_with : word<'e', 'n', 'd', 's', '_', 'w', 'i', 't', 'h'> {};
struct word_matches : word<'m', 'a', 't', 'c', 'h', 'e', 's'> {};
struct reserved
    : sor<word_and, word_or, word_not, word_in, word_is, word_true, word_false, word_contains,
          word_has_word, word_starts_with, word_ends_with, word_matches> {};

// Literals.
template <char Quote>
struct quoted_characters : until<one<Quote>, sor<seq<one<'\\'>, one<Quote, '\\'>>, utf8::any>> {};
struct closed_double : quoted_characters<'"'> {};
struct closed_single : quoted_characters<'\''> {};
struct text : sor<if_must<one<'"'>, closed_double>, if_must<one<'\''>, closed_single>> {};
struct day : seq<rep<4, digit>, one<'-'>, rep<2, digit>, one<'-'>, rep<2, digit>,
                 not_at<letter_or_digit>> {};
struct exponent : seq<one<'e', 'E'>, opt<one<'+', '-'>>, plus<digit>> {};
struct number : seq<opt<one<'-', '+'>>,
                    sor<seq<plus<digit>, opt<one<'.'>, star<digit>>>, seq<one<'.'>, plus<digit>>>,
                    opt<exponent>> {};
struct number_alone : seq<number, not_at<letter_or_digit>> {};
struct truth : sor<word_true, word_false> {};

// Names and calls.
struct closed_backtick : until<one<'`'>, utf8::any> {};
struct plain_part : seq<not_at<reserved>, letter, star<letter_or_digit>> {};
struct quoted_part : if_must<one<'`'>, closed_backtick> {};
struct further_part : sor<plain_part, quoted_part> {};
struct name : seq<sor<plain_part, quoted_part>, star<one<'.'>, must<further_part>>> {};
struct expression;
struct operand;
struct list_close : one<']'> {};
struct list_items
    : seq<must<operand>, star<blanks, one<','>, blanks, not_at<one<']'>>, must<operand>>, blanks,
          opt<one<','>, blanks>> {};
struct list : if_must<one<'['>, blanks, sor<list_close, seq<list_items, must<list_close>>>> {};
struct days_count : plus<digit> {};
struct last_days : seq<word_last, blanks, days_count, blanks, must<word_days>> {};
struct everything : one<'*'> {};
struct argument : sor<last_days, everything, list, expression> {};
struct close : one<')'> {};
struct argument_list : sor<close, seq<list_must<argument, one<','>, space>, blanks, must<close>>> {
};
struct arguments : if_must<one<'('>, blanks, argument_list> {};
struct reference : seq<name, opt<blanks, arguments>> {};
struct operand : sor<day, number_alone, text, truth, reference> {};

// Conditions.
struct op_equal : sor<string<'=', '='>, one<'='>> {};
struct op_not_equal : sor<string<'!', '='>, string<'<', '>'>> {};
struct op_less_equal : string<'<', '='> {};
struct op_greater_equal : string<'>', '='> {};
struct op_less : one<'<'> {};
struct op_greater : one<'>'> {};
struct compare_op
    : sor<op_equal, op_not_equal, op_less_equal, op_greater_equal, op_less, op_greater> {};
struct text_op : sor<word_contains, word_has_word, word_starts_with, word_ends_with, word_matches> {
};
struct negator : seq<word_not> {};
struct list_or_operand : sor<list, operand> {};
struct in_list : sor<list> {};
struct low : sor<operand> {};
struct high : sor<operand> {};
struct ordered : seq<compare_op, blanks, must<operand>> {};
struct membership : seq<opt<negator, blanks>, word_in, blanks, must<in_list>> {};
struct textual : seq<opt<negator, blanks>, text_op, blanks, must<list_or_operand>> {};
struct range : seq<opt<negator, blanks>, word_between, blanks, must<low>, blanks, must<word_and>,
                   blanks, must<high>> {};
struct missing : seq<word_is, blanks, opt<negator, blanks>, must<word_missing>> {};
struct tail : sor<ordered, membership, textual, range, missing> {};
struct test : seq<operand, opt<blanks, tail>> {};
struct group : if_must<one<'('>, blanks, expression, blanks, close> {};
struct condition;
struct refusal : if_must<word_not, blanks, condition> {};
struct condition : sor<refusal, group, test> {};
struct conjunction : list_must<condition, seq<blanks, word_and, blanks>> {};
struct expression : list_must<conjunction, seq<blanks, word_or, blanks>> {};
struct end : eof {};
struct whole : seq<blanks, must<expression>, blanks, must<end>> {};

template <class Rule>
using selector = parse_tree::selector<
    Rule,
    parse_tree::store_content::on<
        text, day, number_alone, truth, name, days_count, last_days, everything, list, arguments,
        reference, op_equal, op_not_equal, op_less_equal, op_greater_equal, op_less, op_greater,
        word_contains, word_has_word, word_starts_with, word_ends_with, word_matches, negator,
        ordered, membership, textual, range, missing, test, refusal>,
    parse_tree::fold_one::on<conjunction, expression>>;

template <class Rule>
struct action : nothing<Rule> {};
template <>
struct action<condition> : limit_depth<deepest> {};
template <>
struct action<operand> : limit_depth<deepest> {};

constexpr const char* a_condition =
    "a condition is expected here, such as revenue > 1e6 or missing(\"Decision Maker\")";
constexpr const char* a_value =
    "a value is expected here: a \"text\", a number, a day such as 2026-03-01, or a name";

struct messages {
  template <class Rule>
  static constexpr const char* message = nullptr;
  template <class Rule>
  static constexpr bool raise_on_failure = false;  // but where the grammar says must
};
// clang-format off
template <> constexpr const char* messages::message<expression> = a_condition;
template <> constexpr const char* messages::message<conjunction> = a_condition;
template <> constexpr const char* messages::message<condition> = a_condition;
template <> constexpr const char* messages::message<argument> =
    "an argument is expected here: a value, last N days, or a condition";
template <> constexpr const char* messages::message<argument_list> =
    "an argument or the closing ) is expected here";
template <> constexpr const char* messages::message<operand> = a_value;
template <> constexpr const char* messages::message<low> = a_value;
template <> constexpr const char* messages::message<high> = a_value;
template <> constexpr const char* messages::message<list_or_operand> = a_value;
template <> constexpr const char* messages::message<in_list> =
    "a list is expected here, such as [\"DE\", \"FR\"]";
template <> constexpr const char* messages::message<list_close> =
    "the list goes on here without a comma, or is not closed by ]";
template <> constexpr const char* messages::message<close> =
    "and, or, a comparison or the closing ) is expected here";
template <> constexpr const char* messages::message<closed_double> =
    "the text that begins here is not closed by \"";
template <> constexpr const char* messages::message<closed_single> =
    "the text that begins here is not closed by '";
template <> constexpr const char* messages::message<closed_backtick> =
    "the name that begins here is not closed by `";
template <> constexpr const char* messages::message<further_part> =
    "a name is expected after the point";
template <> constexpr const char* messages::message<word_days> = "days is expected here";
template <> constexpr const char* messages::message<word_and> =
    "and is expected here, as in between 5 and 6";
template <> constexpr const char* messages::message<word_missing> =
    "missing is expected here, as in title is missing";
template <> constexpr const char* messages::message<end> =
    "and, or, a comparison or the end is expected here";
// clang-format on
template <class Rule>
using control = must_if<messages, normal, false>::control<Rule>;

}  // namespace grammar

using Parsed = pegtl::parse_tree::node;

// Takes the escapes out of a quoted text: a backslash before the quote or another backslash. Others
// stay, as regular expressions want them.
std::string unquoted(std::string_view quoted) {
  const char quote = quoted.front();
  std::string text;
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\' && (quoted[i + 1] == quote || quoted[i + 1] == '\\')) ++i;
    text += quoted[i];
  }
  return text;
}

// Without the backticks of its parts.
std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name)
    if (c != '`') plain += c;
  return plain;
}

class TreeMaker {
 public:
  explicit TreeMaker(const Predicate& predicate) : predicate_(predicate) {}

  Node make(const Parsed& parsed) const {
    Node node{.begin = parsed.begin().byte, .end = parsed.end().byte};
    if (parsed.is_type<grammar::text>()) {
      node.kind = Kind::text;
      node.text = unquoted(parsed.string_view());
    } else if (parsed.is_type<grammar::number_alone>()) {
      node.kind = Kind::number;
      node.number = number_of(parsed, node);
    } else if (parsed.is_type<grammar::day>()) {
      node.kind = Kind::day;
      const std::optional<Day> day = parse_day(parsed.string_view());
      if (!day) throw_at(predicate_, node, "there is no such day", "Days are written 2026-03-01.");
      node.day = *day;
    } else if (parsed.is_type<grammar::truth>()) {
      node.kind = Kind::truth;
      node.number = parsed.string_view().size() == 4 ? 1 : 0;  // true
    } else if (parsed.is_type<grammar::reference>()) {
      return reference(parsed);
    } else if (parsed.is_type<grammar::list>()) {
      node.kind = Kind::list;
      add_children(node, parsed);
    } else if (parsed.is_type<grammar::last_days>()) {
      node.kind = Kind::last_days;
      node.number = number_of(*parsed.children.front(), node);
      if (node.number < 1 || node.number > 1e6)
        throw_at(predicate_, node, "so many days cannot be looked back",
                 "Give a whole number from 1 to 1000000.");
    } else if (parsed.is_type<grammar::everything>()) {
      node.kind = Kind::everything;
    } else if (parsed.is_type<grammar::refusal>()) {
      node.kind = Kind::negation;
      add_children(node, parsed);
    } else if (parsed.is_type<grammar::test>()) {
      return test(parsed);
    } else {  // conjunction or expression, of several
      node.kind = parsed.is_type<grammar::conjunction>() ? Kind::all : Kind::any;
      add_children(node, parsed);
    }
    return node;
  }

 private:
  void add_children(Node& node, const Parsed& parsed) const {
    for (const auto& child : parsed.children) node.children.push_back(make(*child));
  }

  double number_of(const Parsed& parsed, const Node& at) const {
    std::string_view text = parsed.string_view();
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
      throw_at(predicate_, at, "this number is out of range", "Numbers go up to 1.7e308.");
    return value;
  }

  Node reference(const Parsed& parsed) const {
    Node node{.kind = Kind::name, .begin = parsed.begin().byte, .end = parsed.end().byte};
    node.text = plain_name(parsed.children.front()->string_view());
    if (parsed.children.size() > 1) {
      node.kind = Kind::call;
      add_children(node, *parsed.children.back());
    }
    return node;
  }

  Node test(const Parsed& parsed) const {
    Node left = make(*parsed.children.front());
    if (parsed.children.size() == 1) return left;
    const Parsed& tail = *parsed.children.back();
    Node node{.kind = Kind::comparison, .begin = left.begin, .end = tail.end().byte};
    node.children.push_back(std::move(left));
    if (tail.is_type<grammar::membership>()) node.op = Operator::in;
    if (tail.is_type<grammar::range>()) node.kind = Kind::between;
    if (tail.is_type<grammar::missing>()) node.kind = Kind::is_missing;
    for (const auto& child : tail.children) {
      if (child->is_type<grammar::negator>() || child->is_type<grammar::op_not_equal>())
        node.negated = true;
      else if (const std::optional<Operator> op = operator_of(*child))
        node.op = *op;
      else
        node.children.push_back(make(*child));
    }
    return node;
  }

  static std::optional<Operator> operator_of(const Parsed& parsed) {
    if (parsed.is_type<grammar::op_equal>()) return Operator::equal;
    if (parsed.is_type<grammar::op_less>()) return Operator::less;
    if (parsed.is_type<grammar::op_less_equal>()) return Operator::less_equal;
    if (parsed.is_type<grammar::op_greater>()) return Operator::greater;
    if (parsed.is_type<grammar::op_greater_equal>()) return Operator::greater_equal;
    if (parsed.is_type<grammar::word_contains>()) return Operator::contains;
    if (parsed.is_type<grammar::word_has_word>()) return Operator::has_word;
    if (parsed.is_type<grammar::word_starts_with>()) return Operator::starts_with;
    if (parsed.is_type<grammar::word_ends_with>()) return Operator::ends_with;
    if (parsed.is_type<grammar::word_matches>()) return Operator::matches;
    return std::nullopt;
  }

  const Predicate& predicate_;
};

// What the reader of a message may have meant by the text at a place.
std::string hint(std::string_view rest) {
  if (rest.starts_with("&&")) return "Write and.";
  if (rest.starts_with("||")) return "Write or.";
  if (rest.starts_with("!")) return "Write not, or != for unequal.";
  if (rest.starts_with("“") || rest.starts_with("„") || rest.starts_with("‘"))
    return "Use straight quotes: \"text\".";
  return {};
}

}  // namespace

Predicate Predicate::part(const syntax::Node& node) const {
  Predicate part = *this;
  part.root_ = std::shared_ptr<const syntax::Node>(root_, &node);
  return part;
}

Predicate Predicate::parse(std::string_view text, Place place) {
  Predicate predicate;
  predicate.source_ = std::make_shared<const Source>(Source{std::string(text), std::move(place)});
  const auto refuse = [&](std::size_t byte, std::string what, std::string remedy) {
    throw_at(predicate, {.begin = byte, .end = byte + 1}, std::move(what), std::move(remedy));
  };
  if (text.size() > longest)
    refuse(0, fmt::format("a condition of {} bytes is too long", text.size()),
           "Split it, or use a list of ids in a file.");
  using Characters = pegtl::seq<pegtl::star<pegtl::utf8::any>>;
  pegtl::memory_input<> check(text.data(), text.size(), "");
  (void)pegtl::parse<Characters>(check);
  if (check.byte() < text.size()) refuse(check.byte(), "this is not UTF-8", "Save it as UTF-8.");
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {  // any: all of no conditions
    predicate.root_ = std::make_shared<const Node>(Node{.kind = Kind::all, .end = text.size()});
    return predicate;
  }
  pegtl::memory_input<> in(text.data(), text.size(), "");
  try {
    const auto root = pegtl::parse_tree::parse<grammar::whole, grammar::selector, grammar::action,
                                               grammar::control>(in);
    predicate.root_ =
        std::make_shared<const Node>(TreeMaker(predicate).make(*root->children.front()));
  } catch (const pegtl::parse_error& error) {
    const std::size_t byte = error.positions().front().byte;
    const bool is_deep = error.message().find("depth") != std::string_view::npos;
    refuse(byte,
           is_deep ? fmt::format("more than {} conditions within each other", deepest)
                   : std::string(error.message()),
           is_deep ? "Name parts of it, or write it flatter." : hint(text.substr(byte)));
  }
  return predicate;
}

}  // namespace rolecall
