/** Values of attributes as values of labels. */
import { compareText } from "#base";
import type { Attributes, AttributeValue } from "../metrics.ts";

/** Texts as they are, numbers in the fewest digits, lists and maps as JSON in Go's spelling. */
export function attributeText(value: AttributeValue): string {
  switch (value.kind) {
    case "empty":
      return "";
    case "text":
      return value.value;
    case "bytes":
      return base64(value.value);
    case "list":
    case "map":
      return jsonOf(value);
    case "double":
      return doubleText(value.value);
    default:
      return String(value.value);
  }
}

/** The text of an attribute; undefined when there is none of that name. */
export function findAttribute(attributes: Attributes, name: string): string | undefined {
  const found = attributes.find(([one]) => one === name);
  return found === undefined ? undefined : attributeText(found[1]);
}

function doubleText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  const text = Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return `json: unsupported value: ${text}`;
}

function jsonOf(value: AttributeValue): string {
  switch (value.kind) {
    case "empty":
      return "null";
    case "list":
      return `[${value.values.map(jsonOf).join(",")}]`;
    case "map": {
      // Of equal names the last one counts.
      const byName = [...new Map(value.values)].sort(([left], [right]) => compareText(left, right));
      return `{${byName.map(([name, one]) => `${quoted(name)}:${jsonOf(one)}`).join(",")}}`;
    }
    case "text":
    case "bytes":
      return quoted(attributeText(value));
    default:
      return attributeText(value);
  }
}

/** Go's encoder also escapes what would mean something in HTML. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
