#pragma once
// One OTLP span, attribute by attribute.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "observe/json_builder.hpp"
#include "observe/trace_spans.hpp"

namespace rlm::observe {

/// Values of the OTLP enum.
enum class SpanKind { Internal = 1, Server = 2, Client = 3 };

/// What every span begins with. Times are Unix milliseconds.
struct SpanHead {
  std::string span_id;
  std::string parent_id;  // empty: none
  std::string name;
  SpanKind kind = SpanKind::Internal;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
};

/// Writes a span into `json`, which stands inside an array; finish() closes it.
class SpanWriter {
 public:
  SpanWriter(JsonBuilder& json, const std::string& trace_id, const SpanHead& head);

  // An empty text or a negative time says nothing and is left out.
  SpanWriter& text(std::string_view key, std::string_view value);
  SpanWriter& integer(std::string_view key, std::int64_t value);
  SpanWriter& real(std::string_view key, double value);
  SpanWriter& boolean(std::string_view key, bool value);
  SpanWriter& texts(std::string_view key, const std::vector<std::string>& values);
  /// `failed` with what went wrong in a word; an empty word leaves the status unset.
  void finish(std::string_view failure);

 private:
  void begin(std::string_view key, std::string_view kind);
  void end();

  JsonBuilder& json_;
};

}  // namespace rlm::observe
