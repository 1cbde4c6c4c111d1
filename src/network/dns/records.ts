/** Our answers: records, and how a response is written. */

import { parseIpv4 } from "../address.ts";
import { headerBytes, type Query, queryTypes } from "./query.ts";

/** Names are lower case without the last dot. `ttl` is in seconds. */
export type DnsRecord =
  | { readonly type: "A"; readonly name: string; readonly ttl: number; readonly address: string }
  | {
      readonly type: "AAAA";
      readonly name: string;
      readonly ttl: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly type: "CNAME" | "PTR" | "NS";
      readonly name: string;
      readonly ttl: number;
      readonly target: string;
    }
  | {
      readonly type: "SRV";
      readonly name: string;
      readonly ttl: number;
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: "TXT"; readonly name: string; readonly ttl: number; readonly text: string }
  | { readonly type: "SOA"; readonly name: string; readonly ttl: number; readonly zone: ZoneFacts };

/** The fixed part of a zone's SOA record. */
export interface ZoneFacts {
  readonly primary: string;
  readonly mailbox: string;
  readonly serial: number;
  readonly negativeTtl: number;
}

export interface DnsAnswer {
  readonly responseCode: number;
  /** From our own zone rather than from somebody else's. */
  readonly authoritative: boolean;
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

const typeNumbers = {
  A: queryTypes.a,
  NS: queryTypes.ns,
  CNAME: queryTypes.cname,
  SOA: queryTypes.soa,
  PTR: queryTypes.ptr,
  TXT: queryTypes.txt,
  AAAA: queryTypes.aaaa,
  SRV: queryTypes.srv,
} as const;

/** Without EDNS a UDP answer has at most this. */
const plainUdpBytes = 512;
/** What we accept to send by UDP: fits every link without fragments. */
const udpBytesMax = 1_232;
const tcpBytesMax = 65_535;

/** How large an answer to a query may be. */
export function answerBytesMax(query: Query, transport: "udp" | "tcp"): number {
  if (transport === "tcp") return tcpBytesMax;
  if (query.edns === undefined) return plainUdpBytes;
  return Math.min(Math.max(query.edns.udpBytesMax, plainUdpBytes), udpBytesMax);
}

/**
 * Writes a response. One that does not fit is cut and marked as truncated, so that the client asks
 * again by TCP; additional records are left out without a mark, since nobody depends on them.
 */
export function encodeResponse(query: Query, answer: DnsAnswer, bytesMax: number): Uint8Array {
  const writer = new MessageWriter(bytesMax - (query.edns === undefined ? 0 : ednsBytes));
  writer.question(query);
  const answers = writer.records(answer.answers);
  const cut = answers < answer.answers.length;
  // Nothing more after a cut: names that were taken back could be pointed to.
  const authority = cut ? 0 : writer.records(answer.authority);
  const truncated = cut || authority < answer.authority.length;
  const additional = truncated ? 0 : writer.records(answer.additional);
  const flags =
    0x8080 |
    (answer.authoritative ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (query.recursionDesired ? 0x0100 : 0) |
    answer.responseCode;
  return writer.finish(query, flags, [answers, authority, additional]);
}

/** A response without records, for what cannot be answered. */
export function encodeFailure(query: Query, responseCode: number): Uint8Array {
  const nothing = { authoritative: false, answers: [], authority: [], additional: [] };
  return encodeResponse(query, { ...nothing, responseCode }, plainUdpBytes);
}

/** A response to what is no proper query: only a header. */
export function encodeRefusal(id: number, responseCode: number): Uint8Array {
  const bytes = new Uint8Array(headerBytes);
  bytes.set([id >> 8, id & 0xff, 0x80, 0x80 | responseCode]);
  return bytes;
}

/** Empty name, type OPT, our UDP size, no flags, no options. */
const ednsBytes = 11;

class MessageWriter {
  readonly #bytesMax: number;
  #bytes: Uint8Array;
  #length = headerBytes;
  /** Where each name that was written starts, for compression. */
  readonly #names = new Map<string, number>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    this.#bytes = new Uint8Array(Math.min(bytesMax + ednsBytes, 1_500));
  }

  question(query: Query): void {
    this.#names.set(query.name, headerBytes);
    this.#reserve(query.question.length);
    this.#bytes.set(query.question, this.#length);
    this.#length += query.question.length;
  }

  /** Writes records until one does not fit; how many were written. */
  records(records: readonly DnsRecord[]): number {
    let count = 0;
    for (const record of records) {
      const start = this.#length;
      this.#record(record);
      if (this.#length > this.#bytesMax) {
        this.#length = start;
        return count;
      }
      count++;
    }
    return count;
  }

  finish(query: Query, flags: number, counts: readonly [number, number, number]): Uint8Array {
    const [answers, authority, additional] = counts;
    const edns = query.edns === undefined ? 0 : 1;
    if (edns === 1) {
      this.#uint8(0);
      this.#uint16(queryTypes.opt);
      this.#uint16(udpBytesMax);
      this.#uint16(0);
      this.#uint16(0);
      this.#uint16(0);
    }
    const length = this.#length;
    this.#length = 0;
    for (const field of [query.id, flags, 1, answers, authority, additional + edns]) {
      this.#uint16(field);
    }
    return this.#bytes.subarray(0, length);
  }

  #record(record: DnsRecord): void {
    this.#name(record.name);
    this.#uint16(typeNumbers[record.type]);
    this.#uint16(1);
    this.#uint16(record.ttl >>> 16);
    this.#uint16(record.ttl & 0xffff);
    const lengthAt = this.#length;
    this.#uint16(0);
    this.#content(record);
    const length = this.#length - lengthAt - 2;
    this.#bytes[lengthAt] = length >> 8;
    this.#bytes[lengthAt + 1] = length & 0xff;
  }

  #content(record: DnsRecord): void {
    switch (record.type) {
      case "A": {
        const address = parseIpv4(record.address) ?? 0;
        this.#uint16(address >>> 16);
        this.#uint16(address & 0xffff);
        return;
      }
      case "AAAA":
        this.#raw(record.bytes);
        return;
      case "SRV":
        this.#uint16(record.priority);
        this.#uint16(record.weight);
        this.#uint16(record.port);
        // RFC 2782: the target is not compressed.
        this.#plainName(record.target);
        return;
      case "TXT": {
        const text = new TextEncoder().encode(record.text).subarray(0, 255);
        this.#uint8(text.length);
        this.#raw(text);
        return;
      }
      case "SOA": {
        const { primary, mailbox, serial, negativeTtl } = record.zone;
        this.#name(primary);
        this.#name(mailbox);
        for (const field of [serial, 7_200, 1_800, 86_400, negativeTtl]) {
          this.#uint16(field >>> 16);
          this.#uint16(field & 0xffff);
        }
        return;
      }
      default:
        this.#name(record.target);
    }
  }

  #name(name: string): void {
    let rest = name;
    while (rest !== "") {
      const known = this.#names.get(rest);
      if (known !== undefined) {
        this.#uint16(0xc000 | known);
        return;
      }
      // A pointer has 14 bits.
      if (this.#length < 0x4000) this.#names.set(rest, this.#length);
      const dot = rest.indexOf(".");
      this.#label(dot === -1 ? rest : rest.slice(0, dot));
      rest = dot === -1 ? "" : rest.slice(dot + 1);
    }
    this.#uint8(0);
  }

  #plainName(name: string): void {
    for (const label of name === "" ? [] : name.split(".")) this.#label(label);
    this.#uint8(0);
  }

  #label(label: string): void {
    this.#uint8(label.length);
    this.#reserve(label.length);
    for (let index = 0; index < label.length; index++) {
      this.#bytes[this.#length + index] = label.charCodeAt(index);
    }
    this.#length += label.length;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #uint8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #uint16(value: number): void {
    this.#reserve(2);
    this.#bytes[this.#length++] = value >> 8;
    this.#bytes[this.#length++] = value & 0xff;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
