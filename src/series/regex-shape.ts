/**
 * What can be known about a regular expression without running it.
 *
 * Most expressions in matchers are lists of names (`a|b|c`) or names with gaps (`api-.*`): these become
 * globs, which string functions match and an index can look up. The reader below understands only
 * literals, `.*`, `.+`, groups, alternatives, `?` and small character classes; at anything else it
 * gives up and leaves the expression to the automaton. All of it is about expressions that must match
 * the whole text and in which `.` matches newlines.
 */
export interface RegexShape {
  /** A text matches exactly when it matches one of these; undefined when that cannot be told. */
  readonly globs: readonly Glob[] | undefined;
  /** All texts that match, when they are few. */
  readonly setMatches: readonly string[] | undefined;
  /** What every match begins with. */
  readonly prefix: string;
}

/** A literal start, then gaps, each of at least `min` characters and followed by a literal. */
interface Glob {
  readonly head: string;
  readonly gaps: readonly Gap[];
}

interface Gap {
  readonly min: 0 | 1;
  readonly text: string;
}

const setMatchesMax = 256;
const globsMax = 32;
const groupDepthMax = 20;

export function regexShape(source: string): RegexShape {
  // Dashboards paste long lists of names: no limit for these.
  if (/^[^\\.+*?()[\]{}^$]*$/.test(source)) {
    const literals = [...new Set(source.split("|"))];
    const globs = literals.map((head) => ({ head, gaps: [] }));
    return { globs, setMatches: literals, prefix: commonPrefix(literals) };
  }
  const cursor: Cursor = { source, index: 0, depth: 0 };
  const globs = readAlternatives(cursor);
  if (globs === undefined || cursor.index < source.length) {
    return { globs: undefined, setMatches: undefined, prefix: leadingLiteral(source) };
  }
  const isSet = globs.every((glob) => glob.gaps.length === 0);
  const setMatches = isSet ? [...new Set(globs.map((glob) => glob.head))] : undefined;
  return { globs, setMatches, prefix: commonPrefix(globs.map((glob) => glob.head)) };
}

/** Tells whether a text fits the expression; undefined when the shape cannot tell. */
export function shapeTest(shape: RegexShape): ((text: string) => boolean) | undefined {
  const { globs, setMatches } = shape;
  if (setMatches !== undefined) return setTest(setMatches);
  const [only] = globs ?? [];
  if (globs === undefined || only === undefined) return undefined;
  if (globs.length === 1) return (text) => matchesGlob(only, text);
  return (text) => globs.some((glob) => matchesGlob(glob, text));
}

function setTest(values: readonly string[]): (text: string) => boolean {
  if (values.length === 1) return (text) => text === values[0];
  const set = new Set(values);
  return (text) => set.has(text);
}

/** Takes each literal where it first occurs, which leaves the most text for those behind it. */
function matchesGlob(glob: Glob, text: string): boolean {
  if (!text.startsWith(glob.head)) return false;
  let position = glob.head.length;
  const last = glob.gaps.length - 1;
  if (last < 0) return position === text.length;
  for (const [index, gap] of glob.gaps.entries()) {
    if (gap.min === 1) {
      if (position >= text.length) return false;
      position += (text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1;
    }
    if (index === last) return position + gap.text.length <= text.length && text.endsWith(gap.text);
    const found = text.indexOf(gap.text, position);
    if (found < 0) return false;
    position = found + gap.text.length;
  }
  return false;
}

interface Cursor {
  readonly source: string;
  index: number;
  /** How many groups are open. */
  depth: number;
}

type Globs = readonly Glob[];

const emptyGlob: Glob = { head: "", gaps: [] };

/** Reads up to the end or an unopened parenthesis; undefined at what is not understood. */
function readAlternatives(cursor: Cursor): Globs | undefined {
  const alternatives: Glob[] = [];
  for (;;) {
    const sequence = readSequence(cursor);
    if (sequence === undefined) return undefined;
    alternatives.push(...sequence);
    if (isTooMany(alternatives)) return undefined;
    if (cursor.source[cursor.index] !== "|") return alternatives;
    cursor.index++;
  }
}

function readSequence(cursor: Cursor): Globs | undefined {
  let sequence: Globs = [emptyGlob];
  // The whole expression is anchored: a start or end of text adds nothing where one is anyway.
  if (cursor.depth === 0 && cursor.source[cursor.index] === "^") cursor.index++;
  while (!endsSequence(cursor)) {
    const atom = readAtom(cursor);
    if (atom === undefined) return undefined;
    const joined = joinedGlobs(sequence, atom);
    if (joined === undefined) return undefined;
    sequence = joined;
  }
  return sequence;
}

function endsSequence(cursor: Cursor): boolean {
  const { source } = cursor;
  if (cursor.depth === 0 && source[cursor.index] === "$") {
    const next = source[cursor.index + 1];
    if (next === undefined || next === "|") cursor.index++;
  }
  const character = source[cursor.index];
  return character === undefined || character === "|" || character === ")";
}

function readAtom(cursor: Cursor): Globs | undefined {
  const character = cursor.source[cursor.index];
  if (character === ".") return readGap(cursor);
  const atom =
    character === "("
      ? readGroup(cursor)
      : character === "["
        ? readClass(cursor)
        : readLiteral(cursor);
  if (atom === undefined) return undefined;
  const quantifier = cursor.source[cursor.index] ?? "";
  if (quantifier === "?") {
    cursor.index++;
    return isQuantifier(cursor.source[cursor.index]) ? undefined : [...atom, emptyGlob];
  }
  return isQuantifier(quantifier) ? undefined : atom;
}

/** `.*` or `.+`, also as their lazy forms, which match the same texts. */
function readGap(cursor: Cursor): Globs | undefined {
  const quantifier = cursor.source[cursor.index + 1];
  if (quantifier !== "*" && quantifier !== "+") return undefined;
  cursor.index += 2;
  if (cursor.source[cursor.index] === "?") cursor.index++;
  if (isQuantifier(cursor.source[cursor.index])) return undefined;
  return [{ head: "", gaps: [{ min: quantifier === "+" ? 1 : 0, text: "" }] }];
}

function readGroup(cursor: Cursor): Globs | undefined {
  if (cursor.depth === groupDepthMax) return undefined;
  cursor.index++;
  if (cursor.source[cursor.index] === "?") {
    if (cursor.source[cursor.index + 1] !== ":") return undefined;
    cursor.index += 2;
  }
  cursor.depth++;
  const alternatives = readAlternatives(cursor);
  cursor.depth--;
  if (cursor.source[cursor.index] !== ")") return undefined;
  cursor.index++;
  return alternatives;
}

const simpleClass = /\[((?:[a-zA-Z0-9_:.,/ ](?:-[a-zA-Z0-9])?)+)\]/y;

function readClass(cursor: Cursor): Globs | undefined {
  simpleClass.lastIndex = cursor.index;
  const found = simpleClass.exec(cursor.source);
  if (found === null) return undefined;
  cursor.index += found[0].length;
  const heads: string[] = [];
  for (const range of (found[1] ?? "").match(/.-.|./g) ?? []) {
    const first = range.charCodeAt(0);
    const last = range.charCodeAt(range.length - 1);
    // Backwards: not a class at all, which the automaton will say better.
    if (last < first) return undefined;
    for (let code = first; code <= last; code++) heads.push(String.fromCharCode(code));
  }
  return heads.map((head) => ({ head, gaps: [] }));
}

function readLiteral(cursor: Cursor): Globs | undefined {
  const head = literalAt(cursor.source, cursor.index);
  if (head === undefined) return undefined;
  cursor.index += head.length + (cursor.source[cursor.index] === "\\" ? 1 : 0);
  return [{ head, gaps: [] }];
}

/** The character that stands at `index` for itself or behind a backslash. */
function literalAt(source: string, index: number): string | undefined {
  const character = source[index] ?? "";
  if (character === "\\") {
    const next = source[index + 1] ?? "";
    return /^[!-/:-@[-`{-~]$/.test(next) ? next : undefined;
  }
  if (character === "" || "^$.|?*+()[]{}".includes(character)) return undefined;
  return String.fromCodePoint(source.codePointAt(index) ?? 0);
}

function isQuantifier(character: string | undefined): boolean {
  return character === "?" || character === "*" || character === "+" || character === "{";
}

function joinedGlobs(left: Globs, right: Globs): Globs | undefined {
  if (left.length * right.length > setMatchesMax) return undefined;
  const joined = left.flatMap((start) => right.map((end) => joinedGlob(start, end)));
  return isTooMany(joined) ? undefined : joined;
}

function joinedGlob(left: Glob, right: Glob): Glob {
  const last = left.gaps.at(-1);
  if (last === undefined) return { head: left.head + right.head, gaps: right.gaps };
  const extended = { min: last.min, text: last.text + right.head };
  return { head: left.head, gaps: [...left.gaps.slice(0, -1), extended, ...right.gaps] };
}

function isTooMany(globs: Globs): boolean {
  if (globs.length > setMatchesMax) return true;
  return globs.length > globsMax && globs.some((glob) => glob.gaps.length > 0);
}

/** The literals that an expression outside the reader's syntax surely starts with. */
function leadingLiteral(source: string): string {
  if (hasOuterAlternatives(source)) return "";
  let prefix = "";
  let index = source.startsWith("^") ? 1 : 0;
  for (;;) {
    const literal = literalAt(source, index);
    if (literal === undefined) return prefix;
    index += literal.length + (source[index] === "\\" ? 1 : 0);
    if (isQuantifier(source[index])) return source[index] === "+" ? prefix + literal : prefix;
    prefix += literal;
  }
}

/** Whether a `|` may stand outside all groups; a yes in doubt. */
function hasOuterAlternatives(source: string): boolean {
  if (source.includes("\\Q")) return true;
  let depth = 0;
  for (let index = 0; index < source.length; index++) {
    const character = source[index];
    if (character === "\\") index++;
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "|" && depth <= 0) return true;
    if (character !== "[") continue;
    const end = classEnd(source, index);
    if (end === undefined) return true;
    index = end;
  }
  return false;
}

/** Where the character class that opens at `start` closes; undefined when that is hard to say. */
function classEnd(source: string, start: number): number | undefined {
  let index = start + (source[start + 1] === "^" ? 2 : 1);
  // A bracket that comes first is a member.
  if (source[index] === "]") index++;
  for (; index < source.length; index++) {
    const character = source[index];
    if (character === "\\") index++;
    if (character === "]") return index;
    if (character === "[") return undefined;
  }
  return undefined;
}

/** Cut between characters, never inside one. */
function commonPrefix(texts: readonly string[]): string {
  let prefix = texts[0] ?? "";
  for (const text of texts) {
    while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return /[\ud800-\udbff]$/.test(prefix) ? prefix.slice(0, -1) : prefix;
}
