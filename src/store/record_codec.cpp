// The journal's form of a record. Writer and reader walk the same list of fields, so they cannot
// drift apart.

#include <cstring>
#include <limits>

#include "store/journal.hpp"

namespace rlm::store {
namespace {

// Raised with every change of the field lists below; a journal is drained by the program that wrote
// it or by one that knows its version.
constexpr std::uint8_t kVersion = 6;
constexpr std::size_t kCallBytesMin = 20;  // every field of a call takes at least a byte

/// Writes into room that was measured before: one check instead of one for each field.
class Writer {
 public:
  static constexpr bool kReads = false;
  explicit Writer(char* to) : to_(to) {}

  void number(const std::int64_t& value) {
    // Zigzag: small negative numbers stay short.
    auto bits = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
    for (; bits >= 0x80; bits >>= 7) *to_++ = static_cast<char>(bits | 0x80);
    *to_++ = static_cast<char>(bits);
  }
  void text(const std::string& value) {
    number(static_cast<std::int64_t>(value.size()));
    std::memcpy(to_, value.data(), value.size());
    to_ += value.size();
  }
  const char* end() const { return to_; }

 private:
  char* to_;
};

/// Counts the most bytes that a Writer can need.
class Measure {
 public:
  static constexpr bool kReads = false;
  void number(const std::int64_t&) { bytes_ += kNumberBytesMax; }
  void text(const std::string& value) { bytes_ += kNumberBytesMax + value.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t kNumberBytesMax = 10;
  std::size_t bytes_ = 0;
};

/// After the first fault every field reads as empty and ok() is false.
class Reader {
 public:
  static constexpr bool kReads = true;
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  void number(std::int64_t& value) {
    std::uint64_t bits = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      if (shift == 63 && byte > 1) break;
      bits |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if (byte & 0x80) continue;
      if (byte == 0 && shift > 0) break;  // one form for each number
      value = static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
      return;
    }
    refuse();
  }
  void text(std::string& value) {
    std::int64_t size = 0;
    number(size);
    if (size < 0 || static_cast<std::uint64_t>(size) > rest_.size()) return refuse();
    if (size == 0) return value.clear();
    value.assign(rest_.data(), static_cast<std::size_t>(size));
    rest_.remove_prefix(static_cast<std::size_t>(size));
  }
  void refuse() {
    ok_ = false;
    rest_ = {};
  }
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

template <class Archive, class Value>
void small(Archive& archive, Value& value, std::int64_t max) {
  auto number = static_cast<std::int64_t>(value);
  archive.number(number);
  if constexpr (Archive::kReads) {
    if (number < 0 || number > max) return archive.refuse();
    value = static_cast<std::remove_reference_t<Value>>(number);
  }
}

template <class Archive, class Value>
void whole(Archive& archive, Value& value) {
  auto number = static_cast<std::int64_t>(value);
  archive.number(number);
  if constexpr (Archive::kReads) {
    if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max())
      return archive.refuse();
    value = static_cast<int>(number);
  }
}

template <class Archive, class Tokens5>
void usage_fields(Archive& archive, Tokens5& usage) {
  archive.number(usage.input);
  archive.number(usage.cache_write_5m);
  archive.number(usage.cache_write_1h);
  archive.number(usage.cache_read);
  archive.number(usage.output);
  small(archive, usage.reported, 1);
}

template <class Archive, class Call>
void call_fields(Archive& archive, Call& call) {
  small(archive, call.role, kCallRoleCount - 1);
  small(archive, call.end, static_cast<int>(CallEnd::Failed));
  archive.text(call.endpoint);
  archive.text(call.model);
  whole(archive, call.status);
  whole(archive, call.attempt);
  archive.text(call.error);
  usage_fields(archive, call.usage);
  archive.text(call.price_version);
  archive.number(call.cost.value);
  archive.number(call.started_ms);
  archive.number(call.first_byte_ms);
  archive.number(call.duration_ms);
}

template <class Archive, class Record>
void exchange_fields(Archive& archive, Record& record) {
  archive.text(record.id);
  archive.number(record.started.value);
  archive.text(record.session);
  archive.text(record.agent);
  archive.text(record.asked_model);
  archive.text(record.answered_model);
  archive.text(record.cascade);
  small(archive, record.plan, kPlanCount - 1);
  small(archive, record.verdict, static_cast<int>(Verdict::Failed));
  archive.text(record.reason);
  whole(archive, record.status);
  archive.text(record.error_type);
  archive.text(record.traceparent);
  small(archive, record.streamed, 1);
  small(archive, record.client_left, 1);
  archive.number(record.first_byte_ms);
  archive.number(record.duration_ms);
  archive.number(record.request_bytes);
  archive.number(record.response_bytes);
  archive.number(record.cost.value);
  archive.number(record.baseline.value);
  usage_fields(archive, record.seen);
  small(archive, record.occasion, kOccasionCount - 1);
  archive.text(record.follows);
  archive.number(record.sampled_ppm);
  small(archive, record.judgement, kJudgementCount - 1);
  archive.number(record.would_cost.value);
  archive.number(record.would_baseline.value);
  archive.text(record.weighed);
  archive.text(record.kind);
  archive.text(record.class_name);
  archive.text(record.failed_draft);
}

}  // namespace

namespace {

template <class Archive>
void all_fields(Archive& archive, const ExchangeRecord& record) {
  exchange_fields(archive, record);
  archive.number(static_cast<std::int64_t>(record.calls.size()));
  for (const CallRecord& call : record.calls) call_fields(archive, call);
}

}  // namespace

void encode_record(const ExchangeRecord& record, std::string& out) {
  Measure measure;
  all_fields(measure, record);
  out.resize(1 + measure.bytes());
  out[0] = static_cast<char>(kVersion);
  Writer writer(out.data() + 1);
  all_fields(writer, record);
  out.resize(static_cast<std::size_t>(writer.end() - out.data()));
}

std::string encode_record(const ExchangeRecord& record) {
  std::string out;
  encode_record(record, out);
  return out;
}

Result<void> decode_record(std::string_view bytes, ExchangeRecord& record) {
  if (bytes.empty() || static_cast<std::uint8_t>(bytes.front()) != kVersion)
    return fail(ErrorKind::Protocol, Source::Self,
                "journal: a record of a version that is not known here");
  Reader reader(bytes.substr(1));
  exchange_fields(reader, record);
  std::int64_t calls = 0;
  reader.number(calls);
  if (calls < 0 || calls > static_cast<std::int64_t>(reader.rest().size() / kCallBytesMin))
    reader.refuse();
  if (reader.ok()) record.calls.resize(static_cast<std::size_t>(calls));
  for (CallRecord& call : record.calls) call_fields(reader, call);
  if (!reader.ok() || !reader.rest().empty())
    return fail(ErrorKind::Protocol, Source::Self, "journal: a damaged record");
  return {};
}

Result<ExchangeRecord> decode_record(std::string_view bytes) {
  ExchangeRecord record;
  if (auto decoded = decode_record(bytes, record); !decoded)
    return fail(std::move(decoded.error()));
  return record;
}

}  // namespace rlm::store
