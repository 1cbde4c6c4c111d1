/** Text made harmless for one kind of place in HTML, in the letters in which `html/template` does it. */

/** What stands for something that is refused; it shows where, and does nothing. */
const refused = "ZgotmplZ";

const characters: ReadonlyMap<string, string> = new Map([
  ["\u0000", "\ufffd"],
  ["\t", "&#9;"],
  ["\n", "&#10;"],
  ["\v", "&#11;"],
  ["\f", "&#12;"],
  ["\r", "&#13;"],
  [" ", "&#32;"],
  ['"', "&#34;"],
  ["&", "&amp;"],
  ["'", "&#39;"],
  ["+", "&#43;"],
  ["<", "&lt;"],
  ["=", "&#61;"],
  [">", "&gt;"],
  ["`", "&#96;"],
]);

export function escapeText(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is what Go replaces, too
  return text.replace(/[\u0000"&'+<>]/g, (character) => characters.get(character) ?? "");
}

export function escapeAttribute(text: string): string {
  return escapeText(text);
}

/** For a value without quotation marks, which a space would end. */
export function escapeUnquoted(text: string): string {
  if (text === "") return refused;
  // oxlint-disable-next-line no-control-regex -- NUL is what Go replaces, too
  return text.replace(/[\u0000\t\n\v\f\r "&'+<=>`]/g, (one) => characters.get(one) ?? "");
}

export function filterName(text: string): string {
  return /^[a-zA-Z0-9-]+$/.test(text) ? text : refused;
}

/** A value of a style, unless it could be more than one. */
export function filterStyle(text: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is what Go refuses, too
  const isUnsafe = /[\u0000"'()/;@[\\\]`{}<>]|--|expression|mozbinding/i.test(text);
  return isUnsafe ? refused : text;
}

/** An address on the web or of mail, or one without a scheme. */
export function filterUrl(text: string): string {
  const colon = text.indexOf(":");
  const scheme = colon < 0 ? "" : text.slice(0, colon);
  if (colon < 0 || scheme.includes("/") || /^(?:https?|mailto)$/i.test(scheme)) return text;
  return `#${refused}`;
}

/** An address in which nothing could end the place it stands in; what is escaped stays so. */
export function normalizeUrl(text: string): string {
  return text.replace(/%(?![0-9a-fA-F]{2})|[^A-Za-z0-9\-._~!#$&*+,/:;=?@[\]%]/gu, percent);
}

/** One word of a query. */
export function queryEscape(text: string): string {
  return text.replace(/[^A-Za-z0-9\-._~]/gu, percent);
}

function percent(character: string): string {
  return Array.from(
    new TextEncoder().encode(character),
    (byte) => `%${byte.toString(16).padStart(2, "0")}`,
  ).join("");
}

/** A text in a program. */
export function scriptString(text: string): string {
  const quoted = JSON.stringify(text).replace(
    /[<>&'+\u2028\u2029]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return quoted;
}

export function stripTags(text: string): string {
  return text.replace(/<[^>]*>/g, "");
}
