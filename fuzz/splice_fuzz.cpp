// For any body that is a request: setting stream and model and appending a user message gives a
// request whose facts agree, and all bytes outside the spliced places are the client's own. The
// draft's body is JSON too, and the same each time. Input: a model name, a line break, a text, a
// line break, the body.
#include <cstdlib>
#include <string>

#include "wire/anthropic_request.hpp"
#include "wire/json_text.hpp"

namespace {

using namespace rlm;
using namespace rlm::wire;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string next_line(std::string_view& input) {
  const std::size_t stop = input.find('\n');
  std::string line(input.substr(0, stop));
  input.remove_prefix(stop == input.npos ? input.size() : stop + 1);
  return line;
}

/// What is left of the original, in order, when the spans are taken out.
std::string without(std::string_view body, const Span& model, const Span& stream) {
  std::string rest;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const auto in = [i](const Span& span) { return i >= span.begin && i < span.end; };
    if (!in(model) && !in(stream)) rest += body[i];
  }
  return rest;
}

void check_bytes(const SplicedBody& spliced, const Buffer& body, const RequestFacts& facts,
                 std::string_view model) {
  std::string originals;
  std::size_t bytes = 0;
  const auto* begin = body.data();
  for (const std::string_view part : spliced.segments()) {
    bytes += part.size();
    if (part.data() >= begin && part.data() < begin + body.size()) originals += part;
  }
  require(bytes == spliced.size());
  const Span none;
  require(originals == without(body.view(), model == facts.model ? none : facts.model_value,
                               facts.stream ? none : facts.stream_value));
}

void check_facts(const RequestFacts& before, const RequestFacts& after, const std::string& model) {
  require(after.model == *unescape(json_string(model)));
  require(after.stream);
  require(after.message_count == before.message_count + 1);
  require(after.last_role == Role::User && after.last_speaker == Role::User);
  require(!after.ends_with_tool_result);
  require(after.max_tokens == before.max_tokens);
  require(after.tool_count == before.tool_count);
  require(after.thinking == before.thinking);
  require(after.has_images == before.has_images);
  require(after.has_documents == before.has_documents);
  require(after.has_other_blocks == before.has_other_blocks);
  require(after.has_safeguards == before.has_safeguards);
  require(after.stop_sequences == before.stop_sequences);
  require(after.metadata_user_id == before.metadata_user_id);
  require(after.prompt_bytes > before.prompt_bytes);
  if (after.prefix.size() == kPrefixMarksMax || before.prefix.size() == kPrefixMarksMax) return;
  require(after.prefix.size() == before.prefix.size() + 1);
  for (std::size_t i = 0; i < before.prefix.size(); ++i) {
    require(after.prefix[i].hash == before.prefix[i].hash);
    require(after.prefix[i].bytes == before.prefix[i].bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static JsonIndex index;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string model = next_line(input).substr(0, 60);
  const std::string text = next_line(input);
  const Buffer body(input);
  const auto before = read_request_facts(body, index, {}, false);
  if (!before || model.empty()) return -1;

  SplicedBody spliced(body.view());
  append_user_message(spliced, *before, text);
  set_model(spliced, before->model_value, model);
  set_stream(spliced, *before);
  check_bytes(spliced, body, *before, model);
  const auto after = read_request_facts(spliced.joined(), index, {}, false);
  require(after.has_value());
  check_facts(*before, *after, model);

  const auto draft = draft_body(body, index, {}, model);
  require(draft.has_value());
  require(index.parse(draft->view()).has_value());
  require(draft_body(body, index, {}, model)->view() == draft->view());
  return 0;
}
