// What every store of labels must do, held against each of them.

#include "store/label_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "store/ledger_store.hpp"
#include "store/restore_trust.hpp"
#include "tests/support/label_places.hpp"

namespace rlm::store {
namespace {

using test::label_of;
using test::StoreKind;
using test::TestPlace;

using quality::Label;
using quality::LabelSource;
using quality::Trust;
using quality::TrustBook;
using testing::HasSubstr;

struct Book : TrustBook {
  Book() : TrustBook([](std::string_view) { return Beginning{}; }) {}
};

struct LabelStoreTest : testing::Test {
  explicit LabelStoreTest(StoreKind kind) : place(kind) {}
  void SetUp() override {
    if (place.missing()) GTEST_SKIP() << *place.missing();
  }

  TestPlace place;

  std::unique_ptr<LabelStore> open() { return place.open(); }
  void run(const std::string& sql) { place.run(sql); }
  std::vector<Label> read_all(LabelStore& store, std::vector<std::string>* damaged = nullptr) {
    std::vector<Label> labels;
    const auto read = store.read(
        0, [&](std::int64_t, const Label& label) { labels.push_back(label); },
        [&](const std::string& what) {
          EXPECT_NE(damaged, nullptr) << what;
          if (damaged != nullptr) damaged->push_back(what);
        });
    EXPECT_TRUE(read.has_value()) << read.error().message;
    return labels;
  }
};

class EachStore : public LabelStoreTest, public testing::WithParamInterface<StoreKind> {
 protected:
  EachStore() : LabelStoreTest(GetParam()) {}
};
INSTANTIATE_TEST_SUITE_P(Labels, EachStore, testing::Values(StoreKind::Sqlite, StoreKind::Postgres),
                         [](const auto& one) { return std::string(name_of(one.param)); });

TEST_P(EachStore, KeepsEveryFieldAndTheOrder) {
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

TEST_P(EachStore, TheSameLabelAgainChangesNothing) {
  auto store = open();
  ASSERT_TRUE(store->add({label_of(1), label_of(2)}));
  ASSERT_TRUE(store->add({label_of(1, true), label_of(3), label_of(3)}));
  EXPECT_EQ(read_all(*store).size(), 3u);
  EXPECT_FALSE(read_all(*store)[0].bad);
}

TEST_P(EachStore, ALabelThatIsNotSoundKeepsItsWholeBatchOut) {
  auto store = open();
  Label wrong = label_of(2);
  wrong.probability = 0;
  const auto refused = store->add({label_of(1), wrong, label_of(3)});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr(record_id(2)));
  EXPECT_TRUE(read_all(*store).empty());
}

struct DamageCase {
  StoreKind kind;
  const char* name;
  const char* set;
  const char* told;
};
class Damage : public LabelStoreTest, public testing::WithParamInterface<DamageCase> {
 protected:
  Damage() : LabelStoreTest(GetParam().kind) {}
};
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
    testing::Values(
        DamageCase{StoreKind::Sqlite, "Source", "source = 'rumour'", "unknown source \"rumour\""},
        DamageCase{StoreKind::Sqlite, "Bad", "bad = 7", "bad is 7"},
        DamageCase{StoreKind::Sqlite, "NoClass", "class = ''", "no class"},
        DamageCase{StoreKind::Sqlite, "Probability", "probability = 0.0", "probability"},
        DamageCase{StoreKind::Sqlite, "Least", "least_probability = 2.0", "least probability"},
        DamageCase{StoreKind::Sqlite, "BadText", "bad = 'no'", "bad has the wrong type"},
        DamageCase{StoreKind::Sqlite, "Blob", "class = x'00ff'", "class has the wrong type"},
        DamageCase{StoreKind::Sqlite, "ProbabilityText", "probability = 'x'", "wrong type"},
        DamageCase{StoreKind::Postgres, "Source", "source = 'rumour'", "unknown source \"rumour\""},
        DamageCase{StoreKind::Postgres, "Bad", "bad = 7", "bad is 7"},
        DamageCase{StoreKind::Postgres, "NoClass", "class = ''", "no class"},
        DamageCase{StoreKind::Postgres, "Probability", "probability = 0.0", "probability"},
        DamageCase{StoreKind::Postgres, "Least", "least_probability = 2.0", "least probability"},
        DamageCase{StoreKind::Postgres, "NoNumber", "probability = 'NaN'", "probability"},
        DamageCase{StoreKind::Postgres, "Endless", "least_probability = 'Infinity'",
                   "least probability"}),
    [](const auto& one) { return std::string(name_of(one.param.kind)) + one.param.name; });

// Wherever a run is cut, restored and gone on with, the book is as if it had never been cut.
TEST_P(EachStore, RestartsChangeNothing) {
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

TEST_P(EachStore, ForgetsOnlyWhatAStandingHasCounted) {
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

TEST_P(EachStore, ADamagedStandingIsNamedAndItsLabelsCountAgain) {
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

// Two processes keep what they have counted, and the slower one comes last.
TEST_P(EachStore, AStandingIsNotReplacedByOneThatHasCountedLess) {
  auto mine = open();
  auto theirs = open();
  Book book;
  for (int number = 0; number < 4; ++number) {
    ASSERT_TRUE(mine->add({label_of(number)}));
    ASSERT_TRUE(book.add(label_of(number)));
  }
  ASSERT_TRUE(keep_trust(*theirs, book, 4));
  Book slower;
  ASSERT_TRUE(slower.add(label_of(0)));
  ASSERT_TRUE(slower.add(label_of(1)));
  ASSERT_TRUE(keep_trust(*mine, slower, 2));
  EXPECT_EQ(mine->forget({INT64_MAX}).value(), 4);
  Book restored;
  const auto trust = restore_trust(*open(), restored);
  ASSERT_TRUE(trust);
  EXPECT_EQ(trust->upto, 4);
  EXPECT_EQ(restored.snapshot(), book.snapshot());
}

TEST_P(EachStore, ReadsOnBehindTheNumberThatItReturned) {
  auto store = open();
  const auto ignore = [](const std::string&) {};
  std::vector<std::string> seen;
  const auto see = [&seen](std::int64_t, const Label& label) { seen.push_back(label.exchange); };
  EXPECT_EQ(store->read(0, see, ignore).value(), 0);
  EXPECT_EQ(store->read(7, see, ignore).value(), 7);
  ASSERT_TRUE(store->add({label_of(3), label_of(1)}));
  const auto upto = store->read(0, see, ignore).value();
  ASSERT_TRUE(open()->add({label_of(3), label_of(2)}));
  EXPECT_GT(store->read(upto, see, ignore).value(), upto);
  EXPECT_EQ(seen, (std::vector<std::string>{record_id(3), record_id(1), record_id(2)}));
}

TEST_P(EachStore, NamesOfAnyKindComeBackAsTheyWere) {
  auto store = open();
  Label label = label_of(1);
  label.class_name = R"(a "quoted", {braced} \back\slashed/π %2F ')";
  label.exchange = "exc \"1\",\n'; DROP TABLE labels; --";
  ASSERT_TRUE(store->add({label}));
  const auto labels = read_all(*store);
  ASSERT_EQ(labels.size(), 1u);
  EXPECT_EQ(labels[0].class_name, label.class_name);
  EXPECT_EQ(labels[0].exchange, label.exchange);
  ASSERT_TRUE(store->keep({{label.class_name, 1, "a \"snapshot\""}}));
  EXPECT_EQ(store->standings()->at(0).class_name, label.class_name);
  EXPECT_EQ(store->standings()->at(0).snapshot, "a \"snapshot\"");
}

TEST_P(EachStore, NothingToAddOrKeepIsNoMistake) {
  auto store = open();
  EXPECT_TRUE(store->add({}));
  EXPECT_TRUE(store->keep({}));
  EXPECT_TRUE(store->standings()->empty());
}

}  // namespace
}  // namespace rlm::store
