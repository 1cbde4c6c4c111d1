import { assert } from "#base";
import { revisionOf } from "./position.ts";

/** A value that stood at a key: where to read it, and when the key had been created. */
export interface Version {
  readonly position: number;
  readonly createRevision: number;
}

/**
 * What was written at one key and has not been compacted. A million of these are held at once, so
 * a key that was written once holds a bare number, and create revisions are derived where they can be.
 */
export class KeyHistory {
  readonly key: string;
  /** Positions of the writes, rising; those of deletions are negated. */
  #positions: number | number[];
  /** Create revision of the oldest version, and of the newest: they differ after a re-creation. */
  #oldestCreateRevision: number;
  #newestCreateRevision: number;

  constructor(key: string) {
    this.key = key;
    this.#positions = 0;
    this.#oldestCreateRevision = 0;
    this.#newestCreateRevision = 0;
  }

  /** The value that stands now. */
  get newest(): Version | undefined {
    const position = this.#last();
    if (position <= 0) return undefined;
    return { position, createRevision: this.#newestCreateRevision };
  }

  /** Revision of the newest write; 0 when nothing is known. */
  get revision(): number {
    return revisionOf(Math.abs(this.#last()));
  }

  /** The value that stood at `revision`. */
  versionAt(revision: number): Version | undefined {
    const last = this.#last();
    if (revisionOf(Math.abs(last)) <= revision) return this.newest;
    if (typeof this.#positions === "number") return undefined;
    const index = indexAt(this.#positions, revision);
    const position = this.#positions[index];
    if (position === undefined || position < 0) return undefined;
    return { position, createRevision: this.#createRevisionAt(this.#positions, index) };
  }

  /** Adds a write that is newer than all others; `createRevision` 0 is a deletion. */
  add(position: number, createRevision: number): void {
    const signed = createRevision === 0 ? -position : position;
    if (createRevision !== 0) this.#newestCreateRevision = createRevision;
    if (this.#positions === 0) {
      this.#positions = signed;
      this.#oldestCreateRevision = createRevision;
    } else if (typeof this.#positions === "number") {
      this.#positions = [this.#positions, signed];
    } else {
      this.#positions.push(signed);
    }
  }

  /** Forgets what only revisions before `revision` can see, and returns those positions, rising. */
  compact(revision: number): readonly number[] {
    const positions = this.#positions;
    if (typeof positions === "number") {
      if (positions >= 0 || revisionOf(-positions) > revision) return [];
      this.#positions = 0;
      return [-positions];
    }
    const index = indexAt(positions, revision);
    const standing = positions[index];
    if (standing === undefined) return [];
    // A deletion that has been compacted is the same as a key that never was.
    const firstKept = standing < 0 ? index + 1 : index;
    if (firstKept === 0) return [];
    const oldestCreateRevision = this.#createRevisionAt(positions, firstKept);
    const forgotten = positions.splice(0, firstKept).map(Math.abs);
    this.#oldestCreateRevision = oldestCreateRevision;
    if (positions.length <= 1) this.#positions = positions[0] ?? 0;
    return forgotten;
  }

  /** Whether nothing is known of the key any more. */
  get isEmpty(): boolean {
    return this.#positions === 0;
  }

  #last(): number {
    const positions = this.#positions;
    return typeof positions === "number" ? positions : (positions.at(-1) ?? 0);
  }

  /** 0 where no value stands. */
  #createRevisionAt(positions: readonly number[], index: number): number {
    const position = positions[index];
    if (position === undefined || position < 0) return 0;
    if (revisionOf(position) >= this.#newestCreateRevision) return this.#newestCreateRevision;
    for (let created = index; created > 0; created--) {
      const before = positions[created - 1];
      const start = positions[created];
      assert(before !== undefined && start !== undefined, "the walk stays inside the history");
      if (before < 0) return revisionOf(start);
    }
    return this.#oldestCreateRevision;
  }
}

/** Index of the last position whose revision is not after `revision`; -1 when there is none. */
function indexAt(positions: readonly number[], revision: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const position = positions[middle];
    assert(position !== undefined, "the search stays inside the history");
    if (revisionOf(Math.abs(position)) <= revision) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
