/**
 * IPv4 addresses and ranges as numbers: the cluster's own networks are IPv4 only.
 *
 * An address is an unsigned 32-bit integer, so that ranges compare with plain arithmetic.
 */

/** A range of addresses: `10.42.1.0/24`. The host bits of `base` are zero. */
export interface Cidr {
  readonly base: number;
  readonly prefixLength: number;
}

const addressPattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** Undefined for anything but four decimal numbers below 256 without leading zeros. */
export function parseIpv4(text: string): number | undefined {
  const found = addressPattern.exec(text);
  if (found === null) return undefined;
  let address = 0;
  for (const part of found.slice(1)) {
    const octet = Number(part);
    if (octet > 255 || (part.length > 1 && part.startsWith("0"))) return undefined;
    address = address * 256 + octet;
  }
  return address;
}

export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

/** Undefined for what is no range; `10.42.1.7/24` is refused too, as Kubernetes does. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const base = parseIpv4(address);
  if (base === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length)) return undefined;
  const prefixLength = Number(length);
  if (prefixLength > 32 || base % sizeOf(prefixLength) !== 0) return undefined;
  return { base, prefixLength };
}

export function formatCidr(cidr: Cidr): string {
  return `${formatIpv4(cidr.base)}/${cidr.prefixLength}`;
}

/** The address `offset` places after the first one of a range. */
export function addressIn(cidr: Cidr, offset: number): string {
  return formatIpv4(cidr.base + offset);
}

export function overlaps(left: Cidr, right: Cidr): boolean {
  return (
    left.base < right.base + sizeOf(right.prefixLength) &&
    right.base < left.base + sizeOf(left.prefixLength)
  );
}

export function contains(cidr: Cidr, address: string): boolean {
  const parsed = parseIpv4(address);
  return parsed !== undefined && overlaps(cidr, { base: parsed, prefixLength: 32 });
}

/** How many addresses a prefix of this length covers. */
function sizeOf(prefixLength: number): number {
  return 2 ** (32 - prefixLength);
}
