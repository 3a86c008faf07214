#include <gtest/gtest.h>

#include <limits>

#include "store/journal.hpp"
#include "store/test_records.hpp"

namespace rlm::store {
namespace {

// Does not compile when a field is added: then record_codec, ledger_schema, sqlite_ledger and
// full_record() need it.
[[maybe_unused]] void count_fields(const ExchangeRecord& exchange, const CallRecord& call) {
  [[maybe_unused]] const auto& [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15,
                                a16, a17, a18, a19, a20, a21, a22, a23, a24, a25, a26, a27, a28,
                                a29, a30, a31, a32, a33] = exchange;
  [[maybe_unused]] const auto& [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13] = call;
}

TEST(RecordCodec, KeepsEveryField) {
  const auto record = full_record(7);
  const auto back = decode_record(encode_record(record));
  ASSERT_TRUE(back.has_value()) << back.error().message;
  expect_same(*back, record);
}

TEST(RecordCodec, KeepsAnEmptyRecordAndExtremeNumbers) {
  ExchangeRecord record;
  record.cost = {std::numeric_limits<std::int64_t>::max()};
  record.baseline = {std::numeric_limits<std::int64_t>::min()};
  record.status = std::numeric_limits<int>::min();
  record.session = std::string("\0\xff\x80 not text", 11);
  const auto back = decode_record(encode_record(record));
  ASSERT_TRUE(back.has_value());
  expect_same(*back, record);
}

TEST(RecordCodec, UsesTheMemoryOfItsStringAgain) {
  std::string out = "something else";
  encode_record(full_record(1), out);
  EXPECT_EQ(out, encode_record(full_record(1)));
}

TEST(RecordCodec, RefusesAnotherVersion) {
  std::string bytes = encode_record(full_record(1));
  bytes[0] = 1;
  ASSERT_FALSE(decode_record(bytes).has_value());
  EXPECT_EQ(decode_record(bytes).error().kind, ErrorKind::Protocol);
  EXPECT_FALSE(decode_record("").has_value());
}

TEST(RecordCodec, RefusesEveryShorterAndLongerForm) {
  const std::string bytes = encode_record(full_record(1));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_record(std::string_view(bytes).substr(0, size))) << size;
  EXPECT_FALSE(decode_record(bytes + '\0'));
}

TEST(RecordCodec, AChangedByteIsRefusedOrDecodesToWhatEncodesAlike) {
  const std::string bytes = encode_record(full_record(1));
  for (std::size_t at = 1; at < bytes.size(); ++at) {
    for (const int flip : {1, 0x40, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      const auto back = decode_record(changed);
      EXPECT_TRUE(!back || encode_record(*back) == changed) << at;
    }
  }
}

}  // namespace
}  // namespace rlm::store
