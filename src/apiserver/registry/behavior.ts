/**
 * How the objects of one kind behave beyond what their declaration says: the API server's strategy.
 *
 * A kind registers only where it differs (`defineBehavior`); what it does not mention is the generic
 * behaviour of `genericBehavior`, so that a kind without an entry works. All functions are pure.
 */

import type { Fields, FieldError, JsonObject, KindSchema, TypeOf } from "#api";
import type { User } from "../authentication.ts";

/** Which part of an object a request changes: all but the status, the status, or what a subresource is for. */
export type UpdateTarget =
  | "object"
  | "status"
  | "scale"
  | "finalize"
  | "approval"
  | "ephemeralcontainers"
  | "resize";

export interface ResourceBehavior<T = JsonObject> {
  /**
   * Fills in what depends on other fields; the declaration's own defaults are there already. Runs
   * after decoding and once more after mutating admission, so it must be idempotent.
   */
  applyDefaults(object: T): T;

  /** Settles what clients may not choose at creation. `status` and `generation` are settled already. */
  prepareForCreate(object: T, creator: User): T;
  /**
   * Settles what clients may not change. Restoring what the target does not cover (`status`, or all
   * but it) and counting `generation` have happened already.
   */
  prepareForUpdate(object: T, current: T, target: UpdateTarget): T;

  /** What is wrong with a new object, metadata aside. */
  validateCreate(object: T): readonly FieldError[];
  /** What is wrong with a change, metadata aside. */
  validateUpdate(object: T, current: T): readonly FieldError[];
  validateStatusUpdate(object: T, current: T): readonly FieldError[];
  /** What is wrong with a change through a subresource that is for one part of the object. */
  validatePartUpdate(object: T, current: T, target: UpdateTarget): readonly FieldError[];

  readonly names: NameRule;
  /** Whether `metadata.generation` counts the changes of anything but metadata and status. */
  readonly generation: "counted" | "unused";
  /** Whether a new object keeps the status it was sent with. */
  readonly statusAtCreation: "dropped" | "kept";
  /** Whether PUT to an absent name creates it. */
  readonly putToAbsent: "creates" | "refused";
  /** Whether PUT without `metadata.resourceVersion` replaces whatever is there. */
  readonly putWithoutVersion: "replaces" | "refused";
  /** What DELETE answers when the object is gone at once. */
  readonly deleteAnswer: "status" | "object";
  /** What becomes of dependents when a DELETE does not say. */
  readonly defaultPropagation: "Background" | "Orphan" | "none";
  /** Seconds between a DELETE and the removal; `undefined` removes at once. */
  graceSecondsOf(object: T, requestedSeconds: number | undefined): number | undefined;
  /** What the object waits for before it goes, beside the finalizers of its metadata. */
  otherFinalizersOf(object: T): readonly string[];
  /** What else changes when the object starts to wait for its end. */
  markDeleted(object: T): T;
  /** Fields beyond `metadata.name` and `metadata.namespace` that field selectors may use. */
  readonly selectableFields: Readonly<Record<string, (object: T) => string>>;
}

/** Upstream's name checks, by the rule that the kind's names obey. */
export type NameRule = "dns-subdomain" | "dns-label" | "dns-1035-label" | "path-segment";

/** What most kinds do. */
export const genericBehavior: ResourceBehavior = {
  applyDefaults: (object) => object,
  prepareForCreate: (object) => object,
  prepareForUpdate: (object) => object,
  validateCreate: () => [],
  validateUpdate: () => [],
  validateStatusUpdate: () => [],
  validatePartUpdate: () => [],
  names: "dns-subdomain",
  generation: "unused",
  statusAtCreation: "dropped",
  putToAbsent: "refused",
  putWithoutVersion: "replaces",
  deleteAnswer: "status",
  defaultPropagation: "Background",
  graceSecondsOf: () => undefined,
  otherFinalizersOf: () => [],
  markDeleted: (object) => object,
  selectableFields: {},
};

/** What one kind does differently, ready for the registry. */
export interface BehaviorEntry {
  /** `Pod`; with group and version it finds the resource. */
  readonly kind: KindSchema<Fields>;
  readonly behavior: Partial<ResourceBehavior>;
}

/** Declares what a kind does differently, in the kind's own types. */
export function defineBehavior<F extends Fields>(
  kind: KindSchema<F>,
  behavior: Partial<ResourceBehavior<TypeOf<KindSchema<F>>>>,
): BehaviorEntry {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the registry calls it only with objects that this declaration decoded
  return { kind, behavior } as unknown as BehaviorEntry;
}

type Partly = BehaviorEntry["behavior"];

/**
 * Two entries of one kind as one: both fill in and settle, the first before the second; both find their
 * faults; of everything else the second has the word, where it says something.
 */
export function completed(first: Partly, second: Partly): Partly {
  const both: Partly = { ...first, ...second };
  return {
    ...both,
    ...chained("applyDefaults", first.applyDefaults, second.applyDefaults),
    ...chained("prepareForCreate", first.prepareForCreate, second.prepareForCreate),
    ...chained("prepareForUpdate", first.prepareForUpdate, second.prepareForUpdate),
    ...gathered("validateCreate", first.validateCreate, second.validateCreate),
    ...gathered("validateUpdate", first.validateUpdate, second.validateUpdate),
    ...gathered("validateStatusUpdate", first.validateStatusUpdate, second.validateStatusUpdate),
    ...gathered("validatePartUpdate", first.validatePartUpdate, second.validatePartUpdate),
  };
}

/** Each changes what the one before it made. */
function chained<Rest extends readonly unknown[]>(
  name: keyof ResourceBehavior,
  first: ((object: JsonObject, ...rest: Rest) => JsonObject) | undefined,
  second: ((object: JsonObject, ...rest: Rest) => JsonObject) | undefined,
): Partly {
  if (first === undefined || second === undefined) return {};
  return {
    [name]: (object: JsonObject, ...rest: Rest) => second(first(object, ...rest), ...rest),
  };
}

function gathered<Arguments extends readonly unknown[]>(
  name: keyof ResourceBehavior,
  first: ((...given: Arguments) => readonly FieldError[]) | undefined,
  second: ((...given: Arguments) => readonly FieldError[]) | undefined,
): Partly {
  if (first === undefined || second === undefined) return {};
  return { [name]: (...given: Arguments) => [...first(...given), ...second(...given)] };
}
