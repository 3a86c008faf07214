#pragma once
// What the proxy fetches for its clients, and how much.

#include <cstddef>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "net/url.hpp"

namespace rlm::fetch {

/// `[fetch]` of the configuration. Nothing is fetched unless a model has fetch_urls = true.
struct FetchConfig {
  /// Servers that are asked whatever their address is, by http too when it says so, and through a
  /// proxy. Without paths.
  std::vector<net::Url> origins;
  /// False: any server of the public internet is asked, by https on port 443.
  bool only_origins = false;
  /// Of one image. Vertex AI and Bedrock take 5 MB (Anthropic's vision page, 2026-08-22).
  std::size_t image_bytes_max = 5u << 20;
  /// Of all that one request names, as often as it names it; also the limit of one PDF. In base64
  /// this is 20 MB, the largest request of Bedrock.
  std::size_t request_bytes_max = 15'000'000;
  /// Different URLs in one request; Anthropic's own limit for images.
  std::size_t urls_max = 100;
  /// Fetches of one request at once.
  std::size_t parallel_max = 4;
  /// Requests with such URLs at once, from the first fetch until the upstream has the request; one
  /// more is answered 529.
  std::size_t requests_max = 32;
  /// All fetches of one request together.
  Milliseconds timeout{15'000};
  /// How long fetched bytes are kept, so that each turn of a conversation sends the same; an hour
  /// is the longest life of a prompt cache. 0: not at all.
  Milliseconds keep{3'600'000};
  /// Memory for what is kept, in base64.
  std::size_t keep_bytes_max = 64u << 20;
  std::string ca_file;  // PEM file of a private authority, beside the system's; empty: none
  std::string proxy;    // as of a model: URL; "none": straight; empty: as the environment says
};

}  // namespace rlm::fetch
