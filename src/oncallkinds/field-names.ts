import type { AnyKind, AnySchema } from "#api";

/** The names of all fields below the specs of kinds. */
export function specFieldNames(kinds: readonly AnyKind[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const kind of kinds) {
    const spec = kind.fields["spec"];
    if (spec !== undefined && "schema" in spec) addNames(spec.schema, names);
  }
  return names;
}

function addNames(schema: AnySchema, names: Set<string>): void {
  switch (schema.form) {
    case "struct":
      for (const [name, field] of Object.entries(schema.fields)) {
        names.add(name);
        addNames(field.schema, names);
      }
      return;
    case "list":
    case "map":
      addNames(schema.element, names);
      return;
    case "lazy":
    case "scalar":
  }
}
