#include "sim/outcome/kpis.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/error.hpp"

namespace rolecall {
namespace {

TEST(Kpis, AreFoundByName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kpi_list().size(); ++i) {
    names.insert(kpi_list()[i].name);
    EXPECT_EQ(kpi_index(kpi_list()[i].name), i);
  }
  EXPECT_EQ(names.size(), kpi_list().size());
}

TEST(Kpis, OfAnotherNameSuggestTheNearest) {
  try {
    kpi_index("revenu");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(error.problems().front().remedy.find("revenue"), std::string::npos);
  }
}

}  // namespace
}  // namespace rolecall
