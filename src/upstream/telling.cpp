#include "upstream/telling.hpp"

#include <limits>

namespace rlm::upstream {
namespace {

int rank_of_status(int status) {
  switch (status) {
    case 429:
      return 9;
    case 401:
    case 403:
      return 8;
    case 404:
      return 7;
    case 529:
      return 6;
    default:
      return 5;
  }
}

int rank(const Error& error) {
  switch (error.kind) {
    case ErrorKind::UpstreamStatus:
      return rank_of_status(error.status);
    case ErrorKind::Timeout:
    case ErrorKind::Protocol:
      return 4;
    case ErrorKind::Unreachable:
      return 3;
    case ErrorKind::Forbidden:
      return 1;
    case ErrorKind::Overloaded:
      return 0;
    default:
      return 2;  // what this endpoint's dialect cannot say
  }
}

std::int64_t wait_of(const Error& error) {
  return error.retry_after_ms.value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace

bool falls_over(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Protocol:
    case ErrorKind::Overloaded:
    case ErrorKind::Forbidden:
    case ErrorKind::BadRequest:
    case ErrorKind::NotFound:
      return true;
    case ErrorKind::UpstreamStatus:
      switch (error.status) {
        case 401:
        case 403:
        case 404:
        case 408:
        case 429:
          return true;
        default:
          return error.status >= 500;
      }
    default:
      return false;
  }
}

bool tells_more(const Error& a, const Error& b) {
  if (rank(a) != rank(b)) return rank(a) > rank(b);
  return wait_of(a) <= wait_of(b);
}

}  // namespace rlm::upstream
