#include "lab/suite.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <set>

#include "base/check.hpp"
#include "lab/number_text.hpp"
#include "wire/json_cursor.hpp"

extern "C" const char rlm_lab_claims_begin[];
extern "C" const char rlm_lab_claims_end[];

namespace rlm::lab {

namespace {

using wire::JsonValue;
using Type = Check::Type;

const std::map<std::string, Type, std::less<>> kTypes = {{"python_tests", Type::PythonTests},
                                                         {"number", Type::Number},
                                                         {"regex", Type::Regex},
                                                         {"json", Type::Json},
                                                         {"word_count", Type::WordCount},
                                                         {"contains_all", Type::ContainsAll},
                                                         {"contains_none", Type::ContainsNone},
                                                         {"exact", Type::Exact}};

// Collects the mistakes of one suite; each names its line.
class SuiteReader {
 public:
  Result<std::vector<Task>> read(std::string_view jsonl) {
    while (!jsonl.empty()) {
      ++line_;
      const std::size_t end = jsonl.find('\n');
      const std::string_view text = jsonl.substr(0, end);
      jsonl = end == std::string_view::npos ? std::string_view() : jsonl.substr(end + 1);
      if (text.find_first_not_of(" \t\r") != std::string_view::npos) read_line(text);
    }
    if (tasks_.empty() && mistakes_.empty()) mistakes_ = "the suite holds no task";
    if (!mistakes_.empty()) return fail(ErrorKind::BadRequest, Source::Self, mistakes_);
    return std::move(tasks_);
  }

 private:
  void complain(std::string_view what) {
    if (!mistakes_.empty()) mistakes_ += "\n";
    mistakes_ += "line " + std::to_string(line_) + ": ";
    mistakes_ += what;
  }

  void read_line(std::string_view text) {
    const auto root = index_.parse(text);
    if (!root) return complain(root.error().message);
    if (!root->is(JsonValue::Type::Object)) return complain("a task must be a JSON object");
    Task task;
    root->each_member([&](std::string_view key, JsonValue value) {
      if (key == "checker") {
        read_checkers(value, task);
      } else if (key == "max_tokens") {
        task.max_tokens = value.integer(0);
      } else if (std::string* const text_member = member_named(task, key)) {
        *text_member = value.string();
      } else {
        complain("unknown key '" + std::string(key) + "'");
      }
      return true;
    });
    if (task.id.empty() || task.kind.empty() || task.prompt.empty())
      complain("id, kind and prompt are required");
    if (task.max_tokens < 1) complain("max_tokens must be a positive integer");
    if (!ids_.insert(task.id).second) complain("the id '" + task.id + "' is used twice");
    tasks_.push_back(std::move(task));
  }

  static std::string* member_named(Task& task, std::string_view key) {
    if (key == "id") return &task.id;
    if (key == "kind") return &task.kind;
    if (key == "system") return &task.system;
    if (key == "prompt") return &task.prompt;
    if (key == "right") return &task.right;
    if (key == "wrong") return &task.wrong;
    return nullptr;
  }

  void read_checkers(JsonValue value, Task& task) {
    if (value.is(JsonValue::Type::Object)) return read_checker(value, task);
    value.each_element([&](JsonValue each) {
      read_checker(each, task);
      return true;
    });
  }

  void read_checker(JsonValue value, Task& task) {
    Check check;
    const auto type = kTypes.find(value.member("type").string());
    if (type == kTypes.end()) return complain("checker: unknown type");
    check.type = type->second;
    value.each_member([&](std::string_view key, JsonValue member) {
      read_check_member(check, key, member);
      return true;
    });
    task.checks.push_back(std::move(check));
  }

  void read_check_member(Check& check, std::string_view key, JsonValue member) {
    if (key == "type") return;
    if (key == "tests" || key == "texts") {
      member.each_element([&](JsonValue each) {
        check.texts.push_back(each.string());
        return true;
      });
    } else if (key == "value" && check.type == Type::Number) {
      check.value = number_of(member.raw()).value_or(0);
    } else if (key == "pattern" || key == "value") {
      check.texts.push_back(member.string());
    } else if (key == "tolerance") {
      check.tolerance = number_of(member.raw()).value_or(0);
    } else if (key == "min") {
      check.min = static_cast<std::size_t>(member.integer(0));
    } else if (key == "max") {
      check.max = static_cast<std::size_t>(member.integer(0));
    } else if (key == "only") {
      check.only_keys = member.is(JsonValue::Type::True);
    } else if (key == "keys") {
      member.each_member([&](std::string_view name, JsonValue of) {
        check.keys.push_back({std::string(name), of.string(), {}});
        return true;
      });
    } else if (key == "values") {
      read_values(check, member);
    } else {
      complain("checker: unknown key '" + std::string(key) + "'");
    }
  }

  // "values" follows "keys": it narrows keys that were declared there.
  void read_values(Check& check, JsonValue values) {
    values.each_member([&](std::string_view name, JsonValue value) {
      for (JsonKey& key : check.keys) {
        if (key.name == name) {
          key.value = value.raw();
          return true;
        }
      }
      complain("checker: values names '" + std::string(name) + "', which keys does not declare");
      return true;
    });
  }

  wire::JsonIndex index_;
  int line_ = 0;
  std::vector<Task> tasks_;
  std::set<std::string> ids_;
  std::string mistakes_;
};

}  // namespace

Result<std::vector<Task>> parse_suite(std::string_view jsonl) {
  return SuiteReader().read(jsonl);
}

const std::vector<Task>& built_in_suite() {
  static const std::vector<Task> suite = [] {
    const auto bytes = static_cast<std::size_t>(rlm_lab_claims_end - rlm_lab_claims_begin);
    auto parsed = parse_suite({rlm_lab_claims_begin, bytes});
    RLM_CHECK(parsed.has_value());
    return std::move(*parsed);
  }();
  return suite;
}

}  // namespace rlm::lab
