/** IP addresses between their text and the octets that messages hold. */

const ipv4Pattern = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** 4 octets, or 16 of an IPv6 address; undefined for what is no address. */
export function parseIp(text: string): Uint8Array | undefined {
  if (text.includes(":")) return parseIpv6(text);
  const octets = ipv4Pattern.exec(text)?.slice(1).map(Number);
  return octets?.every((octet) => octet < 256) === true ? Uint8Array.from(octets) : undefined;
}

/** The text of 4 or 16 octets; an IPv4 address in 16 octets is shown as what it is. */
export function formatIp(octets: Uint8Array): string | undefined {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return undefined;
  const isIpv4 = octets.subarray(0, 10).every((octet) => octet === 0) && octets[10] === 255;
  if (isIpv4 && octets[11] === 255) return octets.subarray(12).join(".");
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const groups = Array.from({ length: 8 }, (_none, index) =>
    view.getUint16(index * 2).toString(16),
  );
  // The URL parser knows the canonical short form.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function parseIpv6(text: string): Uint8Array | undefined {
  const [head = "", tail, ...more] = withoutDots(text).split("::");
  const left = groupsOf(head);
  const right = groupsOf(tail ?? "");
  const missing = 8 - left.length - right.length;
  const isWhole = tail === undefined ? missing === 0 : missing > 0;
  if (!isWhole || more.length > 0) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  const values = groups.map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value & 255]));
}

/** `::ffff:1.2.3.4` with its last part as two groups. */
function withoutDots(text: string): string {
  const last = text.slice(text.lastIndexOf(":") + 1);
  const octets = ipv4Pattern.test(last) ? parseIp(last) : undefined;
  if (octets === undefined) return text;
  const [a = 0, b = 0, c = 0, d = 0] = octets;
  return `${text.slice(0, -last.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function groupsOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(":");
}
