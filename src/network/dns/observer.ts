/** What the DNS server tells about itself. */
export interface DnsObserver {
  answered(exchange: DnsExchange): void;
  /** Whether an answer from upstream was in the cache: one that tells something, or that there is nothing. */
  lookedUp(result: "hit" | "denial" | "miss"): void;
  /** An upstream server was asked; without a response code it has not answered. */
  forwarded(to: string, responseCode: number | undefined, durationMs: number): void;
}

/** A query and its answer. */
export interface DnsExchange {
  readonly transport: "udp" | "tcp";
  /** The client's address. */
  readonly client: string;
  readonly query: Uint8Array;
  readonly response: Uint8Array;
  readonly durationMs: number;
}

export const silentDnsObserver: DnsObserver = {
  answered: () => {},
  lookedUp: () => {},
  forwarded: () => {},
};
