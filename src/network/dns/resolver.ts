/**
 * Answers one query: from the cluster's zone, along the client's search path, or from upstream.
 *
 * Pods search `<namespace>.svc.<domain>`, `svc.<domain>`, `<domain>` and the machine's domains before
 * they try a name as it is, which costs five questions for a name outside the cluster. The server
 * knows the same path: when the first of the five fails it goes on by itself and answers with an alias
 * from the name asked for to the name found. One question, one answer.
 */

import type { Forwarder, Transport } from "./forwarder.ts";
import { parseQuery, type Query, queryOf, queryTypes, responseCodes } from "./query.ts";
import {
  answerBytesMax,
  type DnsRecord,
  encodeFailure,
  encodeRefusal,
  encodeResponse,
} from "./records.ts";
import { isWritableName, type Zone } from "./zone.ts";

/** Tells the namespace of a pod by its address; undefined for anything that is no pod. */
export interface ClientNamespaces {
  findNamespace(address: string): string | undefined;
}

export interface ResolverOptions {
  readonly domain: string;
  /** The machine's search domains, which end every pod's search path. */
  readonly hostSearch: readonly string[];
}

/** Bytes at once for the zone's names, later for what has to be asked elsewhere; none for no query. */
export type Answered = Uint8Array | Promise<Uint8Array> | undefined;

const aliasesMax = 8;

/** Zone transfers and mail of old: IXFR, AXFR, MAILB, MAILA. */
const unanswerable: ReadonlySet<number> = new Set([251, 252, 253, 254]);

type Resolution =
  | { readonly kind: "records"; readonly records: readonly DnsRecord[] }
  | { readonly kind: "no-records" }
  | { readonly kind: "no-name" }
  | { readonly kind: "failed" };

export class Resolver {
  readonly #zone: Zone;
  readonly #forwarder: Forwarder;
  readonly #clients: ClientNamespaces;
  readonly #options: ResolverOptions;

  constructor(
    zone: Zone,
    forwarder: Forwarder,
    clients: ClientNamespaces,
    options: ResolverOptions,
  ) {
    this.#zone = zone;
    this.#forwarder = forwarder;
    this.#clients = clients;
    this.#options = options;
  }

  answer(bytes: Uint8Array, client: string, transport: Transport): Answered {
    const parsed = parseQuery(bytes);
    if (parsed.kind === "ignore") return undefined;
    if (parsed.kind === "refusal") return encodeRefusal(parsed.id, parsed.responseCode);
    const { query } = parsed;
    if (query.classNumber !== 1 || unanswerable.has(query.type)) {
      return encodeFailure(query, responseCodes.refused);
    }
    return this.#answer(query, client, transport);
  }

  #answer(query: Query, client: string, transport: Transport): Uint8Array | Promise<Uint8Array> {
    const lookup = this.#zone.lookup(query.name, query.type);
    switch (lookup.kind) {
      case "found":
        return this.#respond(query, transport, {
          answers: rotated(lookup.records, query.id),
          additional: lookup.additional,
        });
      case "no-records":
        return this.#respondNegative(query, transport, responseCodes.noError);
      case "no-name":
        return this.#searchFurther(query, client, transport);
      case "alias":
        return this.#followAlias(query, transport);
      case "outside":
        return this.#forward(query, client, transport);
    }
  }

  #searchFurther(
    query: Query,
    client: string,
    transport: Transport,
  ): Uint8Array | Promise<Uint8Array> {
    const candidates = this.#isFromUpstream(client) ? [] : this.#candidates(query, client);
    if (candidates.length === 0) {
      return this.#respondNegative(query, transport, responseCodes.nameError);
    }
    return this.#tryCandidates(query, candidates, transport);
  }

  /** The names that the client would ask for next; none when it is not at the start of its path. */
  #candidates(query: Query, client: string): readonly string[] {
    if (query.type !== queryTypes.a && query.type !== queryTypes.aaaa) return [];
    const namespace = this.#clients.findNamespace(client);
    const { domain, hostSearch } = this.#options;
    const first = `.${namespace}.svc.${domain}`;
    if (namespace === undefined || !query.name.endsWith(first)) return [];
    const bare = query.name.slice(0, -first.length);
    const path = [`svc.${domain}`, domain, ...hostSearch];
    const names = [...path.map((suffix) => `${bare}.${suffix}`), bare];
    return names.filter(isWritableName);
  }

  async #tryCandidates(
    query: Query,
    candidates: readonly string[],
    transport: Transport,
  ): Promise<Uint8Array> {
    for (const candidate of candidates) {
      const resolution = await this.#resolve(candidate, query.type, aliasesMax);
      if (resolution.kind === "no-name") continue;
      if (resolution.kind === "failed") return encodeFailure(query, responseCodes.serverFailure);
      if (resolution.kind === "no-records") {
        return this.#respondNegative(query, transport, responseCodes.noError);
      }
      const ttl = Math.min(...resolution.records.map((record) => record.ttl));
      const alias: DnsRecord = { type: "CNAME", name: query.name, ttl, target: candidate };
      return this.#respond(query, transport, { answers: [alias, ...resolution.records] });
    }
    return this.#respondNegative(query, transport, responseCodes.nameError);
  }

  async #followAlias(query: Query, transport: Transport): Promise<Uint8Array> {
    const resolution = await this.#resolve(query.name, query.type, aliasesMax);
    if (resolution.kind === "records") {
      return this.#respond(query, transport, { answers: resolution.records });
    }
    return encodeFailure(query, responseCodes.serverFailure);
  }

  /** Records of a name, aliases followed, from the zone or upstream. */
  async #resolve(name: string, type: number, aliasesLeft: number): Promise<Resolution> {
    const lookup = this.#zone.lookup(name, type);
    switch (lookup.kind) {
      case "found":
        return { kind: "records", records: lookup.records };
      case "no-records":
      case "no-name":
        return { kind: lookup.kind };
      case "outside":
        return this.#resolveOutside(name, type);
      case "alias": {
        if (aliasesLeft === 0) return { kind: "failed" };
        if (type === queryTypes.cname) return { kind: "records", records: [lookup.record] };
        const rest = await this.#resolve(lookup.target, type, aliasesLeft - 1);
        // The alias itself holds, whatever becomes of its target.
        const records = rest.kind === "records" ? rest.records : [];
        return { kind: "records", records: [lookup.record, ...records] };
      }
    }
  }

  async #resolveOutside(name: string, type: number): Promise<Resolution> {
    const answer = await this.#forwarder.ask(queryOf(name, type));
    if (answer === undefined) return { kind: "failed" };
    if (answer.responseCode === responseCodes.nameError) return { kind: "no-name" };
    if (answer.responseCode !== responseCodes.noError) return { kind: "failed" };
    if (answer.answers.length === 0) return { kind: "no-records" };
    return { kind: "records", records: answer.answers };
  }

  /** What an upstream asks us that is not ours would go back to it: the two point at each other. */
  #forward(query: Query, client: string, transport: Transport): Uint8Array | Promise<Uint8Array> {
    if (this.#isFromUpstream(client)) return encodeFailure(query, responseCodes.refused);
    return this.#forwarder
      .answer(query, transport)
      .then((bytes) => bytes ?? encodeFailure(query, responseCodes.serverFailure));
  }

  #isFromUpstream(client: string): boolean {
    return this.#forwarder.isUpstream(client);
  }

  #respond(
    query: Query,
    transport: Transport,
    parts: { readonly answers: readonly DnsRecord[]; readonly additional?: readonly DnsRecord[] },
  ): Uint8Array {
    const answer = {
      responseCode: responseCodes.noError,
      authoritative: true,
      authority: [],
      additional: [],
      ...parts,
    };
    return encodeResponse(query, answer, answerBytesMax(query, transport));
  }

  #respondNegative(query: Query, transport: Transport, responseCode: number): Uint8Array {
    const answer = {
      responseCode,
      authoritative: true,
      answers: [],
      authority: [this.#zone.authority()],
      additional: [],
    };
    return encodeResponse(query, answer, answerBytesMax(query, transport));
  }
}

/** Clients that take the first address shall not all take the same one. */
function rotated(records: readonly DnsRecord[], by: number): readonly DnsRecord[] {
  if (records.length < 2) return records;
  const start = by % records.length;
  return [...records.slice(start), ...records.slice(0, start)];
}
