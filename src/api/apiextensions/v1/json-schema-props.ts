import {
  atomicListOf,
  boolean,
  double,
  field,
  int64,
  json,
  type JsonObject,
  keyedListOf,
  lazy,
  mapOf,
  type Schema,
  schemaOrArray,
  schemaOrBool,
  schemaOrStringArray,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { type } from "./package.ts";

export const externalDocumentation = type("ExternalDocumentation", "Where to read more.", {
  description: field(1, string, "What is found there."),
  url: field(2, string, "Address of the documentation."),
});
export interface ExternalDocumentation extends TypeOf<typeof externalDocumentation> {}

export const validationRule = type("ValidationRule", "A rule that values must meet, in CEL.", {
  rule: field(
    1,
    string,
    "Expression that is true of a valid value, which is called self.",
  ).required(),
  message: field(2, string, "What to say when the rule is broken."),
  messageExpression: field(3, string, "Expression whose value is the message."),
  reason: field(4, string, "Reason of the error for programs.").pointer(),
  fieldPath: field(5, string, "Field that the error is about."),
  optionalOldSelf: field(6, boolean, "Check the rule also when there is no old value.").pointer(),
});
export interface ValidationRule extends TypeOf<typeof validationRule> {}

const self = lazy<JsonObject>(jsonSchemaPropsLater);

export const jsonSchemaProps = type("JSONSchemaProps", "A schema of OpenAPI version 3.", {
  id: field(1, string, "Identifier of the schema."),
  $schema: field(2, string, "Dialect of the schema."),
  $ref: field(3, string, "Reference to another schema.").pointer(),
  description: field(4, string, "What the value is for."),
  type: field(5, string, "Type of the value: object, array, string, integer, number or boolean."),
  format: field(6, string, "Format of the value, such as date-time."),
  title: field(7, string, "Title for people."),
  default: field(8, json, "Value to fill in when there is none.").pointer(),
  maximum: field(9, double, "Largest number.").pointer(),
  exclusiveMaximum: field(10, boolean, "Whether the largest number itself is too large."),
  minimum: field(11, double, "Smallest number.").pointer(),
  exclusiveMinimum: field(12, boolean, "Whether the smallest number itself is too small."),
  maxLength: field(13, int64, "Most characters of a string.").pointer(),
  minLength: field(14, int64, "Fewest characters of a string.").pointer(),
  pattern: field(15, string, "Regular expression that a string matches."),
  maxItems: field(16, int64, "Most elements of an array.").pointer(),
  minItems: field(17, int64, "Fewest elements of an array.").pointer(),
  uniqueItems: field(18, boolean, "Whether elements must differ."),
  multipleOf: field(19, double, "Number that the value is a multiple of.").pointer(),
  enum: field(20, atomicListOf(json), "The values that are allowed."),
  maxProperties: field(21, int64, "Most properties of an object.").pointer(),
  minProperties: field(22, int64, "Fewest properties of an object.").pointer(),
  required: field(23, atomicListOf(string), "Properties that must be there."),
  items: field(24, schemaOrArray, "Schema of the elements.").pointer(),
  allOf: field(25, atomicListOf(self), "Schemas that all hold."),
  oneOf: field(26, atomicListOf(self), "Schemas of which exactly one holds."),
  anyOf: field(27, atomicListOf(self), "Schemas of which at least one holds."),
  not: field(28, self, "Schema that does not hold.").pointer(),
  properties: field(29, mapOf(self), "Schemas of the properties."),
  additionalProperties: field(30, schemaOrBool, "Schema of the other properties.").pointer(),
  patternProperties: field(31, mapOf(self), "Schemas of properties whose names match."),
  dependencies: field(32, mapOf(schemaOrStringArray), "What a property needs beside it."),
  additionalItems: field(33, schemaOrBool, "Schema of the other elements.").pointer(),
  definitions: field(34, mapOf(self), "Schemas to refer to."),
  externalDocs: field(35, externalDocumentation, "Where to read more.").pointer(),
  example: field(36, json, "An example of a value.").pointer(),
  nullable: field(37, boolean, "Whether null is allowed."),
  "x-kubernetes-preserve-unknown-fields": field(
    38,
    boolean,
    "Keep fields that the schema does not know.",
  ).pointer(),
  "x-kubernetes-embedded-resource": field(39, boolean, "The value is an object of its own kind."),
  "x-kubernetes-int-or-string": field(40, boolean, "The value is a number or a string."),
  "x-kubernetes-list-map-keys": field(41, atomicListOf(string), "Fields that identify an element."),
  "x-kubernetes-list-type": field(42, string, "How lists merge: atomic, set or map.").pointer(),
  "x-kubernetes-map-type": field(43, string, "How objects merge: granular or atomic.").pointer(),
  "x-kubernetes-validations": field(
    44,
    keyedListOf(validationRule, "rule"),
    "Rules that the value must meet.",
  ).patchMerged("rule"),
});
export interface JSONSchemaProps extends TypeOf<typeof jsonSchemaProps> {}

/** The type contains itself, which the compiler cannot infer: inner schemas are plain JSON objects. */
function jsonSchemaPropsLater(): Schema<JsonObject> {
  return jsonSchemaProps;
}
