/**
 * The schema language: one declaration per API type, from which everything else is derived.
 *
 * A declaration is plain immutable data. Decoding, encoding, defaulting, merging, OpenAPI and
 * discovery are generic functions over it; none of them knows a type by name. Facts stand once:
 * a field's name is its property key, its protobuf number is the first argument, and so on.
 *
 * Presence follows the upstream Go types, because JSON and protobuf depend on it:
 *
 * - `implicit`: a plain value that is left out of JSON when zero. Protobuf always carries scalars
 *   and embedded messages of this kind, zero or not.
 * - `explicit`: a pointer upstream. Present or absent; a present zero is kept in both encodings.
 * - `always`: a plain value that JSON carries even when zero (`"name": ""`, `"items": []`).
 *
 * Custom resources (`ApiPackage.isCustom`) have no Go types behind them and no protobuf: their fields
 * are declared without a number, are kept as they were said, and may be restricted as the schema of
 * a CustomResourceDefinition restricts them.
 */

declare const value: unique symbol;

/** Anything that describes a value of static type `T`. */
export interface Schema<T> {
  readonly [value]?: T;
}

/** The static type that a schema describes. */
export type TypeOf<S> = S extends { readonly [value]?: infer T } ? Exclude<T, undefined> : never;

/** Any JSON value, as held in memory. Integers beyond 2^53 are held as bigint. */
export type JsonValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly JsonValue[]
  | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** What scalars look like in memory and on the wires. */
export type ScalarName =
  | "string"
  | "boolean"
  | "int32"
  | "int64"
  | "double"
  /** Base64 text in memory and JSON; raw bytes in protobuf. */
  | "bytes"
  /** RFC 3339 UTC text with whole seconds. */
  | "time"
  /** RFC 3339 UTC text with exactly six fractional digits. */
  | "microTime"
  /** Go duration text such as `1m30s`; nanoseconds in protobuf. */
  | "duration"
  /** Canonical quantity text such as `250m` or `1Gi`. */
  | "quantity"
  /** A number or a string. */
  | "intOrString"
  /** An object of any kind. */
  | "rawExtension"
  /** A managed field set. */
  | "fieldsV1"
  /** Any JSON value. */
  | "json"
  /** A JSON schema, or a boolean. Read from JSON only. */
  | "schemaOrBool"
  /** A JSON schema, or a list of them. Read from JSON only. */
  | "schemaOrArray"
  /** A JSON schema, or a list of names. Read from JSON only. */
  | "schemaOrStringArray";

export interface ScalarSchema<T> extends Schema<T> {
  readonly form: "scalar";
  readonly scalar: ScalarName;
  readonly limits?: Limits;
}

/** What the values of a custom resource are held to, in the words of OpenAPI. */
export interface Limits {
  readonly enum?: readonly string[];
  /** A regular expression that the text contains a match of. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** In characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

type ListType = "atomic" | "set" | "map";

export interface ListSchema<T> extends Schema<readonly T[]> {
  readonly form: "list";
  readonly element: AnySchema;
  /** How server-side apply merges the list; absent means that upstream declares nothing. */
  readonly listType: ListType | undefined;
  readonly mapKeys: readonly string[];
  /** Protobuf wraps the list in a message of its own, as it must where lists cannot stand alone. */
  readonly isMessage: boolean;
  readonly limits?: Limits;
}

export interface MapSchema<T> extends Schema<{ readonly [key: string]: T }> {
  readonly form: "map";
  readonly element: AnySchema;
  readonly mapType: "atomic" | "granular" | undefined;
}

export interface StructSchema<F extends Fields> extends Schema<StructValue<F>> {
  readonly form: "struct";
  /** Name without package, for example `Container`. */
  readonly name: string;
  readonly package: ApiPackage;
  readonly doc: string;
  readonly fields: F;
  /** `atomic` structs are replaced whole by server-side apply. */
  readonly mapType: "atomic" | undefined;
  /** Upstream's `x-kubernetes-unions`, as published in OpenAPI. */
  readonly unions: JsonValue | undefined;
}

/** A kind: a struct with a group, version and kind of its own, and possibly a REST resource. */
export interface KindSchema<F extends Fields> extends StructSchema<F> {
  readonly kind: string;
  readonly resource: ResourceFacts | undefined;
}

/** Stands for a schema declared later; only recursive types need it. */
export interface LazySchema<T> extends Schema<T> {
  readonly form: "lazy";
  readonly resolve: () => AnySchema;
}

/** Any struct, without the phantom type of its own, which would make every one of them different. */
export type AnyStruct = Omit<StructSchema<Fields>, typeof value>;
export type AnyKind = Omit<KindSchema<Fields>, typeof value>;
export type AnySchema =
  | ScalarSchema<unknown>
  | ListSchema<unknown>
  | MapSchema<unknown>
  | LazySchema<unknown>
  | AnyStruct;

/** Where a type lives: its API group and version, and the prefix of its OpenAPI name. */
export interface ApiPackage {
  /** For example `io.k8s.api.core.v1`. */
  readonly openApi: string;
  /** API group; empty for the core group. */
  readonly group: string;
  readonly version: string;
  /**
   * Upstream has the kinds as custom resources, and so they behave: JSON and YAML only, no strategic
   * merge patch, values kept as they were said, structure checked by validation (422) and not by
   * decoding (400).
   */
  readonly isCustom?: true;
}

/** The facts of a REST resource that discovery publishes. */
export interface ResourceFacts {
  /** Plural, lower case: `deployments`. */
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: Readonly<Record<string, SubresourceFacts>>;
}

export interface SubresourceFacts {
  readonly kind: string;
  /** Group and version of `kind`; absent means the resource's own. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly string[];
}

type Presence = "implicit" | "explicit" | "always";

/** One field of a struct. Built by `field(…)` and refined by its methods, each of which copies. */
export interface Field<T, Required extends boolean> extends Schema<T> {
  /** Protobuf field number; 0 for a field that protobuf does not carry. */
  readonly number: number;
  readonly schema: AnySchema;
  readonly doc: string;
  readonly isRequired: Required;
  readonly presence: Presence;
  readonly patchStrategy: readonly ("merge" | "retainKeys" | "replace")[];
  readonly patchMergeKey: string | undefined;
  readonly defaultValue: JsonValue | undefined;
  /** Set when server-side apply merges an otherwise atomic struct field by field here. */
  readonly mapType: "granular" | undefined;
  /** Numbers of the messages, outermost first, in which protobuf nests this field that JSON flattens. */
  readonly outerNumbers: readonly number[];

  /** Listed as required in OpenAPI; carried in JSON even when zero. */
  required(): Field<T, true>;
  /** Carried in JSON even when zero, yet not required. */
  always(): Field<T, Required>;
  /** Left out of JSON when zero, although required. */
  implicit(): Field<T, Required>;
  /** A pointer upstream: absent and zero are different. */
  pointer(): Field<T, Required>;
  /** Strategic merge patch merges this list or map; lists of structs by `key`. */
  patchMerged(key?: string): Field<T, Required>;
  /** Strategic merge patch replaces the value whole. */
  patchReplaced(): Field<T, Required>;
  /** Strategic merge patch honours `$retainKeys` here. */
  patchRetainsKeys(): Field<T, Required>;
  /** Nested in these messages, outermost first, in protobuf, although JSON flattens it. */
  embeddedIn(...outerNumbers: readonly number[]): Field<T, Required>;
  /** Merged field by field by server-side apply, although its type is atomic elsewhere. */
  granular(): Field<T, Required>;
  /** Filled in when absent, on decode and on read from the store. */
  default(defaultValue: T & JsonValue): Field<T, Required>;
}

export type AnyField = Omit<Field<unknown, boolean>, "default" | keyof Schema<unknown>>;
export interface Fields {
  readonly [name: string]: AnyField;
}

type RequiredNames<F> = {
  [K in keyof F]: F[K] extends { readonly isRequired: true } ? K : never;
}[keyof F];
type Flat<T> = { [K in keyof T]: T[K] };

/** The object type that `F` describes. Optional fields may also be given as undefined. */
export type StructValue<F> = Flat<
  { readonly [K in RequiredNames<F>]: TypeOf<F[K]> } & {
    readonly [K in Exclude<keyof F, RequiredNames<F>>]?: TypeOf<F[K]> | undefined;
  }
>;

/** The object type of a kind: of a known one its own, of any kind a JSON object. */
export type ObjectOf<F> = string extends keyof F ? JsonObject : StructValue<F>;

/** A JSON object that was decoded as `kind`, by the type that it then has. */
export function asObjectOf<F extends Fields>(
  _kind: KindSchema<F>,
  object: JsonObject,
): StructValue<F> {
  return object as StructValue<F>;
}

/**
 * A typed object as plain JSON. Its type is an interface, which has no index signature; the object is
 * JSON all the same, because types are made of nothing else.
 */
export function asJsonObject(object: object): JsonObject {
  return object as JsonObject;
}

function scalarOf<T>(scalar: ScalarName): ScalarSchema<T> {
  return { form: "scalar", scalar };
}

export const string = scalarOf<string>("string");
export const boolean = scalarOf<boolean>("boolean");
export const int32 = scalarOf<number>("int32");
export const int64 = scalarOf<number>("int64");
export const double = scalarOf<number>("double");
export const bytes = scalarOf<string>("bytes");
export const time = scalarOf<string>("time");
export const microTime = scalarOf<string>("microTime");
export const duration = scalarOf<string>("duration");
export const quantity = scalarOf<string>("quantity");
export const intOrString = scalarOf<number | string>("intOrString");
export const rawExtension = scalarOf<JsonObject>("rawExtension");
export const fieldsV1 = scalarOf<JsonObject>("fieldsV1");
export const json = scalarOf<JsonValue>("json");
export const schemaOrBool = scalarOf<JsonObject | boolean>("schemaOrBool");
export const schemaOrArray = scalarOf<JsonObject | readonly JsonObject[]>("schemaOrArray");
export const schemaOrStringArray = scalarOf<JsonObject | readonly string[]>("schemaOrStringArray");

/** A list; without a list type, as the few are for which upstream declares none. */
export function listOf<S extends Schema<unknown> | AnySchema>(element: S): ListSchema<TypeOf<S>> {
  return listSchema(element, undefined, []);
}

/** A list that is a message of its own in protobuf: the element of a map, or a named Go type. */
export function listMessageOf<S extends Schema<unknown>>(element: S): ListSchema<TypeOf<S>> {
  return { ...listSchema<TypeOf<S>>(element, undefined, []), isMessage: true };
}

/** A list that server-side apply replaces whole. */
export function atomicListOf<S extends Schema<unknown>>(element: S): ListSchema<TypeOf<S>> {
  return listSchema(element, "atomic", []);
}

/** A list of distinct scalars. */
export function setOf<S extends Schema<unknown>>(element: S): ListSchema<TypeOf<S>> {
  return listSchema(element, "set", []);
}

/** A list of structs, identified by the values of `mapKeys`. */
export function keyedListOf<S extends Schema<unknown>>(
  element: S,
  ...mapKeys: readonly string[]
): ListSchema<TypeOf<S>> {
  return listSchema(element, "map", mapKeys);
}

function listSchema<T>(
  element: Schema<unknown> | AnySchema,
  listType: ListType | undefined,
  mapKeys: readonly string[],
): ListSchema<T> {
  return { form: "list", element: anySchema(element), listType, mapKeys, isMessage: false };
}

/** An object with free keys. */
export function mapOf<S extends Schema<unknown>>(
  element: S,
  mapType?: "atomic" | "granular",
): MapSchema<TypeOf<S>> {
  return { form: "map", element: anySchema(element), mapType };
}

/** A reference to a schema declared later. */
export function lazy<T>(resolve: () => Schema<T>): LazySchema<T> {
  return { form: "lazy", resolve: () => anySchema(resolve()) };
}

/** The same text or number, held to `limits`: `limited(string, { pattern })`. */
export function limited<S extends ScalarSchema<unknown> | ListSchema<unknown>>(
  schema: S,
  limits: Limits,
): S {
  return { ...schema, limits: { ...schema.limits, ...limits } };
}

/** One of these texts. */
export function oneOf<T extends string>(...choices: readonly T[]): ScalarSchema<T> {
  return { form: "scalar", scalar: "string", limits: { enum: choices } };
}

/** One field. `number` is its protobuf number. */
export function field<S extends Schema<unknown>>(
  number: number,
  schema: S,
  doc: string,
): Field<TypeOf<S>, false>;
/** One field of a custom resource, which protobuf does not carry: present or absent, as it was said. */
export function field<S extends Schema<unknown>>(schema: S, doc: string): Field<TypeOf<S>, false>;
export function field<S extends Schema<unknown>>(
  ...facts: readonly [number: number, schema: S, doc: string] | readonly [schema: S, doc: string]
): Field<TypeOf<S>, false> {
  const [number, schema, doc] = facts.length === 3 ? facts : ([0, ...facts] as const);
  return buildField({
    number,
    schema: anySchema(schema),
    doc,
    isRequired: false,
    presence: facts.length === 3 ? "implicit" : "explicit",
    patchStrategy: none,
    patchMergeKey: undefined,
    defaultValue: undefined,
    mapType: undefined,
    outerNumbers: none,
  });
}

/** One list for all fields that have none. */
const none: readonly never[] = [];

/** What a field is, without the methods that refine it. */
type FieldFacts = Pick<
  Field<unknown, boolean>,
  | "number"
  | "schema"
  | "doc"
  | "presence"
  | "patchStrategy"
  | "patchMergeKey"
  | "defaultValue"
  | "mapType"
  | "outerNumbers"
> & { readonly isRequired: boolean };

function buildField<T, R extends boolean>(facts: FieldFacts): Field<T, R> {
  return new BuiltField<T, R>(facts);
}

/** There are thousands of fields: their methods are shared, so that each is its facts and no more. */
class BuiltField<T, R extends boolean> implements Field<T, R> {
  declare readonly [value]?: T;
  readonly number: number;
  readonly schema: AnySchema;
  readonly doc: string;
  readonly isRequired: R;
  readonly presence: Presence;
  readonly patchStrategy: FieldFacts["patchStrategy"];
  readonly patchMergeKey: string | undefined;
  readonly defaultValue: JsonValue | undefined;
  readonly mapType: "granular" | undefined;
  readonly outerNumbers: readonly number[];

  constructor(facts: FieldFacts) {
    this.number = facts.number;
    this.schema = facts.schema;
    this.doc = facts.doc;
    this.isRequired = facts.isRequired as R;
    this.presence = facts.presence;
    this.patchStrategy = facts.patchStrategy;
    this.patchMergeKey = facts.patchMergeKey;
    this.defaultValue = facts.defaultValue;
    this.mapType = facts.mapType;
    this.outerNumbers = facts.outerNumbers;
  }

  required(): Field<T, true> {
    const presence = this.presence === "explicit" ? "explicit" : "always";
    return this.#refined<true>({ isRequired: true, presence });
  }

  always(): Field<T, R> {
    return this.#refined({ presence: "always" });
  }

  implicit(): Field<T, R> {
    return this.#refined({ presence: "implicit" });
  }

  pointer(): Field<T, R> {
    return this.#refined({ presence: "explicit" });
  }

  patchMerged(key?: string): Field<T, R> {
    return this.#refined({ patchStrategy: [...this.patchStrategy, "merge"], patchMergeKey: key });
  }

  patchReplaced(): Field<T, R> {
    return this.#refined({ patchStrategy: [...this.patchStrategy, "replace"] });
  }

  patchRetainsKeys(): Field<T, R> {
    return this.#refined({ patchStrategy: [...this.patchStrategy, "retainKeys"] });
  }

  embeddedIn(...outerNumbers: readonly number[]): Field<T, R> {
    return this.#refined({ outerNumbers });
  }

  granular(): Field<T, R> {
    return this.#refined({ mapType: "granular" });
  }

  default(defaultValue: T & JsonValue): Field<T, R> {
    return this.#refined({ defaultValue });
  }

  #refined<Q extends boolean = R>(changes: Partial<FieldFacts>): Field<T, Q> {
    return buildField({ ...factsOf(this), ...changes });
  }
}

function factsOf(field: FieldFacts): FieldFacts {
  const { number, schema, doc, isRequired, presence, patchStrategy } = field;
  const { patchMergeKey, defaultValue, mapType, outerNumbers } = field;
  const patch = { patchStrategy, patchMergeKey };
  return {
    number,
    schema,
    doc,
    isRequired,
    presence,
    ...patch,
    defaultValue,
    mapType,
    outerNumbers,
  };
}

/** The declarations of one package: `const { type, kind } = declarationsOf(core)`. */
export function declarationsOf(home: ApiPackage): Declarations {
  const type: Declarations["type"] = (name, doc, fields, options = {}) => ({
    form: "struct",
    name,
    package: home,
    doc,
    fields,
    mapType: options.mapType,
    unions: options.unions,
  });
  return {
    type,
    kind: <F extends Fields>(
      name: string,
      doc: string,
      fields: F,
      resource?: ResourceFacts,
    ): KindSchema<typeof typeMeta & F> => ({
      ...type<typeof typeMeta & F>(name, doc, { ...typeMeta, ...fields }),
      kind: name,
      resource,
    }),
  };
}

const typeMeta = {
  apiVersion: field(0, string, "Group and version of this object's schema."),
  kind: field(0, string, "Kind of this object."),
};

export interface Declarations {
  type<F extends Fields>(
    name: string,
    doc: string,
    fields: F,
    options?: { readonly mapType?: "atomic"; readonly unions?: JsonValue },
  ): StructSchema<F>;
  kind<F extends Fields>(
    name: string,
    doc: string,
    fields: F,
    resource?: ResourceFacts,
  ): KindSchema<typeof typeMeta & F>;
}

/** Every schema in this file is one of the members of `AnySchema`; the phantom type is not data. */
function anySchema(schema: Schema<unknown> | AnySchema): AnySchema {
  return schema as AnySchema;
}

/** The verbs of an ordinary resource, in the order in which discovery lists them. */
export const standardVerbs: readonly string[] = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
];

/** The `status` subresource of a resource whose kind is `kind`. */
export function statusSubresource(kind: string): SubresourceFacts {
  return { kind, verbs: ["get", "patch", "update"] };
}

/** The `scale` subresource that workloads have. */
export const scaleSubresource: SubresourceFacts = {
  kind: "Scale",
  group: "autoscaling",
  version: "v1",
  verbs: ["get", "patch", "update"],
};

/** An object as the server returned it: what every stored object has is not optional. */
export type Live<T> = Omit<T, "metadata" | "spec" | "status"> & {
  readonly metadata: LiveMetadata;
} & (T extends { readonly spec?: infer S } ? { readonly spec: NonNullable<S> } : unknown) &
  (T extends { readonly status?: infer S } ? { readonly status: NonNullable<S> } : unknown);

/** Metadata of a stored object. `namespace` is absent on cluster-scoped objects. */
export type LiveMetadata = TypeOf<typeof import("../meta/v1/object-meta.ts").objectMeta> & {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
};

/** What identifies an object of one resource; `namespace` is empty for cluster-scoped ones. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}
