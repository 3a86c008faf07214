#pragma once
// One way of speaking to a simulated model: its paths, credentials, requests, answers and errors.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_head.hpp"
#include "sim/composed.hpp"
#include "sim/transcript.hpp"

namespace rlm::sim {

/// A request as it came, whole. Borrowed for one call.
struct Incoming {
  const net::RequestHead& head;
  std::string_view body;
  UnixMs now;
};

/// What a path is for. Everything but an answer is a page: written at once, and free.
struct Target {
  enum class Kind { Answer, CountTokens, Models, Hello, Token };
  Kind kind = Kind::Answer;
  std::string_view method = "POST";
  std::string model;    // where the path names it
  bool stream = false;  // where the path decides it; so for the next two
  std::string project{};
  std::string location{};
};

/// An answer to be written, and what there is to tell about it.
struct Telling {
  const Composed& answer;
  const SimRequest& request;
  Usage usage;  // the input classes
  Fault fault;
  UnixMs began;
};

/// Pure: everything that lasts is the State's. What all providers have in common (mind, pace,
/// faults, caches, bills) is the Service's.
class Dialect {
 public:
  virtual ~Dialect() = default;

  /// Nothing when the path is none of this dialect's.
  virtual std::optional<Target> target_of(std::string_view path) const = 0;
  /// Whose call it is: the key as caches and bills know it.
  virtual tl::expected<std::string, Refusal> authenticate(const Incoming& incoming,
                                                          const Target& target) const = 0;
  /// Reads and checks a body. `index` is scratch.
  virtual tl::expected<SimRequest, Refusal> read(const Incoming& incoming, const Target& target,
                                                 wire::JsonIndex& index) const = 0;
  /// The JSON body of any other target.
  virtual tl::expected<std::string, Refusal> page(const Incoming& incoming, const Target& target,
                                                  wire::JsonIndex& index) const = 0;
  virtual Transcript write(const Telling& telling) const = 0;

  virtual Headers headers(std::string_view request_id, std::string_view content_type) const = 0;
  virtual std::string_view stream_type() const { return "text/event-stream; charset=utf-8"; }
  /// What an answer's own silence is filled with; empty: nothing.
  virtual std::string keep_alive(bool streams) const = 0;
  /// The same before an answer begins. Where it is not empty, the head of the response comes before
  /// the model has begun.
  virtual std::string queued(bool) const { return {}; }

  /// The provider's usual refusal with this status.
  virtual Refusal failure(int status) const = 0;
  virtual std::string error_body(const Refusal& refusal, std::string_view request_id) const = 0;
  virtual void add_error_headers(const Refusal&, Headers&) const {}
  /// A body that says of a 200 that it is none; empty: this provider has statuses for that.
  virtual std::string error_inside(const Refusal&) const { return {}; }
};

using Dialects = std::vector<std::unique_ptr<Dialect>>;
/// What the provider of `config` speaks, by priority of paths; never empty. Borrows `config`.
Dialects dialects_of(const SimConfig& config);

bool serves(const SimConfig& config, std::string_view model);
/// A key that `config` accepts: one of its own, or any that is not empty where it has none.
bool accepts_key(const SimConfig& config, std::string_view key);
/// The credential of "Authorization: Bearer ..."; empty when there is none.
std::string_view bearer_of(const Headers& headers);

}  // namespace rlm::sim
