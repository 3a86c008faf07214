#include "route/weighed.hpp"

#include <cmath>

#include "wire/json_text.hpp"

namespace rlm::route {

std::string weighed_json(const PlanChoice& choice) {
  if (!choice.priced) return {};
  std::string json;
  for (const Alternative& a : choice.alternatives) {
    if (!a.fits) continue;
    json += json.empty() ? "[{\"plan\":\"" : ",{\"plan\":\"";
    json.append(name_of(a.plan))
        .append("\",\"price_nano\":")
        .append(std::to_string(a.price().value))
        .append(",\"p95_ms\":")
        .append(std::to_string(std::llround(std::ceil(a.p95_ms))));
    if (a.turn.value != 0) json += ",\"turn_nano\":" + std::to_string(a.turn.value);
    if (a.raced) json += R"(,"raced":true)";
    if (!a.refused.empty()) json += ",\"refused\":" + wire::json_string(a.refused);
    json += '}';
  }
  return json + ']';
}

}  // namespace rlm::route
