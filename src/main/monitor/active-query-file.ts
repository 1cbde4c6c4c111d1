/**
 * `queries.active` in the data directory: the queries that run now, so that after a crash somebody
 * can tell which one it was.
 *
 * The file is upstream's: a bracket, then a place of a thousand bytes for each query that may run at
 * the same time, with its JSON, zeros, and a comma at the end; free places are zeros.
 */
import type { Disk, FixedFile, Logger } from "#base";

const placeBytes = 1_000;

export class ActiveQueryFile implements AsyncDisposable {
  readonly #file: FixedFile;
  readonly #nowMs: () => number;
  /** Where the free places begin. */
  readonly #free: number[];

  constructor(file: FixedFile, placeCount: number, nowMs: () => number) {
    this.#file = file;
    this.#nowMs = nowMs;
    this.#free = Array.from({ length: placeCount }, (_, place) => 1 + place * placeBytes).reverse();
    file.write(0, new TextEncoder().encode("["));
  }

  /** Notes a query until what this gives is disposed of. */
  enter(query: string): Disposable {
    const offset = this.#free.pop();
    if (offset === undefined) return { [Symbol.dispose]() {} };
    this.#file.write(offset, placeOf(query, Math.floor(this.#nowMs() / 1_000)));
    return {
      [Symbol.dispose]: () => {
        this.#file.write(offset, new Uint8Array(placeBytes));
        this.#free.push(offset);
      },
    };
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
    readonly nowMs: () => number;
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
  return new ActiveQueryFile(file, placeCount, deps.nowMs);
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
