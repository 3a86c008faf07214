#pragma once
// The images and documents that a Messages request names by URL, and where their places are.

#include <string>
#include <vector>

#include "wire/json_cursor.hpp"

namespace rlm::wire {

/// `"source":{"type":"url","url":…}` of one block.
struct UrlSource {
  bool is_document = false;  // else an image
  Span source;               // the source object, braces included
  std::string url;           // as the client named it
  std::string place;         // e.g. "messages.0.content.1", for people
};

/// All that stand in `messages` of the request `root`, in order: in contents, in the results of
/// tools, and in documents that are lists of blocks. A source of that type without a text as its
/// `url` has an empty one.
std::vector<UrlSource> url_sources(JsonValue root);

/// Whether the source of an image or document is a URL, or a list that holds one.
bool names_url(JsonValue source);

}  // namespace rlm::wire
