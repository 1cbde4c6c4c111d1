/** Groups that could not grow are left alone for a while, longer each time. Periods are upstream's. */

const firstMs = 300_000;
const longestMs = 1_800_000;

interface Backoff {
  readonly untilMs: number;
  readonly periodMs: number;
  readonly why: string;
}

export class Backoffs {
  readonly #byGroup = new Map<string, Backoff>();

  fail(group: string, why: string, nowMs: number): void {
    const before = this.#byGroup.get(group);
    const periodMs = before === undefined ? firstMs : Math.min(longestMs, before.periodMs * 2);
    this.#byGroup.set(group, { untilMs: nowMs + periodMs, periodMs, why });
  }

  /** The group has grown. */
  forget(group: string): void {
    this.#byGroup.delete(group);
  }

  /** By group that is not to be asked now: why. */
  reasonsAt(nowMs: number): ReadonlyMap<string, string> {
    const held = [...this.#byGroup].filter(([, { untilMs }]) => nowMs < untilMs);
    return new Map(held.map(([group, { why }]) => [group, why]));
  }

  namesAt(nowMs: number): ReadonlySet<string> {
    return new Set(this.reasonsAt(nowMs).keys());
  }
}
