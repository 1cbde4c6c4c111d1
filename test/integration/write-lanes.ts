/** Remote write from several senders at once, which remember what was acknowledged to them. */
import assert from "node:assert/strict";
import { compressSnappy } from "#base";
import { encodeWriteRequest, type OutgoingSeries } from "#remote";
import { labelsOf } from "#series";

const lanes = [0, 1, 2, 3];

export class WriteLanes {
  /** How many rounds were sent, acknowledged or not. */
  rounds = 0;
  readonly #seriesPerWrite: number;
  readonly #startMs = Date.now() - 600_000;
  /** For each lane how many writes were acknowledged, and the time of the last one. */
  readonly #acknowledged = lanes.map(() => ({ count: 0, lastMs: 0 }));

  constructor(seriesPerWrite: number) {
    this.#seriesPerWrite = seriesPerWrite;
  }

  /** Writes one sample to each series of each lane; the status of each, 0 without an answer. */
  async write(url: string): Promise<readonly number[]> {
    const timeMs = this.#startMs + this.rounds++;
    const statuses = await Promise.all(lanes.map((lane) => this.#send(url, lane, timeMs)));
    for (const [lane, status] of statuses.entries()) {
      const acknowledged = this.#acknowledged[lane];
      if (status !== 204 || acknowledged === undefined) continue;
      acknowledged.count++;
      acknowledged.lastMs = timeMs;
    }
    return statuses;
  }

  /** Every series of a lane has all samples that were acknowledged, the last one among them. */
  async assertStored(url: string): Promise<void> {
    for (const [lane, { count, lastMs }] of this.#acknowledged.entries()) {
      if (count === 0) continue;
      const newest = await askOne(url, `count(last_over_time(w${lane}[30m]) >= ${lastMs})`);
      assert.equal(
        newest,
        this.#seriesPerWrite,
        `series of lane ${lane} with a sample at ${lastMs}`,
      );
      const fewest = await askOne(url, `min(count_over_time(w${lane}[30m]))`);
      assert.ok(fewest >= count, `lane ${lane}: ${fewest} samples, ${count} acknowledged`);
    }
  }

  async #send(url: string, lane: number, timeMs: number): Promise<number> {
    const series = Array.from({ length: this.#seriesPerWrite }, (_, index) =>
      seriesOf(lane, index, timeMs),
    );
    const body = new Uint8Array(
      compressSnappy(encodeWriteRequest(series, "prometheus.WriteRequest")),
    );
    const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
    try {
      const response = await fetch(`${url}/api/v1/write`, { method: "POST", body, headers });
      await response.arrayBuffer();
      return response.status;
    } catch {
      // It was killed.
      return 0;
    }
  }
}

function seriesOf(lane: number, index: number, timeMs: number): OutgoingSeries {
  return {
    labels: labelsOf([
      ["__name__", `w${lane}`],
      ["n", String(index)],
    ]),
    floats: {
      count: 1,
      timestampsMs: Float64Array.of(timeMs),
      values: Float64Array.of(timeMs),
      startTimestampsMs: Float64Array.of(0),
    },
    histograms: [],
    exemplars: [],
    metadata: undefined,
  };
}

async function askOne(url: string, expr: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`);
  const answer = (await response.json()) as {
    readonly data: { readonly result: readonly { readonly value: readonly [number, string] }[] };
  };
  return Number(answer.data.result[0]?.value[1]);
}
