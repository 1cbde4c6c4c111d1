import { quoteGo } from "#base";
import { optional } from "./schema/collection.ts";
import {
  field,
  shownField,
  struct,
  type StructType,
  type ValueOf,
} from "./schema/decode-struct.ts";
import { byteSize, durationMs } from "./schema/option-types.ts";
import { float, integer64, text } from "./schema/scalar.ts";
import { formatByteSize } from "./byte-size.ts";

const retentionParts = {
  timeMs: field("time", durationMs),
  sizeBytes: field("size", byteSize),
  percentage: field("percentage", float),
} as const;

/** How long and how much to keep; 0 sets no limit. */
export type RetentionConfig = ValueOf<typeof retentionParts>;
export const retentionType: StructType<RetentionConfig> = struct("config.plain", retentionParts, {
  check: ({ sizeBytes, percentage }) => {
    if (sizeBytes < 0) {
      return `'storage.tsdb.retention.size' must be greater than or equal to 0, got ${formatByteSize(sizeBytes)}`;
    }
    return percentage < 0 || percentage > 100
      ? `'storage.tsdb.retention.percentage' must be in the range [0, 100], got ${percentage}`
      : undefined;
  },
});

const chunkEncodingType = struct("config.ChunkEncodingConfig", { floats: field("floats", text) });

const tsdbParts = {
  /** As upstream shows it once more, in milliseconds. */
  outOfOrderTimeWindowMs: shownField("outofordertimewindow", integer64),
  outOfOrderTimeWindow: field("out_of_order_time_window", durationMs),
  staleSeriesCompactionThreshold: field("stale_series_compaction_threshold", float),
  chunkEncoding: field("chunk_encoding", chunkEncodingType),
  retention: field("retention", optional(retentionType)),
} as const;

/** Options of the time series database that a reload may change. */
export type TsdbConfig = ValueOf<typeof tsdbParts>;
export const tsdbType: StructType<TsdbConfig> = struct("config.plain", tsdbParts, {
  check: ({ chunkEncoding: { floats } }) =>
    ["", "xor", "xor2"].includes(floats)
      ? undefined
      : `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got ${quoteGo(floats)}`,
  fill: (config) => ({ ...config, outOfOrderTimeWindowMs: config.outOfOrderTimeWindow }),
});

const exemplarsType = struct("config.ExemplarsConfig", {
  maxExemplars: field("max_exemplars", integer64),
});

export const storageType = struct("config.StorageConfig", {
  tsdb: field("tsdb", optional(tsdbType)),
  exemplars: field("exemplars", optional(exemplarsType)),
});
