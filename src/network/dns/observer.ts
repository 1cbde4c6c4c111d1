/** What the DNS server tells about itself. */
export interface DnsObserver {
  asked(transport: "udp" | "tcp"): void;
  answered(responseCode: number): void;
  /** Whether an answer from upstream was in the cache. */
  lookedUp(result: "hit" | "miss"): void;
}

export const silentDnsObserver: DnsObserver = {
  asked: () => {},
  answered: () => {},
  lookedUp: () => {},
};
