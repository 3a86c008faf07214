#include "draft/tool_schema.hpp"

#include <gtest/gtest.h>

namespace rlm::draft {
namespace {

struct SchemaCase {
  const char* name;
  std::string schema;
  std::string input;
  std::string_view cause;  // empty: proven
};

class ToolSchema : public testing::TestWithParam<SchemaCase> {};

TEST_P(ToolSchema, ProvesOrNamesTheCause) {
  const auto why = why_not_valid(GetParam().input, GetParam().schema);
  EXPECT_EQ(why.value_or(""), GetParam().cause);
}

const auto name_of_case = [](const auto& tested) { return std::string(tested.param.name); };

std::string properties(std::string_view members, std::string_view more = "") {
  return R"({"type":"object","properties":{)" + std::string(members) + "}" + std::string(more) +
         "}";
}

const std::string kRead = properties(
    R"("path":{"type":"string","description":"a file"},"limit":{"type":"integer","minimum":1})",
    R"(,"required":["path"],"$schema":"http://json-schema.org/draft-07/schema#")");
const std::string kDraft4 = R"(,"$schema":"http://json-schema.org/draft-04/schema#")";
const std::string kDraft6 = R"(,"$schema":"http://json-schema.org/draft-06/schema#")";
const std::string kDraft2020 = R"(,"$schema":"https://json-schema.org/draft/2020-12/schema")";

INSTANTIATE_TEST_SUITE_P(
    Inputs, ToolSchema,
    testing::Values(
        SchemaCase{"Good", kRead, R"({"path":"a"})", ""},
        SchemaCase{"AllGiven", kRead, R"({"path":"a","limit":3})", ""},
        SchemaCase{"WholeNumberAsFraction", kRead, R"({"path":"a","limit":3.0})", ""},
        SchemaCase{"Missing", kRead, R"({"limit":3})", "schema:required"},
        SchemaCase{"Mistyped", kRead, R"({"path":7})", "schema:type"},
        SchemaCase{"NumberAsText", kRead, R"({"path":"a","limit":"3"})", "schema:type"},
        SchemaCase{"NullForAText", kRead, R"({"path":null})", "schema:type"},
        SchemaCase{"Fraction", kRead, R"({"path":"a","limit":2.5})", "schema:type"},
        SchemaCase{"BelowMinimum", kRead, R"({"path":"a","limit":0})", "schema:mismatch"},
        SchemaCase{"Extra", kRead, R"({"path":"a","mode":"r"})", "schema:extra"},
        SchemaCase{"DuplicateKey", kRead, R"({"path":"a","path":"b"})", "schema:duplicate_key"},
        SchemaCase{"CutJson", kRead, R"({"path":"a")", "schema:bad_input"},
        SchemaCase{"BadEscape", kRead, R"({"path":"\x"})", "schema:bad_input"},
        SchemaCase{"NoObject", kRead, R"(["a"])", "schema:bad_input"},
        SchemaCase{"Empty", kRead, "", "schema:bad_input"},
        SchemaCase{"NoArguments", properties(""), "{}", ""},
        SchemaCase{"ArgumentToNone", properties(""), R"({"a":1})", "schema:extra"},
        SchemaCase{"FreeForm", R"({"type":"object"})", R"({"a":1})", ""},
        SchemaCase{"DeclaredExtras", properties(R"("a":{})", R"(,"additionalProperties":true)"),
                   R"({"b":1})", ""},
        SchemaCase{"TypedExtras",
                   properties(R"("a":{})", R"(,"additionalProperties":{"type":"string"})"),
                   R"({"b":1})", "schema:type"},
        SchemaCase{"NestedExtra", properties("\"o\":" + properties(R"("x":{})")),
                   R"({"o":{"y":1}})", "schema:extra"},
        SchemaCase{"Enum", properties(R"("m":{"enum":["a","b"]})"), R"({"m":"c"})", "schema:enum"},
        SchemaCase{"EnumOfWholeNumber", properties(R"("m":{"enum":[1.0]})"), R"({"m":1})", ""},
        SchemaCase{"Const", properties(R"("m":{"const":"a"})"), R"({"m":"b"})", "schema:mismatch"},
        SchemaCase{"ItemType", properties(R"("l":{"type":"array","items":{"type":"integer"}})"),
                   R"({"l":[1,"2"]})", "schema:type"},
        SchemaCase{"LengthInCharacters", properties(R"("s":{"maxLength":2})"), R"({"s":"äö"})", ""},
        SchemaCase{"TooLong", properties(R"("s":{"maxLength":2})"), R"({"s":"abc"})",
                   "schema:mismatch"},
        SchemaCase{"MultipleOf", properties(R"("n":{"multipleOf":7})"), R"({"n":14})", ""},
        SchemaCase{"NoMultiple", properties(R"("n":{"multipleOf":7})"), R"({"n":7.5})",
                   "schema:mismatch"},
        SchemaCase{"UniqueItems", properties(R"("l":{"uniqueItems":true})"), R"({"l":[1,2,1]})",
                   "schema:mismatch"},
        SchemaCase{"EmptyUniqueList", properties(R"("l":{"uniqueItems":true})"), R"({"l":[]})", ""},
        SchemaCase{"Exclusive", properties(R"("n":{"exclusiveMinimum":3})"), R"({"n":3})",
                   "schema:mismatch"},
        SchemaCase{"ExclusiveOfDraft4",
                   properties(R"("n":{"minimum":3,"exclusiveMinimum":true})", kDraft4),
                   R"({"n":3})", "schema:mismatch"},
        SchemaCase{"TypeList", properties(R"("n":{"type":["string","null"]})"), R"({"n":null})",
                   ""},
        SchemaCase{"AnyOf", properties(R"("n":{"anyOf":[{"type":"string"},{"type":"null"}]})"),
                   R"({"n":3})", "schema:type"},
        SchemaCase{"OneOfTwoMatches",
                   properties(R"("n":{"oneOf":[{"type":"number"},{"minimum":2}]})"), R"({"n":3})",
                   "schema:mismatch"},
        SchemaCase{"Not", properties(R"("n":{"not":{"type":"string"}})"), R"({"n":"a"})",
                   "schema:mismatch"},
        SchemaCase{
            "IfThen",
            properties(R"("a":{},"b":{})", R"(,"if":{"required":["a"]},"then":{"required":["b"]})"),
            R"({"a":1})", "schema:required"},
        SchemaCase{"DependentRequired",
                   properties(R"("a":{},"b":{})", R"(,"dependentRequired":{"a":["b"]})"),
                   R"({"a":1})", "schema:mismatch"},
        SchemaCase{
            "PrefixItems",
            properties(R"("l":{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}})"),
            R"({"l":["a",1,"b"]})", "schema:type"},
        SchemaCase{"TupleWithoutRest",
                   properties(R"("l":{"prefixItems":[{"type":"string"}],"items":false})"),
                   R"({"l":["a",1]})", "schema:mismatch"},
        SchemaCase{"FalseSchema", properties(R"("a":false)"), R"({"a":1})", "schema:mismatch"}),
    name_of_case);

INSTANTIATE_TEST_SUITE_P(
    Texts, ToolSchema,
    testing::Values(
        SchemaCase{"Pattern", properties(R"("s":{"pattern":"^[a-z]+$"})"), R"({"s":"abc"})", ""},
        SchemaCase{"NoMatch", properties(R"("s":{"pattern":"^[a-z]+$"})"), R"({"s":"a1"})",
                   "schema:mismatch"},
        SchemaCase{"PatternIsSearched", properties(R"("s":{"pattern":"b"})"), R"({"s":"abc"})", ""},
        SchemaCase{"ExplosivePattern", properties(R"x("s":{"pattern":"^(a+)+$"})x"),
                   R"({"s":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"})",
                   "schema:mismatch"},
        SchemaCase{"LookAhead", properties(R"x("s":{"pattern":"^(?=a)"})x"), R"({"s":"a"})",
                   "schema:unchecked"},
        SchemaCase{"BackReference", properties(R"x("s":{"pattern":"(a)\\1"})x"), R"({"s":"aa"})",
                   "schema:unchecked"},
        SchemaCase{"ForeignTextUnderNot", properties(R"("s":{"not":{"pattern":"^\\w+$"}})"),
                   R"({"s":"é"})", "schema:unchecked"},
        SchemaCase{"Uri", properties(R"("u":{"format":"uri"})"), R"({"u":"https://a.org/b?c"})",
                   ""},
        SchemaCase{"NoUri", properties(R"("u":{"format":"uri"})"), R"({"u":"a.org/b"})",
                   "schema:mismatch"},
        SchemaCase{"Date", properties(R"("d":{"format":"date"})"), R"({"d":"2024-02-29"})", ""},
        SchemaCase{"NoDate", properties(R"("d":{"format":"date"})"), R"({"d":"2023-02-29"})",
                   "schema:mismatch"},
        SchemaCase{"DateTime", properties(R"("d":{"format":"date-time"})"),
                   R"({"d":"2024-02-29T10:00:00.5+02:00"})", ""},
        SchemaCase{"NoDateTime", properties(R"("d":{"format":"date-time"})"),
                   R"({"d":"2024-02-29 10:00:00Z"})", "schema:mismatch"},
        SchemaCase{"Email", properties(R"("m":{"format":"email"})"), R"({"m":"a.b@c.org"})", ""},
        SchemaCase{"NoEmail", properties(R"("m":{"format":"email"})"), R"({"m":"a.b"})",
                   "schema:mismatch"},
        SchemaCase{"Uuid", properties(R"("i":{"format":"uuid"})"),
                   R"({"i":"123e4567-e89b-12d3-a456-426614174000"})", ""},
        SchemaCase{"Ipv4", properties(R"("i":{"format":"ipv4"})"), R"({"i":"10.0.0.256"})",
                   "schema:mismatch"},
        SchemaCase{"UnknownFormat", properties(R"("i":{"format":"iri"})"), R"({"i":"a"})",
                   "schema:unchecked"},
        SchemaCase{"UnknownFormatOfNothing", properties(R"("i":{"format":"iri"})"), "{}", ""}),
    name_of_case);

std::string nested(int depth) {
  std::string schema = "{}";
  for (int i = 0; i < depth; ++i) schema = R"({"items":)" + schema + "}";
  return schema;
}

// A few lines that stand for 2^20 subschemas.
std::string exploding() {
  std::string schema = R"({"$defs":{"d0":{})";
  for (int i = 1; i <= 20; ++i) {
    const std::string below = R"({"$ref":"#/$defs/d)" + std::to_string(i - 1) + "\"}";
    schema += ",\"d" + std::to_string(i) + R"(":{"allOf":[)" + below + "," + below + "]}";
  }
  return schema + R"(},"$ref":"#/$defs/d20"})";
}

INSTANTIATE_TEST_SUITE_P(
    Schemas, ToolSchema,
    testing::Values(
        SchemaCase{"LocalReference",
                   R"({"$defs":{"p":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/p"}}})",
                   R"({"a":1})", "schema:type"},
        SchemaCase{
            "EscapedReference",
            R"({"$defs":{"a/b":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/a~1b"}}})",
            R"({"a":"x"})", ""},
        SchemaCase{
            "ReferenceBesideKeywords",
            R"({"$defs":{"p":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/p","maxLength":1}}})",
            R"({"a":"xy"})", "schema:mismatch"},
        SchemaCase{
            "ReferenceBesideKeywordsInDraft6",
            R"({"definitions":{"p":{}},"properties":{"a":{"$ref":"#/definitions/p","maxLength":1}})" +
                kDraft6 + "}",
            R"({"a":"x"})", "schema:unchecked"},
        SchemaCase{"RemoteReference", properties(R"("a":{"$ref":"https://a.org/s.json"})"),
                   R"({"a":1})", "schema:remote_ref"},
        SchemaCase{"BrokenReference", properties(R"("a":{"$ref":"#/$defs/p"})"), "{}",
                   "schema:broken_ref"},
        SchemaCase{"CyclicReference", properties(R"("a":{"$ref":"#"})"), "{}", "schema:cyclic_ref"},
        SchemaCase{"SelfReference", R"({"$ref":"#"})", "{}", "schema:cyclic_ref"},
        SchemaCase{"Exploding", exploding(), "{}", "schema:too_large"},
        SchemaCase{"DeepEnough", nested(40), "{}", ""},
        SchemaCase{"TooDeep", nested(60), "{}", "schema:too_deep"},
        SchemaCase{"FarTooDeep", nested(5000), "{}", "schema:too_deep"},
        SchemaCase{"TooLarge", R"({"title":")" + std::string(600u << 10, 'x') + R"("})", "{}",
                   "schema:too_large"},
        SchemaCase{"NoJson", "{", "{}", "schema:invalid"},
        SchemaCase{"NoSchema", "[]", "{}", "schema:invalid"},
        SchemaCase{"UnknownType", properties(R"("a":{"type":"text"})"), "{}", "schema:invalid"},
        SchemaCase{"RequiredOfDraft3", properties(R"("a":{"required":true})"), "{}",
                   "schema:invalid"},
        SchemaCase{"NegativeLength", properties(R"("a":{"maxLength":-1})"), "{}", "schema:invalid"},
        SchemaCase{"EmptyAnyOf", R"({"anyOf":[]})", "{}", "schema:invalid"},
        SchemaCase{"BooleanExclusiveInNewDraft",
                   properties(R"("n":{"minimum":3,"exclusiveMinimum":true})", kDraft2020), "{}",
                   "schema:invalid"},
        SchemaCase{"BooleanSchemaInDraft4", properties(R"("a":true)", kDraft4), "{}",
                   "schema:invalid"},
        SchemaCase{"UnknownDraft", R"({"$schema":"https://a.org/own"})", "{}", "schema:unchecked"},
        SchemaCase{"UnknownKeyword", properties(R"("a":{"maxWords":3})"), "{}", "schema:unchecked"},
        SchemaCase{"VendorAnnotation", properties(R"("a":{"x-order":3})"), "{}", ""},
        SchemaCase{"PatternProperties", R"({"patternProperties":{"^a":{}}})", "{}",
                   "schema:unchecked:patternProperties"},
        SchemaCase{"Unevaluated", R"({"unevaluatedProperties":false})", "{}",
                   "schema:unchecked:unevaluatedProperties"},
        SchemaCase{"FractionAsDivisor", properties(R"("n":{"multipleOf":0.1})"), R"({"n":0.3})",
                   "schema:unchecked:multipleOf"},
        SchemaCase{"KeywordNamesAsProperties",
                   properties(R"("properties":{"type":"string"},"$ref":{"type":"string"})"),
                   R"({"$ref":"a"})", ""},
        SchemaCase{"SlashInAName",
                   properties(R"("a":{"items":{"type":"string"}},"a/items":{"type":"integer"})"),
                   R"({"a/items":"x"})", "schema:unchecked"}),
    name_of_case);

TEST(ToolSchema, AnInputWithTooManyValuesIsNotChecked) {
  std::string many = R"({"l":[0)";
  for (int i = 0; i < 60'000; ++i) many += ",0";
  EXPECT_EQ(why_not_valid(many + "]}", properties(R"("l":{"type":"array"})")), "schema:too_large");
}

TEST(ToolSchema, LongListsAreNotComparedElementByElement) {
  std::string list = R"({"l":[0)";
  for (int i = 1; i < 1001; ++i) list += "," + std::to_string(i);
  EXPECT_EQ(why_not_valid(list + "]}", properties(R"("l":{"uniqueItems":true})")),
            "schema:too_large");
}

}  // namespace
}  // namespace rlm::draft
