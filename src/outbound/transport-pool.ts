import type { ClientTls, Clock, HttpConnector, HttpTunnel, OpenHttpTransport } from "#base";

/** Where requests go. TLS settings are the current ones; new ones reach an open transport, too. */
export interface Way {
  readonly server: { readonly host: string; readonly port: number } | { readonly unixPath: string };
  readonly tls: ClientTls | "plain";
  readonly protocol: "http1" | "http2";
  readonly tunnel?: HttpTunnel;
}

/** Longer than any scrape interval and than any stream lasts that API servers give. */
const idleMs = 3_600_000;

interface Pooled {
  tls: ClientTls | "plain";
  usedAtMs: number;
  readonly transport: Promise<OpenHttpTransport>;
}

/** Transports that are open, one for each way; those that nobody uses any more are closed. */
export class TransportPool implements AsyncDisposable {
  readonly #deps: { readonly connector: HttpConnector; readonly clock: Clock };
  readonly #pooled = new Map<string, Pooled>();
  #sweptAtMs = 0;

  constructor(deps: { readonly connector: HttpConnector; readonly clock: Clock }) {
    this.#deps = deps;
  }

  async find(way: Way): Promise<OpenHttpTransport> {
    const nowMs = this.#deps.clock.elapsedMs();
    await this.#sweep(nowMs);
    const key = keyOf(way);
    const known = this.#pooled.get(key);
    if (known !== undefined) {
      known.tls = way.tls;
      known.usedAtMs = nowMs;
      return await known.transport;
    }
    const pooled: Pooled = { tls: way.tls, usedAtMs: nowMs, transport: this.#open(key, way) };
    this.#pooled.set(key, pooled);
    return await pooled.transport;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#pooled.values()];
    this.#pooled.clear();
    await Promise.all(all.map(close));
  }

  #open(key: string, way: Way): Promise<OpenHttpTransport> {
    const currentTls = () => {
      const tls = this.#pooled.get(key)?.tls ?? way.tls;
      return tls === "plain" ? plainTls : tls;
    };
    return this.#deps.connector.open({
      server: way.server,
      tls: way.tls === "plain" ? "plain" : currentTls,
      protocol: way.protocol,
      tunnel: way.tunnel,
    });
  }

  async #sweep(nowMs: number): Promise<void> {
    if (nowMs - this.#sweptAtMs < idleMs) return;
    this.#sweptAtMs = nowMs;
    const idle = [...this.#pooled].filter(([, { usedAtMs }]) => nowMs - usedAtMs > idleMs);
    for (const [key] of idle) this.#pooled.delete(key);
    await Promise.all(idle.map(([, pooled]) => close(pooled)));
  }
}

/** Never used: a way's key tells TLS from plain. */
const plainTls: ClientTls = {
  authorities: undefined,
  verification: "full",
  serverName: undefined,
  identity: undefined,
};

async function close({ transport }: Pooled): Promise<void> {
  await (await transport)[Symbol.asyncDispose]();
}

function keyOf({ server, tls, protocol, tunnel }: Way): string {
  const place = "unixPath" in server ? server.unixPath : `${server.host} ${server.port}`;
  const via = tunnel === undefined ? "" : `${tunnel.host} ${tunnel.port}`;
  return [tls === "plain" ? "plain" : "tls", protocol, place, via].join("|");
}
