#pragma once
// One part of a message's content, in either of OpenAI's dialects, as a content block.

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "wire/json_cursor.hpp"

namespace rlm::dialect {

/// Where in a list of a request something stands; becomes text only for an error.
struct Place {
  std::string_view list;
  std::size_t item = 0;
  std::string_view field = {};

  /// "messages.3.content".
  std::string text() const;
  /// "messages.3.content.1".
  std::string part(std::size_t number) const { return text() + "." + std::to_string(number); }
};

/// BadRequest (Source::Client) about `place`.
tl::unexpected<Error> bad_request(const std::string& place, std::string_view what);

/// Appends the block that part `number` of the content at `place` becomes; nothing for a blank
/// text. Texts (text, input_text, output_text, refusal), images (image_url, input_image; data: and
/// http URLs), files (file, input_file; PDF, or texts as data: URLs). BadRequest for anything else:
/// sound, and files that only OpenAI has (file_id).
Result<void> append_part(std::string& out, const Place& place, std::size_t number,
                         wire::JsonValue part);

/// The inside of the string if `part` is a text of any of these types, else an absent value.
wire::JsonValue text_of_part(wire::JsonValue part);

/// Appends the content of a tool's result: a string as it stands, parts as a list of blocks.
Result<void> append_result_content(std::string& out, const Place& place, wire::JsonValue content);

}  // namespace rlm::dialect
