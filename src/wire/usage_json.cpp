#include "wire/usage_json.hpp"

#include <algorithm>

namespace rlm::wire {
namespace {

Tokens count_of(JsonValue value, Tokens missing) {
  const Tokens count = value.integer(missing);
  return count < 0 ? missing : std::min(count, kTokensMax);
}

Usage read_classes(JsonValue usage, Tokens missing) {
  Usage read;
  JsonValue input, output, cache_read, cache_write, split;
  usage.each_member([&](std::string_view key, JsonValue value) {
    if (key == "input_tokens")
      input = value;
    else if (key == "output_tokens")
      output = value;
    else if (key == "cache_read_input_tokens")
      cache_read = value;
    else if (key == "cache_creation_input_tokens")
      cache_write = value;
    else if (key == "cache_creation")
      split = value;
    return true;
  });
  read.input = count_of(input, missing);
  read.output = count_of(output, missing);
  read.cache_read = count_of(cache_read, missing);
  const Tokens written = count_of(cache_write, -1);
  const Tokens five = count_of(split.member("ephemeral_5m_input_tokens"), -1);
  const Tokens hour = count_of(split.member("ephemeral_1h_input_tokens"), -1);
  if (hour < 0 && five < 0) {
    read.cache_write_5m = written < 0 ? missing : written;
    read.cache_write_1h = missing;
  } else {
    // Only the total is sure to be there: what the split does not name was written for five
    // minutes.
    read.cache_write_1h = std::max<Tokens>(hour, 0);
    read.cache_write_5m = std::max({five, written - read.cache_write_1h, Tokens{0}});
  }
  return read;
}

/// The sum over `iterations`; false when there are none, or the totals already tell what was
/// served.
bool sum_iterations(JsonValue iterations, Usage& sum) {
  bool beyond_totals = false;
  bool fell_back = false;
  iterations.each_element([&](JsonValue iteration) {
    const JsonValue type = iteration.member("type");
    beyond_totals = beyond_totals || type.equals("compaction") || type.equals("advisor_message");
    fell_back = fell_back || type.equals("fallback_message");
    const Usage one = read_classes(iteration, 0);
    const auto add = [](Tokens& to, Tokens more) { to = std::min(to + more, kTokensMax); };
    add(sum.input, one.input);
    add(sum.output, one.output);
    add(sum.cache_read, one.cache_read);
    add(sum.cache_write_5m, one.cache_write_5m);
    add(sum.cache_write_1h, one.cache_write_1h);
    return true;
  });
  return beyond_totals && !fell_back;
}

}  // namespace

Usage read_usage(JsonValue usage, Tokens missing) {
  if (const JsonValue iterations = usage.member("iterations");
      iterations.is(JsonValue::Type::Array)) {
    Usage sum;
    if (sum_iterations(iterations, sum)) return sum;
  }
  return read_classes(usage, missing);
}

void merge_usage(Usage& total, const Usage& later) {
  const auto take = [](Tokens& to, Tokens from) {
    if (from >= 0) to = from;
  };
  take(total.input, later.input);
  take(total.cache_read, later.cache_read);
  take(total.output, later.output);
  if (later.cache_write_1h >= 0) {
    total.cache_write_1h = later.cache_write_1h;
    take(total.cache_write_5m, later.cache_write_5m);
  } else if (later.cache_write_5m >= total.cache_write_1h) {
    total.cache_write_5m = later.cache_write_5m - total.cache_write_1h;
  } else if (later.cache_write_5m >= 0) {
    total.cache_write_5m = 0;
    total.cache_write_1h = later.cache_write_5m;
  }
  if (later.output >= 0) total.reported = true;
}

void append_usage(std::string& out, const Usage& usage) {
  const auto number = [&out](const char* key, Tokens tokens) {
    out += key;
    out += std::to_string(std::max<Tokens>(tokens, 0));
  };
  const Tokens five = std::max<Tokens>(usage.cache_write_5m, 0);
  const Tokens hour = std::max<Tokens>(usage.cache_write_1h, 0);
  number(R"({"input_tokens":)", usage.input);
  number(R"(,"cache_creation_input_tokens":)", five + hour);
  number(R"(,"cache_read_input_tokens":)", usage.cache_read);
  number(R"(,"cache_creation":{"ephemeral_5m_input_tokens":)", five);
  number(R"(,"ephemeral_1h_input_tokens":)", hour);
  number(R"(},"output_tokens":)", usage.output);
  out += '}';
}

}  // namespace rlm::wire
