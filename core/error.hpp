#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rolecall {

// One thing that is wrong with a user's input: where, what, and how to mend it.
struct Problem {
  std::string file = {};
  std::size_t row = 0;       // the header is row 1; 0 when the problem is with the file as a whole
  std::string field = {};    // column or key; may be empty
  std::string value = {};    // what stands there; may be empty
  std::string what = {};     // "is no account of accounts.csv"
  std::string remedy = {};   // "Add the account or correct the id."
  std::string excerpt = {};  // lines to show below; where they point at
};

// people.csv, row 7, account_id 'a9': no such account. Add it to accounts.csv, or ...
std::string to_string(const Problem& problem);

// A text with its control characters spelled out, so that it takes one line of a terminal.
std::string printable(std::string_view value);

// The user's input cannot be used; carries every problem found. Exit code 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(Problem problem);
  InputError(std::vector<Problem> problems, std::size_t total);

  const std::vector<Problem>& problems() const { return problems_; }
  std::size_t total() const { return total_; }  // >= problems().size()

 private:
  std::vector<Problem> problems_;
  std::size_t total_;
};

// The machine said no: disk, permission, memory. Exit code 3.
class SystemError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  // "cannot write FILE: No space left on device. Free some space ..."; code is an errno.
  static SystemError from_errno(std::string_view doing, const std::string& file, int code);
};

// Gathers problems so that all are reported at once. Counts every one, keeps the first `limit`.
class ProblemList {
 public:
  explicit ProblemList(std::size_t limit = 10'000) : limit_(limit) {}

  void add(Problem problem);
  void append(ProblemList other);
  void shift_rows(std::size_t by);  // when rows were counted from a later start

  bool empty() const { return total_ == 0; }
  std::size_t total() const { return total_; }
  std::size_t limit() const { return limit_; }
  const std::vector<Problem>& kept() const { return kept_; }

  void throw_if_any() const;

 private:
  std::size_t limit_;
  std::size_t total_ = 0;
  std::vector<Problem> kept_;
};

// The candidate with the smallest edit distance to `word`, when it is near enough to be a slip of
// the keyboard; else empty.
std::string_view nearest(std::string_view word, const std::vector<std::string>& candidates);

// A remedy for an unknown name: "Did you mean 'x'?", or the list of what is known.
std::string suggest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace rolecall
