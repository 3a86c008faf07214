#include "base/log.hpp"

#include <spdlog/fmt/chrono.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

namespace rlm::log {
namespace {

std::atomic<bool> json_lines{false};
constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                 spdlog::level::warn, spdlog::level::err,
                                                 spdlog::level::off};

spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = spdlog::stderr_logger_mt("rlm-cascade");
    made->set_pattern("%v");
    return made;
  }();
  return *instance;
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

// A value that came from outside may hold line breaks; one event must stay one line.
void append_text_value(std::string& out, std::string_view text) {
  const bool plain = text.find_first_of(" \"=\n\r\t") == std::string_view::npos && !text.empty();
  if (plain) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

void write(spdlog::level::level_enum level, std::string_view name, std::string_view message,
           std::initializer_list<Field> fields) {
  if (!logger().should_log(level)) return;
  const auto now = fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::time(nullptr)));
  std::string line;
  if (json_lines.load(std::memory_order_relaxed)) {
    line = "{\"time\":\"" + now + "\",\"level\":\"" + std::string(name) + "\",\"message\":";
    append_json_string(line, message);
    for (const auto& field : fields) {
      line += ',';
      append_json_string(line, field.name);
      line += ':';
      append_json_string(line, field.value);
    }
    line += '}';
  } else {
    line = now + ' ' + std::string(name) + ' ' + std::string(message);
    for (const auto& field : fields) {
      line += ' ';
      line += field.name;
      line += '=';
      append_text_value(line, field.value);
    }
  }
  logger().log(level, "{}", line);
}

}  // namespace

void configure(Level level, bool json) {
  logger().set_level(kLevels[static_cast<int>(level)]);
  logger().flush_on(spdlog::level::info);
  json_lines.store(json, std::memory_order_relaxed);
}

bool enabled(Level level) {
  return logger().should_log(kLevels[static_cast<int>(level)]);
}

void debug(std::string_view m, std::initializer_list<Field> f) {
  write(spdlog::level::debug, "debug", m, f);
}
void info(std::string_view m, std::initializer_list<Field> f) {
  write(spdlog::level::info, "info", m, f);
}
void warn(std::string_view m, std::initializer_list<Field> f) {
  write(spdlog::level::warn, "warn", m, f);
}
void error(std::string_view m, std::initializer_list<Field> f) {
  write(spdlog::level::err, "error", m, f);
}

}  // namespace rlm::log
