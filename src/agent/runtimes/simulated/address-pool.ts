import { RuntimeError } from "../../runtime.ts";

/** Addresses of a node's share of the pod range; the network's, the gateway's and the last are not given. */
export class AddressPool {
  readonly #base: number;
  readonly #count: number;
  readonly #taken = new Set<number>();
  #next = firstOffset;

  /** @throws RuntimeError `invalidArgument` when `cidr` is no IPv4 range. */
  constructor(cidr: string) {
    const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr);
    if (found === null) throw new RuntimeError("invalidArgument", `"${cidr}" is no IPv4 range`);
    const [a = 0, b = 0, c = 0, d = 0, prefixLength = 0] = found.slice(1).map(Number);
    this.#base = ((a * 256 + b) * 256 + c) * 256 + d;
    this.#count = 2 ** (32 - prefixLength);
  }

  /** Gives an address that is longest unused. Throws `resourceExhausted` when all are taken. */
  take(): string {
    const usable = this.#count - firstOffset - 1;
    for (let tried = 0; tried < usable; tried++) {
      const offset = this.#next;
      this.#next = offset + 1 < this.#count - 1 ? offset + 1 : firstOffset;
      if (this.#taken.has(offset)) continue;
      this.#taken.add(offset);
      return formatAddress(this.#base + offset);
    }
    throw new RuntimeError("resourceExhausted", "no address is left on this node");
  }

  giveBack(address: string): void {
    const parts = address.split(".").map(Number);
    const value = parts.reduce((sum, part) => sum * 256 + part, 0);
    this.#taken.delete(value - this.#base);
  }
}

/** Behind the network's own address and the gateway. */
const firstOffset = 2;

function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
