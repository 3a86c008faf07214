#include "sim/responses_items.hpp"

#include "sim/reasoning_seal.hpp"

namespace rlm::sim {
namespace {

using Type = wire::JsonValue::Type;

constexpr std::size_t kCallIdBytesMax = 64;

Refusal lost_item(const std::string& id) {
  Refusal refusal = openai_refusal(
      "Item with id '" + id +
          "' not found. Items are not persisted when `store` is set to false. Try again with "
          "`store` set to true, or remove this item from your input.",
      {}, "input");
  refusal.status = 404;
  return refusal;
}

}  // namespace

Checked ResponsesItems::read(wire::JsonValue input) {
  if (input.is(Type::String)) {
    text_ = input.string();
    prompt_.add("user:text", text_, Mark::None);
    conversation_.user_ends(bare_text(text_), false);
    return std::nullopt;
  }
  Checked wrong;
  input.each_element([&](wire::JsonValue item) {
    wrong = read_item(item);
    ++at_;
    return !wrong;
  });
  return wrong ? wrong : end();
}

Checked ResponsesItems::end() {
  end_assistant();
  if (!lonely_reasoning_.empty())
    return openai_refusal("Item '" + lonely_reasoning_ +
                              "' of type 'reasoning' was provided without its required following "
                              "item.",
                          {}, "input");
  if (open_.empty() || !options_.strict.turn_rules) return std::nullopt;
  return openai_refusal("No tool output found for function call " + *open_.begin() + ".", {},
                        "input");
}

void ResponsesItems::end_assistant() {
  if (in_assistant_) conversation_.assistant_ends();
  in_assistant_ = false;
}

Checked ResponsesItems::read_item(wire::JsonValue item) {
  if (!item.is(Type::Object)) return wrong_type(path(), "an object", item);
  const std::string type = item.member("type").exists() ? item.member("type").string() : "message";
  const bool models = type == "reasoning" || type == "function_call" ||
                      type == "custom_tool_call" || item.member("role").equals("assistant");
  if (type != "reasoning" && models) lonely_reasoning_.clear();
  if (!models) {
    if (!lonely_reasoning_.empty()) return end();
    end_assistant();
  }
  in_assistant_ = models;
  text_.clear();
  if (type == "message") return read_message(item);
  if (type == "function_call" || type == "custom_tool_call") return read_call(item, type);
  if (type == "function_call_output" || type == "custom_tool_call_output")
    return read_output(item, type);
  if (type == "reasoning") return read_reasoning(item);
  if (type == "item_reference") return lost_item(item.member("id").string());
  return invalid_value(path() + ".type",
                       "Invalid value: '" + type +
                           "'. Supported values are: 'message', 'reasoning', 'function_call', "
                           "'function_call_output', 'custom_tool_call', and "
                           "'custom_tool_call_output'.");
}

Checked ResponsesItems::check_id(wire::JsonValue item, std::string_view prefix) const {
  const auto id = item.member("id");
  if (!rules_.formal || !id.is(Type::String) || id.string().starts_with(prefix))
    return std::nullopt;
  return invalid_value(path() + ".id", "Invalid '" + path() + ".id': '" + id.string() +
                                           "'. Expected an ID that begins with '" +
                                           std::string(prefix) + "'.");
}

Checked ResponsesItems::read_message(wire::JsonValue item) {
  const std::string role = item.member("role").string();
  if (role.empty()) return missing_parameter(path() + ".role");
  static constexpr std::string_view kRoles[] = {"user", "assistant", "system", "developer"};
  if (!is_one_of(role, kRoles))
    return invalid_value(path() + ".role", "Invalid value: '" + role +
                                               "'. Supported values are: 'assistant', 'system', "
                                               "'developer', and 'user'.");
  if (role == "assistant")
    if (auto wrong = check_id(item, "msg")) return wrong;
  const auto content = item.member("content");
  if (!content.exists()) return missing_parameter(path() + ".content");
  Checked wrong;
  if (content.is(Type::String)) {
    text_ = content.string();
    prompt_.add(role + ":text", text_, Mark::None);
  } else if (content.is(Type::Array)) {
    std::size_t at = 0;
    content.each_element([&](wire::JsonValue part) {
      wrong = read_part(part, role, path() + ".content[" + std::to_string(at++) + "]");
      return !wrong;
    });
  } else {
    return wrong_type(path() + ".content", "a string or an array of objects", content);
  }
  if (!wrong && role == "user") conversation_.user_ends(bare_text(text_), false);
  return wrong;
}

Checked ResponsesItems::read_part(wire::JsonValue part, const std::string& role,
                                  const std::string& path) {
  static constexpr std::string_view kModels[] = {"output_text", "refusal"};
  static constexpr std::string_view kOthers[] = {"input_text", "input_image", "input_file"};
  if (!part.is(Type::Object)) return wrong_type(path, "an object", part);
  const std::string type = part.member("type").string();
  const bool models = role == "assistant";
  if (!is_one_of(type, models ? std::span<const std::string_view>(kModels)
                              : std::span<const std::string_view>(kOthers)))
    return invalid_value(path, "Invalid value: '" + type + "'. Supported values are: " +
                                   (models ? "'output_text' and 'refusal'."
                                           : "'input_text', 'input_image', and 'input_file'."));
  if (type == "input_file" && !rules_.files)
    return invalid_value(path, "'input_file' is not supported");
  if (type == "input_image" || type == "input_file") {
    prompt_.add_json(role + ":" + type, part, Mark::None);
    return std::nullopt;
  }
  const auto text = part.member(type == "refusal" ? "refusal" : "text");
  if (!text.is(Type::String)) return missing_parameter(path + ".text");
  prompt_.add(role + ":text", text.string(), Mark::None);
  const std::string bare = bare_text(text.string());
  if (!bare.empty()) text_ += (text_.empty() ? "" : "\n") + bare;
  return std::nullopt;
}

Checked ResponsesItems::read_call(wire::JsonValue item, const std::string& type) {
  const bool custom = type == "custom_tool_call";
  if (auto wrong = check_id(item, custom ? "ctc" : "fc")) return wrong;
  const auto id = item.member("call_id");
  if (!id.exists()) return missing_parameter(path() + ".call_id");
  const std::string text = id.string();
  if (text.size() > kCallIdBytesMax)
    return string_too_long(path() + ".call_id", kCallIdBytesMax, text.size());
  if (auto wrong = check_function_name(item.member("name"), path() + ".name")) return wrong;
  const std::string what = path() + (custom ? ".input" : ".arguments");
  const auto said = item.member(custom ? "input" : "arguments");
  if (!said.exists()) return missing_parameter(what);
  if (!said.is(Type::String)) return wrong_type(what, "a string", said);
  if (text.empty() || !open_.insert(text).second)
    return invalid_value(path() + ".call_id", "Duplicate or empty call_id '" + text + "'.");
  prompt_.add_json("assistant:" + type, item, Mark::None);
  return std::nullopt;
}

Checked ResponsesItems::read_output(wire::JsonValue item, const std::string& type) {
  const auto id = item.member("call_id");
  if (!id.exists()) return missing_parameter(path() + ".call_id");
  const auto output = item.member("output");
  if (!output.exists()) return missing_parameter(path() + ".output");
  if (!output.is(Type::String) && !output.is(Type::Array))
    return wrong_type(path() + ".output", "a string or an array of objects", output);
  if (open_.erase(id.string()) == 0)
    return openai_refusal(
        "No tool call found for " +
            std::string(type == "function_call_output" ? "function call" : "custom tool call") +
            " output with call_id " + id.string() + ".",
        {}, "input");
  text_ = output.string();
  output.each_element([&](wire::JsonValue part) {
    text_ += part.member("text").string();
    return true;
  });
  prompt_.add_json("user:" + type, item, Mark::None);
  request_.now.last_tool_result = text_;
  conversation_.user_ends({}, true);
  return std::nullopt;
}

Checked ResponsesItems::read_reasoning(wire::JsonValue item) {
  if (auto wrong = check_id(item, "rs")) return wrong;
  if (!item.member("summary").is(Type::Array)) return missing_parameter(path() + ".summary");
  if (!rules_.formal) {
    prompt_.add_json("reasoning", item, Mark::None);
    return std::nullopt;
  }
  const std::string id = item.member("id").string();
  const auto encrypted = item.member("encrypted_content");
  if (!encrypted.is(Type::String)) return lost_item(id);
  if (!is_own_reasoning(options_.signature_seed, encrypted.string(), id))
    return openai_refusal(
        "The encrypted content for item " + id +
            " could not be verified. Reason: Encrypted content could not be decrypted or parsed.",
        "invalid_encrypted_content", path());
  lonely_reasoning_ = id.empty() ? path() : id;
  prompt_.add("reasoning", encrypted.string(), Mark::None);
  return std::nullopt;
}

}  // namespace rlm::sim
