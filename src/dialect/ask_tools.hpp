#pragma once
// The tools of a client of an OpenAI dialect, as tools of a Messages request.

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.hpp"
#include "dialect/ask.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// A tool as either dialect describes it; `place` is of its entry.
struct ToolEntry {
  std::string place;
  wire::JsonValue name;
  wire::JsonValue description;
  wire::JsonValue parameters;        // of a function
  wire::JsonValue format;            // of a custom tool
  std::string_view name_space = {};  // empty: none
};

/// What the model calls a tool of a namespace. At most 64 bytes: a long one ends in a hash.
std::string tool_name_in(std::string_view name_space, std::string_view name);

/// What the client lets the model do with its tools.
struct ToolChoice {
  enum class Kind { Auto, None, Required, Named };
  Kind kind = Kind::Auto;
  std::string name;                                        // Named: the model's
  std::optional<std::unordered_set<std::string>> allowed;  // no others are shown to the model
};

/// Collects tools in order. Descriptions and schemas are copied byte for byte; `strict` is left
/// out, as Anthropic's API sets narrower bounds to it.
class ToolWriter {
 public:
  /// `special` takes the tools whose calls look different to the client; `choice` must be read
  /// already. Both must outlive this.
  ToolWriter(std::vector<AskedTool>& special, const ToolChoice& choice)
      : special_(special), choice_(choice) {}

  /// BadRequest for a missing name, or one that is not 1 to 128 of `A–Z a–z 0–9 _ -`.
  Result<void> function(const ToolEntry& tool);
  /// A tool that takes a text: to the model an object with the text as `input`; a grammar becomes
  /// part of the description.
  Result<void> custom(const ToolEntry& tool);
  /// Anthropic's own web search of this type, unless the client has a tool of its name.
  void web_search(std::string_view type);

  /// Appends `,"tools":[…],"tool_choice":…`; nothing when there are none. A choice that the model
  /// refuses becomes an instruction, which is returned, to be put into `system`.
  std::string append_to(std::string& out, bool parallel, const ClaudeRules& rules) const;

 private:
  void add(std::string_view json);
  Result<std::optional<std::string>> begin(const ToolEntry& tool);

  std::vector<AskedTool>& special_;
  const ToolChoice& choice_;
  std::string list_;
  bool has_web_search_ = false;
};

/// The schema and input of a custom tool: `{"input":"…"}` around the inside of a string.
std::string custom_input(std::string_view inside);
/// The inverse: the inside of the text within what the model sent, itself the inside of a string of
/// JSON. What is no such object is the text as it stands.
std::string text_of_custom_input(std::string_view inside_of_json);

}  // namespace rlm::dialect
