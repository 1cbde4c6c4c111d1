/** Sends a load by remote write, as a sender with several shards does. */
import { compressSnappy } from "#base";
import { encodeWriteRequest, mediaTypeOf, type OutgoingSeries, type WriteMessage } from "#remote";
import { KubeLoad } from "./kube-load.ts";

/** As many as a Prometheus of today sends at once. */
const seriesPerWrite = 2_000;
const lanes = 4;

export interface WriteLoad {
  readonly message: WriteMessage;
  readonly seriesCount: number;
  readonly sampleCount: number;
  readonly intervalMs: number;
}

/** Sends the load up to now, and tells how long the program needed; making requests does not count. */
export async function sendLoad(url: string, load: WriteLoad): Promise<number> {
  const { message, seriesCount, sampleCount, intervalMs } = load;
  const kube = new KubeLoad(seriesCount);
  const endMs = Math.floor(Date.now() / intervalMs) * intervalMs;
  let tookMs = 0;
  for (let step = 0; step < sampleCount; step++) {
    const timestampMs = endMs - (sampleCount - 1 - step) * intervalMs;
    const bodies = bodiesOf(kube, timestampMs, message);
    const startedMs = performance.now();
    await sendAll(url, bodies, message);
    tookMs += performance.now() - startedMs;
    kube.step();
  }
  return tookMs / 1_000;
}

function bodiesOf(
  { labels, values }: KubeLoad,
  timestampMs: number,
  message: WriteMessage,
): readonly Uint8Array<ArrayBuffer>[] {
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  for (let first = 0; first < labels.length; first += seriesPerWrite) {
    const series = labels.slice(first, first + seriesPerWrite).map(
      (one, index): OutgoingSeries => ({
        labels: one,
        floats: {
          count: 1,
          timestampsMs: Float64Array.of(timestampMs),
          values: Float64Array.of(values[first + index] ?? 0),
          startTimestampsMs: Float64Array.of(0),
        },
        histograms: [],
        exemplars: [],
        metadata: undefined,
      }),
    );
    bodies.push(new Uint8Array(compressSnappy(encodeWriteRequest(series, message))));
  }
  return bodies;
}

async function sendAll(
  url: string,
  bodies: readonly Uint8Array<ArrayBuffer>[],
  message: WriteMessage,
): Promise<void> {
  const waiting = [...bodies].reverse();
  const headers = { "content-encoding": "snappy", "content-type": mediaTypeOf(message) };
  const lane = async () => {
    for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
      const response = await fetch(`${url}/api/v1/write`, { method: "POST", body, headers });
      const text = await response.text();
      if (response.status !== 204) throw new Error(`${response.status}: ${text}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
