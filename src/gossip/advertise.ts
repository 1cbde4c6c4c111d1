import { GossipError } from "./gossip-error.ts";
import { parseIp } from "./ip-octets.ts";

export interface AdvertiseFacts {
  /** Where we listen: an address, or `0.0.0.0` and the like for all of them. */
  readonly listenHost: string;
  /** What was asked for; undefined leaves the choice to us. */
  readonly askedHost: string | undefined;
  /** The machine's own addresses, without those that nobody else reaches. */
  readonly ownAddresses: readonly string[];
  /** Whether one may be chosen that the whole world reaches. */
  readonly mayBePublic: boolean;
  readonly hasPeers: boolean;
}

/**
 * The address by which others are to reach us, in octets. Throws a `GossipError` in upstream's words when
 * there is none, unless there is nobody to reach us.
 */
export function advertisedOctets(facts: AdvertiseFacts): Uint8Array {
  const { listenHost, askedHost, ownAddresses } = facts;
  if (askedHost !== undefined) {
    const asked = parseIp(askedHost);
    if (asked === undefined) throw new GossipError(`failed to parse advertise addr '${askedHost}'`);
    return asked;
  }
  if (!isAny(listenHost)) {
    const bound = parseIp(listenHost);
    if (bound === undefined) throw new GossipError(`failed to parse bind addr '${listenHost}'`);
    return bound;
  }
  const own = ownAddresses.map(parseIp).filter((octets) => octets !== undefined);
  const found = own.find(isPrivate) ?? (facts.mayBePublic ? own[0] : undefined);
  if (found !== undefined) return found;
  if (facts.hasPeers) {
    throw new GossipError("no private IP found, explicit advertise addr not provided");
  }
  return loopback;
}

const loopback = Uint8Array.of(127, 0, 0, 1);

/** Whether it stands for all addresses of the machine. */
function isAny(host: string): boolean {
  return host === "" || parseIp(host)?.every((octet) => octet === 0) === true;
}

/** Addresses that no router of the world knows: RFC 1918, RFC 6598, RFC 4193. */
function isPrivate([first = 0, second = 0, ...rest]: Uint8Array): boolean {
  if (rest.length > 2) return (first & 0xfe) === 0xfc;
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128)
  );
}
