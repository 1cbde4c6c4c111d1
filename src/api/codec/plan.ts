/**
 * Declarations compiled for the codecs: each struct becomes flat tables, once.
 *
 * Decoders and encoders walk these tables instead of the declarations. A plan says of each field what
 * its value is, when JSON drops it and what fills it in when absent, so that every decoder leaves
 * the same normal form:
 *
 * - no nulls outside free-form JSON and zero times in maps; else what upstream prints as null is
 *   absent;
 * - zero values of implicit fields are absent, except those that Go's JSON cannot leave out: structs
 *   are `{}`, quantities `"0"`, durations `"0s"`, IntOrStrings `0`;
 * - `always` scalars, lists and maps are present: `""`, `0`, `false`, `[]`, `{}`.
 *
 * Custom resources are kept as they were said, but for nulls: nothing is made canonical, and what has
 * the wrong type stays, for validation to tell of.
 */

import { assert } from "#base";
import type { AnyField, AnySchema, AnyStruct, JsonValue, ScalarName } from "../schema/schema.ts";

export type ValuePlan =
  | { readonly form: ScalarName; readonly goType: string }
  | ListPlan
  | { readonly form: "map"; readonly element: ValuePlan; readonly goType: string }
  | { readonly form: "struct"; readonly struct: StructPlan; readonly goType: string };

interface ListPlan {
  readonly form: "list";
  readonly element: ValuePlan;
  /** Wrapped in a message whose field 1 repeats the elements. */
  readonly isMessage: boolean;
  readonly goType: string;
}

export interface FieldPlan {
  readonly name: string;
  /** Go's name of the struct, for type errors. */
  readonly owner: string;
  readonly number: number;
  /** The field's bit among those of its struct: in one of two halves, zero in the other. */
  readonly lowBit: number;
  readonly highBit: number;
  readonly value: ValuePlan;
  /** Left out when zero. */
  readonly isDroppedWhenZero: boolean;
  /** What stands in the normal form when nothing was said; undefined: nothing. */
  readonly zero: (() => JsonValue) | undefined;
  /** Protobuf writes the field even when it is absent. */
  readonly isAlwaysOnWire: boolean;
  /** A value of the wrong type is kept as it is: the field is a custom resource's. */
  readonly isKeptAsSaid: boolean;
}

export interface StructPlan {
  readonly name: string;
  readonly fields: readonly FieldPlan[];
  readonly byName: ReadonlyMap<string, FieldPlan>;
  /** The fields whose absence is filled in. */
  readonly filled: readonly FieldPlan[];
  readonly wire: WirePlan;
}

/** The protobuf view of a struct, or of a message that JSON flattens into one. */
export interface WirePlan {
  /** Ascending by number, as they are written. */
  readonly entries: readonly WireEntry[];
  /** The same, indexed by number. */
  readonly byNumber: readonly (WireEntry | undefined)[];
}

type WireEntry =
  | { readonly number: number; readonly field: FieldPlan; readonly nested: undefined }
  | { readonly number: number; readonly field: undefined; readonly nested: WirePlan };

/** A memo of pure results; entries live as long as the declarations they are made of. */
const plans = new WeakMap<AnyStruct, StructPlan>();

/** The plan of `struct`, made on first use. */
export function planOf(struct: AnyStruct): StructPlan {
  const known = plans.get(struct);
  if (known !== undefined) return known;
  const fields: FieldPlan[] = [];
  const byName = new Map<string, FieldPlan>();
  const filled: FieldPlan[] = [];
  const wire: MutableWirePlan = { entries: [], byNumber: [] };
  const plan: StructPlan = { name: struct.name, fields, byName, filled, wire };
  // Known before its fields are compiled, so that recursive types find it.
  plans.set(struct, plan);
  for (const [name, field] of Object.entries(struct.fields)) {
    const compiled = fieldPlanOf(struct, name, field, fields.length);
    fields.push(compiled);
    byName.set(name, compiled);
    if (compiled.zero !== undefined) filled.push(compiled);
    if (field.number !== 0) addToWire(wire, field.outerNumbers, compiled);
  }
  sortWire(wire);
  return plan;
}

/** Fields that one struct may have, so that a bit for each fits into two numbers. */
const fieldCountMax = 64;

function fieldPlanOf(struct: AnyStruct, name: string, field: AnyField, index: number): FieldPlan {
  assert(index < fieldCountMax, `${struct.name} has at most ${fieldCountMax} fields`);
  const isPointer = field.presence === "explicit";
  const isKeptAsSaid = struct.package.isCustom === true && isPointer;
  const value = valuePlanOf(field.schema, isKeptAsSaid);
  return {
    name,
    owner: struct.name,
    number: field.number,
    lowBit: index < 32 ? 1 << index : 0,
    highBit: index < 32 ? 0 : 1 << (index - 32),
    value,
    isDroppedWhenZero: field.presence === "implicit" && isDroppable(value),
    zero: isPointer ? undefined : zeroOf(value, field.presence === "always"),
    isAlwaysOnWire: !isPointer && value.form !== "bytes" && value.form !== "map" && !isBare(value),
    isKeptAsSaid,
  };
}

/** Whether repeated elements stand directly in the message. */
function isBare(value: ValuePlan): boolean {
  return value.form === "list" && !value.isMessage;
}

function valuePlanOf(schema: AnySchema, isKeptAsSaid: boolean): ValuePlan {
  switch (schema.form) {
    case "scalar": {
      const form = isKeptAsSaid && !plainScalars.has(schema.scalar) ? "json" : schema.scalar;
      return { form, goType: goScalarTypes[schema.scalar] };
    }
    case "list": {
      const element = valuePlanOf(schema.element, isKeptAsSaid);
      const { isMessage } = schema;
      return { form: "list", element, isMessage, goType: `[]${element.goType}` };
    }
    case "map": {
      const element = valuePlanOf(schema.element, isKeptAsSaid);
      return { form: "map", element, goType: `map[string]${element.goType}` };
    }
    case "struct": {
      const goType = `${schema.package.version}.${schema.name}`;
      return { form: "struct", struct: planOf(schema), goType };
    }
    case "lazy":
      return valuePlanOf(schema.resolve(), isKeptAsSaid);
  }
}

/** The scalars that look alike in JSON and in memory. */
const plainScalars: ReadonlySet<ScalarName> = new Set([
  "string",
  "boolean",
  "int32",
  "int64",
  "double",
]);

/** What Go calls the types, as its error messages do. */
const goScalarTypes: Readonly<Record<ScalarName, string>> = {
  string: "string",
  boolean: "bool",
  int32: "int32",
  int64: "int64",
  double: "float64",
  bytes: "[]uint8",
  time: "v1.Time",
  microTime: "v1.MicroTime",
  duration: "v1.Duration",
  quantity: "resource.Quantity",
  intOrString: "intstr.IntOrString",
  rawExtension: "runtime.RawExtension",
  fieldsV1: "v1.FieldsV1",
  json: "v1.JSON",
  schemaOrBool: "v1.JSONSchemaPropsOrBool",
  schemaOrArray: "v1.JSONSchemaPropsOrArray",
  schemaOrStringArray: "v1.JSONSchemaPropsOrStringArray",
};

/** Go's `omitempty` leaves out these when zero; it has no effect on structs. */
function isDroppable(value: ValuePlan): boolean {
  switch (value.form) {
    case "string":
    case "boolean":
    case "int32":
    case "int64":
    case "double":
    case "bytes":
    case "list":
    case "map":
      return true;
    default:
      return false;
  }
}

function zeroOf(value: ValuePlan, isAlways: boolean): (() => JsonValue) | undefined {
  switch (value.form) {
    case "struct":
      return () => zeroStruct(value.struct);
    case "quantity":
      return () => "0";
    case "intOrString":
      return () => 0;
    case "duration":
      return () => "0s";
    case "time":
    case "microTime":
    case "rawExtension":
    case "fieldsV1":
    case "json":
    case "schemaOrBool":
    case "schemaOrArray":
    case "schemaOrStringArray":
      return undefined;
    default:
      return isAlways ? () => alwaysZero(value) : undefined;
  }
}

function alwaysZero(value: ValuePlan): JsonValue {
  switch (value.form) {
    case "list":
      return [];
    case "map":
      return {};
    case "boolean":
      return false;
    case "int32":
    case "int64":
    case "double":
      return 0;
    default:
      return "";
  }
}

function zeroStruct(struct: StructPlan): JsonValue {
  const zero: Record<string, JsonValue> = {};
  for (const field of struct.filled) if (field.zero !== undefined) zero[field.name] = field.zero();
  return zero;
}

interface MutableWirePlan {
  readonly entries: MutableWireEntry[];
  readonly byNumber: (MutableWireEntry | undefined)[];
}

type MutableWireEntry =
  | { readonly number: number; readonly field: FieldPlan; readonly nested: undefined }
  | { readonly number: number; readonly field: undefined; readonly nested: MutableWirePlan };

function addToWire(wire: MutableWirePlan, outerNumbers: readonly number[], field: FieldPlan): void {
  const [outer, ...inner] = outerNumbers;
  if (outer === undefined) {
    const entry = { number: field.number, field, nested: undefined };
    wire.entries.push(entry);
    wire.byNumber[field.number] = entry;
    return;
  }
  const present = wire.byNumber[outer];
  if (present?.nested !== undefined) return addToWire(present.nested, inner, field);
  const nested: MutableWirePlan = { entries: [], byNumber: [] };
  const entry = { number: outer, field: undefined, nested };
  wire.entries.push(entry);
  wire.byNumber[outer] = entry;
  addToWire(nested, inner, field);
}

function sortWire(wire: MutableWirePlan): void {
  wire.entries.sort((left, right) => left.number - right.number);
  for (const entry of wire.entries) if (entry.nested !== undefined) sortWire(entry.nested);
}
