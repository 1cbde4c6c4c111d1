/** The names of others that a spec has. */
import { isJsonList, isJsonObject, type JsonObject, type JsonValue } from "#api";

type ReferredKind = "user" | "schedule" | "team";

export interface Reference {
  readonly what: ReferredKind;
  readonly name: string;
  readonly path: string;
}

/** Every field of this name refers to the same kind, in whichever object it is. */
const referringFields: ReadonlyMap<string, ReferredKind> = new Map([
  ["members", "user"],
  ["managers", "user"],
  ["users", "user"],
  ["user", "user"],
  ["replaces", "user"],
  ["schedules", "schedule"],
  ["nextIn", "schedule"],
  ["primary", "schedule"],
  ["backup", "schedule"],
  ["teams", "team"],
  ["managersOf", "team"],
  ["team", "team"],
]);

export function referencesOf(spec: JsonObject): readonly Reference[] {
  return membersReferences(spec, "spec");
}

function membersReferences(members: JsonObject, path: string): readonly Reference[] {
  return Object.entries(members).flatMap(([name, value]) =>
    value === undefined ? [] : valueReferences(value, `${path}.${name}`, referringFields.get(name)),
  );
}

function valueReferences(
  value: JsonValue,
  path: string,
  what: ReferredKind | undefined,
): readonly Reference[] {
  if (isJsonList(value)) {
    return value.flatMap((item, index) => valueReferences(item, `${path}[${index}]`, what));
  }
  if (isJsonObject(value)) return membersReferences(value, path);
  return what === undefined || typeof value !== "string" ? [] : [{ what, name: value, path }];
}
