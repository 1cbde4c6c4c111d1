/**
 * The vocabulary of validation: one function for each way in which a field can be wrong.
 *
 * Validators are generators that yield what is wrong, in upstream's order and words (apimachinery
 * `util/validation/field`), because kubectl prints these texts as they are. Paths are plain text:
 * `spec.containers[0].name`, `spec.nodeSelector[disk]`.
 */

import { type FieldError, formatSortedJson, type JsonValue } from "#api";

/** What is wrong with a part of an object, in order. */
export type Problems = Generator<FieldError, void, undefined>;

/** A field that must be there is not. */
export function required(field: string, why = ""): FieldError {
  return { field, reason: "FieldValueRequired", message: explained("Required value", why) };
}

/** A value that is not what it must be; `value` is shown as Go shows it. */
export function invalidValue(field: string, value: unknown, why: string): FieldError {
  const message = explained(`Invalid value: ${shown(value)}`, why);
  return { field, reason: "FieldValueInvalid", message };
}

/** A value that is none of those that there are. */
export function notSupported(
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError {
  const choices = supported.map((one) => JSON.stringify(one)).join(", ");
  const why = choices === "" ? "" : `supported values: ${choices}`;
  const message = explained(`Unsupported value: ${shown(value)}`, why);
  return { field, reason: "FieldValueNotSupported", message };
}

export function forbiddenField(field: string, why: string): FieldError {
  return { field, reason: "FieldValueForbidden", message: explained("Forbidden", why) };
}

/** A value that may stand only once in its list. */
export function duplicate(field: string, value: unknown, why = ""): FieldError {
  const message = explained(`Duplicate value: ${shown(value)}`, why);
  return { field, reason: "FieldValueDuplicate", message };
}

/** A name of something that does not exist, such as a volume of the pod. */
export function unknownName(field: string, name: string): FieldError {
  return { field, reason: "FieldValueNotFound", message: `Not found: ${shown(name)}` };
}

export function tooLong(field: string, bytesMax: number): FieldError {
  const message = `Too long: may not be more than ${bytesMax} bytes`;
  return { field, reason: "FieldValueTooLong", message };
}

export function tooMany(field: string, count: number, countMax: number): FieldError {
  const message = `Too many: ${count}: must have at most ${countMax} items`;
  return { field, reason: "FieldValueTooMany", message };
}

/** A value with several things wrong, each in words. */
export function* invalidFor(field: string, value: unknown, reasons: readonly string[]): Problems {
  for (const why of reasons) yield invalidValue(field, value, why);
}

/** A choice that must be made, and of the values that there are. */
export function* choiceProblems(
  field: string,
  value: string | undefined,
  supported: readonly string[],
): Problems {
  if (value === undefined || value === "") yield required(field);
  else if (!supported.includes(value)) yield notSupported(field, value, supported);
}

/** A choice that need not be made. */
export function* optionalChoiceProblems(
  field: string,
  value: string | undefined,
  supported: readonly string[],
): Problems {
  if (value !== undefined && !supported.includes(value)) {
    yield notSupported(field, value, supported);
  }
}

function explained(text: string, why: string): string {
  return why === "" ? text : `${text}: ${why}`;
}

/**
 * As Go's encoder writes a value; an absent one is `null`. A `Map` keeps its order, as structs do; it
 * is for values that upstream shows in its internal form.
 */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === undefined) return "null";
  if (value instanceof Map) {
    const members = [...value].map(([name, member]) => `${JSON.stringify(name)}:${shown(member)}`);
    return `{${members.join(",")}}`;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only decoded JSON is validated
  return formatSortedJson(value as JsonValue);
}
