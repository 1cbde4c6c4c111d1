/**
 * Which metric and label names are valid, and how names are escaped for readers of the old formats.
 *
 * "legacy": letters, digits, underscores (and colons in metric names); "utf8": any valid text.
 */
export type NameScheme = "legacy" | "utf8";

/** What becomes of characters that legacy names cannot have; the words of the `escaping` parameter. */
export type EscapingScheme = "allow-utf-8" | "underscores" | "dots" | "values";

export const escapingSchemes: readonly EscapingScheme[] = [
  "allow-utf-8",
  "underscores",
  "dots",
  "values",
];

const legacyMetricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const legacyLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function isValidMetricName(name: string, scheme: NameScheme): boolean {
  return scheme === "legacy" ? legacyMetricName.test(name) : name !== "" && name.isWellFormed();
}

export function isValidLabelName(name: string, scheme: NameScheme): boolean {
  return scheme === "legacy" ? legacyLabelName.test(name) : name !== "" && name.isWellFormed();
}

const valuesPrefix = "U__";

/** The name in characters that legacy readers understand. Colons stay. */
export function escapeName(name: string, scheme: EscapingScheme): string {
  if (scheme === "allow-utf-8" || name === "") return name;
  // Dots are told from underscores by doubling these, in all names.
  if (scheme === "dots") return replaceIllegal(name.replaceAll("_", "__"), dotEscape);
  if (legacyMetricName.test(name)) return name;
  if (scheme === "underscores") return replaceIllegal(name, () => "_");
  return valuesPrefix + replaceIllegal(name.replaceAll("_", "__"), valueEscape);
}

/** The name that was escaped; what cannot be undone is returned as it is. */
export function unescapeName(name: string, scheme: EscapingScheme): string {
  if (scheme === "dots") return name.replaceAll("_dot_", ".").replaceAll("__", "_");
  if (scheme !== "values" || !name.startsWith(valuesPrefix)) return name;
  return unescapeValues(name.slice(valuesPrefix.length)) ?? name;
}

function replaceIllegal(name: string, replacement: (character: string) => string): string {
  return name.replace(/^[0-9]|[^a-zA-Z0-9_:]/gu, replacement);
}

function dotEscape(character: string): string {
  return character === "." ? "_dot_" : "__";
}

function valueEscape(character: string): string {
  if (!character.isWellFormed()) return "_FFFD_";
  return `_${(character.codePointAt(0) ?? 0).toString(16)}_`;
}

const escapedPart = /[^_]+|__|_([0-9a-fA-F]{0,6})_/y;

function unescapeValues(escaped: string): string | undefined {
  let out = "";
  let position = 0;
  while (position < escaped.length) {
    escapedPart.lastIndex = position;
    const found = escapedPart.exec(escaped);
    if (found === null) return undefined;
    const character = unescapedPart(found[0], found[1]);
    if (character === undefined) return undefined;
    out += character;
    position = escapedPart.lastIndex;
  }
  return out;
}

function unescapedPart(part: string, digits: string | undefined): string | undefined {
  if (part === "__") return "_";
  if (digits === undefined) return part;
  const codePoint = Number.parseInt(digits, 16);
  const isCharacter = codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  return isCharacter ? String.fromCodePoint(codePoint) : undefined;
}
