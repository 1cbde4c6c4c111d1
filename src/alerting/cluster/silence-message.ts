/** Silences as peers tell them: `MeshSilence` of Alertmanager's `silence.proto`. */
import { type ProtobufReader, ProtobufWriter } from "#base";
import { createMatcher, type LabelMatcher, RegexError } from "#series";
import type { Silence } from "../suppress/silences.ts";
import { readTime, writeTime } from "./wire-time.ts";

/** A silence, and when nobody needs it any more. */
export interface SharedSilence {
  readonly silence: Silence;
  readonly expiresAtMs: number;
}

/** As numbered on the wire. */
const operators = ["=", "=~", "!=", "!~"] as const;
const setsField = 11;

export function encodeSilence({ silence, expiresAtMs }: SharedSilence): Uint8Array {
  const writer = new ProtobufWriter();
  const mark = writer.begin(1);
  writer.string(1, silence.id);
  // Older versions know of one set only.
  for (const matcher of silence.matcherSets[0] ?? []) writeMatcher(writer, 2, matcher);
  writeTime(writer, 3, silence.startsAtMs);
  writeTime(writer, 4, silence.endsAtMs);
  writeTime(writer, 5, silence.updatedAtMs);
  writer.string(8, silence.createdBy);
  writer.string(9, silence.comment);
  for (const [name, value] of Object.entries(silence.annotations)) {
    const annotation = writer.begin(10);
    writer.string(1, name);
    writer.string(2, value);
    writer.end(annotation);
  }
  for (const set of silence.matcherSets) {
    const inner = writer.begin(setsField);
    for (const matcher of set) writeMatcher(writer, 1, matcher);
    writer.end(inner);
  }
  writer.end(mark);
  writeTime(writer, 2, expiresAtMs);
  return writer.finish();
}

/**
 * Undefined for a silence that would keep more quiet than was meant: one whose matchers we cannot read,
 * or that is for some receivers only. Throws `ProtobufError` for what is none.
 */
export function readSilence(reader: ProtobufReader): SharedSilence | undefined {
  let silence: Silence | undefined;
  let expiresAtMs = 0;
  while (reader.next()) {
    if (reader.field === 1) silence = readContent(reader.message());
    else if (reader.field === 2) expiresAtMs = readTime(reader);
    else reader.skip();
  }
  return silence === undefined ? undefined : { silence, expiresAtMs };
}

interface Content {
  id: string;
  createdBy: string;
  comment: string;
  startsAtMs: number;
  endsAtMs: number;
  updatedAtMs: number;
  readonly annotations: Record<string, string>;
  /** The only set of older versions. */
  readonly single: RawMatcher[];
  readonly sets: RawMatcher[][];
  isForSomeReceivers: boolean;
}

interface RawMatcher {
  readonly type: number;
  readonly name: string;
  readonly pattern: string;
}

type ReadField = (reader: ProtobufReader, into: Content) => void;

const fields: ReadonlyMap<number, ReadField> = new Map<number, ReadField>([
  [1, (reader, into) => void (into.id = reader.string())],
  [2, (reader, into) => void into.single.push(readMatcher(reader.message()))],
  [3, (reader, into) => void (into.startsAtMs = readTime(reader))],
  [4, (reader, into) => void (into.endsAtMs = readTime(reader))],
  [5, (reader, into) => void (into.updatedAtMs = readTime(reader))],
  [8, (reader, into) => void (into.createdBy = reader.string())],
  [9, (reader, into) => void (into.comment = reader.string())],
  [10, (reader, into) => readAnnotation(reader.message(), into.annotations)],
  [setsField, (reader, into) => void into.sets.push(readSet(reader.message()))],
  [
    12,
    (reader, into) => {
      into.isForSomeReceivers = true;
      reader.skip();
    },
  ],
]);

function readContent(reader: ProtobufReader): Silence | undefined {
  const content: Content = {
    id: "",
    createdBy: "",
    comment: "",
    startsAtMs: 0,
    endsAtMs: 0,
    updatedAtMs: 0,
    annotations: {},
    single: [],
    sets: [],
    isForSomeReceivers: false,
  };
  while (reader.next()) {
    const read = fields.get(reader.field);
    if (read === undefined) reader.skip();
    else read(reader, content);
  }
  const { single, sets, isForSomeReceivers, ...silence } = content;
  const matcherSets = matcherSetsOf(sets.length === 0 ? [single] : sets);
  if (matcherSets === undefined || isForSomeReceivers || silence.id === "") return undefined;
  return { ...silence, matcherSets };
}

function matcherSetsOf(sets: readonly RawMatcher[][]): readonly LabelMatcher[][] | undefined {
  const isKnown = ({ type }: RawMatcher) => operators[type] !== undefined;
  if (sets.some((set) => set.length === 0 || !set.every(isKnown))) return undefined;
  try {
    return sets.map((set) => set.map(matcherOf));
  } catch (error) {
    // A regular expression of another engine, or by another mistake.
    if (!(error instanceof RegexError)) throw error;
    return undefined;
  }
}

function matcherOf({ type, name, pattern }: RawMatcher): LabelMatcher {
  return createMatcher(operators[type] ?? "=", name, pattern);
}

function readSet(reader: ProtobufReader): RawMatcher[] {
  const set: RawMatcher[] = [];
  while (reader.next()) {
    if (reader.field === 1) set.push(readMatcher(reader.message()));
    else reader.skip();
  }
  return set;
}

function readMatcher(reader: ProtobufReader): RawMatcher {
  const matcher = { type: 0, name: "", pattern: "" };
  while (reader.next()) {
    if (reader.field === 1) matcher.type = reader.int32();
    else if (reader.field === 2) matcher.name = reader.string();
    else if (reader.field === 3) matcher.pattern = reader.string();
    else reader.skip();
  }
  return matcher;
}

function readAnnotation(reader: ProtobufReader, into: Record<string, string>): void {
  let name = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  // An own property, whatever its name.
  Object.defineProperty(into, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

function writeMatcher(
  writer: ProtobufWriter,
  field: number,
  { operator, name, value }: LabelMatcher,
): void {
  const mark = writer.begin(field);
  const type = operators.indexOf(operator);
  if (type !== 0) writer.integer(1, type);
  writer.string(2, name);
  writer.string(3, value);
  writer.end(mark);
}
