#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/text_column.hpp"
#include "generators/csv_bundle.hpp"
#include "temp_folder.hpp"

namespace rolecall::testing {

// A small valid CSV bundle in a folder of its own, gone with the object. Files can be replaced.
class BundleFolder {
 public:
  BundleFolder() {
    write("accounts.csv",
          "account_id,parent_account_id,name,revenue\na1,,Acme,1.5e6\na2,a1,\"Acme, West\",\n");
    write("people.csv",
          "person_id,account_id,title\np1,a1,CEO\np2,a2,\"VP \"\"Sales\"\"\"\np3,,\n");
    write("groups.csv", "group_id,account_id,solution,created\ng1,a1,AI,2026-01-01\ng2,a2,CRM,\n");
    write("members.csv",
          "group_id,person_id,role,source,since,until\n"
          "g1,p1,Champion,manual,,\ng1,p2,Champion,job,2026-01-01,2026-01-31\n"
          "g1,p2,Champion,journey,2026-02-01,\ng2,p3,Influencer,,,\n");
    write("activities.csv",
          "person_id,activity,time,count\np2,visit,2026-03-01T10:00:00Z,3\n"
          "p1,visit,2026-03-01,\np1,click,2026-02-27,1\np1,visit,2026-02-28,0\n");
    write("outcomes.csv", "group_id,outcome,date,value\ng1,won,2026-04-01,1200.5\n");
  }
  void write(const std::string& file, const std::string& text) { spill(folder_ / file, text); }
  void remove(const std::string& file) { std::filesystem::remove(folder_ / file); }
  const std::filesystem::path& path() const { return folder_.path(); }

 private:
  TempFolder folder_;
};

// What importing it is refused with; empty when it is not.
inline std::string complaint(const BundleFolder& bundle) {
  try {
    import_csv_bundle(bundle.path());
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

inline std::vector<std::string> texts(const TextColumn& column) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < column.size(); ++i) result.emplace_back(column[i]);
  return result;
}

// A bundle with three deals.
class DealFolder : public BundleFolder {
 public:
  DealFolder() {
    write("deals.csv",
          "deal_id,account_id,solution,pipeline,stage,opened,closed,value,outcome,agent\n"
          "d2,a2,CRM,Direct,Closed,2026-01-05,2026-02-01,1200.5,won,Zoë\n"
          "d1,a1,Billing,Direct,Proposal,2026-01-05T10:00:00Z,,,open,\n"
          "d3,,,,,,,,,\"Moses, F\"\n");
    write(
        "deal_contacts.csv",
        "deal_id,person_id,role\nd2,p2,Champion\nd2,p2,Buyer\nd2,p1,\nd2,p2,\nd1,p3,Influencer\n");
    write("deal_events.csv",
          "deal_id,event,time,detail\nd2,stage,2026-02-01,Closed\nd2,email reply,2026-01-07,\n"
          "d2,stage,2026-01-05,Proposal\nd1,stage,2026-01-05T10:00:00Z,Proposal\n");
  }
};

}  // namespace rolecall::testing
