/**
 * Reads DNS queries (RFC 1035, 6891). Everything is bounded: a query has one question, its names are
 * at most 255 bytes and may not point elsewhere, and at most a few records follow.
 */

export const headerBytes = 12;

/** Numbers of what clients ask for; see `records.ts` for what we answer. */
export const queryTypes = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  ptr: 12,
  txt: 16,
  aaaa: 28,
  srv: 33,
  opt: 41,
  any: 255,
} as const;

export const responseCodes = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
} as const;

/** A question with what decides the form of its answer. */
export interface Query {
  readonly id: number;
  /** Recursion desired, copied into the answer. */
  readonly recursionDesired: boolean;
  /** Lower case, without the last dot; dots and backslashes inside labels are escaped. */
  readonly name: string;
  readonly type: number;
  /** 1 is the Internet. */
  readonly classNumber: number;
  /** The question as sent, so that the answer repeats its spelling. */
  readonly question: Uint8Array;
  /** Undefined without EDNS. */
  readonly edns: { readonly udpBytesMax: number; readonly dnssec: boolean } | undefined;
}

/** `ignore`: not a query at all, so an answer could start a loop. */
export type ParsedQuery =
  | { readonly kind: "query"; readonly query: Query }
  | { readonly kind: "refusal"; readonly id: number; readonly responseCode: number }
  | { readonly kind: "ignore" };

const nameBytesMax = 255;
const labelBytesMax = 63;
/** Of records after the question; resolvers send one, for EDNS. */
const extraRecordsMax = 8;

export function parseQuery(bytes: Uint8Array): ParsedQuery {
  if (bytes.length < headerBytes) return { kind: "ignore" };
  const id = readUint16(bytes, 0);
  const flags = readUint16(bytes, 2);
  if ((flags & 0x8000) !== 0) return { kind: "ignore" };
  const refusal = (responseCode: number): ParsedQuery => ({ kind: "refusal", id, responseCode });
  if ((flags & 0x7800) !== 0) return refusal(responseCodes.notImplemented);
  if (readUint16(bytes, 4) !== 1) return refusal(responseCodes.formatError);
  const name = readPlainName(bytes, headerBytes);
  if (name === undefined || name.end + 4 > bytes.length) return refusal(responseCodes.formatError);
  const end = name.end + 4;
  const extras = readUint16(bytes, 6) + readUint16(bytes, 8) + readUint16(bytes, 10);
  const options = extras === 0 ? [] : readExtras(bytes, end, extras);
  if (options === undefined || options.length > 1) return refusal(responseCodes.formatError);
  return {
    kind: "query",
    query: {
      id,
      recursionDesired: (flags & 0x0100) !== 0,
      name: name.text,
      type: readUint16(bytes, name.end),
      classNumber: readUint16(bytes, name.end + 2),
      question: bytes.subarray(headerBytes, end),
      edns: options[0],
    },
  };
}

/** The type that a query asks for; undefined when it is malformed. */
export function findQueryType(bytes: Uint8Array): number | undefined {
  const end = skipName(bytes, headerBytes);
  return end === undefined || end + 2 > bytes.length ? undefined : readUint16(bytes, end);
}

/** A query of our own for a name that `isWritableName` allows. */
export function queryOf(name: string, type: number): Query {
  const question = new Uint8Array(name.length + 6);
  let at = 0;
  for (const label of name.split(".")) {
    question[at++] = label.length;
    for (let index = 0; index < label.length; index++) question[at++] = label.charCodeAt(index);
  }
  at++;
  question.set([type >> 8, type & 0xff, 0, 1], at);
  return { id: 0, recursionDesired: true, name, type, classNumber: 1, question, edns: undefined };
}

interface PlainName {
  readonly text: string;
  /** Where the name ends. */
  readonly end: number;
}

/** A name without compression, as questions have it. Undefined for anything malformed. */
function readPlainName(bytes: Uint8Array, start: number): PlainName | undefined {
  let text = "";
  let at = start;
  while (true) {
    const length = bytes[at];
    if (length === undefined || length > labelBytesMax) return undefined;
    at++;
    if (length === 0) return { text, end: at };
    const end = at + length;
    if (end >= bytes.length || end - start > nameBytesMax) return undefined;
    if (text !== "") text += ".";
    for (; at < end; at++) text += labelCharacter(bytes[at] ?? 0);
  }
}

/** Lower case, as names compare; a dot inside a label must not look like the end of it. */
export function labelCharacter(byte: number): string {
  if (byte >= 0x41 && byte <= 0x5a) return String.fromCharCode(byte + 0x20);
  const character = String.fromCharCode(byte);
  return character === "." || character === "\\" ? `\\${character}` : character;
}

/** The EDNS options among the records after the question; undefined when they are malformed. */
function readExtras(
  bytes: Uint8Array,
  start: number,
  count: number,
): readonly NonNullable<Query["edns"]>[] | undefined {
  if (count > extraRecordsMax) return undefined;
  const options: NonNullable<Query["edns"]>[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const nameEnd = skipName(bytes, at);
    if (nameEnd === undefined || nameEnd + 10 > bytes.length) return undefined;
    if (readUint16(bytes, nameEnd) === queryTypes.opt) {
      const udpBytesMax = readUint16(bytes, nameEnd + 2);
      const dnssec = ((bytes[nameEnd + 6] ?? 0) & 0x80) !== 0;
      options.push({ udpBytesMax, dnssec });
    }
    at = nameEnd + 10 + readUint16(bytes, nameEnd + 8);
    if (at > bytes.length) return undefined;
  }
  return options;
}

/** The offset after a name, which may end in a compression pointer. */
export function skipName(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  while (at - start <= nameBytesMax) {
    const length = bytes[at];
    if (length === undefined) return undefined;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2 <= bytes.length ? at + 2 : undefined;
    if (length > labelBytesMax) return undefined;
    at += 1 + length;
  }
  return undefined;
}

export function readUint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function readUint32(bytes: Uint8Array, at: number): number {
  return readUint16(bytes, at) * 65_536 + readUint16(bytes, at + 2);
}
