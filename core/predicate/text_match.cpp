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

// Texts sought in one pass: at each place where one may begin, those that begin with what stands
// there.
class WordList {
 public:
  // Words in ASCII.
  explicit WordList(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_)
      for (char& c : word) c = static_cast<char>(lower(c));
    std::ranges::sort(words_);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      Range& range = by_first_[static_cast<unsigned char>(words_[i].front())];
      if (range.size == 0) range.begin = i;
      ++range.size;
    }
  }

  bool empty() const { return words_.empty(); }

  // Whether one of the words stands at a place, and `ends` takes the place after it.
  template <class Ends>
  bool stands_at(std::string_view text, std::size_t place, const Ends& ends) const {
    const Range range = by_first_[lower(text[place])];
    for (std::size_t i = range.begin; i < range.begin + range.size; ++i) {
      const std::string& word = words_[i];
      if (word.size() <= text.size() - place && same_text(text.substr(place, word.size()), word) &&
          ends(place + word.size()))
        return true;
    }
    return false;
  }

  bool ends(std::string_view text) const {
    return std::ranges::any_of(words_, [&](const std::string& word) {
      return text.size() >= word.size() && same_text(text.substr(text.size() - word.size()), word);
    });
  }

 private:
  struct Range {
    std::size_t begin = 0, size = 0;
  };
  std::vector<std::string> words_;  // in order
  std::array<Range, 256> by_first_{};
};

}  // namespace

bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// Short ways for texts in ASCII; what is left goes to RE2, which knows the case of all letters.
struct TextMatch::Impl {
  Operator op;
  std::unordered_set<std::string, CaselessHash, CaselessEqual> equal;
  WordList words;
  std::unique_ptr<RE2> rest;

  bool has_a_word(std::string_view text) const {
    const auto anywhere = [](std::size_t) { return true; };
    switch (op) {
      case Operator::starts_with:
        return words.stands_at(text, 0, anywhere);
      case Operator::ends_with:
        return words.ends(text);
      case Operator::has_word:
        for (std::size_t i = 0; i < text.size(); ++i)
          if ((i == 0 || !is_word_byte(text[i - 1])) &&
              words.stands_at(text, i, [&](std::size_t end) {
                return end == text.size() || !is_word_byte(text[end]);
              }))
            return true;
        return false;
      default:
        for (std::size_t i = 0; i < text.size(); ++i)
          if (words.stands_at(text, i, anywhere)) return true;
        return false;
    }
  }
};

TextMatch::TextMatch(Operator op, const std::vector<std::string>& sought) {
  std::vector<std::string> plain, others;
  for (const std::string& text : sought)
    (op != Operator::matches && is_ascii(text) ? plain : others).push_back(text);
  const bool whole = op == Operator::equal || op == Operator::in;
  impl_ =
      std::make_unique<Impl>(Impl{op,
                                  {},
                                  WordList(whole ? std::vector<std::string>{} : plain),
                                  others.empty() ? nullptr : compile(expression_for(op, others))});
  if (whole) impl_->equal.insert(plain.begin(), plain.end());
}

TextMatch::~TextMatch() = default;
TextMatch::TextMatch(TextMatch&&) noexcept = default;

bool TextMatch::operator()(std::string_view text) const {
  if (text.empty()) return false;
  if (!impl_->words.empty() && impl_->has_a_word(text)) return true;
  if (!impl_->equal.empty() && impl_->equal.contains(text)) return true;
  return impl_->rest != nullptr && RE2::PartialMatch({text.data(), text.size()}, *impl_->rest);
}

}  // namespace rolecall
