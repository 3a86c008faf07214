#include "store/calls_json.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "wire/json_text.hpp"

namespace rlm::store {
namespace {

// One list of fields serves both directions, and the names of the view in ledger_schema.cpp.
template <class Archive, class Call>
void fields(Archive& archive, Call& call) {
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

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  void begin_object() {
    out_ += out_.size() == 1 ? "{" : ",{";
    first_ = true;
  }
  void end_object() { out_ += '}'; }

  template <class Enum>
  void name(std::string_view key, Enum value, int) {
    const std::string_view name = name_of(value);
    char* to = begin(key);
    *to++ = '"';
    to += name.copy(to, kValueBytesMax);
    *to++ = '"';
    add(to);
  }
  void text(std::string_view key, const std::string& value) {
    if (value.empty()) return;
    add(begin(key));
    wire::append_json_string(out_, value);
  }
  void number(std::string_view key, std::int64_t value) {
    if (value == 0) return;
    char* to = begin(key);
    add(std::to_chars(to, to + kValueBytesMax, value).ptr);
  }

 private:
  static constexpr std::size_t kValueBytesMax = 24;  // of a number or a name

  // Writes `,"key":` where it is added from; returns what stands behind it.
  char* begin(std::string_view key) {
    char* to = member_.data();
    if (!std::exchange(first_, false)) *to++ = ',';
    *to++ = '"';
    to += key.copy(to, 32);
    *to++ = '"';
    *to++ = ':';
    return to;
  }
  void add(char* end) { out_.append(member_.data(), end); }

  std::string& out_;
  bool first_ = true;            // member of its object
  std::array<char, 64> member_;  // of which it is put together
};

class Reader {
 public:
  explicit Reader(wire::JsonValue object) : object_(object) {}
  bool ok() const { return ok_; }

  template <class Enum>
  void name(std::string_view key, Enum& value, int count) {
    const auto wanted = object_.member(key);
    for (int i = 0; i < count; ++i) {
      if (!wanted.equals(name_of(static_cast<Enum>(i)))) continue;
      value = static_cast<Enum>(i);
      return;
    }
    ok_ = false;
  }
  void text(std::string_view key, std::string& value) { value = object_.member(key).string(); }
  template <class Number>
  void number(std::string_view key, Number& value) {
    const auto found = object_.member(key);
    value = static_cast<Number>(found.exists() ? found.integer(0) : 0);
  }

 private:
  wire::JsonValue object_;
  bool ok_ = true;
};

}  // namespace

void write_calls(const std::vector<CallRecord>& calls, std::string& out) {
  out = "[";
  Writer writer(out);
  for (const CallRecord& call : calls) {
    writer.begin_object();
    fields(writer, call);
    writer.end_object();
  }
  out += ']';
}

Result<std::vector<CallRecord>> read_calls(std::string_view json, wire::JsonIndex& index) {
  const auto root = index.parse(json);
  bool ok = root && root->is(wire::JsonValue::Type::Array);
  std::vector<CallRecord> calls;
  if (ok) {
    root->each_element([&](wire::JsonValue object) {
      Reader reader(object);
      fields(reader, calls.emplace_back());
      ok = ok && reader.ok();
      return ok;
    });
  }
  if (!ok) return fail(ErrorKind::Internal, Source::Self, "the calls of an exchange are damaged");
  return calls;
}

}  // namespace rlm::store
