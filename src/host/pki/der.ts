/** The part of ASN.1's Distinguished Encoding Rules (X.690) that certificates are made of. */

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of the context's field `number`; `constructed` when it holds further elements. */
export function contextTag(number: number, form: "primitive" | "constructed"): number {
  return (form === "constructed" ? 0xa0 : 0x80) | number;
}

export function encode(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const length = contents.reduce((sum, content) => sum + content.byteLength, 0);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOctets(length)), ...contents]);
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return [0x80 | octets.length, ...octets];
}

export function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return encode(tags.sequence, ...contents);
}

/** `1.2.840.113549` as an OBJECT IDENTIFIER. */
export function objectId(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return encode(tags.objectId, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): readonly number[] {
  const septets = [value & 0x7f];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) {
    septets.unshift((rest & 0x7f) | 0x80);
  }
  return septets;
}

/** A non-negative integer from its big-endian bytes. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  const sign = (digits[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array();
  return encode(tags.integer, sign, digits);
}

export function boolean(value: boolean): Uint8Array {
  return encode(tags.boolean, Uint8Array.of(value ? 0xff : 0));
}

export function utf8String(text: string): Uint8Array {
  return encode(tags.utf8String, Buffer.from(text, "utf8"));
}

export function octetString(...contents: readonly Uint8Array[]): Uint8Array {
  return encode(tags.octetString, ...contents);
}

/** Whole octets as a BIT STRING. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return encode(tags.bitString, Uint8Array.of(0), bytes);
}

/** Named bits, the first being the most significant: trailing zeros are left out, as DER asks. */
export function namedBits(bits: readonly number[]): Uint8Array {
  const highest = Math.max(...bits);
  const octets = new Uint8Array(Math.floor(highest / 8) + 1);
  for (const bit of bits) {
    const index = Math.floor(bit / 8);
    octets[index] = (octets[index] ?? 0) | (0x80 >> (bit % 8));
  }
  return encode(tags.bitString, Uint8Array.of(7 - (highest % 8)), octets);
}

/** Whole seconds; RFC 5280 wants the short form up to the year 2049 and the long one after it. */
export function time(atMs: number): Uint8Array {
  const digits = `${new Date(atMs).toISOString().slice(0, 19).replace(/[-T:]/g, "")}Z`;
  return digits < "2050"
    ? encode(tags.utcTime, Buffer.from(digits.slice(2), "latin1"))
    : encode(tags.generalizedTime, Buffer.from(digits, "latin1"));
}

/** One element: its tag, its content, and its whole encoding. */
export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly encoded: Uint8Array;
}

/** The elements that follow each other in `bytes`. Throws when they are cut or malformed. */
export function readElements(bytes: Uint8Array): readonly Element[] {
  const elements: Element[] = [];
  for (let rest = bytes; rest.byteLength > 0; ) {
    const element = readElement(rest);
    elements.push(element);
    rest = rest.subarray(element.encoded.byteLength);
  }
  return elements;
}

function readElement(bytes: Uint8Array): Element {
  const [tag = 0, first] = bytes;
  if (first === undefined || (tag & 0x1f) === 0x1f) throw new Error("malformed DER element");
  const lengthCount = first < 0x80 ? 0 : first & 0x7f;
  // Lengths of up to 3 octets: nothing of 16 MiB or more is a certificate request.
  if (lengthCount > 3 || first === 0x80) throw new Error("unsupported DER length");
  let length = lengthCount === 0 ? first : 0;
  for (const octet of bytes.subarray(2, 2 + lengthCount)) length = length * 256 + octet;
  const start = 2 + lengthCount;
  if (start + length > bytes.byteLength) throw new Error("DER element is cut");
  return {
    tag,
    content: bytes.subarray(start, start + length),
    encoded: bytes.subarray(0, start + length),
  };
}

/** The elements inside `element`, which must have this tag. */
export function childrenOf(element: Element | undefined, tag: number): readonly Element[] {
  return readElements(contentOf(element, tag));
}

/** The content of `element`, which must have this tag. */
export function contentOf(element: Element | undefined, tag: number): Uint8Array {
  if (element?.tag !== tag) throw new Error(`DER element with tag ${tag} expected`);
  return element.content;
}

/** An OBJECT IDENTIFIER's content as `1.2.840`. */
export function readObjectId(content: Uint8Array): string {
  const numbers: number[] = [];
  let value = 0;
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    numbers.push(value);
    value = 0;
  }
  const [head = 0, ...rest] = numbers;
  const first = Math.min(2, Math.floor(head / 40));
  return [first, head - first * 40, ...rest].join(".");
}
