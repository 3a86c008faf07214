#include <gmock/gmock.h>

#include "store/ledger_store.hpp"
#include "tests/support/label_places.hpp"

namespace rlm::store {
namespace {

using test::label_of;
using test::StoreKind;
using test::TestPlace;

TEST(SqliteLabels, LiveBesideTheExchangesInOneFile) {
  TestPlace place(StoreKind::Sqlite);
  ASSERT_TRUE(place.open()->add({label_of(1)}));
  auto ledger = open_sqlite_ledger(place.where());
  ASSERT_TRUE(ledger.has_value()) << ledger.error().message;
  ASSERT_TRUE((*ledger)->add({full_record(1)}));
  ASSERT_TRUE(place.open()->add({label_of(2)}));
  int count = 0;
  ASSERT_TRUE(place.open()->read(
      0, [&count](std::int64_t, const quality::Label&) { ++count; }, [](const std::string&) {}));
  EXPECT_EQ(count, 2);
}

TEST(SqliteLabels, LeaveAFileThatIsNoLedgerAlone) {
  TestPlace place(StoreKind::Sqlite);
  place.run("CREATE TABLE mine(x)");
  const auto labels = open_sqlite_labels(place.where());
  ASSERT_FALSE(labels);
  EXPECT_THAT(labels.error().message, testing::HasSubstr("another program"));
}

}  // namespace
}  // namespace rlm::store
