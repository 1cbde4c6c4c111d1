/** A media type with its parameters: `application/json;as=Table;v=v1;g=meta.k8s.io`. */
export interface MediaType {
  /** Lower case, `application`; `*` in a range. */
  readonly type: string;
  /** Lower case, `json`; `*` in a range. */
  readonly subtype: string;
  /** By lower-case name; quotes are taken off. The first of equal names stands. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Parses one media type; undefined when it is none. */
export function parseMediaType(text: string): MediaType | undefined {
  const [range = "", ...rest] = splitOutsideQuotes(text, ";");
  const slash = range.indexOf("/");
  const type = range.slice(0, slash).trim().toLowerCase();
  const subtype = range
    .slice(slash + 1)
    .trim()
    .toLowerCase();
  if (slash < 0 || !isToken(type) || !isToken(subtype)) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const equals = part.indexOf("=");
    const name = part.slice(0, equals).trim().toLowerCase();
    if (equals > 0 && !parameters.has(name)) parameters.set(name, unquote(part.slice(equals + 1)));
  }
  return { type, subtype, parameters };
}

/** `application/json`, without the parameters. */
export function essenceOf(mediaType: MediaType): string {
  return `${mediaType.type}/${mediaType.subtype}`;
}

/** Splits at each separator that does not stand within double quotes. */
export function splitOutsideQuotes(text: string, separator: "," | ";"): readonly string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const sign = text[index];
    if (sign === "\\" && quoted) index++;
    else if (sign === '"') quoted = !quoted;
    else if (sign === separator && !quoted) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

function unquote(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length < 2 || !trimmed.startsWith('"') || !trimmed.endsWith('"')) return trimmed;
  return trimmed.slice(1, -1).replace(/\\(.)/g, "$1");
}

function isToken(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(text);
}
