#include "app/demo_agent.hpp"

#include <array>

#include "upstream/event_reader.hpp"
#include "upstream/http_model_client.hpp"
#include "wire/anthropic_stream.hpp"
#include "wire/json_text.hpp"

namespace rlm::app {
namespace {

// Stands for an agent's long instructions: every request of a session shares it, as with a real
// client's system prompt.
std::string system_prompt() {
  std::string text =
      "You are a coding agent. Work in small steps, read before you edit, and run the tests.\n";
  for (int i = 1; i <= 120; ++i)
    text += "Rule " + std::to_string(i) +
            ": keep changes small, follow the style of the file at hand, never touch generated "
            "code, and say what you did.\n";
  return text;
}

constexpr std::string_view kTools =
    R"([{"name":"Read","description":"Reads a file","input_schema":{"type":"object","properties":{"file_path":{"type":"string"}},"required":["file_path"]}},)"
    R"({"name":"Edit","description":"Replaces text in a file","input_schema":{"type":"object","properties":{"file_path":{"type":"string"},"old_string":{"type":"string"},"new_string":{"type":"string"}},"required":["file_path","old_string","new_string"]}},)"
    R"({"name":"Bash","description":"Runs a command","input_schema":{"type":"object","properties":{"command":{"type":"string"}},"required":["command"]}}])";

struct Topic {
  const char* task;
  const char* question;  // short: the paper's router skips the verify model
  const char* hard;      // with a complexity keyword: draft, then verify
};
constexpr std::array<Topic, 4> kTopics{{
    {"Fix the off-by-one in paginate() in src/pages.py.",
     "Write a one-line commit message for: fix last page being dropped.",
     "Explain the architecture of a cursor-based pagination and when it beats offsets."},
    {"Make the retry loop in src/http.py respect Retry-After.",
     "What does HTTP 429 mean? One sentence.",
     "Analyze the trade-offs of exponential backoff with and without jitter for many clients."},
    {"Add a --json flag to the report command in cli/report.py.",
     "Suggest three names for a flag that prints JSON.",
     "Design a stable JSON schema for a cost report and explain your choices."},
    {"The cache in src/store.py grows without bound; cap it.",
     "Say in ten words what an LRU cache is.",
     "Compare LRU, LFU and ARC eviction; analyze their complexity for a web cache."},
}};

std::string result_of(const ContentBlock& call) {
  if (call.name == "Bash") return "4 passed in 0.31s";
  if (call.name == "Edit") return "The file has been updated.";
  std::string file;
  for (int line = 1; line <= 60; ++line)
    file += std::to_string(line) + "\tdef helper_" + std::to_string(line) +
            "(items, page, size): return items[page * size:(page + 1) * size]\n";
  return file;
}

// The client's side of one session: its growing history.
class Session {
 public:
  Session(upstream::HttpModelClient& proxy, std::string model, int number)
      : proxy_(proxy), model_(std::move(model)), id_("demo-session-" + std::to_string(number)) {}

  net::Task<Result<Answer>> ask(std::string body) {
    const Headers headers{{"content-type", "application/json"},
                          {"anthropic-version", "2023-06-01"},
                          {"x-api-key", "demo"},
                          {"x-claude-code-session-id", id_}};
    const wire::SplicedBody whole(body);
    upstream::CallRequest call;
    call.client_headers = &headers;
    call.body = &whole;
    upstream::CallLog log(system_clock(), system_clock().steady());
    upstream::OpenOptions options;
    options.model = model_;
    auto opened = co_await upstream::open_call(proxy_, call, options, log, stop_);
    if (!opened) co_return fail(std::move(opened.error()));
    upstream::EventReader events(*opened, index_);
    wire::AnswerAssembler assembler;
    for (;;) {
      auto event = co_await events.next();
      if (!event) co_return fail(std::move(event.error()));
      if (!*event) co_return assembler.take();
      if (auto fed = assembler.feed(**event); !fed) co_return fail(std::move(fed.error()));
    }
  }

  // A request that stands alone, without tools.
  std::string plain_body(std::string_view text, int max_tokens) const {
    return "{\"model\":" + wire::json_string(model_) +
           ",\"max_tokens\":" + std::to_string(max_tokens) +
           ",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":" +
           wire::json_string(text) + "}]}";
  }
  // The main loop's request: tools, marked system prompt, the whole history with a mark on its end.
  std::string agent_body() const {
    return "{\"model\":" + wire::json_string(model_) +
           ",\"max_tokens\":4096,\"stream\":true,\"tools\":" + std::string(kTools) +
           ",\"system\":[{\"type\":\"text\",\"text\":" + wire::json_string(system_prompt()) +
           ",\"cache_control\":{\"type\":\"ephemeral\"}}],\"messages\":[" + history_ + "]}";
  }

  net::Task<Result<void>> play_turn(std::string_view task,
                                    const std::function<void(const std::string&)>& on_answer) {
    add_user("{\"type\":\"text\",\"text\":" + wire::json_string(task) +
             ",\"cache_control\":{\"type\":\"ephemeral\"}}");
    for (int step = 0; step < 12; ++step) {
      auto answer = co_await ask(agent_body());
      if (!answer) co_return fail(std::move(answer.error()));
      on_answer(answer->stop_reason == "tool_use" ? "tool step" : "answer");
      std::string content;
      std::string results;
      for (const auto& block : answer->content) add_block(block, content, results);
      history_ += ",{\"role\":\"assistant\",\"content\":[" + content + "]}";
      if (results.empty()) co_return Result<void>{};
      add_user(results);
    }
    co_return fail(ErrorKind::Protocol, Source::Upstream,
                   "the simulated agent never came to an end");
  }

 private:
  static void add_block(const ContentBlock& block, std::string& content, std::string& results) {
    const char* comma = content.empty() ? "" : ",";
    if (block.kind == ContentBlock::Kind::Text) {
      content += comma + ("{\"type\":\"text\",\"text\":" + wire::json_string(block.text) + "}");
    } else if (block.kind == ContentBlock::Kind::ToolUse) {
      const std::string id = wire::json_string(block.id);
      content +=
          comma +
          ("{\"type\":\"tool_use\",\"id\":" + id + ",\"name\":" + wire::json_string(block.name) +
           ",\"input\":" + (block.text.empty() ? std::string("{}") : block.text) + "}");
      results +=
          (results.empty() ? "" : ",") + ("{\"type\":\"tool_result\",\"tool_use_id\":" + id +
                                          ",\"content\":" + wire::json_string(result_of(block)) +
                                          ",\"cache_control\":{\"type\":\"ephemeral\"}}");
    }
  }
  // The mark moves to the newest message, as real clients do it; earlier ones lose theirs.
  void add_user(const std::string& blocks) {
    constexpr std::string_view kMark = ",\"cache_control\":{\"type\":\"ephemeral\"}";
    for (auto at = history_.find(kMark); at != std::string::npos; at = history_.find(kMark))
      history_.erase(at, kMark.size());
    history_ +=
        (history_.empty() ? "" : ",") + ("{\"role\":\"user\",\"content\":[" + blocks + "]}");
  }

  upstream::HttpModelClient& proxy_;
  std::string model_;
  std::string id_;
  std::string history_;
  net::StopSource stop_;
  wire::JsonIndex index_;
};

net::Task<Result<void>> play(Session& session, const Topic& topic,
                             const std::function<void(const std::string&)>& on_answer) {
  const std::string title =
      "Give this coding session a title of at most five words: " + std::string(topic.task);
  auto answer = co_await session.ask(session.plain_body(title, 64));
  if (!answer) co_return fail(std::move(answer.error()));
  on_answer("title");
  auto turn = co_await session.play_turn(topic.task, on_answer);
  if (!turn) co_return turn;
  for (const char* question : {topic.question, topic.hard}) {
    answer = co_await session.ask(session.plain_body(question, 2048));
    if (!answer) co_return fail(std::move(answer.error()));
    on_answer(question == topic.question ? "short question" : "hard question");
  }
  co_return co_await session.play_turn("Thanks. Now add a test for it.", on_answer);
}

net::Task<void> keep(net::Task<Result<void>> played, Result<void>& result) {
  result = co_await played;
}

}  // namespace

Result<void> DemoAgent::play_session(int number,
                                     const std::function<void(const std::string&)>& on_answer) {
  net::Worker worker;
  upstream::EndpointConfig config;
  config.name = "proxy";
  config.base_url = "http://127.0.0.1:" + std::to_string(port_);
  auto proxy = upstream::HttpModelClient::make(worker, config, nullptr);
  if (!proxy) return fail(std::move(proxy.error()));
  Session session(**proxy, model_, number);
  const Topic& topic = kTopics[static_cast<std::size_t>(number) % kTopics.size()];
  Result<void> result = fail(ErrorKind::Internal, Source::Self, "the demo's session broke off");
  net::spawn(worker.executor(), keep(play(session, topic, on_answer), result),
             [&](std::exception_ptr) { worker.io().stop(); });
  worker.io().run();
  return result;
}

std::string demo_coder_script() {
  return R"({"sessions":[{"steps":[
    {"text":"I'll read the file first.","tool_calls":[{"name":"Read","input":{"file_path":"src/main.py"}}]},
    {"text":"The cause is on line 12.","tool_calls":[{"name":"Edit","input":{"file_path":"src/main.py","old_string":"page * size","new_string":"(page - 1) * size"}}]},
    {"tool_calls":[{"name":"Bash","input":{"command":"pytest -q"}}]}],
    "final":"Done: the bug is fixed, the change is three lines, and the tests pass."}]})";
}

}  // namespace rlm::app
