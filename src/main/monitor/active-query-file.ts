/**
 * `queries.active` in the data directory: the queries that run now, so that after a crash somebody
 * can tell which one it was.
 *
 * The file is upstream's: a bracket, then a place of a thousand bytes for each query that may run at
 * the same time, with its JSON, zeros, and a comma at the end; free places are zeros.
 */
import type { Clock, Disk, FixedFile, Logger } from "#base";

const placeBytes = 1_000;

/**
 * Queries that are done sooner are not noted: what brings a process down takes longer than that, and
 * writing them would take as long as they do.
 */
const notedAfterMs = 5;

export class ActiveQueryFile implements AsyncDisposable {
  readonly #file: FixedFile;
  readonly #clock: Clock;
  /** Where the free places begin. */
  readonly #free: number[];

  constructor(file: FixedFile, placeCount: number, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
    this.#free = Array.from({ length: placeCount }, (_, place) => 1 + place * placeBytes).reverse();
    file.write(0, new TextEncoder().encode("["));
  }

  /** Notes a query that runs for some time, until what this gives is disposed of. */
  enter(query: string): Disposable {
    const startedMs = this.#clock.nowMs();
    let offset: number | undefined;
    const timer = this.#clock.schedule(notedAfterMs, () => {
      offset = this.#note(query, startedMs);
    });
    return {
      [Symbol.dispose]: () => {
        timer[Symbol.dispose]();
        if (offset !== undefined) this.#erase(offset);
      },
    };
  }

  /** Gives the place of the note; undefined when there is none left. */
  #note(query: string, startedMs: number): number | undefined {
    const offset = this.#free.pop();
    if (offset !== undefined) {
      this.#file.write(offset, placeOf(query, Math.floor(startedMs / 1_000)));
    }
    return offset;
  }

  #erase(offset: number): void {
    this.#file.write(offset, new Uint8Array(placeBytes));
    this.#free.push(offset);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Logs what the last process left unfinished, and begins anew. */
export async function openActiveQueryFile(
  deps: {
    readonly disk: Pick<Disk, "findFile" | "openFixed">;
    readonly log: Logger;
    readonly clock: Clock;
  },
  path: string,
  placeCount: number,
): Promise<ActiveQueryFile> {
  const left = await deps.disk.findFile(path);
  const queries = left === undefined ? undefined : unfinishedQueries(left);
  if (queries !== undefined) {
    deps.log.info("These queries didn't finish in prometheus' last run:", { queries });
  }
  const file = await deps.disk.openFixed(path, 1 + placeCount * placeBytes, { mode: 0o644 });
  return new ActiveQueryFile(file, placeCount, deps.clock);
}

/** The queries of a file as a JSON list; undefined when there are none. */
export function unfinishedQueries(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes).replaceAll("\0", "");
  return text.length <= 1 ? undefined : `${text.slice(0, -1)}]`;
}

/** A place with a query, which is cut where it is too long, between characters. */
function placeOf(query: string, timestampSeconds: number): Uint8Array {
  const encoder = new TextEncoder();
  const jsonOf = (text: string) =>
    encoder.encode(JSON.stringify({ query: text, timestamp_sec: timestampSeconds }));
  const roomBytes = placeBytes - 1 - jsonOf("").length;
  const { read } = encoder.encodeInto(query, new Uint8Array(roomBytes));
  let kept = query.slice(0, read);
  let json = jsonOf(kept);
  // Escapes may take more than the characters did: six times as much at most.
  while (json.length > placeBytes - 1) {
    kept = kept.slice(0, -Math.ceil((json.length - placeBytes + 1) / 6));
    json = jsonOf(kept.toWellFormed());
  }
  const place = new Uint8Array(placeBytes);
  place.set(json);
  place.set(encoder.encode(","), placeBytes - 1);
  return place;
}
