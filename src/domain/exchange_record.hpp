#pragma once
// What is kept of an exchange: one entry per upstream call, and what the client saw of it. Never a
// prompt or an answer. Work that a client's exchange gave rise to, off its path, leaves a record of
// its own.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/units.hpp"
#include "domain/plan.hpp"
#include "domain/usage.hpp"

namespace rlm {

enum class CallRole : std::uint8_t {
  Direct,
  Draft,
  Verify,     // the verdict on a draft, behind the client's own prompt
  Digest,     // the verdict on a turn, by a prompt of ours: it says nothing of the client's cache
  Shadow,     // what a cascade would have asked, off the client's path
  Audit,      // a verdict on what was delivered unseen, off the client's path
  KeepAlive,  // reads a prompt's cache so that it lives on
  Count,      // token counting: free
};
inline constexpr int kCallRoleCount = 8;
enum class CallEnd : std::uint8_t { Complete, Cancelled, Failed };

/// Why upstream calls were made: for a client that waits, or for what its exchange gave rise to.
enum class Occasion : std::uint8_t { Client, Shadow, Audit, KeepAlive };
inline constexpr int kOccasionCount = 4;

/// What the verify model says of a draft that no client waits for.
enum class Judgement : std::uint8_t {
  None,       // it was not asked, or nothing came of it
  Same,       // its own answer makes the same tool calls
  Different,  // … other ones, or none
  Equal,      // … other ones, and it deems the draft's as good
  Accepted,   // it would take the draft as it is
  Repaired,   // … with edits
  Rewritten,  // it would answer itself
};
inline constexpr int kJudgementCount = 7;

/// One upstream call and what it cost.
struct CallRecord {
  CallRole role = CallRole::Direct;
  CallEnd end = CallEnd::Failed;
  std::string endpoint;  // the configured model's name, e.g. "opus"
  std::string model;     // the upstream's model id
  int status = 0;        // HTTP status; 0: none came
  int attempt = 0;       // 0 first, then retries
  std::string error;     // the ErrorKind's name, empty when complete
  Usage usage;
  std::string price_version;  // valid_from of the price row
  NanoUsd cost;
  std::int64_t started_ms = 0;      // since the exchange began
  std::int64_t first_byte_ms = -1;  // since the call began; -1: none
  std::int64_t duration_ms = 0;
};

/// The model began to answer: what it read is in its cache, where it has one.
inline bool has_begun(const CallRecord& call) {
  return call.end == CallEnd::Complete || call.status != 0;
}

/// Some of its tokens are ours to guess: it ended before its usage was told
/// (money/charged_usage.hpp).
inline bool is_estimated(const CallRecord& call) {
  return !call.usage.reported && (call.usage.prompt() > 0 || call.usage.output > 0);
}

/// One client request, or the work that followed from one. Durations are milliseconds since the
/// request's head was read, or the work began.
struct ExchangeRecord {
  std::string id;  // "exc_" + 26 characters, sorts by time
  UnixMs started;
  std::string session;         // the client's session id, empty when unknown
  std::string agent;           // sub-agent id, empty on the main loop
  std::string asked_model;     // what the client asked for
  std::string answered_model;  // the configured model that answered
  std::string cascade;         // index or name of the matching cascade, empty when none
  Plan plan = Plan::Direct;
  Verdict verdict = Verdict::Failed;
  std::string
      reason;      // why this plan, then why it ended so, e.g. "simple" or "simple,draft_timeout"
  int status = 0;  // HTTP status the client got; 0: it left before one
  std::string error_type;   // Anthropic error type the client got, empty when none
  std::string traceparent;  // W3C header as the client sent it, for the exported trace; empty when
                            // none came
  bool streamed = false;
  bool client_left = false;
  std::int64_t first_byte_ms = -1;  // first content byte to the client
  std::int64_t duration_ms = 0;
  std::int64_t request_bytes = 0;
  std::int64_t response_bytes = 0;
  std::vector<CallRecord> calls;
  NanoUsd cost;      // sum over calls
  NanoUsd baseline;  // what `direct` would have cost with its own warm cache
  Usage seen;        // usage as told to the client

  // What each plan was expected to cost when this one was chosen, as a JSON list
  // (route/weighed.hpp); empty: it was decided by rules alone.
  std::string weighed;
  std::string kind;  // of the request: turn kind and complexity, "chat/simple"; empty: not known

  // Of answers that were drafted where quality is bounded by labels (quality/label.hpp).
  std::string class_name;    // what makes the draft like others; empty: it tells nothing of them
  std::string failed_draft;  // the exchange whose drafted tool call came back as an error

  // Of work off the client's path, whose `baseline` is 0: what it costs is no client's saving.
  Occasion occasion = Occasion::Client;
  std::string follows;           // id of the client's exchange that gave rise to it
  std::int64_t sampled_ppm = 0;  // how likely it was to be drawn, in millionths; 0: no draw
  Judgement judgement = Judgement::None;
  NanoUsd would_cost;      // Shadow: what the exchange would have cost by `plan`
  NanoUsd would_baseline;  // … and what that would have been held against

  NanoUsd saved() const { return baseline - cost; }
};

/// "client", "shadow", "audit", "keep_alive".
std::string_view name_of(Occasion occasion);
/// "none", "same", "different", "equal", "accepted", "repaired", "rewritten".
std::string_view name_of(Judgement judgement);
std::string_view name_of(CallRole role);
std::string_view name_of(CallEnd end);

}  // namespace rlm
