import { compareText } from "#base";
import {
  CallRefusal,
  formatTime,
  type GoStruct,
  type GoValue,
  isKind,
  nanosecondsOf,
  typeNameOf,
  unboxed,
} from "#gotemplate";

/** The value as Go's `encoding/json` writes it: keys sorted, and nothing in it that HTML knows. */
export function toJson(value: GoValue): string {
  const inner = unboxed(value);
  if (inner === undefined || inner === null) return "null";
  switch (typeof inner) {
    case "string":
      return quoted(inner);
    case "number":
      if (!Number.isFinite(inner)) throw new CallRefusal(`json: unsupported value: ${inner}`);
      return JSON.stringify(inner);
    case "bigint":
    case "boolean":
      return String(inner);
    default:
      break;
  }
  if (isKind(inner, "list")) return `[${inner.items.map(toJson).join(",")}]`;
  if (isKind(inner, "map")) {
    const names = [...inner.entries.keys()].sort(compareText);
    const members = names.map((name) => `${quoted(name)}:${toJson(inner.entries.get(name))}`);
    return `{${members.join(",")}}`;
  }
  if (isKind(inner, "struct")) return structJson(inner);
  throw new CallRefusal(`json: unsupported type: ${typeNameOf(inner)}`);
}

function structJson(value: GoStruct): string {
  const type = value.typeName.replace(/^\*/, "");
  if (type === "time.Time") {
    return quoted(formatTime(nanosecondsOf(value), "2006-01-02T15:04:05.999999999Z07:00"));
  }
  if (type === "time.Duration") return String(nanosecondsOf(value));
  if (value.text !== undefined) return quoted(value.text);
  const members = [...value.fields].map(
    ([name, field]) => `${quoted(jsonName(type, name))}:${toJson(field)}`,
  );
  return `{${members.join(",")}}`;
}

/** Upstream's types say how their fields are called in JSON; others keep their names. */
function jsonName(type: string, field: string): string {
  if (type === "template.Pair") return field;
  if (field === "NotificationReason") return "notification_reason";
  const initial = field.slice(0, 1).toLowerCase();
  return field.startsWith("ExternalURL") ? "externalURL" : initial + field.slice(1);
}

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
