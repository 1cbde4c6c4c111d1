import type { AnySchema, LazySchema } from "./schema.ts";

/** A schema that says what it is: every one but a reference to a schema declared later. */
export type ResolvedSchema = Exclude<AnySchema, LazySchema<unknown>>;

/** Follows references until the schema itself. */
export function resolveSchema(schema: AnySchema): ResolvedSchema {
  let found = schema;
  while (found.form === "lazy") found = found.resolve();
  return found;
}
