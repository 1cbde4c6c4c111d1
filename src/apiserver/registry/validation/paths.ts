/** Rules about files and addresses. */

import { invalidValue, type Problems } from "./problems.ts";

/** A path below some directory, which it may not leave. */
export function* descendingPathProblems(field: string, path: string): Problems {
  if (path.startsWith("/")) yield invalidValue(field, path, "must be a relative path");
  yield* backstepProblems(field, path);
}

export function* backstepProblems(field: string, path: string): Problems {
  if (path.split("/").includes("..")) yield invalidValue(field, path, "must not contain '..'");
}

/** A file of a volume; names that start with two dots are the system's own. */
export function* projectedPathProblems(field: string, path: string): Problems {
  yield* descendingPathProblems(field, path);
  if (path.startsWith("..") && !path.startsWith("../")) {
    yield invalidValue(field, path, "must not start with '..'");
  }
}

const addressWhy = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
const blockWhy = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

export function* addressProblems(field: string, address: string): Problems {
  if (addressFamily(address) === undefined) yield invalidValue(field, address, addressWhy);
}

export function* addressBlockProblems(field: string, block: string): Problems {
  if (!isAddressBlock(block)) yield invalidValue(field, block, blockWhy);
}

/** Which protocol an address is of; undefined for what is none. */
export function addressFamily(address: string): "IPv4" | "IPv6" | undefined {
  if (isIpv4(address)) return "IPv4";
  return isIpv6(address) ? "IPv6" : undefined;
}

/** Whether one range of addresses is a part of another; true when either cannot be read. */
export function isStrictlyWithin(block: string, outer: string): boolean {
  if (!isAddressBlock(block) || !isAddressBlock(outer)) return true;
  const [bits, length] = blockBits(block);
  const [outerBits, outerLength] = blockBits(outer);
  if (bits.length !== outerBits.length || length <= outerLength) return false;
  return bits.slice(0, outerLength) === outerBits.slice(0, outerLength);
}

function blockBits(block: string): readonly [string, number] {
  const [address = "", length = ""] = block.split("/");
  const bits = address.includes(":") ? ipv6Bits(address) : ipv4Bits(address);
  return [bits, Number(length)];
}

function ipv4Bits(address: string): string {
  return address
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
}

function ipv6Bits(address: string): string {
  const plain = address.replace(/[^:]*\.[^:]*$/, (ipv4) => {
    const bits = ipv4Bits(ipv4);
    const hex = (part: string) => Number.parseInt(part, 2).toString(16);
    return `${hex(bits.slice(0, 16))}:${hex(bits.slice(16))}`;
  });
  const [head = "", tail] = plain.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = Array.from({ length: groupCount - left.length - right.length }, () => "0");
  return [...left, ...(tail === undefined ? [] : gap), ...right]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0"))
    .join("");
}

function isAddressBlock(block: string): boolean {
  const [address = "", length = "", ...rest] = block.split("/");
  const family = addressFamily(address);
  if (family === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return false;
  return Number(length) <= (family === "IPv4" ? 32 : 128);
}

function isIpv4(address: string): boolean {
  const parts = address.split(".");
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

const groupCount = 8;

function isIpv6(address: string): boolean {
  if (!address.includes(":") || address.length > 45) return false;
  const halves = address.split("::");
  if (halves.length > 2) return false;
  const counts = halves.map(countGroups);
  const [head, tail] = counts;
  if (head === undefined || counts.includes(undefined)) return false;
  return halves.length === 1 ? head === groupCount : head + (tail ?? 0) < groupCount;
}

/** How many groups of 16 bits a part of an IPv6 address has; undefined when it is malformed. */
function countGroups(part: string): number | undefined {
  if (part === "") return 0;
  const groups = part.split(":");
  const last = groups.at(-1) ?? "";
  const hasIpv4 = last.includes(".");
  if (hasIpv4 && !isIpv4(last)) return undefined;
  const plain = hasIpv4 ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return plain.length + (hasIpv4 ? 2 : 0);
}
