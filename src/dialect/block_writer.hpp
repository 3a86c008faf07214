#pragma once
// Writes the blocks of another dialect's answer as Anthropic's stream, one after another however
// they came.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "dialect/message_names.hpp"
#include "dialect/object_scan.hpp"
#include "dialect/openai_error.hpp"
#include "domain/usage.hpp"

namespace rlm::dialect {

/// One per streamed answer. A block that begins while a tool call is open waits until that call's
/// arguments are whole: the other dialects may send calls interleaved, Anthropic's may not. A key
/// names a block within the answer; texts and calls have keys of their own.
class BlockWriter {
 public:
  /// Most bytes that may wait.
  static constexpr std::size_t kWaitingBytesMax = 16u << 20;
  /// Most blocks of an answer.
  static constexpr std::size_t kBlocksMax = 4096;

  explicit BlockWriter(MessageNames names) : names_(std::move(names)), ids_(names_.id) {}

  /// message_start, unless it is written already, with the estimate: usage is known at the end
  /// only.
  void start(std::string& out);
  /// A sign of life while the model reasons; every 32nd call writes a ping, the first one too.
  void reasoning(std::string& out);
  /// Text of the block `key`; a new block when another one is open. TooLarge beyond the limits.
  Result<void> text(std::uint64_t key, std::string_view text, std::string& out);
  /// A tool call. An id that is missing, no id in Anthropic's form or given twice is replaced. The
  /// key must be new. Protocol (Source::Upstream) without a name, TooLarge beyond the limits.
  Result<void> begin_call(std::uint64_t key, std::string_view id, std::string_view name,
                          std::string& out);
  /// A piece of the arguments of a call that was begun. Protocol when they are no JSON object.
  Result<void> arguments(std::uint64_t key, std::string_view fragment, std::string& out);
  /// Writes all that waits and ends the message; `usage` null: its output is estimated from the
  /// bytes of the answer, and the prompt stays as estimated. Protocol when a call's arguments are
  /// not whole, unless the answer was cut off by max_tokens.
  Result<void> end(std::string_view stop_reason, const Usage* usage, std::string& out);
  /// `event: error` instead of an end.
  static void fail_with(const MessagesError& error, std::string& out);

  bool is_started() const { return started_; }
  bool has_blocks() const { return blocks_ > 0; }
  bool has_calls() const { return !ids_.empty(); }

 private:
  enum class Kind : std::uint8_t { None, Text, Call };
  struct Waiting {
    Kind kind;
    std::uint64_t key;
    std::string id;
    std::string name;
    std::string bytes;  // text or arguments
  };

  bool can_close() const;
  void close(std::string& out);
  Result<void> open(Waiting block, std::string& out);
  Result<void> write_arguments(std::string_view fragment, std::string& out);
  Result<void> advance(bool all, std::string& out);
  Result<void> wait(Waiting block);
  Result<void> count_waiting(std::size_t bytes);

  MessageNames names_;
  std::vector<Waiting> waiting_;
  AnswerToolIds ids_;
  ObjectScan scan_;        // the open call's arguments
  std::uint64_t key_ = 0;  // of the open block
  std::size_t waiting_bytes_ = 0;
  std::size_t bytes_ = 0;  // of the answer
  std::uint32_t reasoning_ = 0;
  int blocks_ = 0;  // opened or waiting
  int index_ = -1;  // of the open block
  Kind kind_ = Kind::None;
  bool started_ = false;
};

}  // namespace rlm::dialect
