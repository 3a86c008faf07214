#include "wire/message_reader.hpp"

#include <algorithm>
#include <utility>

#include "wire/url_sources.hpp"
#include "wire/user_text.hpp"

namespace rlm::wire {
namespace {

using Type = JsonValue::Type;

const char* name_of(Type type) {
  switch (type) {
    case Type::Object:
      return "object";
    case Type::Array:
      return "array";
    case Type::String:
      return "string";
    case Type::Number:
      return "number";
    case Type::True:
    case Type::False:
      return "boolean";
    case Type::Null:
      return "null";
  }
  return "nothing";
}

bool is_absent(JsonValue value) {
  return !value.exists() || value.is(Type::Null);
}

Role role_of(JsonValue role) {
  if (role.equals("user")) return Role::User;
  if (role.equals("assistant")) return Role::Assistant;
  if (role.equals("system")) return Role::System;
  return Role::Other;
}

Section section_of(Role role) {
  switch (role) {
    case Role::User:
      return Section::User;
    case Role::Assistant:
      return Section::Assistant;
    case Role::System:
      return Section::SystemMessage;
    default:
      return Section::OtherMessage;
  }
}

}  // namespace

tl::unexpected<Error> wrong_type(const std::string& place, const char* expected, JsonValue found) {
  return fail(ErrorKind::BadRequest, Source::Client,
              place + ": Input should be " + expected + " (found " + name_of(found.type()) + ")");
}

tl::unexpected<Error> twice(const std::string& place) {
  return fail(ErrorKind::BadRequest, Source::Client, place + ": stands there twice, need it once");
}

void MessageReader::begin_section(JsonValue section) {
  base_ = facts_.prompt_bytes;
  begin_ = section.span().begin;
  weightless_ = 0;
}

Result<void> MessageReader::read_tools(JsonValue tools) {
  if (is_absent(tools)) return {};
  if (!tools.is(Type::Array)) return wrong_type("tools", "a valid list", tools);
  begin_section(tools);
  Result<void> result;
  tools.each_element([&](JsonValue tool) {
    if (!tool.is(Type::Object)) {
      result = wrong_type("tools." + std::to_string(facts_.tool_count), "an object", tool);
      return false;
    }
    const BlockMembers members = members_of(tool);
    if (members.duplicate != nullptr) {
      result = twice("tools." + std::to_string(facts_.tool_count) + "." + members.duplicate);
      return false;
    }
    if (!is_absent(members.type) && !members.type.equals("custom")) facts_.has_server_tools = true;
    ++facts_.tool_count;
    chain_.add_block(Section::Tool, tool, members.cache_control.exists());
    chain_.mark(bytes_up_to(tool), -1, cache_mark_of(members.cache_control));
    return true;
  });
  end_section(tools);
  return result;
}

Result<void> MessageReader::read_system(JsonValue system) {
  if (is_absent(system)) return {};
  begin_section(system);
  Result<void> result;
  if (system.is(Type::String)) {
    if (!is_attribution(system.quoted())) {
      chain_.add_text(Section::System, system.quoted());
      chain_.mark(bytes_up_to(system), -1, {});
    }
  } else if (system.is(Type::Array)) {
    std::size_t number = 0;
    system.each_element([&](JsonValue block) {
      result = read_system_block(block, number++);
      return result.has_value();
    });
  } else {
    return wrong_type("system", "a string or a valid list", system);
  }
  end_section(system);
  return result;
}

Result<void> MessageReader::read_system_block(JsonValue block, std::size_t number) {
  const auto where = [number] { return "system." + std::to_string(number); };
  if (!block.is(Type::Object)) return wrong_type(where(), "an object", block);
  const BlockMembers members = members_of(block);
  if (members.duplicate != nullptr) return twice(where() + "." + members.duplicate);
  note_citations(members.citations);
  // It differs in every session, and the provider takes it out by its position before anything is
  // cached.
  if (is_attribution(members.text.quoted())) return {};
  if (members.has_others || !members.text.is(Type::String))
    chain_.add_block(Section::System, block, members.cache_control.exists());
  else
    chain_.add_text(Section::System, members.text.quoted());
  chain_.mark(bytes_up_to(block), -1, cache_mark_of(members.cache_control));
  return {};
}

Result<void> MessageReader::read_messages(JsonValue messages, Pause pause) {
  if (!messages.exists())
    return fail(ErrorKind::BadRequest, Source::Client, "messages: Field required");
  if (!messages.is(Type::Array)) return wrong_type("messages", "a valid list", messages);
  begin_section(messages);
  facts_.messages_end = messages.span().end - 1;
  if (auto read = read_each_message(messages, pause); !read) return read;
  // A message thread is continued without a new message when the provider paused its own turn.
  if (message_ == 0 && !facts_.is_bound_to_provider)
    return fail(ErrorKind::BadRequest, Source::Client,
                "messages: at least one message is required");
  end_section(messages);
  return {};
}

Result<void> MessageReader::read_other_messages(JsonValue messages, std::size_t offset,
                                                std::ptrdiff_t growth, Pause pause) {
  for (Span* place : {&facts_.model_value, &facts_.stream_value, &facts_.thinking_value,
                      &facts_.tool_choice_value, &facts_.format_value})
    if (place->begin > facts_.messages_end) *place = {place->begin + growth, place->end + growth};
  facts_.messages_end += growth;
  last_user_content_ = {};
  offset_ = offset;
  auto result = read_each_message(messages, pause);
  end_section(messages);
  return result;
}

Result<void> MessageReader::read_each_message(JsonValue messages, Pause pause) {
  std::size_t count = message_;
  messages.each_element([&count](JsonValue) { return ++count, true; });
  Result<void> result;
  messages.each_element([&](JsonValue message) {
    if (message_ + kUnsettled == count && message_ > 0) pause(*this, message.span().begin);
    result = read_message(message);
    ++message_;
    return result.has_value();
  });
  facts_.message_count = message_;
  return result;
}

Result<void> MessageReader::read_message(JsonValue message) {
  const auto where = [this] { return "messages." + std::to_string(message_); };
  if (!message.is(Type::Object)) return wrong_type(where(), "an object", message);
  JsonValue role;
  JsonValue content;
  const char* duplicate = nullptr;
  message.each_member([&](std::string_view key, JsonValue value) {
    if (key == "role") {
      if (role.exists()) duplicate = "role";
      role = value;
    } else if (key == "content") {
      if (content.exists()) duplicate = "content";
      content = value;
    }
    return true;
  });
  if (duplicate != nullptr) return twice(where() + "." + duplicate);

  facts_.last_role = role_of(role);
  if (facts_.last_role != Role::System) {
    if (facts_.last_role != facts_.last_speaker) turn_has_result_ = false;
    facts_.last_speaker = facts_.last_role;
    has_tool_result_ = tool_failed_ = false;
  }
  if (facts_.last_role == Role::User) last_user_content_ = content;
  auto result = read_content(content, section_of(facts_.last_role));
  end_message();
  return result;
}

// Entries of the user behind each other are one turn to the provider: a tool loop goes on while its
// turns bring results.
void MessageReader::end_message() {
  if (facts_.last_role != Role::User) return;
  if (has_tool_result_)
    turn_has_result_ = true;
  else
    facts_.failed_results = 0;
  if (!turn_has_result_) facts_.loop_has_thinking = false;
}

Result<void> MessageReader::read_content(JsonValue content, Section section) {
  if (content.is(Type::String)) {
    chain_.add_text(section, content.quoted());
    chain_.mark(bytes_up_to(content), static_cast<std::int32_t>(message_), {});
    return {};
  }
  if (!content.is(Type::Array)) facts_.has_other_blocks = true;
  Result<void> result;
  std::size_t number = 0;
  content.each_element([&](JsonValue block) {
    result = read_block(block, section, number++);
    return result.has_value();
  });
  return result;
}

std::string MessageReader::place(std::size_t block) const {
  return "messages." + std::to_string(message_) + ".content." + std::to_string(block);
}

Result<void> MessageReader::read_block(JsonValue block, Section section, std::size_t number) {
  const BlockMembers members = members_of(block);
  if (members.duplicate != nullptr) return twice(place(number) + "." + members.duplicate);
  JsonValue mark = members.cache_control;
  bool has_marks = mark.exists();
  if (members.type.equals("text") && members.text.is(Type::String) && !members.has_others) {
    chain_.add_text(section, members.text.quoted());
  } else {
    note_kind(members);
    if (members.type.equals("tool_result")) {
      const JsonValue inner = note_tool_result(members);
      has_marks = has_marks || inner.exists();
      if (!mark.exists()) mark = inner;
    }
    chain_.add_block(section, block, has_marks);
  }
  chain_.mark(bytes_up_to(block), static_cast<std::int32_t>(message_), cache_mark_of(mark));
  return {};
}

void MessageReader::note_kind(const BlockMembers& block) {
  const std::string_view type = block.type.quoted();
  note_citations(block.citations);
  if (type == "text" || type == "tool_use") return;
  if (type == "tool_result") {
    has_tool_result_ = true;
    if (!block.is_error.is(Type::True)) return;
    tool_failed_ = true;
    ++facts_.failed_results;
  } else if (type == "image") {
    facts_.has_images = true;
    note_source(block.source);
    weigh_media(block);
  } else if (type == "document" || type == "search_result" || type == "container_upload") {
    facts_.has_documents = true;
    note_source(block.source);
    weigh_media(block);
  } else if (type == "thinking" || type == "redacted_thinking") {
    facts_.history_has_thinking = facts_.loop_has_thinking = true;
  } else {
    facts_.has_other_blocks = true;
  }
}

/// A picture is about 1,600 tokens however large its file is, a PDF's page 2,000 for some 70 KB
/// (anthropic-messages.md §23); text is 3.5 bytes a token.
void MessageReader::weigh_media(const BlockMembers& block) {
  constexpr std::size_t kImageWeight = 5600;
  constexpr std::size_t kPdfBytesPerByte = 10;
  if (!block.source.member("type").equals("base64")) return;
  const std::size_t bytes = block.source.member("data").quoted().size();
  const std::size_t weight =
      block.type.equals("image") ? std::min(bytes, kImageWeight) : bytes / kPdfBytesPerByte;
  weightless_ += bytes - weight;
}

/// Looks at what the tool returned; gives the last cache mark in there.
JsonValue MessageReader::note_tool_result(const BlockMembers& block) {
  JsonValue mark;
  block.content.each_element([&](JsonValue entry) {
    const BlockMembers members = members_of(entry);
    if (members.cache_control.exists()) mark = members.cache_control;
    note_kind(members);
    return true;
  });
  return mark;
}

void MessageReader::note_source(JsonValue source) {
  if (!facts_.has_url_sources) facts_.has_url_sources = names_url(source);
}

void MessageReader::note_citations(JsonValue citations) {
  // Of a text: the list of them. Of a document: whether they are wanted.
  bool any = citations.member("enabled").is(Type::True);
  citations.each_element([&](JsonValue) { return any = true, false; });
  if (any) facts_.has_citations = true;
}

std::size_t MessageReader::memory_bytes() const {
  std::size_t sum = sizeof *this + chain_.size() * sizeof(PrefixMark) + facts_.model.size() +
                    facts_.metadata_user_id.size() + facts_.structured_schema.size();
  for (const std::string& sequence : facts_.stop_sequences)
    sum += sizeof sequence + sequence.size();
  return sum;
}

RequestFacts MessageReader::finish() && {
  chain_.mark_last(last_);
  facts_.prefix = chain_.take();
  facts_.ends_with_tool_result = has_tool_result_;
  facts_.last_tool_failed = tool_failed_;
  facts_.last_user_text = user_text_of(last_user_content_);
  return std::move(facts_);
}

}  // namespace rlm::wire
