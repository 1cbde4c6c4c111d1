import assert from "node:assert/strict";
import { test } from "node:test";
import { composeFile, type Shape } from "#compose";
import { otherFates, serviceFates } from "./fates.ts";

/** The rows that speak for what is below `shape`, and the attributes for which none does. */
function survey(rows: ReadonlyMap<string, unknown>, shape: Shape) {
  const used = new Set<string>();
  const unspoken: string[] = [];
  const visit = (below: Shape, path: readonly string[]): void => {
    const name = path.join(".");
    if (rows.has(name)) used.add(name);
    else if (below.kind === "record") {
      for (const [key, field] of Object.entries(below.fields)) visit(field.shape, [...path, key]);
    } else if (below.kind === "dictionary") visit(below.value, [...path, "*"]);
    else unspoken.push(name);
  };
  visit(shape, []);
  return { unspoken, unused: [...rows.keys()].filter((name) => !used.has(name)) };
}

test("every attribute of a service has a row, and every row an attribute", () => {
  const services = composeFile.fields["services"]?.shape;
  assert.ok(services?.kind === "dictionary");
  assert.deepEqual(survey(serviceFates, services.value), { unspoken: [], unused: [] });
});

test("every other attribute has a row, and every row an attribute", () => {
  const { services: _services, ...fields } = composeFile.fields;
  assert.deepEqual(survey(otherFates, { ...composeFile, fields }), { unspoken: [], unused: [] });
});
