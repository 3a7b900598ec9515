#include "results/dataset.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace rolecall {
namespace {

TEST(EscapeLink, EveryNameHasASpellingOfItsOwn) {
  std::set<std::string> links;
  const std::vector<std::string> names{"",  ".",   "..",  "a/b", "a%2Fb",
                                       "%", "%25", "%00", "%2E", "ü"};
  for (const std::string& name : names) {
    const std::string link = escape_link(name);
    EXPECT_EQ(unescape_link(link), name);
    EXPECT_EQ(link.find('/'), std::string::npos);
    EXPECT_NE(link, "");
    EXPECT_NE(link, ".");
    links.insert(link);
  }
  EXPECT_EQ(links.size(), names.size());
  EXPECT_EQ(escape_link("industry"), "industry");
}

}  // namespace
}  // namespace rolecall
