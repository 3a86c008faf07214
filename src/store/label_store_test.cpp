#include "store/label_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "store/ledger_store.hpp"
#include "store/restore_trust.hpp"
#include "store/sqlite.hpp"
#include "store/test_records.hpp"

namespace rlm::store {
namespace {

using quality::Label;
using quality::LabelSource;
using quality::Trust;
using quality::TrustBook;
using testing::HasSubstr;

Label label_of(int number, bool bad = false) {
  Label label;
  label.time = {1'790'000'000'000 + number};
  label.class_name = number % 2 == 0 ? "ask/simple" : "chat/complex";
  label.exchange = record_id(number);
  label.source = static_cast<LabelSource>(number % quality::kLabelSourceCount);
  label.bad = bad;
  label.probability = number % 3 == 0 ? 1 : .1;
  label.least_probability = .1;
  return label;
}

struct Book : TrustBook {
  Book() : TrustBook([](std::string_view) { return Beginning{}; }) {}
};

struct LabelStoreTest : testing::Test {
  TempDir dir;
  std::string path = dir.file("ledger.db");

  std::unique_ptr<LabelStore> open() {
    auto labels = open_sqlite_labels(path);
    EXPECT_TRUE(labels.has_value()) << labels.error().message;
    return labels ? std::move(*labels) : nullptr;
  }
  void run(const std::string& sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  std::vector<Label> read_all(LabelStore& store, std::vector<std::string>* damaged = nullptr) {
    std::vector<Label> labels;
    const auto read = store.read(
        0, [&](std::int64_t, const Label& label) { labels.push_back(label); },
        [&](const std::string& what) {
          EXPECT_NE(damaged, nullptr) << what;
          if (damaged != nullptr) damaged->push_back(what);
        });
    EXPECT_TRUE(read.has_value());
    return labels;
  }
};

TEST_F(LabelStoreTest, KeepsEveryFieldAndTheOrder) {
  ASSERT_TRUE(open()->add({label_of(2, true), label_of(1), label_of(3)}));
  const auto labels = read_all(*open());
  ASSERT_EQ(labels.size(), 3u);
  int at = 0;
  for (const int number : {2, 1, 3}) {
    const Label& label = labels[static_cast<std::size_t>(at++)];
    const Label wanted = label_of(number, number == 2);
    EXPECT_EQ(label.time, wanted.time);
    EXPECT_EQ(label.class_name, wanted.class_name);
    EXPECT_EQ(label.exchange, wanted.exchange);
    EXPECT_EQ(label.source, wanted.source);
    EXPECT_EQ(label.bad, wanted.bad);
    EXPECT_EQ(label.probability, wanted.probability);
    EXPECT_EQ(label.least_probability, wanted.least_probability);
  }
}

TEST_F(LabelStoreTest, LivesBesideTheExchangesInOneFile) {
  ASSERT_TRUE(open()->add({label_of(1)}));
  auto ledger = open_sqlite_ledger(path);
  ASSERT_TRUE(ledger.has_value()) << ledger.error().message;
  ASSERT_TRUE((*ledger)->add({full_record(1)}));
  ASSERT_TRUE(open()->add({label_of(2)}));
  EXPECT_EQ(read_all(*open()).size(), 2u);
}

TEST_F(LabelStoreTest, TheSameLabelAgainChangesNothing) {
  auto store = open();
  ASSERT_TRUE(store->add({label_of(1), label_of(2)}));
  ASSERT_TRUE(store->add({label_of(1, true), label_of(3), label_of(3)}));
  EXPECT_EQ(read_all(*store).size(), 3u);
  EXPECT_FALSE(read_all(*store)[0].bad);
}

TEST_F(LabelStoreTest, ALabelThatIsNotSoundKeepsItsWholeBatchOut) {
  auto store = open();
  Label wrong = label_of(2);
  wrong.probability = 0;
  const auto refused = store->add({label_of(1), wrong, label_of(3)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(record_id(2)));
  EXPECT_TRUE(read_all(*store).empty());
}

struct DamageCase {
  const char* name;
  const char* set;
  const char* told;
};
class Damage : public LabelStoreTest, public testing::WithParamInterface<DamageCase> {};
TEST_P(Damage, IsNamedAndPassedOverAndTheRestCounts) {
  ASSERT_TRUE(open()->add({label_of(1), label_of(2), label_of(3)}));
  run(std::string("UPDATE labels SET ") + GetParam().set + " WHERE number = 2");
  auto store = open();
  std::vector<std::string> damaged;
  EXPECT_EQ(read_all(*store, &damaged).size(), 2u);
  ASSERT_EQ(damaged.size(), 1u);
  EXPECT_THAT(damaged[0], HasSubstr("label 2 of exchange"));
  EXPECT_THAT(damaged[0], HasSubstr(GetParam().told));
  Book book;
  const auto restored = restore_trust(*store, book);
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->labels, 2);
  EXPECT_EQ(restored->damaged, 1);
  EXPECT_EQ(restored->named, damaged);
}
INSTANTIATE_TEST_SUITE_P(
    Rows, Damage,
    testing::Values(DamageCase{"Source", "source = 'rumour'", "unknown source \"rumour\""},
                    DamageCase{"Bad", "bad = 7", "bad is 7"},
                    DamageCase{"BadText", "bad = 'no'", "bad has the wrong type"},
                    DamageCase{"Blob", "class = x'00ff'", "class has the wrong type"},
                    DamageCase{"NoClass", "class = ''", "no class"},
                    DamageCase{"Probability", "probability = 0.0", "probability"},
                    DamageCase{"ProbabilityText", "probability = 'x'", "wrong type"},
                    DamageCase{"Least", "least_probability = 2.0", "least probability"}),
    [](const auto& one) { return one.param.name; });

TEST_F(LabelStoreTest, AFileThatIsNoLedgerIsLeftAlone) {
  run("CREATE TABLE mine(x)");
  const auto labels = open_sqlite_labels(path);
  ASSERT_FALSE(labels);
  EXPECT_THAT(labels.error().message, HasSubstr("another program"));
}

// Wherever a run is cut, restored and gone on with, the book is as if it had never been cut.
TEST_F(LabelStoreTest, RestartsChangeNothing) {
  std::mt19937_64 random(5);
  Book lived;
  auto store = open();
  auto book = std::make_unique<Book>();
  for (int number = 0; number < 1'500; ++number) {
    const Label label = label_of(number, random() % (number < 900 ? 400 : 8) == 0);
    ASSERT_TRUE(lived.add(label));
    ASSERT_TRUE(book->add(label));
    ASSERT_TRUE(store->add({label}));
    if (random() % 100 == 0) {
      ASSERT_TRUE(keep_trust(*store, *book, number + 1));
    }
    if (random() % 200 == 0) {
      ASSERT_TRUE(store->forget(label.time));
    }
    if (random() % 100 != 0) continue;
    store = open();
    book = std::make_unique<Book>();
    const auto restored = restore_trust(*store, *book);
    ASSERT_TRUE(restored);
    EXPECT_EQ(restored->damaged, 0);
    ASSERT_EQ(book->snapshot(), lived.snapshot()) << number;
  }
}

TEST_F(LabelStoreTest, ForgetsOnlyWhatAStandingHasCounted) {
  auto store = open();
  Book book;
  for (int number = 0; number < 10; ++number) {
    ASSERT_TRUE(store->add({label_of(number)}));
    ASSERT_TRUE(book.add(label_of(number)));
  }
  EXPECT_EQ(store->forget({INT64_MAX}).value(), 0);
  ASSERT_TRUE(keep_trust(*store, book, 10));
  ASSERT_TRUE(store->add({label_of(10), label_of(11)}));
  EXPECT_EQ(store->forget(label_of(5).time).value(), 5);
  EXPECT_EQ(store->forget({INT64_MAX}).value(), 5);
  EXPECT_EQ(read_all(*store).size(), 2u);
}

TEST_F(LabelStoreTest, ADamagedStandingIsNamedAndItsLabelsCountAgain) {
  auto store = open();
  Book book;
  for (int number = 0; number < 10; ++number) {
    ASSERT_TRUE(store->add({label_of(number)}));
    ASSERT_TRUE(book.add(label_of(number)));
  }
  ASSERT_TRUE(keep_trust(*store, book, 10));
  run("UPDATE standings SET snapshot = 'trust1 nonsense' WHERE class = 'ask/simple'");
  Book restored_book;
  const auto restored = restore_trust(*store, restored_book);
  ASSERT_TRUE(restored);
  EXPECT_EQ(restored->standings, 1);
  EXPECT_EQ(restored->labels, 5);
  ASSERT_EQ(restored->named.size(), 1u);
  EXPECT_THAT(restored->named[0], HasSubstr("ask/simple"));
  EXPECT_EQ(restored_book.snapshot(), book.snapshot());
}

}  // namespace
}  // namespace rlm::store
