#include "scoring/deals/ledger.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace rolecall {
namespace {

long value(const Ledger& ledger) { return static_cast<long>(ledger.value()); }

TEST(Ledger, SetHidesWhatCameBeforeAndGivesItBackWhenItGoes) {
  Ledger ledger;
  ledger.restart(10, true);
  const auto first = ledger.add(5);
  const auto set = ledger.set(100);
  const auto second = ledger.add(1);
  EXPECT_EQ(value(ledger), 101);
  ledger.remove(first);  // hidden: no difference
  EXPECT_EQ(value(ledger), 101);
  ledger.remove(set);
  EXPECT_EQ(value(ledger), 11);
  ledger.remove(second);
  ledger.remove(second);
  EXPECT_EQ(value(ledger), 10);
}

TEST(Ledger, IsTheFoldOfItsLiveEntries) {
  std::mt19937 bits(1);
  for (int round = 0; round < 200; ++round) {
    struct Entry {
      long points;
      bool is_set, live;
    };
    std::vector<Entry> entries;
    Ledger ledger;
    ledger.restart(3, true);
    for (int step = 0; step < 60; ++step) {
      const long points = static_cast<long>(bits() % 21) - 10;
      if (bits() % 3 == 0 && !entries.empty()) {
        const std::size_t gone = bits() % entries.size();
        ledger.remove(static_cast<std::uint32_t>(gone));
        entries[gone].live = false;
      } else if (bits() % 5 == 0) {
        EXPECT_EQ(ledger.set(points), entries.size());
        entries.push_back({points, true, true});
      } else {
        EXPECT_EQ(ledger.add(points), entries.size());
        entries.push_back({points, false, true});
      }
      long want = 3;
      for (const Entry& e : entries)
        if (e.live) want = e.is_set ? e.points : want + e.points;
      ASSERT_EQ(value(ledger), want);
    }
  }
}

}  // namespace
}  // namespace rolecall
