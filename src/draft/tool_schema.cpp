#include "draft/tool_schema.hpp"

// The adapter wants to be the first to include RapidJSON.
#include <valijson/adapters/rapidjson_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <cmath>
#include <new>

#include "draft/plain_schema.hpp"
#include "draft/string_checks.hpp"

namespace rlm::draft {
namespace {

using valijson::adapters::Adapter;
using valijson::constraints::Constraint;
using valijson::constraints::PolyConstraint;

constexpr std::size_t kInputBytesMax = 8u << 20;
constexpr std::size_t kInputValuesMax = 50'000;
/// Every value of the input may meet every subschema.
constexpr std::size_t kWorkMax = 20'000'000;
/// uniqueItems compares each element with each other.
constexpr std::size_t kUniqueItemsMax = 1'000;

/// Set by a check that could not be made, behind whatever `not` and `oneOf` make of its answer.
struct Doubt {
  bool unsure = false;
};

template <class Check>
class CheckedBy final : public PolyConstraint {
 public:
  explicit CheckedBy(Check check) : check_(std::move(check)) {}

  bool validate(const Adapter& target, const std::vector<std::string>& context,
                valijson::ValidationResults* results) const override {
    if (check_(target)) return true;
    if (results != nullptr) results->pushError(context, Check::kFailure);
    return false;
  }

 private:
  Constraint* cloneInto(void* place) const override { return new (place) CheckedBy(*this); }
  std::size_t sizeOf() const override { return sizeof(CheckedBy); }

  Check check_;
};

template <class Check>
class CheckBuilder final : public valijson::ConstraintBuilder {
 public:
  explicit CheckBuilder(Doubt& doubt) : doubt_(doubt) {}
  Constraint* make(const Adapter& value) const override {
    return new CheckedBy<Check>(Check(value, doubt_));
  }

 private:
  Doubt& doubt_;
};

struct PatternCheck {
  static constexpr const char* kFailure = "pattern";
  PatternCheck(const Adapter& value, Doubt& to)
      : pattern(StringPattern::read(value.asString())), doubt(&to) {}
  bool operator()(const Adapter& target) const {
    if (!target.isString()) return true;
    const Match match = pattern ? pattern->matches(target.asString()) : Match::Unsure;
    if (match == Match::Unsure) doubt->unsure = true;
    return match == Match::Yes;
  }
  std::optional<StringPattern> pattern;
  Doubt* doubt;
};

struct FormatCheck {
  static constexpr const char* kFailure = "format";
  FormatCheck(const Adapter& value, Doubt& to) : format(value.asString()), doubt(&to) {}
  bool operator()(const Adapter& target) const {
    if (!target.isString()) return true;
    if (!is_known_format(format)) doubt->unsure = true;
    return has_format(format, target.asString());
  }
  std::string format;
  Doubt* doubt;
};

struct MultipleCheck {
  static constexpr const char* kFailure = "multipleOf";
  MultipleCheck(const Adapter& value, Doubt&) : divisor(value.asInteger()) {}
  bool operator()(const Adapter& target) const {
    if (target.isInteger()) return target.asInteger() % divisor == 0;
    return !target.isDouble();  // whole numbers were made integers
  }
  std::int64_t divisor;
};

/// Counted, because comparing RapidJSON's member iterators is ambiguous to clang in C++20.
template <class Object, class Visit>
void each_member(Object& object, Visit&& visit) {
  auto member = object.MemberBegin();
  for (rapidjson::SizeType i = 0; i < object.MemberCount(); ++i, ++member) visit(member->value);
}

/// 1.0 is an integer since draft 6.
void make_whole_numbers_integers(rapidjson::Value& value) {
  constexpr double kExact = 9007199254740992.0;
  if (value.IsDouble()) {
    const double number = value.GetDouble();
    if (std::trunc(number) == number && std::fabs(number) < kExact)
      value.SetInt64(static_cast<std::int64_t>(number));
  } else if (value.IsArray()) {
    for (auto& element : value.GetArray()) make_whole_numbers_integers(element);
  } else if (value.IsObject()) {
    each_member(value, [](rapidjson::Value& member) { make_whole_numbers_integers(member); });
  }
}

struct InputSize {
  std::size_t values = 0;
  std::size_t longest_array = 0;
};

void measure(const rapidjson::Value& value, InputSize& size) {
  ++size.values;
  if (value.IsArray()) {
    size.longest_array = std::max<std::size_t>(size.longest_array, value.Size());
    for (const auto& element : value.GetArray()) measure(element, size);
  } else if (value.IsObject()) {
    each_member(value, [&size](const rapidjson::Value& member) { measure(member, size); });
  }
}

bool parse(rapidjson::Document& into, std::string_view text, bool whole_numbers) {
  into.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag>(text.data(),
                                                                                  text.size());
  if (into.HasParseError()) return false;
  if (whole_numbers) make_whole_numbers_integers(into);
  return true;
}

/// The validator says what failed for people only.
std::string cause_of(std::string_view description) {
  if (description.starts_with("Missing required property")) return "schema:required";
  if (description.starts_with("Value type not permitted")) return "schema:type";
  if (description.starts_with("Failed to match against any enum")) return "schema:enum";
  if (description.starts_with("Object contains a property")) return "schema:extra";
  return "schema:mismatch";
}

std::optional<std::string> validate(const rapidjson::Document& input,
                                    const rapidjson::Document& schema, bool is_draft4) {
  Doubt doubt;
  valijson::SchemaParser parser(is_draft4 ? valijson::SchemaParser::kDraft4
                                          : valijson::SchemaParser::kDraft7);
  parser.addConstraintBuilder(kPatternKey, new CheckBuilder<PatternCheck>(doubt));
  parser.addConstraintBuilder(kFormatKey, new CheckBuilder<FormatCheck>(doubt));
  parser.addConstraintBuilder(kMultipleKey, new CheckBuilder<MultipleCheck>(doubt));
  valijson::Schema compiled;
  const valijson::adapters::RapidJsonAdapter schema_adapter(schema);
  const valijson::adapters::RapidJsonAdapter input_adapter(input);
  // The library throws for what it cannot read, in schemas and inputs alike.
  try {
    parser.populateSchema(schema_adapter, compiled);
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    valijson::ValidationResults results;
    const bool valid = validator.validate(compiled, input_adapter, &results);
    if (doubt.unsure) return "schema:unchecked";
    if (valid) return std::nullopt;
    valijson::ValidationResults::Error error;
    return results.popError(error) ? cause_of(error.description) : "schema:mismatch";
  } catch (const std::exception&) {
    return "schema:invalid";
  }
}

}  // namespace

std::optional<std::string> why_not_valid(std::string_view input, std::string_view schema) {
  if (schema.size() > kSchemaBytesMax || input.size() > kInputBytesMax) return "schema:too_large";
  wire::JsonLimits limits;
  limits.depth_max = kSchemaDepthMax * 2;
  wire::JsonIndex index;
  const auto input_root = index.parse(input, limits);
  if (!input_root || !input_root->is(wire::JsonValue::Type::Object)) return "schema:bad_input";
  if (!has_unique_keys(*input_root)) return "schema:duplicate_key";
  const auto schema_root = index.parse(schema, limits);
  if (!schema_root)
    return schema_root.error().kind == ErrorKind::TooLarge ? "schema:too_deep" : "schema:invalid";
  if (!has_unique_keys(*schema_root)) return "schema:invalid";
  const auto plain = plain_schema(*schema_root);
  if (!plain) return plain.error();

  rapidjson::Document schema_document;
  rapidjson::Document input_document;
  if (!parse(schema_document, plain->json, !plain->is_draft4)) return "schema:invalid";
  if (!parse(input_document, input, !plain->is_draft4)) return "schema:bad_input";
  InputSize size;
  measure(input_document, size);
  if (size.values > kInputValuesMax || size.values * plain->subschemas > kWorkMax ||
      (plain->has_unique_items && size.longest_array > kUniqueItemsMax))
    return "schema:too_large";
  return validate(input_document, schema_document, plain->is_draft4);
}

}  // namespace rlm::draft
