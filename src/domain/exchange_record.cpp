#include "domain/exchange_record.hpp"

namespace rlm {

std::string_view name_of(CallRole role) {
  switch (role) {
    case CallRole::Direct:
      return "direct";
    case CallRole::Draft:
      return "draft";
    case CallRole::Verify:
      return "verify";
    case CallRole::Digest:
      return "digest";
    case CallRole::Shadow:
      return "shadow";
    case CallRole::Audit:
      return "audit";
    case CallRole::KeepAlive:
      return "keep_alive";
    case CallRole::Count:
      return "count";
  }
  return "direct";
}

std::string_view name_of(Occasion occasion) {
  switch (occasion) {
    case Occasion::Client:
      return "client";
    case Occasion::Shadow:
      return "shadow";
    case Occasion::Audit:
      return "audit";
    case Occasion::KeepAlive:
      return "keep_alive";
  }
  return "client";
}

std::string_view name_of(Judgement judgement) {
  switch (judgement) {
    case Judgement::None:
      return "none";
    case Judgement::Same:
      return "same";
    case Judgement::Different:
      return "different";
    case Judgement::Equal:
      return "equal";
    case Judgement::Accepted:
      return "accepted";
    case Judgement::Repaired:
      return "repaired";
    case Judgement::Rewritten:
      return "rewritten";
  }
  return "none";
}

std::string_view name_of(CallEnd end) {
  switch (end) {
    case CallEnd::Complete:
      return "complete";
    case CallEnd::Cancelled:
      return "cancelled";
    case CallEnd::Failed:
      return "failed";
  }
  return "failed";
}

}  // namespace rlm
