/** The HTTP API of a server, as its usual client speaks it. */
import type { Headers } from "#base";
import { type HttpClient, readBody } from "#outbound";
import type { Surroundings } from "../surroundings.ts";
import { type Deadline, within } from "./deadline.ts";
import { type ClientSurroundings, openClient, type Server, urlBelow } from "./client.ts";
import {
  type ApiEnvelope,
  decodeEnvelope,
  decodeLabelSets,
  decodeNames,
  decodeQueryValue,
} from "./decode-answer.ts";
import type { QueryValue } from "./query-value.ts";

/** How much an answer may be. */
const answerBytesMax = 1 << 30;
const timeoutMs = 120_000;

/** What a server answered in place of what was asked for. */
export class ApiError extends Error {
  /** The body of an answer that is none of the API. */
  readonly detail: string;

  constructor(type: string, problem: string, detail = "") {
    super(`${type}: ${problem}`);
    this.name = "ApiError";
    this.detail = detail;
  }
}

export interface ApiAnswer<T> {
  readonly value: T;
  readonly warnings: readonly string[];
}

export class ServerApi implements AsyncDisposable {
  readonly #client: HttpClient;
  readonly #server: string;
  readonly #headers: Headers;
  readonly #deadline: Deadline;

  constructor(
    client: HttpClient,
    server: string,
    options: { readonly headers: Headers; readonly deadline: Deadline },
  ) {
    this.#client = client;
    this.#server = server;
    this.#headers = options.headers;
    this.#deadline = options.deadline;
  }

  async query(query: string, timeMs: number): Promise<ApiAnswer<QueryValue>> {
    const fields = [["query", query] as const, ["time", seconds(timeMs)] as const];
    return mapAnswer(await this.#post("/api/v1/query", fields), decodeQueryValue);
  }

  async queryRange(query: string, range: QueryRange): Promise<ApiAnswer<QueryValue>> {
    const fields = [
      ["end", seconds(range.endMs)] as const,
      ["query", query] as const,
      ["start", seconds(range.startMs)] as const,
      ["step", seconds(range.stepMs)] as const,
    ];
    return mapAnswer(await this.#post("/api/v1/query_range", fields), decodeQueryValue);
  }

  async series(matchers: readonly string[], time: TimeSpan) {
    const fields = [
      ["end", seconds(time.endMs)] as const,
      ...matchers.map((matcher) => ["match[]", matcher] as const),
      ["start", seconds(time.startMs)] as const,
    ];
    return mapAnswer(await this.#post("/api/v1/series", fields), decodeLabelSets);
  }

  async labelValues(name: string, matchers: readonly string[], time: TimeSpan) {
    const fields = [
      ["end", seconds(time.endMs)] as const,
      ...matchers.map((matcher) => ["match[]", matcher] as const),
      ["start", seconds(time.startMs)] as const,
    ];
    const path = `/api/v1/label/${encodeURIComponent(name)}/values`;
    return mapAnswer(await this.#get(path, fields), decodeNames);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
  }

  /** As a form; a server that takes none is asked again by GET. */
  async #post(path: string, fields: Fields): Promise<ApiEnvelope> {
    const text = formText(fields);
    const answer = await this.#send("POST", urlBelow(this.#server, path, "Post"), text);
    return [403, 405, 501].includes(answer.status) ? this.#get(path, fields) : readAnswer(answer);
  }

  async #get(path: string, fields: Fields): Promise<ApiEnvelope> {
    const url = urlBelow(this.#server, path, "Get");
    url.search = formText(fields);
    return readAnswer(await this.#send("GET", url, undefined));
  }

  #send(method: string, url: URL, form: string | undefined): Promise<RawAnswer> {
    const type = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const headers = { ...type, ...this.#headers };
    const body = form === undefined ? undefined : new TextEncoder().encode(form);
    const request = { method, url: url.href, headers, body, unixPath: undefined };
    return within(this.#deadline, async (signal) => {
      const response = await this.#client.send(request, signal);
      const bytes = await readBody(response, { bytesMax: answerBytesMax });
      return { status: response.status, text: new TextDecoder().decode(bytes) };
    });
  }
}

/** Opens nothing yet. */
export async function openServerApi(
  server: Server,
  surroundings: ClientSurroundings & Pick<Surroundings, "signal">,
  headers: ReadonlyMap<string, string> = new Map(),
): Promise<ServerApi> {
  const client = await openClient(server, surroundings);
  const lowered = Object.fromEntries(
    Array.from(headers, ([name, value]) => [name.toLowerCase(), value]),
  );
  const { clock, signal } = surroundings;
  const deadline = { clock, signal, timeoutMs };
  return new ServerApi(client, server.url, { headers: lowered, deadline });
}

export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

export interface QueryRange extends TimeSpan {
  readonly stepMs: number;
}

type Fields = readonly (readonly [name: string, value: string])[];

function formText(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of fields) form.append(name, value);
  return form.toString();
}

function seconds(ms: number): string {
  return String(ms / 1_000);
}

interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

function readAnswer({ status, text }: RawAnswer): ApiEnvelope {
  const isAnswer = Math.floor(status / 100) === 2 || status === 400 || status === 422;
  if (!isAnswer) throw foreignAnswer(status, text);
  const answer = decodeEnvelope(text);
  if (answer === undefined) throw new ApiError("bad_response", "the answer is no JSON of the API");
  if (answer.status === "error") throw new ApiError(answer.errorType, answer.error);
  if (status === 400 || status === 422) {
    throw new ApiError("bad_response", "inconsistent body for response code");
  }
  return answer;
}

function foreignAnswer(status: number, body: string): ApiError {
  if (status >= 500) return new ApiError("server_error", `server error: ${status}`, body);
  if (status >= 400) return new ApiError("client_error", `client error: ${status}`, body);
  return new ApiError("bad_response", `bad response code ${status}`, body);
}

function mapAnswer<T>(answer: ApiEnvelope, decode: (part: unknown) => T | undefined): ApiAnswer<T> {
  const value = decode(answer.content);
  if (value !== undefined) return { value, warnings: answer.warnings };
  throw new ApiError("bad_response", "the answer is not what was asked for");
}
