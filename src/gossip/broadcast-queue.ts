/** What everybody should hear, each of it sent a few times to somebody by chance. */
export interface Broadcast {
  readonly bytes: Uint8Array;
  /** News of the same subject replace each other; nothing replaces what has none. */
  readonly subject?: string;
  /** Called once it was sent often enough, or was replaced. */
  readonly onDone?: () => void;
}

/**
 * Broadcasts in the order in which they are due: those sent least often first, of these the newest.
 * Each is sent as often as it takes to reach everybody but by bad luck (`transmitsMax`); who was missed
 * learns it from a whole state later.
 */
export class BroadcastQueue {
  readonly #transmitsMax: () => number;
  /** By how often they were sent, each from newest to oldest. */
  #tiers: readonly (readonly Broadcast[])[] = [];

  constructor(transmitsMax: () => number) {
    this.#transmitsMax = transmitsMax;
  }

  get size(): number {
    return this.#tiers.reduce((count, tier) => count + tier.length, 0);
  }

  add(broadcast: Broadcast): void {
    const { subject } = broadcast;
    if (subject !== undefined) this.#drop((other) => other.subject === subject);
    const [fresh = [], ...sent] = this.#tiers;
    this.#tiers = [[broadcast, ...fresh], ...sent];
  }

  /** Takes what fits into so many bytes, each with `overheadBytes` of its own, to be sent once. */
  take(overheadBytes: number, bytesMax: number): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    const transmitsMax = this.#transmitsMax();
    let bytesLeft = bytesMax;
    const tiers: Broadcast[][] = [];
    let sentNow: Broadcast[] = [];
    for (const [transmits, tier] of this.#tiers.entries()) {
      const kept = sentNow;
      sentNow = [];
      for (const broadcast of tier) {
        const bytes = overheadBytes + broadcast.bytes.length;
        if (bytes > bytesLeft) {
          kept.push(broadcast);
          continue;
        }
        bytesLeft -= bytes;
        taken.push(broadcast.bytes);
        if (transmits + 1 < transmitsMax) sentNow.push(broadcast);
        else broadcast.onDone?.();
      }
      tiers.push(kept);
    }
    this.#tiers = sentNow.length === 0 ? tiers : [...tiers, sentNow];
    return taken;
  }

  /** Lets go of what was sent most often until no more than `countMax` are left; how many that were. */
  prune(countMax: number): number {
    const surplus = Math.max(0, this.size - countMax);
    this.#drop((_broadcast, place) => place >= countMax);
    return surplus;
  }

  #drop(isDropped: (broadcast: Broadcast, place: number) => boolean): void {
    let place = 0;
    this.#tiers = this.#tiers.map((tier) =>
      tier.filter((broadcast) => {
        const goes = isDropped(broadcast, place++);
        if (goes) broadcast.onDone?.();
        return !goes;
      }),
    );
  }
}
