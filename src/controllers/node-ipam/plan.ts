/** Which part of the pod range a node gets. Pure. */

/** An IPv4 range that is cut into equal shares, one a node. */
export interface PodRange {
  /** For example `10.42.0.0/16`. */
  readonly cidr: string;
  /** Prefix length of one node's share, for example 24. */
  readonly nodePrefixLength: number;
}

/** The first share that no node has; undefined when all are taken. */
export function planPodCidr(range: PodRange, taken: ReadonlySet<string>): string | undefined {
  const [address = "", prefixText = ""] = range.cidr.split("/");
  const prefixLength = Number(prefixText);
  const shareCount = 2 ** (range.nodePrefixLength - prefixLength);
  const shareSize = 2 ** (32 - range.nodePrefixLength);
  const first = numberOf(address);
  for (let index = 0; index < shareCount; index++) {
    const share = `${textOf(first + index * shareSize)}/${range.nodePrefixLength}`;
    if (!taken.has(share)) return share;
  }
  return undefined;
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function textOf(address: number): string {
  const octets = [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256);
  return octets.join(".");
}
