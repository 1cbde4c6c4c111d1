import { integerBelow, type Random } from "#base";

/** A range of numbers of which some are given out: IPv4 addresses, ports. Both ends belong to it. */
export interface NumberRange {
  readonly first: number;
  readonly last: number;
  /** Numbers below this are left to those who ask for a certain one, as long as there are others. */
  readonly dynamicFirst: number;
}

/** The addresses of an IPv4 network that can be given out. Throws for anything but `a.b.c.d/n`. */
export function addressRangeOf(network: string): NumberRange {
  const [address = "", bits = ""] = network.split("/");
  const prefixLength = Number(bits);
  const base = parseAddress(address);
  if (base === undefined || !/^[0-9]{1,2}$/.test(bits) || prefixLength > 30) {
    throw new Error(`not an IPv4 network to give addresses from: ${JSON.stringify(network)}`);
  }
  const size = 2 ** (32 - prefixLength);
  const start = base - (base % size);
  const first = start + 1;
  // As upstream: a sixteenth, but at least 16 and at most 256, is for those who choose themselves.
  const reserved = Math.min(Math.max(16, Math.floor(size / 16)), 256);
  const last = start + size - 2;
  return { first, last, dynamicFirst: Math.min(first + reserved, last) };
}

export function portRangeOf(first: number, last: number): NumberRange {
  const reserved = Math.min(Math.max(16, Math.floor((last - first + 1) / 32)), 128);
  return { first, last, dynamicFirst: Math.min(first + reserved, last) };
}

export function contains({ first, last }: NumberRange, value: number): boolean {
  return value >= first && value <= last;
}

/**
 * Every number of the range once, from a random one on: first those that are for anybody, then the rest.
 */
export function* candidates(range: NumberRange, random: Random): Generator<number> {
  yield* rotated(range.dynamicFirst, range.last, random);
  if (range.first < range.dynamicFirst) yield* rotated(range.first, range.dynamicFirst - 1, random);
}

function* rotated(first: number, last: number, random: Random): Generator<number> {
  const count = last - first + 1;
  const offset = integerBelow(random, count);
  for (let index = 0; index < count; index++) yield first + ((offset + index) % count);
}

/** Undefined for text that is no IPv4 address in its usual form. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    if (!/^(?:0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return undefined;
    address = address * 256 + Number(part);
  }
  return address;
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}
