#pragma once
// What the router is told of an exchange, before it and after it.

#include "exchange/exchange_context.hpp"

namespace rlm::exchange {

/// The cascade as the router sees it. Points into it; `verify` as the client's model is called
/// there.
route::CascadeView view_of(const RoutingTable& table, const Cascade& cascade,
                           route::ModelName verify);

/// Chooses the plan, or takes the one that x-rlm-plan asks for, and writes it into the record with
/// the reason. x.cascade must be set. BadRequest (Source::Client) for a plan that is none.
Result<void> choose_route(ExchangeContext& x, const route::Features& features);

/// What the calls of an exchange, or of work aside, were expected to be charged: as the plan's
/// forecast has it; without one (`routed` null), as the session's earlier calls tell.
money::ExpectedUse expected_use(Services& services, const route::Routed* routed,
                                const ExchangeRecord& record, const RequestFacts& facts,
                                const account::VerifyModel& verify);

/// Lets the router learn how the exchange ended. Nothing without a cascade; a few microseconds.
void learn_from(ExchangeContext& x);

/// The same of work off a client's path. `record`: its calls have the roles that they would have
/// for a client; `verify` as its verdict call left it.
void learn_aside(Services& services, const Cascade& cascade, const account::VerifyModel& verify,
                 const route::Routed& routed, const RequestFacts& facts,
                 const ExchangeRecord& record);

/// The message of a verdict call on an answer: the cascade's instruction, or the brief one where
/// that is cheaper by what `routed` knows (null: it is not); `verify.cannot_repair` says which.
std::string verdict_on_answer(const Cascade& cascade, const route::Routed* routed,
                              account::VerifyModel& verify, std::string_view draft);

}  // namespace rlm::exchange
