/** Asks one other server for series. */
import { type Clock, compressSnappy, decompressSnappy, type HttpResponse } from "#base";
import { type HttpClient, readBody } from "#outbound";
import type { RemoteReadConfig } from "#promconfig";
import {
  formatDuration,
  isValidLabelName,
  isValidMetricName,
  type Labels,
  labelsOf,
  labelValue,
  metricNameLabel,
  type SeriesSource,
} from "#series";
import { inPairs } from "../wire/in-pairs.ts";
import { decodeChunkedSeries, decodeReadResponse } from "./decode-read.ts";
import { encodeReadRequest } from "./encode-read.ts";
import { readFrames } from "./frame.ts";
import {
  type ChunkCodec,
  chunksMediaType,
  type ReadQuery,
  samplesMediaType,
} from "./read-message.ts";
import { seriesOfChunks, seriesOfSamples } from "./remote-series.ts";

/** More than this is not read of one answer, packed or unpacked. */
const answerBytesMax = 512 * 1024 * 1024;
/** How much of a refusal is read to be told. */
const refusalBytesMax = 64 * 1024;

/** How an answer came: as samples, as chunks, or as nothing that is known. */
export type AnswerKind = "sampled" | "chunked" | "unsupported";

/** Told of reads, for metrics. */
export interface ReadObserver {
  /** A read has begun; disposing what it gives ends it. */
  begin(): Disposable;
  /** The server has answered, so long after it was asked. */
  answered(kind: AnswerKind, seconds: number): void;
  /** An answer has been read to its end, or as far as it could be. */
  counted(kind: AnswerKind, code: string): void;
}

export interface RemoteReaderDeps {
  readonly client: HttpClient;
  readonly clock: Clock;
  readonly chunks: ChunkCodec;
  readonly observer: ReadObserver;
}

export class RemoteReader {
  readonly #deps: RemoteReaderDeps;
  readonly #config: RemoteReadConfig;

  constructor(deps: RemoteReaderDeps, config: RemoteReadConfig) {
    this.#deps = deps;
    this.#config = config;
  }

  /** The series as the server sent them, perhaps one in several parts. Rejects when it cannot be asked. */
  async read(query: ReadQuery, signal: AbortSignal): Promise<readonly SeriesSource[]> {
    const { clock, observer } = this.#deps;
    const timeout = new AbortController();
    const { remoteTimeoutMs } = this.#config;
    const late = `context deadline exceeded: request timed out after ${formatDuration(remoteTimeoutMs)}`;
    using _timer = clock.schedule(remoteTimeoutMs, () => timeout.abort(new Error(late)));
    using _reading = observer.begin();
    const either = AbortSignal.any([signal, timeout.signal]);
    const startedMs = clock.elapsedMs();
    const response = await this.#ask(query, either);
    return this.#answer(response, (clock.elapsedMs() - startedMs) / 1_000);
  }

  async #ask(query: ReadQuery, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#deps.client.send(this.#request(query), signal);
    } catch (error) {
      // The reason of the signal says more than what the connection saw of it.
      const why = textOf(signal.aborted ? signal.reason : error);
      throw new Error(`error sending request: ${why}`, { cause: error });
    }
  }

  #request(query: ReadQuery) {
    const { url, headers } = this.#config;
    return {
      method: "POST",
      url,
      unixPath: undefined,
      body: compressSnappy(encodeReadRequest(query)),
      headers: {
        ...Object.fromEntries([...headers].map(([name, value]) => [name.toLowerCase(), value])),
        "content-encoding": "snappy",
        "accept-encoding": "snappy",
        "content-type": samplesMediaType,
        "x-prometheus-remote-read-version": "0.1.0",
      },
    };
  }

  async #answer(response: HttpResponse, seconds: number): Promise<readonly SeriesSource[]> {
    const { observer } = this.#deps;
    const { status, headers } = response;
    if (status < 200 || status > 299) throw await refused(this.#config.url, response);
    const kind = kindOf(headers["content-type"]);
    observer.answered(kind, seconds);
    if (kind === "chunked") return this.#chunked(response);
    observer.counted(kind, String(status));
    if (kind === "sampled") return sampled(response);
    throw new Error(`unsupported content type: ${String(headers["content-type"] ?? "")}`);
  }

  async #chunked({ status, body }: HttpResponse): Promise<readonly SeriesSource[]> {
    const { chunks, observer } = this.#deps;
    const found: SeriesSource[] = [];
    let byteCount = 0;
    let code = "aborted_stream";
    try {
      for await (const message of readFrames(body ?? new Uint8Array(0), this.#frameBytesMax)) {
        byteCount += message.length;
        refuseBeyond(byteCount);
        for (const series of decodeChunkedSeries(message)) {
          found.push(seriesOfChunks(series.labels, series.chunks, chunks));
        }
      }
      code = String(status);
    } finally {
      observer.counted("chunked", code);
    }
    return found;
  }

  get #frameBytesMax(): number {
    return Math.min(Number(this.#config.chunkedReadLimitBytes), answerBytesMax);
  }
}

/** What the client says is whole: its causes would only repeat it. */
function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function sampled(response: HttpResponse): Promise<readonly SeriesSource[]> {
  const packed = await readBody(response, { bytesMax: answerBytesMax });
  const results = decodeReadResponse(decompressSnappy(packed, answerBytesMax));
  const [series] = results;
  if (series === undefined || results.length > 1) {
    throw new Error(`responses: want 1, got ${results.length}`);
  }
  const found: SeriesSource[] = [];
  while (series.next()) found.push(seriesOfSamples(checkedLabels(series.labelPairs), series));
  return found;
}

function checkedLabels(sent: readonly string[]): Labels {
  const labels = labelsOf(inPairs(sent));
  const name = labelValue(labels, metricNameLabel);
  if (name !== "" && !isValidMetricName(name, "utf8")) {
    throw new Error(`invalid metric name: ${name}`);
  }
  for (const [label] of inPairs(sent)) {
    if (!isValidLabelName(label, "utf8")) throw new Error(`invalid label name: ${label}`);
  }
  return labels;
}

function kindOf(contentType: HttpResponse["headers"][string]): AnswerKind {
  const text = typeof contentType === "string" ? contentType : "";
  if (text.startsWith(samplesMediaType)) return "sampled";
  return text.startsWith(chunksMediaType) ? "chunked" : "unsupported";
}

function refuseBeyond(byteCount: number): void {
  if (byteCount <= answerBytesMax) return;
  throw new Error(`the answer is longer than ${answerBytesMax} bytes`);
}

async function refused(url: string, response: HttpResponse): Promise<Error> {
  const bytes = await readBody(response, { bytesMax: refusalBytesMax });
  const text = new TextDecoder().decode(bytes).replace(/^\n+|\n+$/g, "");
  return new Error(`remote server ${url} returned http status ${response.status}: ${text}`);
}
