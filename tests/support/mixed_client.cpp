#include "tests/support/mixed_client.hpp"

namespace rlm::test {
namespace {

constexpr std::string_view kTools =
    R"(,"tools":[{"name":"Read","description":"reads","input_schema":{"type":"object"}}])";

// A long system prompt that is to be cached.
std::string system_marked(const std::string& ttl) {
  return R"(,"system":[{"type":"text","text":")" + ttl + std::string(8000, 's') +
         R"(","cache_control":{"type":"ephemeral","ttl":")" + ttl + R"("}}])";
}

}  // namespace

void MixedClient::run(int exchanges) {
  for (int i = 0; i < exchanges; ++i) {
    // A model may take the call of somebody who left seconds later, but not so long after.
    if (i >= kRemembered) forget(tag_of(i - kRemembered));
    tag_ = tag_of(i);
    one();
  }
}

std::string MixedClient::tag_of(int exchange) const {
  return "tag" + std::to_string(number_) + "x" + std::to_string(exchange) + " ";
}

// A model looks through all that is scripted at each request.
void MixedClient::forget(const std::string& tag) {
  scene_.draft->forget_scripts(tag);
  scene_.verify->forget_scripts(tag);
}

void MixedClient::one() {
  const bool stream = pick(2) == 0;
  switch (pick(11)) {
    case 0:
      return post(body("say hello", stream));
    case 1:
      return post(body("refactor", stream));
    case 2:
      return post(body("use a tool", stream, kTools));
    case 3:
      return rewritten(stream);
    case 4:
      return failing_draft(stream);
    case 5:
      return failing_direct(stream);
    case 6:
      return cached(stream);
    case 7:
      return leaving();
    case 8:
      return racing(stream);
    case 9:
      return post(std::string("{\"model\":\"claude-opus-4-8\""));
    default:
      return failing_verdict(stream);
  }
}

void MixedClient::rewritten(bool stream) {
  script(*scene_.draft, says(tag_ + "is in this draft, and so in its verdict call"));
  script(*scene_.verify, says("a rewrite of some length that costs something"));
  post(body("refactor", stream));
}

void MixedClient::failing_draft(bool stream) {
  static constexpr const char* kFaults[] = {"500", "429", "reset@0", "error_first", "cut"};
  for (int i = 0; i < 2; ++i) script(*scene_.draft, fails(kFaults[pick(5)]));
  post(body(pick(2) == 0 ? "refactor" : "say hello", stream));
}

void MixedClient::failing_direct(bool stream) {
  static constexpr const char* kFaults[] = {"500", "529@0", "reset@0", "error_first", "400"};
  for (int i = pick(4); i > 0; --i) script(*scene_.verify, fails(kFaults[pick(5)]));
  if (stream && pick(2) == 0) script(*scene_.verify, fails(pick(2) == 0 ? "cut" : "malformed"));
  post(body("use a tool", stream, kTools));
}

void MixedClient::failing_verdict(bool stream) {
  script(*scene_.draft, says(tag_ + "is in this draft, and so in its verdict call"));
  script(*scene_.verify, fails(pick(2) == 0 ? "500" : "403"));
  script(*scene_.verify, pick(2) == 0 ? says("USE_DRAFT") : fails("cut", "USE_DRAFT"));
  post(body("refactor", stream));
}

void MixedClient::cached(bool stream) {
  const std::string ttl = pick(2) == 0 ? "5m" : "1h";
  post(body(pick(2) == 0 ? "refactor" : "say hello", stream, system_marked(ttl)));
}

// Gone at once, before the model said anything, or behind its first words.
void MixedClient::leaving() {
  switch (pick(5)) {
    case 0:
      script(*scene_.verify, fails("stall_head"));
      return leave(nullptr, body("use a tool", true, kTools));
    case 1:
      script(*scene_.verify, fails("stall_head"));
      return leave(scene_.verify.get(), body("use a tool", true, kTools));
    case 2:
      script(*scene_.verify, fails("stall_head"));
      return leave(scene_.verify.get(),
                   body("use a tool", true, std::string(kTools) + system_marked("5m")));
    case 3:
      script(*scene_.draft, fails("stall_head"));
      return leave(scene_.draft.get(), body("say hello", true));
    default:
      sim::Reply slow = says_in_pieces({"One word ", std::string(700, 'w')});
      slow.tokens_per_second = 10;  // the second piece is there after 20 seconds
      script(*scene_.verify, std::move(slow));
      return leave(scene_.verify.get(), body("use a tool", true, kTools), "One word");
  }
}

void MixedClient::leave(const sim::SimulatedModel* model, std::string text,
                        std::string_view behind) {
  Ask request;
  request.body = std::move(text);
  Client client(scene_.port());
  client.send(request);
  if (model != nullptr) model->wait_taken(tag_);
  if (!behind.empty()) {
    Reply reply = client.read_head();
    client.read_until(reply, behind);
  }
  ++sent_;
}

// The loser has told what it read, so its bill is known to the token.
void MixedClient::racing(bool stream) {
  const bool draft_wins = stream && pick(2) == 0;
  sim::Reply loser = says("words that come too late");
  loser.tokens_per_second = 1e-3;
  loser.output_tokens = 100;
  sim::Reply winner = says("the words of the winner");
  winner.first_token = Milliseconds(2'000);
  script(draft_wins ? *scene_.verify : *scene_.draft, std::move(loser));
  script(draft_wins ? *scene_.draft : *scene_.verify, std::move(winner));
  Ask request;
  request.body = body(pick(2) == 0 ? "refactor" : "say hello", stream);
  post(request.with("x-rlm-plan", "draft_only;race"));
}

void MixedClient::script(sim::SimulatedModel& model, sim::Reply reply) {
  reply.when = tag_;
  model.script(std::move(reply));
}

std::string MixedClient::body(std::string_view text, bool stream, std::string_view more) const {
  return user_body(tag_ + std::string(text), stream, more);
}

void MixedClient::post(std::string text) {
  Ask request;
  request.body = std::move(text);
  post(request);
}

void MixedClient::post(const Ask& request) {
  ask(scene_.port(), request);
  ++sent_;
}

}  // namespace rlm::test
