import { BytePool } from "#base";
import type { MetricType } from "./reader.ts";

/** What a line about a metric family says. */
export type FamilyComment =
  | { readonly kind: "type"; readonly family: string; readonly type: MetricType }
  | { readonly kind: "help" | "unit"; readonly family: string; readonly text: string };

/**
 * Lines about families that bodies had before. Targets repeat them with every scrape, and targets of
 * one job have the same, so what is known need not be read again and is in memory once.
 *
 * A table serves one format: what a line says depends on it.
 */
export class CommentTable {
  #lines = new BytePool();
  #comments: (FamilyComment | undefined)[] = [];
  /** The line that was looked for last. */
  #number = 0;

  /** What the line from `start` to `end` was found to say. */
  find(bytes: Uint8Array, start: number, end: number): FamilyComment | undefined {
    if (this.#lines.byteLength > bytesMax) {
      this.#lines = new BytePool();
      this.#comments = [];
    }
    this.#number = this.#lines.numberOf(bytes, start, end);
    return this.#comments[this.#number];
  }

  /** Keeps what the line says that was looked for last. */
  remember(comment: FamilyComment): void {
    while (this.#comments.length < this.#number) this.#comments.push(undefined);
    this.#comments[this.#number] = comment;
  }
}

/** With more than this it starts anew: lines that differ every time must not fill the memory. */
const bytesMax = 16 * 1024 * 1024;

/** A table for each of the formats that have such lines. */
export class CommentTables {
  readonly text = new CommentTable();
  readonly openmetrics = new CommentTable();
}
