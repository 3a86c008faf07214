#include <gtest/gtest.h>

#include "sim/test_client.hpp"
#include "wire/json_text.hpp"
#include "wire/sse.hpp"

namespace rlm::sim {
namespace {

net::Task<void> converse(net::ClientPool& pool, const Ask& request, Got& got) {
  net::StopSource stop;
  net::HttpCall call(pool, stop);
  const std::string_view body = request.body;
  net::ClientRequest sent;
  sent.method = request.method;
  sent.target = request.target;
  sent.headers = &request.headers;
  sent.body = std::span(&body, 1);
  if (request.patience) sent.timeouts.emplace().first_byte = *request.patience;
  const auto started = co_await call.start(sent);
  if (!started) {
    got.failure = started.error().kind;
    co_return;
  }
  got.status = call.status();
  got.headers = call.head().headers;
  for (;;) {
    const auto piece = co_await call.read();
    if (!piece) {
      got.failure = piece.error().kind;
      co_return;
    }
    got.body += piece->bytes;
    if (piece->end) co_return;
    if (request.leave_after && got.body.size() >= *request.leave_after) {
      call.cancel();
      co_return;
    }
  }
}

wire::JsonValue at(wire::JsonValue value, std::string_view path) {
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    value = value.member(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

}  // namespace

std::string user_body(std::string_view text, bool stream, std::string_view more,
                      std::string_view model) {
  std::string body = "{\"model\":" + wire::json_string(model) + ",\"max_tokens\":4096";
  if (stream) body += ",\"stream\":true";
  body += ",\"messages\":[{\"role\":\"user\",\"content\":" + wire::json_string(text) + "}]";
  return body.append(more) + "}";
}

Got ask(const SimulatedModel& model, const Ask& request) {
  net::Worker worker;
  net::Url url;
  url.host = "127.0.0.1";
  url.port = model.port();
  net::ClientPool pool(worker, url, nullptr);
  Got got;
  net::spawn(worker.executor(), converse(pool, request, got),
             [](std::exception_ptr thrown) { EXPECT_EQ(thrown, nullptr); });
  worker.io().run();
  return got;
}

Got ask(const SimulatedModel& model, std::string body) {
  Ask request;
  request.body = std::move(body);
  return ask(model, request);
}

std::vector<Event> events_of(std::string_view stream) {
  std::vector<Event> events;
  wire::SseParser parser;
  const auto fed = parser.feed(stream, [&](std::string_view event, std::string_view data) {
    events.push_back({std::string(event), std::string(data)});
  });
  EXPECT_TRUE(fed.has_value());
  return events;
}

std::string text_of(const Got& got) {
  std::string text;
  if (got.body.starts_with("event:")) {
    for (const Event& event : events_of(got.body)) text += string_at(event.data, "delta.text");
    return text;
  }
  wire::JsonIndex index;
  const auto root = index.parse(got.body);
  if (!root) return {};
  root->member("content").each_element([&](wire::JsonValue block) {
    text += block.member("text").string();
    return true;
  });
  return text;
}

std::int64_t integer_at(std::string_view json, std::string_view path) {
  wire::JsonIndex index;
  const auto root = index.parse(json);
  return root ? at(*root, path).integer(-1) : -1;
}

std::string string_at(std::string_view json, std::string_view path) {
  wire::JsonIndex index;
  const auto root = index.parse(json);
  return root ? at(*root, path).string() : std::string();
}

std::unique_ptr<SimulatedModel> running(SimConfig config) {
  auto started = SimulatedModel::start(std::move(config));
  if (!started) {
    ADD_FAILURE() << started.error().message;
    return nullptr;
  }
  return std::move(*started);
}

Bill billed(const SimulatedModel& model) {
  EXPECT_TRUE(model.wait_finished(model.requests().size()));
  return model.bill();
}

}  // namespace rlm::sim
