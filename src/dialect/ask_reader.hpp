#pragma once
// The frame in which a request of either OpenAI dialect is read as a Messages request.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "dialect/ask.hpp"
#include "dialect/ask_conversation.hpp"
#include "dialect/ask_fields.hpp"
#include "dialect/ask_tools.hpp"

namespace rlm::dialect {

/// The fields that both dialects have.
struct CommonFields {
  wire::JsonValue model, stream, temperature, top_p, safety_identifier, user, tools, tool_choice,
      parallel_tool_calls;
};

/// A dialect's own fields and the common ones.
template <class Fields, std::size_t size>
constexpr auto with_common(const FieldName<Fields> (&own)[size]) {
  constexpr FieldName<Fields> kCommon[] = {
      {"model", &Fields::model},
      {"stream", &Fields::stream},
      {"temperature", &Fields::temperature},
      {"top_p", &Fields::top_p},
      {"safety_identifier", &Fields::safety_identifier},
      {"user", &Fields::user},
      {"tools", &Fields::tools},
      {"tool_choice", &Fields::tool_choice},
      {"parallel_tool_calls", &Fields::parallel_tool_calls},
  };
  std::array<FieldName<Fields>, size + std::size(kCommon)> all{};
  std::copy(std::begin(own), std::end(own), all.begin());
  std::copy(std::begin(kCommon), std::end(kCommon), all.begin() + size);
  return all;
}

/// What the answer is to be like.
struct AnswerForm {
  wire::JsonValue format;  // its `type` tells: text, json_object, json_schema
  wire::JsonValue schema;  // of json_schema
  std::string_view schema_place;
  NamedValue effort;
  bool shows_thinking = false;
};

/// Puts one Ask together; a dialect reads what it writes in its own way. Each step may fail with
/// BadRequest (Source::Client) or TooLarge.
class AskReader {
 public:
  virtual ~AskReader() = default;
  /// Once.
  Result<Ask> read();

 protected:
  /// All of these must outlive this.
  AskReader(const CommonFields& common, const CallWords& words, const wire::JsonLimits& limits,
            const AskDefaults& defaults)
      : defaults_(defaults), conversation_(words, limits), common_(common) {}

  /// What the dialect has and nobody can serve here.
  virtual Result<void> refuse() const = 0;
  virtual Result<std::int64_t> limit() const = 0;
  /// Fields without an equal in the other dialect; `out` is the Messages request so far.
  virtual Result<void> read_own(std::string& out) = 0;
  virtual AnswerForm form() const = 0;
  virtual Result<void> read_conversation() = 0;
  virtual Result<void> read_tool(ToolWriter& tools, const std::string& place,
                                 wire::JsonValue entry) = 0;
  /// Tools that are asked for elsewhere than in `tools`.
  virtual void add_tools(ToolWriter&) {}
  /// Within a tool_choice: the object that holds mode and tools.
  virtual wire::JsonValue allowed_in(wire::JsonValue choice) const = 0;
  /// Whether the object names a tool, and not one that OpenAI runs.
  virtual bool names_tool(wire::JsonValue choice) const = 0;
  /// The model's name for a tool that is referred to.
  virtual std::string name_in(wire::JsonValue tool) const = 0;

  /// The web search that the model runs; empty: none.
  std::string_view web_search() const {
    return rules_.runs_web_search ? std::string_view(defaults_.web_search) : std::string_view();
  }

  const AskDefaults& defaults_;
  AskConversation conversation_;
  Ask ask_;

 private:
  Result<void> read_head();
  Result<void> read_settings();
  Result<void> read_tools();
  Result<ToolChoice> read_choice() const;

  const CommonFields& common_;
  ClaudeRules rules_;
  std::string out_;
};

}  // namespace rlm::dialect
