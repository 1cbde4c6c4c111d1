import { compareText } from "#base";
import { grownWords } from "./columns.ts";

/**
 * Every pair of label name and value that a series has, numbered.
 *
 * A series is then a short run of numbers, and the strings of a pair exist once, however many series
 * have it. Numbers are never given anew; when series go, a new table is built for those that stay.
 */
export class LabelPairs {
  readonly #names: LabelName[] = [];
  readonly #byName = new Map<string, LabelName>();
  /** The value of each pair. */
  readonly #values: string[] = [];
  /** The number of the name of each pair. */
  #nameNumbers = new Uint32Array(64);

  get count(): number {
    return this.#values.length;
  }

  /** The pair's number, or -1 when no series has it. */
  find(name: string, value: string): number {
    return this.#byName.get(name)?.pairs.get(value) ?? -1;
  }

  /** The pair's number, which is made when it is new. */
  ensure(name: string, value: string): number {
    const entry = this.#byName.get(name) ?? this.#addName(name);
    const known = entry.pairs.get(value);
    if (known !== undefined) return known;
    const pair = this.#values.length;
    entry.pairs.set(value, pair);
    this.#values.push(value);
    this.#nameNumbers = grownWords(this.#nameNumbers, pair + 1);
    this.#nameNumbers[pair] = entry.number;
    return pair;
  }

  name(pair: number): string {
    return this.#names[this.#nameNumbers[pair] ?? 0]?.name ?? "";
  }

  value(pair: number): string {
    return this.#values[pair] ?? "";
  }

  /** Sorted. */
  names(): readonly string[] {
    return this.#names.map((entry) => entry.name).sort(compareText);
  }

  /** Values and the numbers of their pairs, in no order; undefined when no series has the label. */
  pairsOf(name: string): ReadonlyMap<string, number> | undefined {
    return this.#byName.get(name)?.pairs;
  }

  #addName(name: string): LabelName {
    const entry = { name, number: this.#names.length, pairs: new Map<string, number>() };
    this.#names.push(entry);
    this.#byName.set(name, entry);
    return entry;
  }
}

interface LabelName {
  readonly name: string;
  readonly number: number;
  /** The number of the pair with each value. */
  readonly pairs: Map<string, number>;
}
