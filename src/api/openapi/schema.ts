/**
 * Declarations as OpenAPI schemas, in the two dialects that Kubernetes publishes.
 *
 * They differ in how a reference carries siblings: version 2 puts them beside `$ref`, version 3 wraps
 * the reference in `allOf` and tells non-pointer fields by a `default`. Clients read merge keys, list
 * types and kinds from the `x-kubernetes-…` extensions; one dangling or odd reference makes old
 * clients refuse the whole document.
 */

import { isKind } from "../catalog.ts";
import type {
  AnyField,
  AnyKind,
  AnySchema,
  AnyStruct,
  JsonObject,
  JsonValue,
  ScalarName,
} from "../schema/schema.ts";

export type Dialect = "v2" | "v3";

/** A kind as extensions name it. */
export type GroupVersionKind = {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
};

export interface GroupVersionName {
  readonly group: string;
  readonly version: string;
}

/** Schemas by name, for example `io.k8s.api.core.v1.Pod`. */
export type Definitions = ReadonlyMap<string, JsonObject>;

const apiextensions = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1";
const meta = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** The scalars that are published as types of their own. */
const namedScalars: Readonly<Partial<Record<ScalarName, string>>> = {
  time: `${meta}.Time`,
  microTime: `${meta}.MicroTime`,
  duration: `${meta}.Duration`,
  fieldsV1: `${meta}.FieldsV1`,
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  intOrString: "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  rawExtension: "io.k8s.apimachinery.pkg.runtime.RawExtension",
  json: `${apiextensions}.JSON`,
  schemaOrBool: `${apiextensions}.JSONSchemaPropsOrBool`,
  schemaOrArray: `${apiextensions}.JSONSchemaPropsOrArray`,
  schemaOrStringArray: `${apiextensions}.JSONSchemaPropsOrStringArray`,
};

/** The body of a patch, which has no schema of its own. */
export const patchName = `${meta}.Patch`;

const plainScalars: Readonly<Partial<Record<ScalarName, JsonObject>>> = {
  string: { type: "string" },
  boolean: { type: "boolean" },
  int32: { type: "integer", format: "int32" },
  int64: { type: "integer", format: "int64" },
  double: { type: "number", format: "double" },
  bytes: { type: "string", format: "byte" },
};

/** The schemas of the named scalars, by the name they are published under. */
function scalarDefinitions(dialect: Dialect): Definitions {
  const time = { type: "string", format: "date-time" };
  const either = (...types: readonly string[]) => ({ oneOf: types.map((type) => ({ type })) });
  return new Map<string, JsonObject>([
    [`${meta}.Time`, described("A point in time, in RFC 3339 with whole seconds.", time)],
    [`${meta}.MicroTime`, described("A point in time, with microseconds.", time)],
    [`${meta}.Duration`, described("A span of time, such as 1h30m.", { type: "string" })],
    [`${meta}.FieldsV1`, described("A set of field paths.", { type: "object" })],
    [patchName, described("A patch, in the form of its content type.", { type: "object" })],
    [
      "io.k8s.apimachinery.pkg.api.resource.Quantity",
      described(
        "An amount with an optional suffix, such as 250m or 1Gi.",
        dialect === "v2" ? { type: "string" } : either("string", "number"),
      ),
    ],
    [
      "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
      described("A number, or a text such as a percentage or a name.", {
        ...(dialect === "v2" ? { type: "string" } : either("integer", "string")),
        format: "int-or-string",
      }),
    ],
    [
      "io.k8s.apimachinery.pkg.runtime.RawExtension",
      described("An object of any kind.", { type: "object" }),
    ],
    [`${apiextensions}.JSON`, described("Any JSON value.", {})],
    [`${apiextensions}.JSONSchemaPropsOrBool`, described("A schema, or whether any value is.", {})],
    [`${apiextensions}.JSONSchemaPropsOrArray`, described("A schema, or a list of schemas.", {})],
    [
      `${apiextensions}.JSONSchemaPropsOrStringArray`,
      described("A schema, or a list of names.", {}),
    ],
  ]);
}

function described(description: string, schema: JsonObject): JsonObject {
  return { description, ...schema };
}

/** The name a struct is published under. */
export function schemaName(struct: AnyStruct): string {
  return `${struct.package.openApi}.${struct.name}`;
}

/**
 * The schemas of `roots` and of everything they refer to, sorted by name. `groupVersions` are those
 * in which the kinds that belong to none, such as `DeleteOptions`, are published.
 */
export function definitionsOf(
  roots: readonly AnyStruct[],
  groupVersions: readonly GroupVersionName[],
  dialect: Dialect,
): Definitions {
  const found = new Map<string, JsonObject>(scalarDefinitions(dialect));
  const waiting = [...roots];
  for (let struct = waiting.pop(); struct !== undefined; struct = waiting.pop()) {
    const name = schemaName(struct);
    if (found.has(name)) continue;
    found.set(name, definitionOf(struct, groupVersions, dialect));
    for (const field of Object.values(struct.fields)) waiting.push(...structsIn(field.schema));
  }
  return new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function structsIn(schema: AnySchema): readonly AnyStruct[] {
  switch (schema.form) {
    case "scalar":
      return [];
    case "list":
    case "map":
      return structsIn(schema.element);
    case "lazy":
      return structsIn(schema.resolve());
    case "struct":
      return [schema];
  }
}

/** The schema of one struct. */
function definitionOf(
  struct: AnyStruct,
  groupVersions: readonly GroupVersionName[],
  dialect: Dialect,
): JsonObject {
  const fields = Object.entries(struct.fields);
  const required = fields.filter(([, field]) => field.isRequired).map(([name]) => name);
  const kinds = groupVersionKindsOf(struct, groupVersions);
  return {
    ...(struct.doc === "" ? {} : { description: struct.doc }),
    ...(required.length === 0 ? {} : { required: required.sort() }),
    type: "object",
    ...(fields.length === 0
      ? {}
      : {
          properties: Object.fromEntries(
            fields.map(([name, field]) => [name, propertyOf(field, dialect)]),
          ),
        }),
    ...(kinds.length === 0 ? {} : { "x-kubernetes-group-version-kind": kinds }),
    ...(struct.mapType === undefined ? {} : { "x-kubernetes-map-type": struct.mapType }),
    ...(struct.unions === undefined ? {} : { "x-kubernetes-unions": struct.unions }),
  };
}

/** Types that exist in every group version although they are declared once. */
const everywhere: ReadonlySet<string> = new Set(["DeleteOptions", "WatchEvent"]);

function groupVersionKindsOf(
  struct: AnyStruct,
  groupVersions: readonly GroupVersionName[],
): readonly GroupVersionKind[] {
  if (struct.package.openApi === meta && everywhere.has(struct.name)) {
    return groupVersions.map(({ group, version }) => ({ group, version, kind: struct.name }));
  }
  return isKind(struct) ? [groupVersionKindOf(struct)] : [];
}

export function groupVersionKindOf(kind: AnyKind): GroupVersionKind {
  const { group, version } = kind.package;
  return { group, version, kind: kind.kind };
}

function propertyOf(field: AnyField, dialect: Dialect): JsonObject {
  const fallback =
    dialect === "v3" || field.defaultValue !== undefined ? defaultOf(field) : undefined;
  return schemaOf(field.schema, dialect, {
    ...(field.doc === "" ? {} : { description: field.doc }),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...extensionsOf(field),
  });
}

/** What version 3 tells of a field that is not a pointer upstream. */
function defaultOf(field: AnyField): JsonValue | undefined {
  if (field.defaultValue !== undefined) return field.defaultValue;
  if (field.presence === "explicit") return undefined;
  if (field.schema.form === "struct") return {};
  return field.presence === "always" ? zeroOf(field.schema) : undefined;
}

function zeroOf(schema: AnySchema): JsonValue | undefined {
  if (schema.form === "struct") return {};
  if (schema.form !== "scalar") return undefined;
  switch (schema.scalar) {
    case "string":
      return "";
    case "boolean":
      return false;
    case "int32":
    case "int64":
    case "double":
      return 0;
    default:
      return undefined;
  }
}

function extensionsOf(field: AnyField): JsonObject {
  const { schema, patchStrategy, patchMergeKey } = field;
  const mapType = field.mapType ?? (schema.form === "map" ? schema.mapType : undefined);
  return {
    ...(schema.form === "list" && schema.mapKeys.length > 0
      ? { "x-kubernetes-list-map-keys": schema.mapKeys }
      : {}),
    ...(schema.form === "list" && schema.listType !== undefined
      ? { "x-kubernetes-list-type": schema.listType }
      : {}),
    ...(mapType === undefined ? {} : { "x-kubernetes-map-type": mapType }),
    ...(patchMergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": patchMergeKey }),
    ...(patchStrategy.length === 0
      ? {}
      : { "x-kubernetes-patch-strategy": patchStrategy.join(",") }),
  };
}

/** A schema together with what stands beside it: description, default, extensions. */
function schemaOf(schema: AnySchema, dialect: Dialect, beside: JsonObject): JsonObject {
  switch (schema.form) {
    case "scalar": {
      const name = namedScalars[schema.scalar];
      if (name !== undefined) return referenceTo(name, dialect, beside);
      return { ...beside, ...plainScalars[schema.scalar], ...schema.limits };
    }
    case "struct":
      return referenceTo(schemaName(schema), dialect, beside);
    case "lazy":
      return schemaOf(schema.resolve(), dialect, beside);
    case "list":
      return {
        ...beside,
        type: "array",
        items: elementOf(schema.element, dialect),
        ...schema.limits,
      };
    case "map":
      return {
        ...beside,
        type: "object",
        additionalProperties: elementOf(schema.element, dialect),
      };
  }
}

function elementOf(schema: AnySchema, dialect: Dialect): JsonObject {
  const zero = dialect === "v3" ? zeroOf(schema) : undefined;
  return schemaOf(schema, dialect, zero === undefined ? {} : { default: zero });
}

/** A reference by name, from anywhere in a document of this dialect. */
export function referenceTo(name: string, dialect: Dialect, beside: JsonObject = {}): JsonObject {
  if (dialect === "v2") return { ...beside, $ref: `#/definitions/${name}` };
  const reference = { $ref: `#/components/schemas/${name}` };
  return Object.keys(beside).length === 0 ? reference : { ...beside, allOf: [reference] };
}
