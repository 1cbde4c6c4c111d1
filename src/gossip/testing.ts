/** A network for tests: every packet and connection takes its time on the virtual clock, or is lost. */
import {
  type Clock,
  type Connection,
  type Random,
  silentLogger,
  type SocketAddress,
  uncounted,
} from "#base";
import { type Cluster, type ClusterOptions, openCluster } from "./cluster.ts";
import type { GossipTransport, OpenTransport, TransportTaker } from "./transport.ts";

export interface NetworkFaults {
  /** Shares of the packets, from 0 to 1. */
  readonly lost: number;
  readonly doubled: number;
  readonly delayMs: readonly [min: number, max: number];
}

const quiet: NetworkFaults = { lost: 0, doubled: 0, delayMs: [1, 5] };

export class SimulatedNetwork {
  faults: NetworkFaults = quiet;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #takers = new Map<string, TransportTaker>();
  /** Addresses that only those with the same number reach; others reach everybody. */
  readonly #islands = new Map<string, number>();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  readonly open: OpenTransport = async (local, taker) => {
    const { address } = local;
    this.#takers.set(address, taker);
    const transport: GossipTransport = {
      local,
      sendPacket: (bytes, to) => {
        if (this.#takers.get(address) === taker) this.#sendPacket(local, bytes, to);
      },
      connect: (to) => this.#connect(local, to),
      [Symbol.asyncDispose]: async () => void this.#takers.delete(address),
    };
    return transport;
  };

  /** Splits the network: `separate("10.0.0.1", 1)` cuts it off from all that are not on island 1. */
  separate(address: string, island: number): void {
    this.#islands.set(address, island);
  }

  heal(): void {
    this.#islands.clear();
  }

  #reaches(from: SocketAddress, to: SocketAddress): boolean {
    return this.#islands.get(from.address) === this.#islands.get(to.address);
  }

  #sendPacket(from: SocketAddress, bytes: Uint8Array, to: SocketAddress): void {
    const isLost = this.#random.fraction() < this.faults.lost;
    const copies = isLost ? 0 : this.#random.fraction() < this.faults.doubled ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      this.#clock.schedule(this.#delayMs(), () => {
        if (this.#reaches(from, to)) this.#takers.get(to.address)?.onPacket(bytes.slice(), from);
      });
    }
  }

  async #connect(from: SocketAddress, to: SocketAddress): Promise<Connection> {
    const taker = this.#takers.get(to.address);
    await new Promise<void>((resolve) => this.#clock.schedule(this.#delayMs(), resolve));
    if (taker === undefined || !this.#reaches(from, to)) throw new Error("connection refused");
    const isOpen = () => this.#reaches(from, to) && this.#takers.get(to.address) === taker;
    const there = new Pipe();
    const back = new Pipe();
    const end = (inward: Pipe, outward: Pipe) => this.#endOf(inward, outward, isOpen);
    taker.onConnection(end(there, back));
    return end(back, there);
  }

  #endOf(inward: Pipe, outward: Pipe, isOpen: () => boolean): Connection {
    return {
      received: inward,
      send: async (bytes) => {
        await new Promise<void>((resolve) => this.#clock.schedule(this.#delayMs(), resolve));
        if (isOpen()) outward.push(bytes);
      },
      finish: async () => outward.end(),
      [Symbol.asyncDispose]: async () => {
        inward.end();
        outward.end();
      },
    };
  }

  #delayMs(): number {
    const [min, max] = this.faults.delayMs;
    return min + this.#random.fraction() * (max - min);
  }
}

/** Bytes on their way in one direction. */
class Pipe implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #isEnded = false;
  #wake = Promise.withResolvers<void>();

  push(bytes: Uint8Array): void {
    if (!this.#isEnded) this.#chunks.push(bytes);
    this.#wake.resolve();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (true) {
      const next = this.#chunks.shift();
      if (next !== undefined) yield next;
      else if (this.#isEnded) return;
      else {
        await this.#wake.promise;
        this.#wake = Promise.withResolvers<void>();
      }
    }
  }
}

/** Bytes from their hexadecimal digits. */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

/** Bytes as they come in over a connection, so many at a time. */
export async function* streamOf(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    yield bytes.subarray(offset, offset + pieceBytes);
  }
}

/** Everything but its own address, as upstream has it by default. */
const clusterDefaults: Omit<ClusterOptions, "name" | "listen" | "advertise" | "peers"> = {
  label: "",
  gossipIntervalMs: 200,
  pushPullIntervalMs: 60_000,
  probeIntervalMs: 1_000,
  probeTimeoutMs: 500,
  tcpTimeoutMs: 10_000,
  settleTimeoutMs: 60_000,
  resolveTimeoutMs: 15_000,
  reconnectIntervalMs: 10_000,
  reconnectTimeoutMs: 6 * 3_600_000,
};

/** A member `peer-1` at 10.0.0.1 that knows of the peers at the places. */
export function openSimulatedPeer(
  { clock, random, network }: SimulatedWorld,
  place: number,
  options: Partial<ClusterOptions> & { readonly knows: readonly number[] },
): Promise<Cluster> {
  const { knows, ...rest } = options;
  const port = 9_094;
  return openCluster(
    {
      clock,
      random: random.fork(`peer-${place}`),
      log: silentLogger,
      meters: uncounted,
      openTransport: network.open,
      lookUp: async (host) => [host],
    },
    {
      ...clusterDefaults,
      ...rest,
      name: `peer-${place}`,
      listen: { address: `10.0.0.${place}`, port },
      advertise: () => ({ octets: Uint8Array.of(10, 0, 0, place), port }),
      peers: knows.map((other) => ({ host: `10.0.0.${other}`, port })),
    },
  );
}

export interface SimulatedWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: SimulatedNetwork;
}
