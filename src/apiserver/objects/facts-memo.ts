import type { ObjectFacts } from "./stored-object.ts";

interface Remembered {
  readonly revision: number;
  readonly facts: ObjectFacts;
}

/**
 * What selectors saw of objects, so that a list with selectors decodes no object twice. It holds far
 * less than the objects; the least recently decoded are forgotten first.
 */
export class FactsMemo {
  readonly #byKey = new Map<string, Remembered>();
  readonly #countMax: number;

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  find(storeKey: string, revision: number): ObjectFacts | undefined {
    const known = this.#byKey.get(storeKey);
    return known?.revision === revision ? known.facts : undefined;
  }

  remember(storeKey: string, revision: number, facts: ObjectFacts): void {
    this.#byKey.delete(storeKey);
    this.#byKey.set(storeKey, { revision, facts });
    if (this.#byKey.size <= this.#countMax) return;
    const oldest = this.#byKey.keys().next();
    if (oldest.done !== true) this.#byKey.delete(oldest.value);
  }
}
