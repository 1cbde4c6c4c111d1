/** What strategic merge patch needs to know of a schema: the strategy of each member, found by name. */

import type { AnySchema } from "../schema/schema.ts";
import { type ResolvedSchema, resolveSchema } from "../schema/resolve.ts";
import { StatusError } from "../status-error.ts";

/** How one member of an object is patched. */
export interface MemberRule {
  /** Schema of the member itself. */
  readonly schema: ResolvedSchema;
  readonly strategy: "merge" | "replace" | undefined;
  /** The member that identifies the items of a list of objects; absent for lists of scalars. */
  readonly mergeKey: string | undefined;
}

/** Finds how the member `name` of an object with `schema` is patched. Throws for unknown members. */
export function memberRuleOf(schema: ResolvedSchema, name: string): MemberRule {
  if (schema.form === "struct") {
    const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
    if (field === undefined) throw unknownMember(schema.name, name);
    return {
      schema: resolveSchema(field.schema),
      strategy: field.patchStrategy.find((strategy) => strategy !== "retainKeys"),
      mergeKey: field.patchMergeKey,
    };
  }
  // Free JSON, as in raw extensions, is its own schema all the way down.
  const member = schema.form === "map" ? resolveSchema(schema.element) : schema;
  return { schema: member, strategy: undefined, mergeKey: undefined };
}

/** Schema of the items of a list with `schema`. */
export function itemSchemaOf(schema: ResolvedSchema): ResolvedSchema {
  const item: AnySchema = schema.form === "list" ? schema.element : schema;
  return resolveSchema(item);
}

function unknownMember(struct: string, name: string): StatusError {
  return new StatusError(
    "",
    `unable to find api field in struct ${struct} for the json field ${JSON.stringify(name)}`,
  );
}
