#include "core/predicate/text_match.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <unordered_set>

namespace rolecall {
namespace {

using syntax::Operator;

constexpr std::array<unsigned char, 256> lower_case = [] {
  std::array<unsigned char, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c)
    table[c] = static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return table;
}();

unsigned char lower(char c) { return lower_case[static_cast<unsigned char>(c)]; }

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Characters beyond ASCII count as letters.
bool is_word_byte(char c) {
  const unsigned char l = lower(c);
  return l >= 0x80 || (l >= 'a' && l <= 'z') || (l >= '0' && l <= '9') || l == '_';
}

struct CaselessHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a
    for (const char c : text) hash = (hash ^ lower(c)) * 1099511628211u;
    return hash;
  }
};
struct CaselessEqual {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return same_text(a, b); }
};

// Whether `text`, from `place`, goes on with `sought`, which is ASCII in lower case.
bool stands_at(std::string_view text, std::size_t place, std::string_view sought) {
  for (std::size_t i = 0; i < sought.size(); ++i)
    if (lower(text[place + i]) != static_cast<unsigned char>(sought[i])) return false;
  return true;
}

// The place of `sought` in `text` from `from` on; npos when there is none.
std::size_t find_caseless(std::string_view text, std::string_view sought, std::size_t from) {
  if (text.size() < sought.size()) return std::string_view::npos;
  for (std::size_t i = from; i + sought.size() <= text.size(); ++i)
    if (stands_at(text, i, sought)) return i;
  return std::string_view::npos;
}

std::string expression_for(Operator op, const std::vector<std::string>& sought) {
  if (op == Operator::matches && sought.size() == 1) return sought.front();
  std::string any;
  for (const std::string& text : sought) {
    if (!any.empty()) any += '|';
    any += op == Operator::matches ? "(?:" + text + ")" : RE2::QuoteMeta(text);
  }
  const std::string outside = "[^0-9A-Za-z_\\x{80}-\\x{10FFFF}]";
  if (op == Operator::equal || op == Operator::in) return "\\A(?:" + any + ")\\z";
  if (op == Operator::starts_with) return "\\A(?:" + any + ")";
  if (op == Operator::ends_with) return "(?:" + any + ")\\z";
  if (op == Operator::has_word)
    return "(?:\\A|" + outside + ")(?:" + any + ")(?:\\z|" + outside + ")";
  return any;
}

std::unique_ptr<RE2> compile(const std::string& expression) {
  RE2::Options options;
  options.set_case_sensitive(false);
  options.set_log_errors(false);
  options.set_dot_nl(true);
  options.set_max_mem(64 << 20);
  auto compiled = std::make_unique<RE2>(expression, options);
  if (!compiled->ok()) throw BadPattern{compiled->error()};
  return compiled;
}

}  // namespace

bool same_text(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(
             a, b, {}, [](char c) { return lower(c); }, [](char c) { return lower(c); });
}

// Short ways for what is most common; what is left goes to RE2, which knows the case of all
// letters.
struct TextMatch::Impl {
  Operator op;
  std::string one;  // the only text sought, ASCII in lower case; empty when there is another way
  std::unordered_set<std::string, CaselessHash, CaselessEqual> equal;  // ASCII texts of a list
  std::unique_ptr<RE2> rest;

  bool has_word(std::string_view text) const {
    for (std::size_t i = 0; (i = find_caseless(text, one, i)) != std::string_view::npos; ++i)
      if ((i == 0 || !is_word_byte(text[i - 1])) &&
          (i + one.size() == text.size() || !is_word_byte(text[i + one.size()])))
        return true;
    return false;
  }

  bool has_one(std::string_view text) const {
    switch (op) {
      case Operator::starts_with:
        return text.size() >= one.size() && stands_at(text, 0, one);
      case Operator::ends_with:
        return text.size() >= one.size() && stands_at(text, text.size() - one.size(), one);
      case Operator::has_word:
        return has_word(text);
      default:
        return find_caseless(text, one, 0) != std::string_view::npos;
    }
  }
};

TextMatch::TextMatch(Operator op, const std::vector<std::string>& sought)
    : impl_(std::make_unique<Impl>()) {
  impl_->op = op;
  std::vector<std::string> others;
  if (op == Operator::equal || op == Operator::in) {
    for (const std::string& text : sought) {
      if (is_ascii(text))
        impl_->equal.insert(text);
      else
        others.push_back(text);
    }
  } else if (op != Operator::matches && sought.size() == 1 && is_ascii(sought.front()) &&
             !sought.front().empty()) {
    for (const char c : sought.front()) impl_->one += static_cast<char>(lower(c));
  } else {
    others = sought;
  }
  if (!others.empty()) impl_->rest = compile(expression_for(op, others));
}

TextMatch::~TextMatch() = default;
TextMatch::TextMatch(TextMatch&&) noexcept = default;

bool TextMatch::operator()(std::string_view text) const {
  if (!impl_->one.empty()) return impl_->has_one(text);
  if (!impl_->equal.empty() && impl_->equal.contains(text)) return true;
  return impl_->rest != nullptr && RE2::PartialMatch({text.data(), text.size()}, *impl_->rest);
}

}  // namespace rolecall
