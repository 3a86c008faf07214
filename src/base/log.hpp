#pragma once
// One line per event worth an operator's attention. Never prompts, answers or keys.

#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace rlm::log {

/// A named value of a log line, e.g. {"model", name} or {"idle_ms", 250}.
struct Field {
  std::string_view name;
  std::string value;
  Field(std::string_view n, std::string_view v) : name(n), value(v) {}
  Field(std::string_view n, const char* v) : name(n), value(v) {}
  Field(std::string_view n, const std::string& v) : name(n), value(v) {}
  template <class T>
  requires std::is_arithmetic_v<T> Field(std::string_view n, T v)
      : name(n), value(std::to_string(v)) {}
};

enum class Level { Debug, Info, Warn, Error, Off };

/// Sets the level and whether lines are JSON; call once at start-up. Lines go to stderr. Default:
/// Info, text.
void configure(Level level, bool json);

/// Whether a line of this level would be written: spares building one that would not.
bool enabled(Level level);

[[gnu::cold]] void debug(std::string_view message, std::initializer_list<Field> fields = {});
[[gnu::cold]] void info(std::string_view message, std::initializer_list<Field> fields = {});
[[gnu::cold]] void warn(std::string_view message, std::initializer_list<Field> fields = {});
[[gnu::cold]] void error(std::string_view message, std::initializer_list<Field> fields = {});

}  // namespace rlm::log
