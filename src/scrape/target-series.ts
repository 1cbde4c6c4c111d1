/**
 * The series of one target from scrape to scrape.
 *
 * A body is read entry by entry; a series that was there before is found by the bytes of its key, so
 * that a known sample costs no string and no object. What was there in the last scrape and is not in
 * this one has ended, and gets the stale marker.
 */
import {
  type BodyFormat,
  type CommentTables,
  CustomBucketsReader,
  type ExpositionReader,
  OpenMetricsReader,
  ProtobufExpositionReader,
  SeriesTable,
  TextReader,
} from "#exposition";
import {
  type Appender,
  type AppendRefusal,
  type Histogram,
  type Labels,
  labelValue,
  type MetricMetadata,
  metricNameLabel,
  type NameScheme,
  noBuckets,
  type SeriesRef,
} from "#series";
import { limitHistogram } from "./histogram-limit.ts";
import { isOfFamily, withTypeAndUnit } from "./metric-family.ts";
import {
  type LabelLimits,
  labelsProblem,
  reportLabels,
  type SampleLabelRules,
  sampleLabels,
} from "./sample-labels.ts";

export interface SeriesOptions extends SampleLabelRules {
  readonly honorTimestamps: boolean;
  /** Whether series with timestamps of their own get stale markers, too. */
  readonly trackTimestampsStaleness: boolean;
  readonly nameScheme: NameScheme;
  readonly labelLimits: LabelLimits;
  /** 0 is no limit, for this and the next. */
  readonly sampleLimit: number;
  readonly bucketLimit: number;
  /** Native histograms are stored in no finer schema. */
  readonly finestSchema: number;
  readonly scrapeNativeHistograms: boolean;
  readonly alwaysScrapeClassicHistograms: boolean;
  readonly convertClassicHistograms: boolean;
  /** What becomes of the time when a counter began. */
  readonly startTimestamps: "ignore" | "zero sample" | "store";
  /** Whether what is said of metrics goes to the store. */
  readonly metadata: "keep here" | "store";
  /** Whether type and unit of a metric become labels of its series. */
  readonly typeAndUnitLabels: "add" | "leave out";
}

/** One scrape's figures, which its synthetic series tell. */
export interface ScrapeFigures {
  /** Samples in the body. */
  scraped: number;
  /** Samples that relabelling let through. */
  kept: number;
  /** Series that the scrape before did not have. */
  seriesAdded: number;
  readonly refused: Record<Refused, number>;
  /** Why the scrape failed; nothing of it may be stored then. */
  problem: string | undefined;
}

export type Refused =
  | "outOfOrder"
  | "duplicate"
  | "outOfBounds"
  | "exemplarOutOfOrder"
  | "sampleLimit"
  | "bucketLimit"
  | "labelLimit";

/** Samples further ahead of our clock than this are taken for mistakes. */
const aheadMaxMs = 600_000;

/** How many scrapes long what was said of a metric is kept after the metric went. */
const metadataScrapes = 10;

/** What is known of a series beside its reference: see `TargetSeries`. */
const isSeen = 1;
const isTracked = 2;
const wasTracked = 4;

interface KnownMetadata {
  readonly family: string;
  metadata: MetricMetadata;
  seenIn: number;
  changedIn: number;
}

const noMetadata: MetricMetadata = { type: "unknown", unit: "", help: "" };

/** A scrape that is being appended. */
interface Pass {
  readonly appender: Appender;
  readonly reader: ExpositionReader;
  readonly timestampMs: number;
  readonly latestMs: number;
  readonly figures: ScrapeFigures;
  /** Samples that count for the limit. */
  limited: number;
  family: KnownMetadata | undefined;
}

export class TargetSeries {
  readonly #options: SeriesOptions;
  readonly #comments: CommentTables;
  /** The references of series; 0 for those that relabelling drops. */
  readonly #table = new SeriesTable<SeriesRef>();
  /**
   * For each entry of the table: whether this pass has seen it, whether its end is to be watched for
   * since this pass, and whether it was to be since the one before.
   */
  #flags = new Uint8Array(64);
  readonly #reports = new Map<string, SeriesRef>();
  readonly #metadata = new Map<string, KnownMetadata>();
  /** Series that the target had before its options changed, until the first pass is over. */
  #inherited: readonly SeriesRef[] = [];
  #pass = 1;
  #seenCount = 0;
  #sizeAtSuccess = 0;

  /**
   * `comments` may be those of other targets of the job, too. `former` scraped the same target; what it had
   * and we do not get ends with our first scrape.
   */
  constructor(options: SeriesOptions, comments: CommentTables, former?: TargetSeries) {
    this.#options = options;
    this.#comments = comments;
    if (former === undefined) return;
    this.#inherited = former.#refsWith(wasTracked);
    for (const [name, ref] of former.#reports) this.#reports.set(name, ref);
  }

  /** What the target said of its metrics, by the names of their families. */
  metadata(): Iterable<readonly [family: string, MetricMetadata]> {
    return Array.from(this.#metadata, ([family, { metadata }]) => [family, metadata] as const);
  }

  /**
   * Appends a body and ends the series that it no longer has. When the figures tell a problem, the
   * appender is to be rolled back and `appendNothing` to be called with another.
   */
  append(
    appender: Appender,
    body: { readonly bytes: Uint8Array; readonly format: BodyFormat },
    timestampMs: number,
  ): ScrapeFigures {
    if (body.bytes.length === 0) return this.appendNothing(appender, timestampMs);
    const figures = newFigures();
    const latestMs = timestampMs + aheadMaxMs;
    const reader = this.#readerOf(body);
    const pass: Pass = {
      appender,
      reader,
      timestampMs,
      latestMs,
      figures,
      limited: 0,
      family: undefined,
    };
    try {
      this.#readAll(pass);
    } catch (error) {
      // A malformed body fails its scrape, whatever was read of it before.
      if (!(error instanceof Error)) throw error;
      figures.problem = error.message;
    }
    this.#table.leaveReader();
    figures.problem ??= limitProblem(figures);
    if (figures.problem !== undefined) return figures;
    this.#endStale(appender, timestampMs);
    this.#finishPass();
    return figures;
  }

  /** The scrape failed: all series end for now. */
  appendNothing(appender: Appender, timestampMs: number): ScrapeFigures {
    for (const ref of this.#refsWith(wasTracked)) appender.appendStale(ref, timestampMs);
    for (const ref of this.#inherited) appender.appendStale(ref, timestampMs);
    // What a failed pass has seen was not stored.
    this.#flags.fill(0);
    this.#startNextPass();
    this.#forgetWhenTooMany();
    return newFigures();
  }

  /** Appends a synthetic series; undefined as its value ends it. */
  report(
    appender: Appender,
    sample: { readonly name: string; readonly metadata: MetricMetadata },
    timestampMs: number,
    value: number | undefined,
  ): void {
    const ref = this.#reportRef(appender, sample);
    if (value === undefined) appender.appendStale(ref, timestampMs);
    else appender.appendFloat(ref, timestampMs, value, 0);
  }

  #reportRef(
    appender: Appender,
    { name, metadata }: { readonly name: string; readonly metadata: MetricMetadata },
  ): SeriesRef {
    const known = this.#reports.get(name);
    if (known !== undefined && appender.isKnown(known)) return known;
    const ref = appender.seriesRef(reportLabels(name, this.#options.targetLabels));
    this.#reports.set(name, ref);
    if (known === undefined && this.#options.metadata === "store") {
      appender.setMetadata(ref, metadata);
    }
    return ref;
  }

  #readerOf({ bytes, format }: { readonly bytes: Uint8Array; readonly format: BodyFormat }) {
    const options = this.#options;
    const reader = newReader({ bytes, format }, options, this.#comments);
    if (!options.convertClassicHistograms) return reader;
    const converted = options.alwaysScrapeClassicHistograms ? "keep" : "drop";
    return new CustomBucketsReader(reader, converted);
  }

  #readAll(pass: Pass): void {
    const { reader } = pass;
    while (pass.figures.problem === undefined) {
      switch (reader.next()) {
        case "series":
        case "histogram":
          this.#readSample(pass);
          break;
        case "type":
          pass.family = this.#describe(reader.family, { type: reader.type });
          break;
        case "help":
          pass.family = this.#describe(reader.family, { help: reader.text });
          break;
        case "unit":
          pass.family = this.#describe(reader.family, { unit: reader.text });
          break;
        case "comment":
          break;
        case "end":
          return;
      }
    }
  }

  #readSample(pass: Pass): void {
    const { reader, figures } = pass;
    figures.scraped++;
    const ref = this.#table.find(reader);
    if (ref === undefined) {
      this.#readNewSeries(pass);
      return;
    }
    const { entry } = this.#table;
    const flags = this.#flags[entry] ?? 0;
    const isRepeated = (flags & isSeen) !== 0;
    if (!isRepeated) {
      this.#flags[entry] = flags | isSeen;
      this.#seenCount++;
    }
    if (ref === 0) return;
    const hasOwnTime = reader.hasTimestamp && this.#options.honorTimestamps;
    const refusal =
      isRepeated && !hasOwnTime ? "duplicate timestamp" : this.#appendKnown(pass, ref);
    if (refusal === undefined) this.#track(entry, hasOwnTime);
    this.#note(refusal, figures);
    figures.kept++;
    if (refusal === undefined) this.#appendExtras(pass, ref, "known");
  }

  /** Only what was taken is remembered: nothing else needs to be ended. */
  #readNewSeries(pass: Pass): void {
    const { reader, figures, appender } = pass;
    const options = this.#options;
    const labels = this.#labelsOf(pass);
    if (labels === undefined) {
      this.#remember(reader, 0);
      return;
    }
    const problem = labelsProblem(labels, options.nameScheme, options.labelLimits);
    if (problem !== undefined) {
      figures.problem = problem;
      if (problem.includes("limit exceeded")) figures.refused.labelLimit++;
      return;
    }
    const ref = appender.seriesRef(labels);
    const refusal = this.#appendSample(pass, ref);
    this.#note(refusal, figures);
    figures.kept++;
    if (refusal !== undefined) return;
    this.#remember(reader, ref);
    this.#track(this.#table.entry, reader.hasTimestamp && options.honorTimestamps);
    figures.seriesAdded++;
    this.#appendExtras(pass, ref, "new");
  }

  /** The labels under which the series at the reader is stored; undefined when it is dropped. */
  #labelsOf(pass: Pass): Labels | undefined {
    const labels = sampleLabels(this.#exposedLabels(pass), this.#options);
    return labels?.length === 0 ? undefined : labels;
  }

  #exposedLabels({ reader, family }: Pass): Labels {
    const labels = reader.labels();
    if (this.#options.typeAndUnitLabels === "leave out" || family === undefined) return labels;
    return withTypeAndUnit(labels, family.family, family.metadata);
  }

  #remember(reader: ExpositionReader, ref: SeriesRef): void {
    this.#table.add(reader, ref);
    const { entry } = this.#table;
    if (entry >= this.#flags.length) {
      const larger = new Uint8Array(Math.ceil(this.#flags.length * 1.5));
      larger.set(this.#flags);
      this.#flags = larger;
    }
    this.#flags[entry] = isSeen;
    this.#seenCount++;
  }

  #track(entry: number, hasOwnTime: boolean): void {
    if (hasOwnTime && !this.#options.trackTimestampsStaleness) return;
    this.#flags[entry] = (this.#flags[entry] ?? 0) | isTracked;
  }

  #appendKnown(pass: Pass, ref: SeriesRef): AppendRefusal | "limit" | undefined {
    const refusal = this.#appendSample(pass, ref);
    if (refusal !== "unknown series") return refusal;
    // The store has forgotten a series that was quiet for long.
    const labels = this.#labelsOf(pass);
    if (labels === undefined) return refusal;
    const renewed = pass.appender.seriesRef(labels);
    this.#table.replace(renewed);
    // It has been counted.
    pass.limited--;
    return this.#appendSample(pass, renewed);
  }

  #appendSample(pass: Pass, ref: SeriesRef): AppendRefusal | "limit" | undefined {
    const { reader } = pass;
    const { honorTimestamps, sampleLimit } = this.#options;
    const timestampMs =
      reader.hasTimestamp && honorTimestamps ? reader.timestampMs : pass.timestampMs;
    pass.limited++;
    if (sampleLimit > 0 && pass.limited > sampleLimit) {
      pass.figures.refused.sampleLimit++;
      return "limit";
    }
    if (timestampMs > pass.latestMs) return "out of bounds";
    return this.#appendAt(pass, ref, timestampMs, this.#startOf(pass, ref, timestampMs));
  }

  #appendAt(
    pass: Pass,
    ref: SeriesRef,
    timestampMs: number,
    startMs: number,
  ): AppendRefusal | "limit" | undefined {
    const { reader, appender } = pass;
    const { histogram } = reader;
    if (histogram === undefined) {
      return appender.appendFloat(ref, timestampMs, reader.value, startMs);
    }
    const { bucketLimit, finestSchema } = this.#options;
    const limited = limitHistogram(histogram, { bucketsMax: bucketLimit, finestSchema });
    if (limited === undefined) {
      pass.figures.refused.bucketLimit++;
      return "limit";
    }
    return appender.appendHistogram(ref, timestampMs, limited, startMs);
  }

  /** The start that goes with the sample; or, where that is wanted, a zero at that time. */
  #startOf(pass: Pass, ref: SeriesRef, timestampMs: number): number {
    const { startTimestamps } = this.#options;
    if (startTimestamps === "ignore") return 0;
    const startMs = pass.reader.startTimestampMs();
    if (startTimestamps === "store" || startMs === 0 || startMs >= timestampMs) return startMs;
    // Refused once it is there, which is every time but the first.
    const { histogram } = pass.reader;
    if (histogram === undefined) pass.appender.appendFloat(ref, startMs, 0, 0);
    else pass.appender.appendHistogram(ref, startMs, emptied(histogram), 0);
    return 0;
  }

  #note(refusal: AppendRefusal | "limit" | undefined, figures: ScrapeFigures): void {
    if (refusal === undefined || refusal === "limit") return;
    if (refusal === "invalid histogram") figures.problem = "invalid native histogram";
    else if (refusal === "out of order") figures.refused.outOfOrder++;
    else if (refusal === "duplicate timestamp") figures.refused.duplicate++;
    else figures.refused.outOfBounds++;
  }

  #appendExtras(pass: Pass, ref: SeriesRef, news: "new" | "known"): void {
    const { reader, appender } = pass;
    const exemplars = reader.exemplars();
    if (exemplars.length > 0) this.#appendExemplars(pass, ref);
    const { family } = pass;
    if (this.#options.metadata === "keep here" || family === undefined) return;
    if (news === "known" && family.changedIn !== this.#pass) return;
    const name = labelValue(this.#labelsOf(pass) ?? [], metricNameLabel);
    if (isOfFamily(name, family.family, family.metadata.type)) {
      appender.setMetadata(ref, family.metadata);
    }
  }

  #appendExemplars(pass: Pass, ref: SeriesRef): void {
    const { reader, appender, figures } = pass;
    const isHistogram = reader.histogram !== undefined;
    const exemplars = reader
      .exemplars()
      // Without a time repeated ones could not be told from new ones.
      .filter(({ timestampMs }) => !isHistogram || timestampMs !== 0)
      .map((one) => (one.timestampMs === 0 ? { ...one, timestampMs: pass.timestampMs } : one))
      .sort((left, right) => left.timestampMs - right.timestampMs);
    const refused = exemplars.filter(
      (exemplar) => appender.appendExemplar(ref, exemplar) === "out of order",
    );
    if (refused.length > 0 && refused.length === exemplars.length) {
      figures.refused.exemplarOutOfOrder += refused.length;
    }
  }

  #describe(family: string, said: Partial<MetricMetadata>): KnownMetadata {
    const known = this.#metadata.get(family);
    if (known === undefined) {
      const metadata = { ...noMetadata, ...said };
      const added = { family, metadata, seenIn: this.#pass, changedIn: this.#pass };
      this.#metadata.set(family, added);
      return added;
    }
    known.seenIn = this.#pass;
    const { type, unit, help } = known.metadata;
    const isSame =
      (said.type ?? type) === type && (said.unit ?? unit) === unit && (said.help ?? help) === help;
    if (!isSame) {
      known.metadata = { ...known.metadata, ...said };
      known.changedIn = this.#pass;
    }
    return known;
  }

  /** Ends what the last pass had and this one has not. */
  #endStale(appender: Appender, timestampMs: number): void {
    const gone = [...this.#inherited];
    const flags = this.#flags;
    for (let entry = 0; entry < this.#table.size; entry++) {
      const known = flags[entry] ?? 0;
      if ((known & (isTracked | wasTracked)) === wasTracked) gone.push(this.#table.value(entry));
    }
    if (gone.length === 0) return;
    // A target may write the same series in another way.
    const refs = new Set(this.#refsWith(isTracked));
    for (const ref of gone) if (!refs.has(ref)) appender.appendStale(ref, timestampMs);
  }

  #refsWith(flag: number): readonly SeriesRef[] {
    const refs: SeriesRef[] = [];
    for (let entry = 0; entry < this.#table.size; entry++) {
      if (((this.#flags[entry] ?? 0) & flag) !== 0) refs.push(this.#table.value(entry));
    }
    return refs;
  }

  #finishPass(): void {
    const pass = this.#pass;
    if (this.#seenCount < this.#table.size) this.#forgetUnseen();
    const flags = this.#flags;
    for (let entry = 0; entry < this.#table.size; entry++) {
      flags[entry] = ((flags[entry] ?? 0) & isTracked) === 0 ? 0 : wasTracked;
    }
    for (const [family, { seenIn }] of this.#metadata) {
      if (pass - seenIn > metadataScrapes) this.#metadata.delete(family);
    }
    this.#sizeAtSuccess = this.#table.size;
    this.#startNextPass();
  }

  #forgetUnseen(): void {
    const flags = this.#flags;
    const kept = flags.subarray(0, this.#table.size).filter((known) => (known & isSeen) !== 0);
    this.#table.keepWhere((_ref, entry) => ((flags[entry] ?? 0) & isSeen) !== 0);
    this.#flags = new Uint8Array(Math.max(64, kept.length));
    this.#flags.set(kept);
  }

  #startNextPass(): void {
    this.#inherited = [];
    this.#seenCount = 0;
    this.#pass++;
  }

  /** A target whose labels change with every failing scrape must not fill the memory. */
  #forgetWhenTooMany(): void {
    if (this.#table.size > this.#sizeAtSuccess * 2 + 1_000) this.#table.keepWhere(() => false);
  }
}

function newReader(
  { bytes, format }: { readonly bytes: Uint8Array; readonly format: BodyFormat },
  options: SeriesOptions,
  comments: CommentTables,
): ExpositionReader {
  if (format === "text") return new TextReader(bytes, comments.text);
  if (format === "openmetrics") {
    const created = options.startTimestamps === "ignore" ? "series" : "start timestamps";
    return new OpenMetricsReader(bytes, created, comments.openmetrics);
  }
  return new ProtobufExpositionReader(bytes, {
    nativeHistograms: options.scrapeNativeHistograms ? "read" : "ignore",
    classicHistograms: options.alwaysScrapeClassicHistograms ? "always" : "unless native",
  });
}

/** What a histogram was before its first observation. */
function emptied(histogram: Histogram): Histogram {
  const nothing = { zeroCount: 0, count: 0, sum: 0, positive: noBuckets, negative: noBuckets };
  return { ...histogram, ...nothing, counterResetHint: "unknown" };
}

function newFigures(): ScrapeFigures {
  return {
    scraped: 0,
    kept: 0,
    seriesAdded: 0,
    refused: {
      outOfOrder: 0,
      duplicate: 0,
      outOfBounds: 0,
      exemplarOutOfOrder: 0,
      sampleLimit: 0,
      bucketLimit: 0,
      labelLimit: 0,
    },
    problem: undefined,
  };
}

function limitProblem({ refused }: ScrapeFigures): string | undefined {
  if (refused.sampleLimit > 0) return "sample limit exceeded";
  return refused.bucketLimit > 0 ? "histogram bucket limit exceeded" : undefined;
}
