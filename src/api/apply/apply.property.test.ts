import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isJsonObject, membersOf } from "../json-value.ts";
import {
  atomicListOf,
  declarationsOf,
  field,
  int32,
  type JsonObject,
  type JsonValue,
  keyedListOf,
  mapOf,
  setOf,
  string,
} from "../schema/schema.ts";
import { objectMeta } from "../meta/v1/object-meta.ts";
import { applyConfiguration } from "./apply-configuration.ts";
import { isEmptySet, pathsOf } from "./field-set.ts";
import { itemsOf } from "./list-item.ts";
import { decodeOwners, managedFieldsOf } from "./owner.ts";
import { fieldElement, formatPath, type PathElement } from "./path-element.ts";
import { type Place, placeOf, shapeOf } from "./shape.ts";
import { trackUpdate } from "./track-update.ts";
import { writeTargetOf } from "./write-target.ts";

const { type, kind } = declarationsOf({ openApi: "test.v1", group: "test", version: "v1" });
const item = type("Item", "", {
  name: field(1, string, "").required(),
  size: field(2, int32, "").pointer(),
  tags: field(3, setOf(string), ""),
});
const spec = type("Spec", "", {
  size: field(1, int32, "").pointer(),
  items: field(2, keyedListOf(item, "name"), ""),
  labels: field(3, mapOf(string), ""),
  whole: field(4, atomicListOf(int32), ""),
});
const box = kind("Box", "", { metadata: field(1, objectMeta, ""), spec: field(2, spec, "") });
const target = writeTargetOf(box);
const time = "2026-01-01T00:00:00Z";

test("whoever owns a field, the object has it", () => {
  fc.assert(
    fc.property(fc.array(writes(), { maxLength: 8 }), (steps) => {
      const object = steps.reduce(write, {});
      for (const { manager, fields } of decodeOwners(object).values()) {
        assert.ok(!isEmptySet(fields));
        const missing = pathsOf(fields).filter((path) => !hasField(placeOf(box), object, path));
        assert.deepEqual(missing.map(formatPath), [], manager);
      }
    }),
  );
});

test("applying the same again changes nothing", () => {
  fc.assert(
    fc.property(fc.array(writes(), { maxLength: 5 }), specs(), (steps, config) => {
      const before = steps.reduce(write, {});
      const once = write(before, { verb: "apply", manager: "a", spec: config });
      const twice = write(once, { verb: "apply", manager: "a", spec: config });
      assert.deepEqual(twice, once);
    }),
  );
});

test("applying nothing takes back what only this manager applied", () => {
  fc.assert(
    fc.property(specs(), (config) => {
      const applied = write({}, { verb: "apply", manager: "a", spec: config });
      const { spec: left } = write(applied, { verb: "apply", manager: "a", spec: {} });
      assert.deepEqual(left ?? {}, {});
    }),
  );
});

test("an update by the owner of everything keeps ownership whole", () => {
  fc.assert(
    fc.property(specs(), specs(), (from, to) => {
      // An object without owners stays so under update.
      fc.pre(Object.keys(from).length > 0);
      const created = write({}, { verb: "update", manager: "a", spec: from });
      const updated = write(created, { verb: "update", manager: "a", spec: to });
      const fresh = write({}, { verb: "update", manager: "a", spec: to });
      assert.deepEqual(managedFieldsOf(updated), managedFieldsOf(fresh));
    }),
  );
});

interface Write {
  readonly verb: "apply" | "update";
  readonly manager: string;
  readonly spec: JsonObject;
}

function write(object: JsonObject, { verb, manager, spec: body }: Write): JsonObject {
  const given = {
    apiVersion: "test/v1",
    kind: "Box",
    metadata: { name: "b", uid: "1" },
    spec: body,
  };
  const update = { target, before: object, after: given, manager, time };
  if (verb === "update") return trackUpdate(update);
  const request = {
    target,
    live: object,
    config: given,
    manager,
    onConflict: "take",
    time,
  } as const;
  return applyConfiguration(request);
}

function writes(): fc.Arbitrary<Write> {
  return fc.record({
    verb: fc.constantFrom("apply", "update"),
    manager: fc.constantFrom("a", "b", "c"),
    spec: specs(),
  });
}

function specs(): fc.Arbitrary<JsonObject> {
  const small = fc.integer({ min: 0, max: 2 });
  const name = fc.constantFrom("x", "y", "z");
  const items = fc.uniqueArray(
    fc.record(
      { name, size: small, tags: fc.uniqueArray(name, { minLength: 1 }) },
      { requiredKeys: ["name"], noNullPrototype: true },
    ),
    { selector: (each) => each.name, minLength: 1 },
  );
  const labels = fc.dictionary(name, name, { noNullPrototype: true, minKeys: 1 });
  const whole = fc.array(small, { minLength: 1, maxLength: 2 });
  return fc.record(
    { size: small, items, labels, whole },
    { requiredKeys: [], noNullPrototype: true },
  ) as fc.Arbitrary<JsonObject>;
}

/** Maps may be owned and yet have become empty, which is the same as absent. */
function hasField(place: Place, value: JsonValue | undefined, path: FieldPath): boolean {
  const [element, ...rest] = path;
  if (element === undefined) return value !== undefined || shapeOf(place, value).form !== "scalar";
  const shape = shapeOf(place, value);
  if (shape.form === "map" && isJsonObject(value)) {
    const member = membersOf(value).find(([name]) => fieldElement(name) === element);
    const inside = shape.placeOf(element.slice(2));
    return inside !== undefined && hasField(inside, member?.[1], rest);
  }
  if (shape.form !== "list" || !Array.isArray(value)) return false;
  const found = itemsOf(shape, value).find((each) => each.element === element);
  return found !== undefined && hasField(shape.item, found.value, rest);
}

type FieldPath = readonly PathElement[];
