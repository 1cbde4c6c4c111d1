import { isJsonList, isJsonObject, type JsonValue } from "#api";

/**
 * Whether `found` has everything that `wanted` says: fields that `wanted` leaves out are the server's
 * defaults, but lists are whole.
 */
export function covers(found: JsonValue | undefined, wanted: JsonValue | undefined): boolean {
  if (wanted === undefined) return true;
  if (isJsonList(wanted)) {
    if (!isJsonList(found) || found.length !== wanted.length) return false;
    return wanted.every((item, index) => covers(found[index], item));
  }
  if (!isJsonObject(wanted)) return found === wanted;
  return (
    isJsonObject(found) && Object.keys(wanted).every((name) => covers(found[name], wanted[name]))
  );
}
