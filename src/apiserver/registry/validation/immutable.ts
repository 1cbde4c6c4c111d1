/** Fields that stay as they were when the object was made. */

import { type AnySchema, isSemanticallyEqual, type JsonValue } from "#api";
import { invalidValue, type Problems } from "./problems.ts";

const fieldImmutable = "field is immutable";

interface Change {
  readonly after: unknown;
  readonly before: unknown;
}

/** For structures; two that mean the same are the same. */
export function* immutableProblems(field: string, schema: AnySchema, change: Change): Problems {
  const { after, before } = change;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only decoded JSON is validated
  if (isSemanticallyEqual(schema, after as JsonValue, before as JsonValue)) return;
  yield invalidValue(field, after, fieldImmutable);
}

/** For texts, numbers and switches. */
export function* fixedProblems<T extends string | number | boolean>(
  field: string,
  after: T | undefined,
  before: T | undefined,
): Problems {
  if (after !== before) yield invalidValue(field, after, fieldImmutable);
}
