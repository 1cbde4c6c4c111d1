/** Reads what upstream servers answer, as far as caching and following names need it. */

import { formatIpv4 } from "../address.ts";
import {
  headerBytes,
  labelCharacter,
  type Query,
  queryTypes,
  readUint16,
  readUint32,
  skipName,
} from "./query.ts";
import type { DnsRecord } from "./records.ts";

/** A response as received, with where its times to live are. */
export interface UpstreamMessage {
  readonly bytes: Uint8Array;
  readonly responseCode: number;
  readonly truncated: boolean;
  /** Offsets of the TTL fields of all records but OPT. */
  readonly ttlOffsets: readonly number[];
  /** Where the EDNS record starts when it is the last one, as it usually is. */
  readonly ednsAt: number | undefined;
  /** Seconds that it may be kept: the smallest TTL, or of a negative answer what its SOA says. */
  readonly keepSeconds: number;
  /** Addresses and aliases of the answer section, in order. Others are left out. */
  readonly answers: readonly DnsRecord[];
}

const recordsMax = 512;
const nameJumpsMax = 16;

/** Undefined for what is no well-formed response. */
export function parseUpstreamMessage(bytes: Uint8Array): UpstreamMessage | undefined {
  if (bytes.length < headerBytes) return undefined;
  const flags = readUint16(bytes, 2);
  const counts = [6, 8, 10].map((at) => readUint16(bytes, at));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if ((flags & 0x8000) === 0 || readUint16(bytes, 4) !== 1 || total > recordsMax) return undefined;
  const questionEnd = skipName(bytes, headerBytes);
  if (questionEnd === undefined) return undefined;
  const records = readRecords(bytes, questionEnd + 4, total);
  if (records === undefined) return undefined;
  const [answerCount = 0] = counts;
  const kept = records.filter((record) => record.type !== queryTypes.opt);
  const answers = records.slice(0, answerCount);
  return {
    bytes,
    responseCode: flags & 0x0f,
    truncated: (flags & 0x0200) !== 0,
    ttlOffsets: kept.map((record) => record.ttlAt),
    ednsAt: records.at(-1)?.type === queryTypes.opt ? records.at(-1)?.nameAt : undefined,
    keepSeconds: keepSecondsOf(bytes, kept, answerCount > 0),
    answers: answers.flatMap((record) => decodeRecord(bytes, record)),
  };
}

/**
 * A copy for another query: its id, its spelling of the question, times that went on by `ageSeconds`,
 * EDNS only when the query has it, and cut down to the question when it is larger than `bytesMax`.
 */
export function adaptMessage(
  message: UpstreamMessage,
  query: Pick<Query, "id" | "question" | "edns">,
  ageSeconds: number,
  bytesMax: number,
): Uint8Array {
  const withoutEdns = query.edns === undefined ? message.ednsAt : undefined;
  // A copy also of a Node buffer, whose own `slice` would share its memory.
  const bytes = new Uint8Array(message.bytes.subarray(0, withoutEdns));
  bytes[0] = query.id >> 8;
  bytes[1] = query.id & 0xff;
  if (withoutEdns !== undefined) setUint16(bytes, 10, readUint16(bytes, 10) - 1);
  bytes.set(query.question, headerBytes);
  if (bytes.length > bytesMax) return truncated(bytes, query);
  for (const at of message.ttlOffsets) {
    const left = Math.max(0, readUint32(bytes, at) - ageSeconds);
    setUint16(bytes, at, left >>> 16);
    setUint16(bytes, at + 2, left & 0xffff);
  }
  return bytes;
}

/** Header and question alone, marked so that the client asks again by TCP. */
function truncated(bytes: Uint8Array, query: Pick<Query, "question">): Uint8Array {
  const cut = bytes.slice(0, headerBytes + query.question.length);
  cut[2] = (cut[2] ?? 0) | 0x02;
  cut.fill(0, 6, headerBytes);
  return cut;
}

function setUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value & 0xff;
}

interface RawRecord {
  readonly nameAt: number;
  readonly type: number;
  readonly ttlAt: number;
  readonly contentAt: number;
  readonly contentEnd: number;
}

function readRecords(
  bytes: Uint8Array,
  start: number,
  count: number,
): readonly RawRecord[] | undefined {
  const records: RawRecord[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const nameEnd = skipName(bytes, at);
    if (nameEnd === undefined || nameEnd + 10 > bytes.length) return undefined;
    const contentAt = nameEnd + 10;
    const contentEnd = contentAt + readUint16(bytes, nameEnd + 8);
    if (contentEnd > bytes.length) return undefined;
    const type = readUint16(bytes, nameEnd);
    records.push({ nameAt: at, type, ttlAt: nameEnd + 4, contentAt, contentEnd });
    at = contentEnd;
  }
  return records;
}

function keepSecondsOf(
  bytes: Uint8Array,
  records: readonly RawRecord[],
  isAnswer: boolean,
): number {
  const ttls = records.map((record) => readUint32(bytes, record.ttlAt));
  if (ttls.length === 0) return 0;
  const least = Math.min(...ttls);
  if (isAnswer) return least;
  // RFC 2308: a negative answer is kept for the smaller of its SOA's TTL and minimum.
  const soa = records.find((record) => record.type === queryTypes.soa);
  if (soa === undefined) return 0;
  return Math.min(readUint32(bytes, soa.ttlAt), readUint32(bytes, soa.contentEnd - 4));
}

function decodeRecord(bytes: Uint8Array, record: RawRecord): readonly DnsRecord[] {
  const name = readName(bytes, record.nameAt);
  const ttl = readUint32(bytes, record.ttlAt);
  const length = record.contentEnd - record.contentAt;
  if (name === undefined) return [];
  if (record.type === queryTypes.a && length === 4) {
    const address = formatIpv4(readUint32(bytes, record.contentAt));
    return [{ type: "A", name, ttl, address }];
  }
  if (record.type === queryTypes.aaaa && length === 16) {
    const content = bytes.slice(record.contentAt, record.contentEnd);
    return [{ type: "AAAA", name, ttl, bytes: content }];
  }
  if (record.type !== queryTypes.cname) return [];
  const target = readName(bytes, record.contentAt);
  return target === undefined ? [] : [{ type: "CNAME", name, ttl, target }];
}

/** A name that may be compressed. Pointers lead backwards and are few, so that it ends. */
function readName(bytes: Uint8Array, start: number): string | undefined {
  const labels: string[] = [];
  let at = start;
  for (let jumps = 0; jumps <= nameJumpsMax; ) {
    const length = bytes[at];
    if (length === undefined || labels.length > 127) return undefined;
    if (length === 0) return labels.join(".");
    if (length >= 0xc0) {
      const target = readUint16(bytes, at) & 0x3fff;
      if (target >= at) return undefined;
      at = target;
      jumps++;
      continue;
    }
    if (length > 63 || at + length >= bytes.length) return undefined;
    labels.push(Array.from(bytes.subarray(at + 1, at + 1 + length), labelCharacter).join(""));
    at += 1 + length;
  }
  return undefined;
}
