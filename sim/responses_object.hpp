#pragma once
// The objects within Responses' answers: the response itself and its output items.

#include <string>

#include "sim/dialect.hpp"

namespace rlm::sim {

class ResponseObject {
 public:
  ResponseObject(const Telling& telling, const SimConfig& config)
      : telling_(telling), config_(config), answer_(telling.answer) {}

  /// What an item is: by the block's kind, and by the tool for calls.
  enum class Item { Reasoning, Message, Function, Custom };
  Item item_of(std::size_t block) const;
  std::string id_of(std::size_t block) const;
  /// The item when it has begun, and when it is complete.
  std::string begun(std::size_t block) const;
  std::string whole(std::size_t block) const;
  /// The content part of a message.
  std::string part(std::string_view text) const;
  /// What the block says: a custom tool's input is its plain text.
  std::string said(std::size_t block) const;
  bool refuses() const { return answer_.stop_reason == "refusal"; }
  bool shows_reasoning() const { return !answer_.hide_thinking; }

  /// "completed", "incomplete".
  std::string status() const;
  /// The whole response; `output` are items. With `error` it is failed.
  std::string response(const std::string& status, const std::string& output, bool counts,
                       const std::string& error = "null") const;
  /// All items.
  std::string output() const;

 private:
  std::string nonce() const;
  std::string item(std::size_t block, bool complete) const;
  std::string usage() const;

  const Telling& telling_;
  const SimConfig& config_;
  const Composed& answer_;
};

}  // namespace rlm::sim
