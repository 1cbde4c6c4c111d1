/** Text made harmless for where it goes: the functions `html`, `js` and `urlquery`. */
import { isPrintable } from "./quote.ts";

export function escapeHtml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is what Go replaces, too
  return text.replace(/[\u0000"'&<>]/g, (character) => htmlEscapes.get(character) ?? "\ufffd");
}

const htmlEscapes: ReadonlyMap<string, string> = new Map([
  ['"', "&#34;"],
  ["'", "&#39;"],
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

export function escapeJs(text: string): string {
  let out = "";
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if ("\\'\"".includes(character)) out += `\\${character}`;
    else if (codePoint < 0x20 || "<>&=".includes(character) || !isShown(codePoint)) {
      out += `\\u${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
    } else out += character;
  }
  return out;
}

/** ASCII passes, with the control character 0x7F, as in Go. */
function isShown(codePoint: number): boolean {
  return codePoint < 0x80 || isPrintable(codePoint);
}

/** As `url.QueryEscape`: a space becomes `+`. */
export function escapeUrlQuery(text: string): string {
  let out = "";
  for (const byte of new TextEncoder().encode(text)) {
    const character = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(character)) out += character;
    else if (character === " ") out += "+";
    else out += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}
