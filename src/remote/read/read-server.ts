/**
 * Answers other servers' remote reads: all samples in one message, or series by series as chunks,
 * which takes no more memory than one series.
 */
import {
  type Clock,
  compressSnappy,
  decompressSnappy,
  describeError,
  type HttpResponse,
  ProtobufError,
  ProtobufWriter,
  sleep,
  SnappyError,
} from "#base";
import {
  createMatcher,
  type LabelMatcher,
  type Labels,
  labelPairs,
  labelsOf,
  labelValue,
  type Queryable,
  SampleBuffer,
  type SeriesSource,
} from "#series";
import { decodeReadRequest } from "./decode-read.ts";
import { encodeChunkedSeries, writeResultSeries } from "./encode-read.ts";
import { encodeFrame } from "./frame.ts";
import { Gate } from "./gate.ts";
import {
  type ChunkCodec,
  chunksMediaType,
  type ReadQuery,
  type ReadRequest,
  type ResponseType,
  samplesMediaType,
  type SentChunk,
} from "./read-message.ts";

/** What a request may unpack to. */
const requestBytesMax = 32 * 1024 * 1024;
/** An answer in one message is no larger, whatever the limit of samples. */
const messageBytesMax = 1024 * 1024 * 1024;
/** After so many samples others have their turn. */
const samplesPerTurn = 100_000;
/** Fields and lengths of a chunk's message beside its bytes, about. */
const chunkOverheadBytes = 24;

export interface ReadServerDeps {
  readonly storage: Queryable;
  readonly chunks: ChunkCodec;
  readonly clock: Clock;
  /** Added to all series; queries for them mean series here, which do not have them. */
  readonly externalLabels: () => Labels;
}

export interface ReadLimits {
  /** Samples that a query may give as samples; 0 is no limit. */
  readonly samplesMax: number;
  /** Requests at the same time; 0 is no limit. */
  readonly concurrentMax: number;
  /** About how large frames of chunks get. */
  readonly frameBytesMax: number;
}

export class ReadServer {
  readonly #deps: ReadServerDeps;
  readonly #limits: ReadLimits;
  readonly #gate: Gate;

  constructor(deps: ReadServerDeps, limits: ReadLimits) {
    this.#deps = deps;
    this.#limits = limits;
    this.#gate = new Gate(limits.concurrentMax);
  }

  /** Requests that are answered now or wait. */
  get requestCount(): number {
    return this.#gate.count;
  }

  /** Answers the body of one request; what cannot be answered is a response too. */
  async respond(body: Uint8Array, signal: AbortSignal): Promise<HttpResponse> {
    const turn = await this.#gate.enter(signal);
    let isStreaming = false;
    try {
      const request = decodeRequest(body);
      const type = responseTypeOf(request);
      if (type === "samples") return await this.#samples(request.queries, signal);
      const response = await streamed(this.#frames(request.queries, signal), turn, signal);
      isStreaming = true;
      return response;
    } catch (error) {
      // The sender is told, in words that it logs.
      if (signal.aborted) throw error;
      const status = error instanceof ReadRefusal ? 400 : 500;
      return textResponse(status, describeError(error));
    } finally {
      if (!isStreaming) turn[Symbol.dispose]();
    }
  }

  async #samples(queries: readonly ReadQuery[], signal: AbortSignal): Promise<HttpResponse> {
    const writer = new ProtobufWriter();
    for (const query of queries) {
      const mark = writer.begin(1);
      let sampleCount = 0;
      let turnCount = 0;
      for await (const { labels, samples } of this.#series(query, signal)) {
        sampleCount += samples.count;
        turnCount += samples.count;
        refuseBeyond(this.#limits.samplesMax, sampleCount);
        writeResultSeries(writer, labels, samples);
        if (writer.length > messageBytesMax) {
          throw new ReadRefusal(`exceeded response size limit (${messageBytesMax} bytes)`);
        }
        if (turnCount < samplesPerTurn) continue;
        turnCount = 0;
        await sleep(this.#deps.clock, 0, signal);
      }
      writer.end(mark);
    }
    const body = compressSnappy(writer.finish());
    const headers = {
      "content-type": samplesMediaType,
      "content-encoding": "snappy",
      "content-length": String(body.length),
    };
    return { status: 200, headers, body };
  }

  async *#frames(queries: readonly ReadQuery[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (const [index, query] of queries.entries()) {
      for await (const { labels, samples } of this.#series(query, signal)) {
        for (const chunks of this.#cutFrames(labels, this.#deps.chunks.encode(samples))) {
          yield encodeFrame(encodeChunkedSeries(index, labels, chunks));
        }
      }
    }
  }

  /** Groups a series' chunks: a frame is full when it has reached its size. */
  *#cutFrames(labels: Labels, chunks: readonly SentChunk[]): Generator<readonly SentChunk[]> {
    const labelBytes = labels.reduce((sum, text) => sum + text.length, 0);
    const roomBytes = this.#limits.frameBytesMax - labelBytes;
    let frame: SentChunk[] = [];
    let leftBytes = roomBytes;
    for (const chunk of chunks) {
      frame.push(chunk);
      leftBytes -= chunk.bytes.length + chunkOverheadBytes;
      if (leftBytes > 0) continue;
      yield frame;
      frame = [];
      leftBytes = roomBytes;
    }
    if (frame.length > 0) yield frame;
  }

  /** The series of a query, each with its samples in the same buffer. */
  async *#series(query: ReadQuery, signal: AbortSignal) {
    const { minMs, maxMs } = query;
    const external = this.#deps.externalLabels();
    const matchers = query.matchers.map((matcher) => ownMatcher(matcher, external));
    await using querier = await this.#deps.storage.querier(minMs, maxMs);
    const hints = { minMs, maxMs, seriesMax: 0 };
    const samples = new SampleBuffer();
    for (const source of await querier.select(matchers, hints, signal)) {
      signal.throwIfAborted();
      readAll(source, samples, query);
      if (samples.count === 0) continue;
      yield { labels: withExternal(source.labels, external), samples };
    }
  }
}

/** A request that nobody will answer, however often it comes. */
class ReadRefusal extends Error {}

function decodeRequest(body: Uint8Array): ReadRequest {
  try {
    return decodeReadRequest(decompressSnappy(body, requestBytesMax));
  } catch (error) {
    // What cannot be read is the sender's fault.
    if (!(error instanceof SnappyError || error instanceof ProtobufError)) throw error;
    throw new ReadRefusal(error.message, { cause: error });
  }
}

/** The first type that both know; samples when the sender names none. */
function responseTypeOf({ responseTypes: types, namesTypes }: ReadRequest): ResponseType {
  if (!namesTypes) return "samples";
  const [first] = types;
  if (first !== undefined) return first;
  throw new ReadRefusal("server does not support any of the requested response types");
}

/** Series here do not have the external labels: to ask for their values is to ask for none. */
function ownMatcher(
  { operator, name, value }: ReadQuery["matchers"][number],
  external: Labels,
): LabelMatcher {
  const isExternal = operator === "=" && value !== "" && labelValue(external, name) === value;
  return createMatcher(operator, name, isExternal ? "" : value);
}

/** A series' own labels win over external ones. */
function withExternal(labels: Labels, external: Labels): Labels {
  if (external.length === 0) return labels;
  return labelsOf([...labelPairs(external), ...labelPairs(labels)]);
}

function readAll(source: SeriesSource, samples: SampleBuffer, { minMs, maxMs }: ReadQuery): void {
  samples.clear();
  source.read(samples, minMs, maxMs);
}

function refuseBeyond(samplesMax: number, count: number): void {
  if (samplesMax === 0 || count <= samplesMax) return;
  throw new ReadRefusal(`exceeded sample limit (${samplesMax})`);
}

/** Begins a stream, so that what is wrong with the query is still told by the status. */
async function streamed(
  frames: AsyncGenerator<Uint8Array>,
  turn: Disposable,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const first = await frames.next();
  const end = () => {
    turn[Symbol.dispose]();
    return frames.return(undefined);
  };
  // A client that leaves before it has read anything.
  signal.addEventListener("abort", () => void end(), { once: true });
  const headers = { "content-type": chunksMediaType };
  return { status: 200, headers, body: resumed(first, frames, end) };
}

async function* resumed(
  first: IteratorResult<Uint8Array>,
  frames: AsyncGenerator<Uint8Array>,
  end: () => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  try {
    if (first.done === true) return;
    yield first.value;
    yield* frames;
  } finally {
    await end();
  }
}

function textResponse(status: number, text: string): HttpResponse {
  const body = new TextEncoder().encode(`${text}\n`);
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "content-length": String(body.length),
    "x-content-type-options": "nosniff",
  };
  return { status, headers, body };
}
