#include "tests/conversation/two_models.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "draft/prove_tool_calls.hpp"
#include "route/eligibility.hpp"
#include "verify/verify_draft.hpp"
#include "wire/anthropic_request.hpp"
#include "wire/anthropic_stream.hpp"

namespace rlm::test {
namespace {

using Kind = sim::ReplyBlock::Kind;

bool calls_tools(const sim::Reply& reply) {
  return std::any_of(reply.blocks.begin(), reply.blocks.end(),
                     [](const auto& block) { return block.kind == Kind::ToolUse; });
}

/// What other vendors' models make of it: ids of their own kind, some repeated, and thoughts.
sim::Reply as_drafted(sim::Reply reply, sim::Random& random, bool thinks) {
  for (std::size_t i = 0; i < reply.blocks.size(); ++i) {
    sim::ReplyBlock& block = reply.blocks[i];
    if (block.kind != Kind::ToolUse) continue;
    if (random.chance(0.3)) block.id = "call_" + std::to_string(i);
    if (random.chance(0.3)) block.id = "functions." + block.name + ":" + std::to_string(i);
  }
  if (thinks) {
    sim::ReplyBlock thinking;
    thinking.kind = Kind::Thinking;
    thinking.text = "a cheap thought";
    reply.blocks.insert(reply.blocks.begin(), thinking);
  }
  return reply;
}

std::string written_anew(std::string body) {
  const auto at = body.find("You are an agent.");
  return body.replace(at, 3, "I  ");
}

}  // namespace

Plan TwoModels::pick(const Request& request) {
  static constexpr Plan kPlans[] = {Plan::Direct, Plan::DraftOnly, Plan::DraftValidate,
                                    Plan::DraftVerify};
  const Plan plan = kPlans[random_.next() % std::size(kPlans)];
  if (plan == Plan::Direct) return plan;
  const auto features = route::features_of(request);
  const auto why = route::why_not_draft(request.facts, features, {}, plan);
  if (!why) return plan;
  ++ineligible_[std::string(*why)];
  return broken_ == Broken::EligibilityIgnored ? plan : Plan::Direct;
}

Served TwoModels::serve(const std::string& body, sim::Reply wish) {
  Request request;
  request.path = "/v1/messages";
  request.body = Buffer(body);
  auto facts = wire::read_request_facts(request.body, index_, {}, false);
  if (!facts) return {{}, facts.error().message, false};
  request.facts = std::move(*facts);
  const Served served = by_plan(pick(request), request, wish);
  ++(served.by_draft ? drafted_ : verified_);
  if (served_++ > 0 && served.by_draft != last_by_draft_) {
    ++switches_;
    if (request.facts.ends_with_tool_result) ++switches_in_loops_;
  }
  last_by_draft_ = served.by_draft;
  return served;
}

Served TwoModels::by_plan(Plan plan, const Request& request, const sim::Reply& wish) {
  // Whatever the plan is: a draft endpoint that sees the conversation now and then keeps its cache.
  const std::string adapted = body_for_draft(request);
  const std::string_view shared =
      std::string_view(last_draft_body_)
          .substr(0, std::max<std::size_t>(last_draft_body_.size(), 2) - 2);
  const bool is_stable = std::string_view(adapted).starts_with(shared);
  EXPECT_TRUE(is_stable || broken_ != Broken::None) << last_draft_body_ << "\n" << adapted;
  last_draft_body_ = adapted;
  return plan == Plan::Direct ? direct(request, wish) : drafted(plan, request, wish);
}

Served TwoModels::direct(const Request& request, const sim::Reply& wish) {
  const std::string body(request.body.view());
  const bool alters = broken_ == Broken::HistoryAltered && random_.chance(0.5);
  const auto response = verify_.answer(alters ? written_anew(body) : body, wish);
  if (!response) return {{}, response.error(), false};
  return {broken_ == Broken::ThinkingDropped ? without_thinking(*response) : *response, {}, false};
}

std::string TwoModels::body_for_draft(const Request& request) {
  if (broken_ == Broken::ThinkingSentToDraft) return std::string(request.body.view());
  const auto body = wire::draft_body(request.body, index_, {}, "sim-draft");
  EXPECT_TRUE(body);
  return body ? std::string(body->view()) : std::string();
}

Served TwoModels::drafted(Plan plan, const Request& request, const sim::Reply& wish) {
  const bool thinks = broken_ == Broken::DraftThinkingDelivered || random_.chance(0.1);
  const auto response = draft_.answer(last_draft_body_, as_drafted(wish, random_, thinks));
  if (!response) return {{}, "draft: " + response.error(), true};
  // A text where calls are to be proven, and a call where nobody looks at it, fall back.
  const bool calls = calls_tools(wish);
  if (plan == Plan::DraftValidate ? !calls : calls && plan != Plan::DraftVerify)
    return direct(request, wish);
  if (plan == Plan::DraftVerify) return judged(request, wish, draft_response(*response, request));
  return {draft_response(*response, request), {}, true};
}

Served TwoModels::judged(const Request& request, const sim::Reply& wish, const std::string& draft) {
  const auto body = verify::verdict_body(request, "DRAFT\nUSE_DRAFT?").joined();
  const bool accepts = random_.chance(0.5);
  sim::Reply reply = accepts ? sim::Reply::of_text("USE_DRAFT") : wish;
  // A rewrite may call a tool where the draft talked.
  if (!accepts && request.facts.tool_count > 0 && random_.chance(0.5))
    reply = sim::Reply::of_tool("Read", "{}");
  const auto response = verify_.answer(body.view(), reply);
  if (!response) return {{}, response.error(), false};
  if (accepts) return {draft, {}, true};
  return {broken_ == Broken::VerdictThinkingDelivered ? *response : without_thinking(*response),
          {},
          false};
}

std::string TwoModels::draft_response(const std::string& response, const Request& request) {
  if (broken_ == Broken::DraftThinkingDelivered) return response;
  auto answer = wire::read_answer(response, index_);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  const auto session = draft::SessionFacts::read(request.body, {});
  if (broken_ != Broken::DraftIdsKept) draft::give_fresh_ids(*answer, *session);
  return wire::write_answer(*answer, wire::new_message_id(), request.facts.model, {});
}

std::string TwoModels::without_thinking(const std::string& response) {
  const auto answer = wire::read_answer(response, index_);
  if (!answer) {
    ADD_FAILURE() << answer.error().message;
    return {};
  }
  return wire::write_answer(*answer, answer->id, answer->model, {});
}

}  // namespace rlm::test
