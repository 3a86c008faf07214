#include "draft/plain_schema.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "draft/json_pointer.hpp"
#include "wire/json_text.hpp"

namespace rlm::draft {
namespace {

using wire::JsonValue;
using Type = JsonValue::Type;

enum class Draft { Four, Six, Seven, Newer };

/// How the rewritten subschema is used. Closed: an undeclared property may be refused here, because
/// nothing beside this subschema could declare it.
enum class Use { Closed, Open };

// Say nothing about the input.
constexpr std::array<std::string_view, 17> kAnnotations = {"title",
                                                           "description",
                                                           "default",
                                                           "examples",
                                                           "example",
                                                           "$schema",
                                                           "$comment",
                                                           "readOnly",
                                                           "writeOnly",
                                                           "deprecated",
                                                           "definitions",
                                                           "$defs",
                                                           "$anchor",
                                                           "contentMediaType",
                                                           "contentEncoding",
                                                           "nullable",
                                                           "markdownDescription"};
// Known, and beyond what can be checked here; named in the cause.
constexpr std::array<std::string_view, 12> kUnchecked = {
    "patternProperties", "propertyNames", "unevaluatedProperties",
    "unevaluatedItems",  "minContains",   "maxContains",
    "dependentSchemas",  "$dynamicRef",   "$recursiveRef",
    "contentSchema",     "$id",           "divisibleBy"};
constexpr std::array<std::string_view, 7> kTypes = {"string", "number",  "integer", "object",
                                                    "array",  "boolean", "null"};
constexpr std::array<std::string_view, 6> kCounts = {"minLength", "maxLength",     "minItems",
                                                     "maxItems",  "minProperties", "maxProperties"};

template <std::size_t N>
bool holds(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_annotation(std::string_view key) {
  return holds(kAnnotations, key) || key.starts_with("x-");
}

bool is_bool(JsonValue value) {
  return value.is(Type::True) || value.is(Type::False);
}

class SchemaRewrite {
 public:
  explicit SchemaRewrite(JsonValue root) : root_(root) {}

  tl::expected<PlainSchema, std::string> run() {
    read_draft();
    if (cause_.empty()) write(root_, 0, Use::Closed);
    if (!cause_.empty()) return tl::unexpected(cause_);
    plain_.is_draft4 = draft_ == Draft::Four;
    return std::move(plain_);
  }

 private:
  void refuse(std::string cause) {
    if (cause_.empty()) cause_ = std::move(cause);
  }
  void refuse_keyword(std::string_view key) {
    refuse(holds(kUnchecked, key) ? "schema:unchecked:" + std::string(key) : "schema:unchecked");
  }

  void read_draft() {
    const JsonValue named = root_.member("$schema");
    if (!named.exists()) return;
    const std::string name = named.string();
    const auto names = [&name](std::string_view part) {
      return name.find(part) != std::string::npos;
    };
    if (names("draft-04")) {
      draft_ = Draft::Four;
    } else if (names("draft-06")) {
      draft_ = Draft::Six;
    } else if (names("draft-07")) {
      draft_ = Draft::Seven;
    } else if (!names("/2019-09/") && !names("/2020-12/")) {
      refuse("schema:unchecked");
    }
  }

  void write(JsonValue schema, std::size_t depth, Use use) {
    if (!cause_.empty()) return;
    if (depth > kSchemaDepthMax) return refuse("schema:too_deep");
    if (++plain_.subschemas > kSubschemasMax || plain_.json.size() > kPlainBytesMax)
      return refuse("schema:too_large");
    if (is_bool(schema) && draft_ != Draft::Four) {
      plain_.json += schema.raw();
      return;
    }
    if (!schema.is(Type::Object)) return refuse("schema:invalid");
    const JsonValue reference = schema.member("$ref");
    if (reference.exists()) return write_reference(schema, reference, depth, use);
    write_members(schema, depth, use);
  }

  // Newer drafts let keywords stand beside a reference and older ones ignore them.
  void write_reference(JsonValue schema, JsonValue reference, std::size_t depth, Use use) {
    bool is_alone = true;
    schema.each_member([&](std::string_view key, JsonValue) {
      return is_alone = key == "$ref" || is_annotation(key);
    });
    if (!is_alone && draft_ != Draft::Newer) return refuse("schema:unchecked");
    const JsonValue target = target_of(reference);
    if (!target.exists()) return;
    const std::size_t place = target.span().begin;
    if (std::find(following_.begin(), following_.end(), place) != following_.end())
      return refuse("schema:cyclic_ref");
    following_.push_back(place);
    if (is_alone) {
      write(target, depth + 1, use);
    } else {
      plain_.json += "{\"allOf\":[";
      write(target, depth + 1, Use::Open);
      plain_.json += ',';
      write_members(schema, depth + 1, Use::Open);
      plain_.json += "]}";
    }
    following_.pop_back();
  }

  JsonValue target_of(JsonValue reference) {
    const std::string text = reference.string();
    if (text == "#") return root_;
    if (!text.starts_with("#/")) {
      refuse(text.starts_with("#") ? "schema:broken_ref" : "schema:remote_ref");
      return {};
    }
    const JsonValue at = at_pointer(root_, std::string_view(text).substr(1));
    if (!at.exists()) refuse("schema:broken_ref");
    return at;
  }

  void write_members(JsonValue schema, std::size_t depth, Use use) {
    plain_.json += '{';
    bool is_first = true;
    bool is_combined = false;
    schema.each_member([&](std::string_view key, JsonValue) {
      for (const std::string_view combining :
           {"$ref", "allOf", "anyOf", "oneOf", "not", "if", "then", "else"})
        is_combined = is_combined || key == combining;
      return true;
    });
    if (is_combined) use = Use::Open;
    schema.each_member([&](std::string_view key, JsonValue value) {
      const bool skipped = key == "$ref" || is_annotation(key) ||
                           ((key == "$id" || key == "id") && depth == 0 && value.is(Type::String));
      if (skipped) return cause_.empty();
      if (!is_first) plain_.json += ',';
      is_first = false;
      write_keyword(schema, std::string(key), value, depth, use);
      return cause_.empty();
    });
    if (use == Use::Closed && schema.member("properties").exists() &&
        !schema.member("additionalProperties").exists())
      plain_.json += is_first ? "" : ",\"additionalProperties\":false";
    plain_.json += '}';
  }

  void name(std::string_view key) {
    wire::append_json_string(plain_.json, key);
    plain_.json += ':';
  }
  void copy(std::string_view key, JsonValue value) {
    name(key);
    plain_.json += value.raw();
  }
  void copy_if(bool is_well_formed, std::string_view key, JsonValue value) {
    if (!is_well_formed) return refuse("schema:invalid");
    copy(key, value);
  }

  void write_keyword(JsonValue schema, const std::string& key, JsonValue value, std::size_t depth,
                     Use use) {
    if (key == "properties") return write_properties(value, depth, use);
    if (key == "allOf" || key == "anyOf" || key == "oneOf")
      return write_list(key, value, depth, Use::Open);
    if (key == "items" || key == "prefixItems" || key == "additionalItems")
      return write_items(schema, key, value, depth, use);
    const bool from_six = key == "contains" || key == "not";
    const bool from_seven = key == "if" || key == "then" || key == "else";
    if (from_six || from_seven || key == "additionalProperties") {
      if (from_seven && draft_ < Draft::Seven) return refuse_keyword(key);
      name(key);
      // The input's undeclared properties are described by this very schema.
      const Use inner = key == "additionalProperties" ? use : Use::Open;
      if (is_bool(value))  // draft 4 knows booleans here only
        plain_.json += value.raw();
      else
        write(value, depth + 1, inner);
      return;
    }
    write_assertion(key, value);
  }

  void write_properties(JsonValue value, std::size_t depth, Use use) {
    if (!value.is(Type::Object)) return refuse("schema:invalid");
    name("properties");
    plain_.json += '{';
    bool is_first = true;
    value.each_member([&](std::string_view key, JsonValue property) {
      // The validator tells subschemas apart by their path: "a/items" would be taken for another.
      if (key.find('/') != std::string_view::npos) refuse("schema:unchecked");
      if (!is_first) plain_.json += ',';
      is_first = false;
      name(std::string(key));
      write(property, depth + 1, use);
      return cause_.empty();
    });
    plain_.json += '}';
  }

  void write_list(std::string_view key, JsonValue value, std::size_t depth, Use use) {
    bool is_first = true;
    name(key);
    plain_.json += '[';
    value.each_element([&](JsonValue one) {
      if (!is_first) plain_.json += ',';
      is_first = false;
      write(one, depth + 1, use);
      return cause_.empty();
    });
    plain_.json += ']';
    if (is_first) refuse("schema:invalid");
  }

  // To the validator a tuple is a list in `items`, and what follows it is `additionalItems`.
  void write_items(JsonValue schema, std::string_view key, JsonValue value, std::size_t depth,
                   Use use) {
    const JsonValue tuple = schema.member("prefixItems");
    if (key == "prefixItems" && draft_ != Draft::Newer) return refuse_keyword(key);
    if (key == "additionalItems" && (tuple.exists() || !schema.member("items").is(Type::Array)))
      return refuse("schema:unchecked");
    if (value.is(Type::Array)) {
      if (key == "additionalItems" || (key == "items" && tuple.exists()))
        return refuse("schema:invalid");
      return write_list("items", value, depth, use);
    }
    if (key == "prefixItems") return refuse("schema:invalid");
    name(tuple.exists() ? "additionalItems" : key);
    if (is_bool(value) && (tuple.exists() || key == "additionalItems"))
      plain_.json += value.raw();
    else
      write(value, depth + 1, use);
  }

  void write_assertion(const std::string& key, JsonValue value) {
    const bool is_number = value.is(Type::Number);
    if (key == "type") return copy_if(is_type(value), key, value);
    if (key == "enum") return copy_if(count_of(value) > 0, key, value);
    if (key == "const" && draft_ != Draft::Four) return copy(key, value);
    if (key == "required") return copy_if(is_names(value), key, value);
    if (key == "minimum" || key == "maximum") return copy_if(is_number, key, value);
    if (key == "exclusiveMinimum" || key == "exclusiveMaximum")
      return copy_if(draft_ == Draft::Four ? is_bool(value) : is_number, key, value);
    if (holds(kCounts, key)) return copy_if(value.integer(-1) >= 0, key, value);
    if (key == "uniqueItems") {
      plain_.has_unique_items = true;
      return copy_if(is_bool(value), key, value);
    }
    if (key == "pattern") return copy_if(value.is(Type::String), kPatternKey, value);
    if (key == "format") return copy_if(value.is(Type::String), kFormatKey, value);
    if (key == "multipleOf") {
      if (!is_number) return refuse("schema:invalid");
      // Of fractions, binary floating point cannot tell: 0.3 is no multiple of 0.1.
      if (value.integer(0) <= 0) return refuse("schema:unchecked:multipleOf");
      return copy(kMultipleKey, value);
    }
    const bool is_newer = key == "dependentRequired" && draft_ == Draft::Newer;
    if (is_newer || key == "dependencies") return write_dependencies(value);
    refuse_keyword(key);
  }

  void write_dependencies(JsonValue value) {
    bool only_names = value.is(Type::Object);
    value.each_member(
        [&](std::string_view, JsonValue names) { return only_names = is_names(names); });
    if (!only_names) return refuse("schema:unchecked:dependentSchemas");
    copy("dependencies", value);
  }

  static std::size_t count_of(JsonValue list) {
    std::size_t count = 0;
    list.each_element([&count](JsonValue) { return ++count > 0; });
    return count;
  }
  static bool is_names(JsonValue list) {
    bool all = list.is(Type::Array);
    list.each_element([&all](JsonValue one) { return all = one.is(Type::String); });
    return all;
  }
  static bool is_type(JsonValue value) {
    if (value.is(Type::String)) return holds(kTypes, value.quoted());
    bool all = count_of(value) > 0;
    value.each_element([&all](JsonValue one) { return all = all && holds(kTypes, one.quoted()); });
    return all;
  }

  JsonValue root_;
  Draft draft_ = Draft::Newer;
  std::string cause_;
  std::vector<std::size_t> following_;  // where the references being followed lead
  PlainSchema plain_;
};

}  // namespace

tl::expected<PlainSchema, std::string> plain_schema(JsonValue schema) {
  return SchemaRewrite(schema).run();
}

bool has_unique_keys(JsonValue value) {
  bool unique = true;
  if (value.is(Type::Array)) {
    value.each_element([&](JsonValue one) { return unique = has_unique_keys(one); });
  } else if (value.is(Type::Object)) {
    std::vector<std::string> keys;
    value.each_member([&](std::string_view key, JsonValue one) {
      keys.emplace_back(key);
      return unique = has_unique_keys(one);
    });
    std::sort(keys.begin(), keys.end());
    unique = unique && std::adjacent_find(keys.begin(), keys.end()) == keys.end();
  }
  return unique;
}

}  // namespace rlm::draft
