import { RE2JS, RE2JSException } from "re2js";
import { regexShape, shapeTest } from "./regex-shape.ts";

/** A regular expression that is none, in the words of Go's `regexp` package. */
export class RegexError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "RegexError";
  }
}

/** An expression in RE2 syntax. Every operation takes time linear in the text. */
export interface Regex {
  readonly source: string;
  test(text: string): boolean;
  /**
   * `template` with `$1`, `$name` and `${name}` replaced by what the groups of the first match hold,
   * by the rules of Go's `Regexp.Expand`; undefined when nothing matches.
   */
  expand(text: string, template: string): string | undefined;
  /** All matches in `text` replaced by the expanded `template`. */
  replaceAll(text: string, template: string): string;
}

/** How much of the text an expression must match: all of it (then `.` matches newlines, too) or any part. */
export type RegexAnchoring = "anchored" | "unanchored";

/** Compiles as relabelling and `label_replace` (anchored) or templates (unanchored) do. Throws `RegexError`. */
export function compileRegex(source: string, anchoring: RegexAnchoring): Regex {
  const compiled = compiledOf(anchoring === "anchored" ? `^(?s:${source})$` : source);
  return {
    source,
    test: anchoring === "anchored" ? anchoredTest(source, compiled) : (text) => compiled.test(text),
    expand: (text, template) => expandFirst(compiled, text, template),
    replaceAll: (text, template) => replaceEach(compiled, text, template),
  };
}

/**
 * Compiles the expression of a label matcher, anchored. Errors quote only what the user wrote, because
 * upstream checks matchers before it wraps them.
 */
export function compilePattern(source: string): Regex {
  compiledOf(source);
  return compileRegex(source, "anchored");
}

function anchoredTest(source: string, compiled: RE2JS): (text: string) => boolean {
  return shapeTest(regexShape(source)) ?? ((text) => compiled.test(text));
}

function compiledOf(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new RegexError(error.message, error);
  }
}

function expandFirst(compiled: RE2JS, text: string, template: string): string | undefined {
  const match = compiled.matcher(text);
  if (!match.find()) return undefined;
  return expandTemplate(template, groupsOf(compiled, match));
}

function replaceEach(compiled: RE2JS, text: string, template: string): string {
  const match = compiled.matcher(text);
  let out = "";
  let position = 0;
  while (match.find()) {
    // Nothing is found again right behind what was found.
    if (match.end() === position && match.start() > 0) continue;
    const expanded = expandTemplate(template, groupsOf(compiled, match));
    out += text.slice(position, match.start()) + expanded;
    position = match.end();
  }
  return out + text.slice(position);
}

type Groups = (name: string) => string;
type Match = ReturnType<RE2JS["matcher"]>;

/** Reads groups by number or name; one that does not exist or took no part is empty. */
function groupsOf(compiled: RE2JS, match: Match): Groups {
  const numbers = compiled.namedGroups();
  return (name) => {
    if (/^(?:0|[1-9]\d{0,7})$/.test(name)) {
      const number = Number(name);
      return number <= compiled.groupCount() ? (match.group(number) ?? "") : "";
    }
    return Object.hasOwn(numbers, name) ? (match.group(name) ?? "") : "";
  };
}

const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;

function expandTemplate(template: string, groups: Groups): string {
  if (!template.includes("$")) return template;
  return template.replace(
    reference,
    (found, bare: string | undefined, braced: string | undefined) => {
      const name = bare ?? braced;
      return name === undefined ? found.slice(1) : groups(name);
    },
  );
}
