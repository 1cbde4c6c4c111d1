import { BlockError } from "./block-error.ts";

/** What a block is: the content of its `meta.json`. */
export interface BlockMeta {
  /** Also the name of its directory: 26 characters that sort by time of creation. */
  readonly ulid: string;
  readonly minMs: number;
  /** Not included: samples are before it. */
  readonly maxMs: number;
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
}

export interface BlockStats {
  readonly numSamples: number;
  readonly numFloatSamples: number;
  readonly numHistogramSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
  readonly numTombstones: number;
}

export interface BlockCompaction {
  readonly level: number;
  /** ULIDs of the blocks of level 1 that it was made of. */
  readonly sources: readonly string[];
  /** The blocks that it was made of directly. */
  readonly parents: readonly BlockParent[];
  readonly failed: boolean;
  /** It may be removed: nothing is left of it after deletions. */
  readonly deletable: boolean;
  readonly hints: readonly string[];
}

export interface BlockParent {
  readonly ulid: string;
  readonly minMs: number;
  readonly maxMs: number;
}

const version = 1;

/** The text of a `meta.json`; fields without content are left out, as upstream does. */
export function formatMeta(meta: BlockMeta): string {
  const { level, sources, parents, failed, deletable, hints } = meta.compaction;
  const compaction = {
    level,
    ...(sources.length > 0 && { sources }),
    ...(deletable && { deletable }),
    ...(parents.length > 0 && { parents: parents.map(parentFields) }),
    ...(failed && { failed }),
    ...(hints.length > 0 && { hints }),
  };
  const stats = Object.fromEntries(Object.entries(meta.stats).filter(([, count]) => count !== 0));
  const fields = {
    ulid: meta.ulid,
    minTime: meta.minMs,
    maxTime: meta.maxMs,
    stats,
    compaction,
    version,
  };
  return JSON.stringify(fields, undefined, "\t");
}

/** The inverse of `formatMeta`. Throws `BlockError`. */
export function parseMeta(path: string, text: string): BlockMeta {
  const root = fieldsOf(path, parseJson(path, text));
  if (root.number("version") !== version) {
    throw new BlockError(path, `unexpected meta file version ${root.number("version")}`);
  }
  const stats = root.fields("stats");
  const compaction = root.fields("compaction");
  return {
    ulid: root.text("ulid"),
    minMs: root.number("minTime"),
    maxMs: root.number("maxTime"),
    stats: {
      numSamples: stats.number("numSamples"),
      numFloatSamples: stats.number("numFloatSamples"),
      numHistogramSamples: stats.number("numHistogramSamples"),
      numSeries: stats.number("numSeries"),
      numChunks: stats.number("numChunks"),
      numTombstones: stats.number("numTombstones"),
    },
    compaction: {
      level: compaction.number("level"),
      sources: compaction.list("sources").filter(isText),
      parents: compaction.list("parents").map((parent) => parentOf(fieldsOf(path, parent))),
      failed: compaction.flag("failed"),
      deletable: compaction.flag("deletable"),
      hints: compaction.list("hints").filter(isText),
    },
  };
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BlockError(path, `no JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function parentFields({ ulid, minMs, maxMs }: BlockParent) {
  return { ulid, minTime: minMs, maxTime: maxMs };
}

function parentOf(fields: JsonFields): BlockParent {
  return {
    ulid: fields.text("ulid"),
    minMs: fields.number("minTime"),
    maxMs: fields.number("maxTime"),
  };
}

/** The fields of a JSON object by kind; what is absent, or of another kind, is empty. */
interface JsonFields {
  text(name: string): string;
  number(name: string): number;
  flag(name: string): boolean;
  list(name: string): readonly unknown[];
  fields(name: string): JsonFields;
}

function fieldsOf(path: string, object: unknown): JsonFields {
  if (typeof object !== "object" || object === null) throw new BlockError(path, "no JSON object");
  const byName = new Map<string, unknown>(Object.entries(object));
  const textOf = (field: unknown) => (isText(field) ? field : "");
  const numberOf = (field: unknown) => (typeof field === "number" ? field : 0);
  return {
    text: (name) => textOf(byName.get(name)),
    number: (name) => numberOf(byName.get(name)),
    flag: (name) => byName.get(name) === true,
    list: (name) => listOf(byName.get(name)),
    fields: (name) => fieldsOf(path, byName.get(name) ?? {}),
  };
}

function listOf(field: unknown): readonly unknown[] {
  return Array.isArray(field) ? field : [];
}

function isText(field: unknown): field is string {
  return typeof field === "string";
}
