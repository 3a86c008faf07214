#include "observe/span_writer.hpp"

namespace rlm::observe {
namespace {

// 64-bit integers are strings in OTLP/JSON.
std::string nanoseconds(std::int64_t ms) {
  return std::to_string(ms) + "000000";
}

}  // namespace

SpanWriter::SpanWriter(JsonBuilder& json, const std::string& trace_id, const SpanHead& head)
    : json_(json) {
  json_.open('{');
  json_.member("traceId", trace_id).member("spanId", head.span_id);
  if (!head.parent_id.empty()) json_.member("parentSpanId", head.parent_id);
  json_.member("name", head.name);
  json_.member("kind", static_cast<std::int64_t>(head.kind));
  json_.member("startTimeUnixNano", nanoseconds(head.start_ms));
  json_.member("endTimeUnixNano", nanoseconds(head.end_ms));
  json_.key("attributes").open('[');
}

void SpanWriter::begin(std::string_view key, std::string_view kind) {
  json_.open('{').member("key", key).key("value").open('{').key(kind);
}

void SpanWriter::end() {
  json_.close('}').close('}');
}

SpanWriter& SpanWriter::text(std::string_view key, std::string_view value) {
  if (value.empty()) return *this;
  begin(key, "stringValue");
  json_.text(value);
  end();
  return *this;
}

SpanWriter& SpanWriter::integer(std::string_view key, std::int64_t value) {
  begin(key, "intValue");
  json_.text(std::to_string(value));
  end();
  return *this;
}

SpanWriter& SpanWriter::real(std::string_view key, double value) {
  if (value < 0) return *this;
  begin(key, "doubleValue");
  json_.real(value);
  end();
  return *this;
}

SpanWriter& SpanWriter::boolean(std::string_view key, bool value) {
  begin(key, "boolValue");
  json_.boolean(value);
  end();
  return *this;
}

SpanWriter& SpanWriter::texts(std::string_view key, const std::vector<std::string>& values) {
  begin(key, "arrayValue");
  json_.open('{').key("values").open('[');
  for (const auto& value : values) json_.open('{').member("stringValue", value).close('}');
  json_.close(']').close('}');
  end();
  return *this;
}

void SpanWriter::finish(std::string_view failure) {
  json_.close(']').key("status").open('{');
  if (!failure.empty()) json_.member("code", std::int64_t{2}).member("message", failure);
  json_.close('}').close('}');
}

}  // namespace rlm::observe
