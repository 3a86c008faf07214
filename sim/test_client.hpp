#pragma once
// A client for the tests here: one call at a time over a real socket.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "net/http_client.hpp"
#include "sim/simulated_model.hpp"

namespace rlm::sim {

/// What came back. `failure` is set when the connection ended in an error; the body holds what came
/// until then.
struct Got {
  int status = 0;
  Headers headers;
  std::string body;
  std::optional<ErrorKind> failure;

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

struct Ask {
  std::string method = "POST";
  std::string target = "/v1/messages";
  std::string body;
  Headers headers{{"x-api-key", "key-1"}, {"anthropic-version", "2023-06-01"}};
  /// Hangs up once this many body bytes came.
  std::optional<std::size_t> leave_after;
  /// Hangs up when the head is not there by then.
  std::optional<Milliseconds> patience{};
};

/// A request body with one user text.
std::string user_body(std::string_view text, bool stream = false, std::string_view more = "",
                      std::string_view model = "sim-verify");

/// Sends it and waits for the end.
Got ask(const SimulatedModel& model, const Ask& request);
Got ask(const SimulatedModel& model, std::string body);

/// One SSE event's name and data.
struct Event {
  std::string name;
  std::string data;
};
std::vector<Event> events_of(std::string_view stream);
/// The text deltas of a stream, or the text blocks of a whole answer, joined.
std::string text_of(const Got& got);
/// An integer of the JSON text, by path: "usage.output_tokens"; -1 when absent.
std::int64_t integer_at(std::string_view json, std::string_view path);
std::string string_at(std::string_view json, std::string_view path);

/// What was billed for everything that was asked so far: a call is billed behind its last byte.
Bill billed(const SimulatedModel& model);

/// A running model, or a failed test.
std::unique_ptr<SimulatedModel> running(SimConfig config = {});

}  // namespace rlm::sim
