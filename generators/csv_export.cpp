#include "generators/csv_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>

#include "core/error.hpp"
#include "core/profile.hpp"

namespace rolecall {
namespace {

// An RFC 4180 file, written field by field.
class CsvWriter {
 public:
  explicit CsvWriter(const std::filesystem::path& path)
      : path_(path), file_(std::fopen(path.c_str(), "wb")) {
    if (file_ == nullptr) throw SystemError::from_errno("write", path_.string(), errno);
  }
  ~CsvWriter() {
    if (file_ != nullptr) std::fclose(file_);
  }
  CsvWriter(const CsvWriter&) = delete;
  CsvWriter& operator=(const CsvWriter&) = delete;

  void field(std::string_view text) {
    if (!first_) buffer_ += ',';
    first_ = false;
    append_csv_field(buffer_, text);
  }
  void field(double number) { field(std::isnan(number) ? "" : fmt::format("{}", number)); }

  void end_row() {
    buffer_ += '\n';
    first_ = true;
    if (buffer_.size() > 1 << 20) flush();
  }

  void close() {
    flush();
    if (std::fclose(std::exchange(file_, nullptr)) != 0) fail();
  }

 private:
  void flush() {
    if (std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) fail();
    buffer_.clear();
  }
  [[noreturn]] void fail() { throw SystemError::from_errno("write", path_.string(), errno); }

  std::filesystem::path path_;
  std::FILE* file_;
  std::string buffer_;
  bool first_ = true;
};

void header(CsvWriter& out, std::initializer_list<std::string_view> keys,
            const Attributes& attributes) {
  for (const std::string_view key : keys) out.field(key);
  for (const Attribute& attribute : attributes) out.field(attribute.name);
  out.end_row();
}

void end_row(CsvWriter& out, const Attributes& attributes, std::size_t row) {
  for (const Attribute& attribute : attributes)
    std::visit([&](const auto& values) { out.field(values[row]); }, attribute.values);
  out.end_row();
}

template <class IdType>
std::string_view id_or_empty(const TextColumn& ids, IdType id) {
  return id ? ids[id.index()] : std::string_view{};
}

void export_accounts(const World& world, CsvWriter& out) {
  header(out, {"account_id", "parent_account_id"}, world.accounts.attributes);
  for (std::size_t a = 0; a < world.accounts.size(); ++a) {
    out.field(world.accounts.ids[a]);
    out.field(id_or_empty(world.accounts.ids, world.accounts.parents[a]));
    end_row(out, world.accounts.attributes, a);
  }
}

void export_people(const World& world, CsvWriter& out) {
  header(out, {"person_id", "account_id"}, world.people.attributes);
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    out.field(world.people.ids[p]);
    out.field(id_or_empty(world.accounts.ids, world.people.accounts[p]));
    end_row(out, world.people.attributes, p);
  }
}

void export_groups(const World& world, CsvWriter& out) {
  header(out, {"group_id", "account_id", "solution", "created"}, world.groups.attributes);
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    out.field(world.groups.ids[g]);
    out.field(id_or_empty(world.accounts.ids, world.groups.accounts[g]));
    out.field(world.solutions[world.groups.solutions[g].index()]);
    out.field(to_string(world.groups.created[g]));
    end_row(out, world.groups.attributes, g);
  }
}

void export_members(const World& world, CsvWriter& out) {
  const Memberships& members = world.members;
  header(out, {"group_id", "person_id", "role", "source", "since", "until"}, members.attributes);
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    for (std::size_t m = members.offsets[g]; m < members.offsets[g + 1]; ++m) {
      out.field(world.groups.ids[g]);
      out.field(world.people.ids[members.people[m].index()]);
      out.field(world.roles[members.roles[m].index()]);
      out.field(to_string(members.sources[m]));
      out.field(to_string(members.since[m]));
      out.field(to_string(members.until[m]));
      end_row(out, members.attributes, m);
    }
  }
}

void export_activities(const World& world, CsvWriter& out) {
  const ActivityLog& log = world.activities;
  header(out, {"person_id", "activity", "time", "count"}, log.attributes);
  for (std::size_t p = 0; p < world.people.size(); ++p) {
    for (std::size_t i = log.offsets[p]; i < log.offsets[p + 1]; ++i) {
      out.field(world.people.ids[p]);
      out.field(log.type_names[log.types[i].index()]);
      out.field(to_string(log.times[i]));
      out.field(fmt::format("{}", log.count(i)));
      end_row(out, log.attributes, i);
    }
  }
}

void export_outcomes(const World& world, CsvWriter& out) {
  header(out, {"group_id", "outcome", "date", "value"}, world.outcomes.attributes);
  for (std::size_t g = 0; g < world.groups.size(); ++g) {
    if (world.outcomes.outcome[g] == Outcome::none) continue;
    out.field(world.groups.ids[g]);
    out.field(to_string(world.outcomes.outcome[g]));
    out.field(to_string(world.outcomes.date[g]));
    out.field(world.outcomes.value[g]);
    end_row(out, world.outcomes.attributes, g);
  }
}

void export_deals(const World& world, CsvWriter& out) {
  const Deals& deals = world.deals;
  header(out,
         {"deal_id", "account_id", "solution", "pipeline", "stage", "opened", "closed", "value",
          "outcome"},
         deals.attributes);
  for (std::size_t d = 0; d < deals.size(); ++d) {
    out.field(deals.ids[d]);
    out.field(id_or_empty(world.accounts.ids, deals.accounts[d]));
    out.field(id_or_empty(world.solutions, deals.solutions[d]));
    out.field(deals.pipelines[d]);
    out.field(deals.stages[d]);
    out.field(to_string(deals.opened[d]));
    out.field(to_string(deals.closed[d]));
    out.field(deals.values[d]);
    out.field(to_string(deals.outcomes[d]));
    end_row(out, deals.attributes, d);
  }
}

void export_deal_contacts(const World& world, CsvWriter& out) {
  const DealContacts& contacts = world.deal_contacts;
  header(out, {"deal_id", "person_id", "role"}, contacts.attributes);
  for (std::size_t d = 0; d < world.deals.size(); ++d) {
    for (std::size_t c = contacts.offsets[d]; c < contacts.offsets[d + 1]; ++c) {
      out.field(world.deals.ids[d]);
      out.field(world.people.ids[contacts.people[c].index()]);
      out.field(id_or_empty(world.roles, contacts.roles[c]));
      end_row(out, contacts.attributes, c);
    }
  }
}

void export_deal_events(const World& world, CsvWriter& out) {
  const DealEvents& events = world.deal_events;
  header(out, {"deal_id", "event", "time", "detail"}, events.attributes);
  for (std::size_t d = 0; d < world.deals.size(); ++d) {
    for (std::size_t e = events.offsets[d]; e < events.offsets[d + 1]; ++e) {
      out.field(world.deals.ids[d]);
      out.field(events.type_names[events.types[e].index()]);
      out.field(to_string(events.times[e]));
      out.field(events.details[e]);
      end_row(out, events.attributes, e);
    }
  }
}

// What no export of a real system has; rows of truth_activities.csv go with those of
// activities.csv.
void export_truth(const World& world, const std::filesystem::path& folder) {
  const Truth& t = *world.truth;
  const auto write = [&](const char* name, std::initializer_list<std::string_view> keys,
                         std::size_t rows, auto fields) {
    const Phase table(std::string("write ") + name);
    CsvWriter out(folder / name);
    header(out, keys, {});
    for (std::size_t row = 0; row < rows; ++row) {
      fields(out, row);
      out.end_row();
    }
    out.close();
  };
  write("truth_roles.csv", {"role", "influence"}, t.roles.size(), [&](CsvWriter& out, auto row) {
    out.field(t.roles[row]);
    out.field(t.role_influence[row]);
  });
  write("truth_types.csv", {"activity", "influence"}, t.types.size(),
        [&](CsvWriter& out, auto row) {
          out.field(t.types[row]);
          out.field(t.type_influence[row]);
        });
  write("truth_groups.csv", {"group_id", "intent", "score", "probability"}, t.intent.size(),
        [&](CsvWriter& out, auto row) {
          out.field(world.groups.ids[row]);
          out.field(t.intent[row]);
          out.field(t.score[row]);
          out.field(t.probability[row]);
        });
  write("truth_people.csv", {"person_id", "rate", "quiet", "bot", "prefetching"},
        t.person_rate.size(), [&](CsvWriter& out, auto row) {
          out.field(world.people.ids[row]);
          out.field(t.person_rate[row]);
          for (const int bit : {quiet_person, bot_person, prefetched_person})
            out.field((t.person_kind[row] & bit) != 0 ? "1" : "0");
        });
  static constexpr std::array<std::string_view, 4> makers{"person", "burst", "client", "bot"};
  std::size_t late = 0;
  write("truth_activities.csv", {"maker", "duplicate", "arrived"}, t.origin.size(),
        [&](CsvWriter& out, auto row) {
          const RowOrigin origin(t.origin[row]);
          out.field(makers[static_cast<std::size_t>(origin.maker())]);
          out.field(origin.is_duplicate() ? "1" : "0");
          const bool is_late = late < t.late_rows.size() && t.late_rows[late] == row;
          out.field(is_late ? to_string(t.late_arrivals[late++]) : std::string{});
        });
}

}  // namespace

void append_csv_field(std::string& record, std::string_view text) {
  if (text.find_first_of("\",\r\n") == text.npos) {
    record += text;
    return;
  }
  record += '"';
  for (const char c : text) {
    if (c == '"') record += '"';
    record += c;
  }
  record += '"';
}

void export_csv_bundle(const World& world, const std::filesystem::path& folder) {
  const Phase phase("export the world");
  using Export = void (*)(const World&, CsvWriter&);
  struct File {
    const char* name;
    Export write;
    bool optional = false;  // not written without deals
  };
  const File files[] = {{"accounts.csv", export_accounts},
                        {"people.csv", export_people},
                        {"groups.csv", export_groups},
                        {"members.csv", export_members},
                        {"activities.csv", export_activities},
                        {"outcomes.csv", export_outcomes},
                        {"deals.csv", export_deals, true},
                        {"deal_contacts.csv", export_deal_contacts, true},
                        {"deal_events.csv", export_deal_events, true}};
  for (const File& file : files) {
    if (file.optional && world.deals.size() == 0) continue;
    const Phase table(std::string("write ") + file.name);
    CsvWriter out(folder / file.name);
    file.write(world, out);
    out.close();
  }
  if (world.truth) export_truth(world, folder);
}

}  // namespace rolecall
