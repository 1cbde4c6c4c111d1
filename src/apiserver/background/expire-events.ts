import { parseTime } from "#api";
import { type Event, event } from "#api/core/v1";
import { type Clock, type Logger, sleep } from "#base";
import { type Store, type Write, writesPerCommitMax } from "#store";
import { decodedAs } from "../objects/decode-stored.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { Catalog } from "../registry/catalog.ts";

export interface ExpireEventsDeps {
  readonly store: Store;
  readonly reader: ObjectReader;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** As upstream's default: who looks for a cause looks within the hour. */
const eventLifetimeMs = 60 * 60 * 1_000;
const passIntervalMs = 60_000;
const pageSize = 500;

/** Deletes Events an hour after they were last seen, until aborted. */
export async function expireEvents(deps: ExpireEventsDeps, signal: AbortSignal): Promise<void> {
  while (true) {
    await sleep(deps.clock, passIntervalMs, signal);
    const count = await expireOnce(deps, deps.clock.nowMs() - eventLifetimeMs, signal);
    if (count > 0) deps.logger.debug("events expired", { count });
  }
}

/** Deletes the Events last seen before `beforeMs`; returns how many. */
async function expireOnce(
  { store, reader, catalog }: ExpireEventsDeps,
  beforeMs: number,
  signal: AbortSignal,
): Promise<number> {
  const resource = catalog.get(event);
  let startAfter = "";
  let count = 0;
  while (true) {
    const page = { resource, namespace: "", startAfter, limit: pageSize, revision: undefined };
    const { objects, remainingCount } = await reader.range(page);
    const old = objects.filter(({ value }) => lastSeenMs(decodedAs(event, value)) < beforeMs);
    for (let index = 0; index < old.length; index += writesPerCommitMax) {
      const some = old.slice(index, index + writesPerCommitMax);
      const writes = some.map(({ storeKey }): Write => ({ kind: "delete", key: storeKey }));
      const unchanged = some.map(({ storeKey, revision }) => ({ key: storeKey, revision }));
      const commit = await store.commit(unchanged, writes);
      // One of them was seen again meanwhile: the next pass decides anew.
      if (commit.kind === "committed") count += some.length;
    }
    const last = objects.at(-1);
    if (last === undefined || remainingCount === 0) return count;
    startAfter = last.storeKey.slice(resource.storePrefix.length);
    signal.throwIfAborted();
  }
}

/** When an Event last happened, by the newest of the times it tells. */
function lastSeenMs({ series, lastTimestamp, eventTime, metadata }: Event): number {
  const times = [
    series?.lastObservedTime,
    lastTimestamp,
    eventTime,
    metadata?.creationTimestamp,
  ].filter((time) => time !== undefined && time !== "");
  return Math.max(0, ...times.map((time) => parseTime(time ?? "")));
}
