/** JSON as upstream's encoders write it, so that answers are the same to the byte. */

const escapedByGo = /\\.|[<>&\u2028\u2029]/g;

/** A value with every string safe to stand in HTML: `"a<b"` is `"a\\u003cb"`. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "null";
  return text.replaceAll(escapedByGo, (found) =>
    found.startsWith("\\") ? plainEscape(found) : unicodeEscape(found),
  );
}

/** A string as labels and their values are written: nothing is escaped for HTML. */
export function labelText(text: string): string {
  const json = JSON.stringify(text);
  return json.includes("\\") ? json.replaceAll(/\\./g, plainEscape) : json;
}

/** Upstream knows no short escapes for these two. */
function plainEscape(escape: string): string {
  if (escape === "\\b") return "\\u0008";
  return escape === "\\f" ? "\\u000c" : escape;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
