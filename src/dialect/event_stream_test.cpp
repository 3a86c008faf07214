#include "dialect/event_stream.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/base64.hpp"

namespace rlm::dialect {
namespace {

struct Seen {
  std::vector<std::string> frames;  // "type|event type|payload"
  std::optional<ErrorKind> error;
  bool in_frame = false;
};

Seen read(std::string_view bytes, std::size_t chunk, EventStreamLimits limits = {}) {
  Seen seen;
  EventStreamReader reader(limits);
  while (!bytes.empty() && !seen.error) {
    const auto fed = reader.feed(bytes.substr(0, chunk), [&](const EventFrame& frame) {
      seen.frames.push_back(std::string(frame.message_type) + '|' + std::string(frame.event_type) +
                            '|' + std::string(frame.payload));
      return Result<void>{};
    });
    if (!fed) seen.error = fed.error().kind;
    bytes.remove_prefix(std::min(chunk, bytes.size()));
  }
  seen.in_frame = reader.in_frame();
  return seen;
}

std::string from_hex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  return out;
}

std::string event(std::string_view payload) {
  std::string out;
  append_event_frame(out, {{":message-type", "event"}, {":event-type", "chunk"}}, payload);
  return out;
}

TEST(EventStream, ReadsTheExamplesOfItsSpecification) {
  // Of the specification's test vectors: an empty message, and one with an int32 header.
  EXPECT_EQ(read(from_hex("000000100000000005c248eb7d98c8ff"), 100).frames,
            (std::vector<std::string>{"||"}));
  EXPECT_EQ(read(from_hex("0000002d0000001041c424b80a6576656e742d747970650400"
                          "00a00c7b27666f6f273a27626172277d36f480a0"),
                 100)
                .frames,
            (std::vector<std::string>{"||{'foo':'bar'}"}));
}

TEST(EventStream, ReadsWhatTheSdkOfAwsWrites) {
  // By @smithy/eventstream-codec, with headers of six types.
  EXPECT_EQ(read(from_hex("000000c30000007de52340e30b3a6576656e742d747970650700056368756e6b0d3a636f"
                          "6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d65737361"
                          "67652d747970650700056576656e740a65787472612d626f6f6c00016e05000000000000"
                          "0000027473080000000000000000016206000378797a016904000000057b226279746573"
                          "223a2265794a306558426c496a6f696257567a6332466e5a56397a64473977496e303d22"
                          "2c2270223a22616263227d4e808317"),
                 100)
                .frames,
            (std::vector<std::string>{
                R"(event|chunk|{"bytes":"eyJ0eXBlIjoibWVzc2FnZV9zdG9wIn0=","p":"abc"})"}));
}

TEST(EventStream, WritesWhatTheSpecificationShows) {
  std::string out;
  append_event_frame(out, {}, {});
  EXPECT_EQ(out, from_hex("000000100000000005c248eb7d98c8ff"));
}

TEST(EventStream, ReadsFramesWhateverTheirChunking) {
  const std::string stream =
      event("one") + event("") + event(std::string(70'000, 'x')) + event("4");
  const Seen whole = read(stream, stream.size());
  ASSERT_EQ(whole.frames.size(), 4u);
  EXPECT_EQ(whole.frames[0], "event|chunk|one");
  for (const std::size_t chunk : {1u, 2u, 11u, 12u, 13u, 100u, 4096u}) {
    const Seen parts = read(stream, chunk);
    EXPECT_EQ(parts.frames, whole.frames) << chunk;
    EXPECT_FALSE(parts.in_frame);
  }
  EXPECT_TRUE(read(std::string_view(stream).substr(0, stream.size() - 1), 7).in_frame);
}

TEST(EventStream, NoticesEveryFlippedBit) {
  const std::string good = event("payload") + event("next");
  for (std::size_t at = 0; at < event("payload").size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      const Seen seen = read(bad, 5);
      EXPECT_EQ(seen.error, ErrorKind::Protocol) << at;
      EXPECT_TRUE(seen.frames.empty()) << at;
    }
  }
}

TEST(EventStream, HoldsItsLimits) {
  const std::string frame = event("12345");
  EventStreamLimits limits;
  limits.frame_bytes_max = frame.size();
  EXPECT_FALSE(read(frame, 100, limits).error);
  limits.frame_bytes_max = frame.size() - 1;
  EXPECT_EQ(read(frame, 100, limits).error, ErrorKind::TooLarge);
  // Refused by its lengths alone, before the bytes come.
  EXPECT_EQ(read(std::string_view(frame).substr(0, 12), 100, limits).error, ErrorKind::TooLarge);
  limits = {};
  const std::size_t headers = frame.size() - 16 - 5;
  limits.header_bytes_max = headers;
  EXPECT_FALSE(read(frame, 100, limits).error);
  limits.header_bytes_max = headers - 1;
  EXPECT_EQ(read(frame, 100, limits).error, ErrorKind::TooLarge);
}

TEST(Base64, ReadsWhatItWrites) {
  std::string bytes;
  for (int size = 0; size < 300; ++size) {
    std::string text;
    std::string back = "kept";
    append_base64(text, bytes);
    EXPECT_TRUE(append_from_base64(back, text)) << text;
    EXPECT_EQ(back, "kept" + bytes);
    bytes += static_cast<char>(size * 37);
  }
}

TEST(Base64, KnowsTheExamplesOfItsStandardAndRefusesOthers) {
  std::string text;
  append_base64(text, "fooba");
  EXPECT_EQ(text, "Zm9vYmE=");
  for (const char* bad :
       {"Zm9vY", "Zm9v!mE=", "Zm 9v", "Zm9vYmE===", "=", "Zg==Zg==", "\xff\xff"}) {
    std::string out;
    EXPECT_FALSE(append_from_base64(out, bad)) << bad;
  }
  std::string unpadded;
  EXPECT_TRUE(append_from_base64(unpadded, "Zm9vYmE"));
  EXPECT_EQ(unpadded, "fooba");
}

}  // namespace
}  // namespace rlm::dialect
