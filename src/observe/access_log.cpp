#include "observe/access_log.hpp"

#include "base/log.hpp"
#include "observe/json_builder.hpp"

namespace rlm::observe {

void log_exchange(const ExchangeRecord& record) {
  if (!log::enabled(log::Level::Info)) return;
  if (record.occasion != Occasion::Client) {
    log::info("aside", {{"id", record.id},
                        {"occasion", name_of(record.occasion)},
                        {"follows", record.follows},
                        {"plan", name_of(record.plan)},
                        {"verdict", name_of(record.verdict)},
                        {"judgement", name_of(record.judgement)},
                        {"reason", record.reason},
                        {"calls", record.calls.size()},
                        {"cost_usd", dollars_text(record.cost)},
                        {"duration_ms", record.duration_ms}});
    return;
  }
  log::info("exchange", {{"id", record.id},
                         {"verdict", name_of(record.verdict)},
                         {"plan", name_of(record.plan)},
                         {"reason", record.reason},
                         {"status", record.status},
                         {"asked", record.asked_model},
                         {"answered", record.answered_model},
                         {"calls", record.calls.size()},
                         {"tokens_in", record.seen.prompt()},
                         {"tokens_out", record.seen.output},
                         {"cost_usd", dollars_text(record.cost)},
                         {"saved_usd", dollars_text(record.saved())},
                         {"first_byte_ms", record.first_byte_ms},
                         {"duration_ms", record.duration_ms}});
}

}  // namespace rlm::observe
