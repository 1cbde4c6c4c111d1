import type { SocketAddress } from "#base";
import { formatIp } from "./ip-octets.ts";
import type { Alive, WireAddress } from "./message.ts";

/** As numbered on the wire. */
export const memberStates = ["alive", "suspect", "dead", "left"] as const;
export type MemberState = (typeof memberStates)[number];

/** What is known of one member. */
export interface Member {
  readonly name: string;
  readonly address: WireAddress;
  readonly meta: Uint8Array;
  readonly versions: Uint8Array;
  /** Grows whenever the member contradicts what is said of it; what is older is not believed. */
  readonly incarnation: number;
  readonly state: MemberState;
  /** When the state changed, in the clock's elapsed time. */
  readonly changedMs: number;
}

/** Lowest, highest and current version that we speak, and the same of the application's part. */
export const ownVersions = Uint8Array.of(1, 5, 2, 0, 0, 0);
const spokenVersion = 2;

/** Whether somebody with these versions understands us; who tells none is given the benefit. */
export function isCompatible(versions: Uint8Array): boolean {
  const [min, max] = versions;
  if (min === undefined || max === undefined) return true;
  return min >= 1 && min <= spokenVersion && max >= spokenVersion;
}

/** Whether it reads packets with a checksum. */
export function readsChecksums({ versions }: Member): boolean {
  return (versions[1] ?? 0) >= 5;
}

/** Whether it answers pings over a connection. */
export function answersStreamPings({ versions }: Member): boolean {
  return (versions[1] ?? 0) >= 3;
}

/** Whether it says so when an indirect ping was not answered. */
export function sendsNacks({ versions }: Member): boolean {
  return (versions[1] ?? 0) >= 4;
}

export function isPresent({ state }: Member): boolean {
  return state === "alive" || state === "suspect";
}

/** Where to send to. */
export function socketAddressOf({ octets, port }: WireAddress): SocketAddress {
  return { address: formatIp(octets) ?? "", port };
}

/** `10.0.0.1:9094`, `[fd00::1]:9094`. */
export function addressText({ address, port }: SocketAddress): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

export function isSameAddress(left: WireAddress, right: WireAddress): boolean {
  return left.port === right.port && formatIp(left.octets) === formatIp(right.octets);
}

/** What a member says of itself. */
export function aliveOf({ name, incarnation, address, meta, versions }: Member): Alive {
  return { kind: "alive", name, incarnation, address, meta, versions };
}
