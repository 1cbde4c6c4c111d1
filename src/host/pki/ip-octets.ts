import { isIPv4, isIPv6 } from "node:net";

/** An IP address as the 4 or 16 octets that certificates hold. */
export function ipOctets(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split("."), Number);
  if (!isIPv6(address)) throw new Error(`"${address}" is not an IP address`);
  const [head = "", tail] = withoutDots(address.split("%", 1)[0] ?? "").split("::");
  const left = groupsOf(head);
  const right = groupsOf(tail ?? "");
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Uint8Array.from(
    [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 255]),
  );
}

/** `::ffff:1.2.3.4` with its last part as two groups. */
function withoutDots(address: string): string {
  const last = address.slice(address.lastIndexOf(":") + 1);
  if (!last.includes(".")) return address;
  const [a = 0, b = 0, c = 0, d = 0] = last.split(".").map(Number);
  const groups = `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  return address.slice(0, -last.length) + groups;
}

function groupsOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

/** The text of 4 or 16 octets; undefined for any other number of them. */
export function formatIpOctets(octets: Uint8Array): string | undefined {
  if (octets.byteLength === 4) return octets.join(".");
  if (octets.byteLength !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_none, index) =>
    ((octets[index * 2] ?? 0) * 256 + (octets[index * 2 + 1] ?? 0)).toString(16),
  );
  // The URL parser knows the canonical short form.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
