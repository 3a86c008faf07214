#include "store/record_json.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "wire/json_text.hpp"

namespace rlm::store {
namespace {

// One list of fields serves both directions, and the names of the columns and of the view in
// ledger_schema.cpp.
template <class Archive, class Call>
void call_fields(Archive& archive, Call& call) {
  archive.name("role", call.role, kCallRoleCount);
  archive.name("ended", call.end, static_cast<int>(CallEnd::Failed) + 1);
  archive.text("endpoint", call.endpoint);
  archive.text("model", call.model);
  archive.number("status", call.status);
  archive.number("attempt", call.attempt);
  archive.text("error", call.error);
  archive.number("input", call.usage.input);
  archive.number("cache_write_5m", call.usage.cache_write_5m);
  archive.number("cache_write_1h", call.usage.cache_write_1h);
  archive.number("cache_read", call.usage.cache_read);
  archive.number("output", call.usage.output);
  archive.number("reported", call.usage.reported);
  archive.text("price_version", call.price_version);
  archive.number("cost_nano", call.cost.value);
  archive.number("started_ms", call.started_ms);
  archive.number("first_byte_ms", call.first_byte_ms);
  archive.number("duration_ms", call.duration_ms);
}

template <class Archive, class Record>
void fields(Archive& archive, Record& record) {
  archive.text("session", record.session);
  archive.text("agent", record.agent);
  archive.text("asked_model", record.asked_model);
  archive.text("answered_model", record.answered_model);
  archive.text("cascade", record.cascade);
  archive.text("reason", record.reason);
  archive.number("status", record.status);
  archive.text("error_type", record.error_type);
  archive.text("traceparent", record.traceparent);
  archive.number("streamed", record.streamed);
  archive.number("client_left", record.client_left);
  archive.number("first_byte_ms", record.first_byte_ms);
  archive.number("duration_ms", record.duration_ms);
  archive.number("request_bytes", record.request_bytes);
  archive.number("response_bytes", record.response_bytes);
  archive.number("seen_input", record.seen.input);
  archive.number("seen_cache_write_5m", record.seen.cache_write_5m);
  archive.number("seen_cache_write_1h", record.seen.cache_write_1h);
  archive.number("seen_cache_read", record.seen.cache_read);
  archive.number("seen_output", record.seen.output);
  archive.number("seen_reported", record.seen.reported);
  archive.name("occasion", record.occasion, kOccasionCount);
  archive.text("follows", record.follows);
  archive.number("sampled_ppm", record.sampled_ppm);
  archive.name("judgement", record.judgement, kJudgementCount);
  archive.number("would_cost_nano", record.would_cost.value);
  archive.number("would_baseline_nano", record.would_baseline.value);
  archive.json("weighed", record.weighed);
  archive.text("kind", record.kind);
  archive.text("class", record.class_name);
  archive.text("failed_draft", record.failed_draft);
}

/// Writes into memory that is there already, so that a member costs little more than its bytes.
class Writer {
 public:
  explicit Writer(std::string& memory) : memory_(memory) {}
  std::string_view text() const { return {memory_.data(), used_}; }

  void bracket(char c) {
    *room(1) = c;
    ++used_;
  }
  /// Behind an element or a member, before the next one.
  void comma() {
    const char last = memory_[used_ - 1];
    if (last != '{' && last != '[') bracket(',');
  }
  void key(std::string_view key) { used_ = offset(put_key(room(key.size() + kAround), key)); }

  template <class Enum>
  void name(std::string_view key, Enum value, int) {
    if (value == Enum{}) return;
    const std::string_view name = name_of(value);
    put_quoted(put_key(room(key.size() + name.size() + kAround), key), name);
  }
  void text(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    if (!wire::needs_no_escape(value)) return escaped(key, value);
    put_quoted(put_key(room(key.size() + value.size() + kAround), key), value);
  }
  void json(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    used_ = offset(copy(put_key(room(key.size() + value.size() + kAround), key), value));
  }
  void number(std::string_view key, std::int64_t value) {
    if (value == 0) return;
    char* to = put_key(room(key.size() + kAround + kDigitsMax), key);
    used_ = offset(std::to_chars(to, to + kDigitsMax, value).ptr);
  }

 private:
  static constexpr std::size_t kAround = 6;      // comma, colon, and the quotes of key and value
  static constexpr std::size_t kDigitsMax = 20;  // of a number, with its sign

  std::size_t offset(const char* at) const { return static_cast<std::size_t>(at - memory_.data()); }
  char* room(std::size_t bytes) {
    if (memory_.size() - used_ < bytes) [[unlikely]]
      memory_.resize(std::max(used_ + bytes, 2 * memory_.size()));
    return memory_.data() + used_;
  }
  static char* copy(char* to, std::string_view bytes) {
    std::memcpy(to, bytes.data(), bytes.size());
    return to + bytes.size();
  }
  char* put_key(char* to, std::string_view key) const {
    if (to[-1] != '{') *to++ = ',';
    *to++ = '"';
    to = copy(to, key);
    *to++ = '"';
    *to++ = ':';
    return to;
  }
  void put_quoted(char* to, std::string_view value) {
    *to++ = '"';
    to = copy(to, value);
    *to++ = '"';
    used_ = offset(to);
  }
  void escaped(std::string_view key, std::string_view value) {
    json(key, wire::json_string(value));
  }

  std::string& memory_;
  std::size_t used_ = 0;
};

/// Reads members by their names; the first that is of the wrong type or has another name is told.
class Reader {
 public:
  explicit Reader(wire::JsonValue object) : object_(object) {}

  template <class Enum>
  void name(std::string_view key, Enum& value, int count) {
    value = {};
    const auto wanted = member(key);
    if (!wanted.exists()) return;
    for (int i = 0; i < count; ++i) {
      if (!wanted.equals(name_of(static_cast<Enum>(i)))) continue;
      value = static_cast<Enum>(i);
      return;
    }
    refuse(key);
  }
  void text(std::string_view key, std::string& value) {
    const auto found = member(key);
    if (found.exists() && !found.is(wire::JsonValue::Type::String)) refuse(key);
    value = found.string();
  }
  void json(std::string_view key, std::string& value) { value = member(key).raw(); }
  template <class Number>
  void number(std::string_view key, Number& value) {
    const auto found = member(key);
    const std::int64_t read = found.integer(0);
    const bool is_integer = read != 0 || found.integer(1) == 0;
    if (found.exists() && !is_integer) refuse(key);
    value = static_cast<Number>(read);
  }

  /// What is wrong, when every field was asked for; empty: nothing. `more`: further members that
  /// are read elsewhere.
  std::string wrong(std::initializer_list<std::string_view> more = {}) {
    if (!wrong_.empty()) return wrong_;
    std::size_t members = 0;
    object_.each_member([&members](std::string_view, wire::JsonValue) { return ++members > 0; });
    std::size_t asked = 0;
    for (const auto key : more) asked += object_.member(key).exists() ? 1 : 0;
    // A name that nobody asked for is a field that would be lost.
    return members == found_ + asked ? "" : "a field of an unknown name";
  }

 private:
  wire::JsonValue member(std::string_view key) {
    const auto found = object_.member(key);
    found_ += found.exists() ? 1 : 0;
    return found;
  }
  void refuse(std::string_view key) {
    if (wrong_.empty()) wrong_ = key;
  }

  wire::JsonValue object_;
  std::size_t found_ = 0;
  std::string wrong_;
};

}  // namespace

std::string_view write_record_json(const ExchangeRecord& record, std::string& scratch) {
  Writer writer(scratch);
  writer.bracket('{');
  fields(writer, record);
  writer.key("calls");
  writer.bracket('[');
  for (const CallRecord& call : record.calls) {
    writer.comma();
    writer.bracket('{');
    call_fields(writer, call);
    writer.bracket('}');
  }
  writer.bracket(']');
  writer.bracket('}');
  return writer.text();
}

Result<void> read_record_json(std::string_view json, wire::JsonIndex& index,
                              ExchangeRecord& record) {
  const auto refuse = [&record](const std::string& what) {
    return fail(ErrorKind::Internal, Source::Self,
                "ledger: the record of exchange " + record.id + " is damaged: " + what);
  };
  const auto root = index.parse(json);
  if (!root) return refuse("no JSON");
  const auto calls = root->member("calls");
  if (!calls.is(wire::JsonValue::Type::Array)) return refuse("calls");
  Reader reader(*root);
  fields(reader, record);
  std::string wrong = reader.wrong({"calls"});
  if (record.sampled_ppm < 0 || record.sampled_ppm > 1'000'000) wrong = "sampled_ppm";
  calls.each_element([&](wire::JsonValue object) {
    Reader call(object);
    call_fields(call, record.calls.emplace_back());
    if (auto why = call.wrong(); wrong.empty() && !why.empty())
      wrong = "call " + std::to_string(record.calls.size()) + ", " + why;
    return wrong.empty();
  });
  if (!wrong.empty()) return refuse(wrong);
  return {};
}

}  // namespace rlm::store
