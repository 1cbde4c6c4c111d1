/** `/write` and `/otlp/v1/metrics`: taking in what others send. */
import type { HttpResponse, ReceivedRequest } from "#base";
import { readBody } from "#http";
import { emptyResponse, textResponse } from "../answer.ts";
import type { ApiRequest } from "../request.ts";
import type { ApiRoute } from "../route.ts";

/** What becomes of one request. */
export interface WriteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when all was taken. */
  readonly message: string;
}

/** Appends a request's samples, and answers when they are durable. */
export interface WriteReceiver {
  receive(
    headers: {
      readonly contentType: string | undefined;
      readonly contentEncoding: string | undefined;
    },
    body: Uint8Array,
  ): Promise<WriteAnswer>;
}

const bodyBytesMax = 32 * 1024 * 1024;

/** Each is undefined when nothing of its kind is taken in. */
export interface WriteReceivers {
  readonly remoteWrite: WriteReceiver | undefined;
  readonly otlp: WriteReceiver | undefined;
}

const remoteWriteOff =
  "remote write receiver needs to be enabled with --web.enable-remote-write-receiver";
const otlpOff = "otlp write receiver needs to be enabled with --web.enable-otlp-receiver";

export function writeRoutes({ remoteWrite, otlp }: WriteReceivers): readonly ApiRoute[] {
  const post = { method: "POST" } as const;
  return [
    { ...post, pattern: "/write", serve: (request) => write(remoteWrite, request, remoteWriteOff) },
    { ...post, pattern: "/otlp/v1/metrics", serve: (request) => write(otlp, request, otlpOff) },
  ];
}

async function write(
  receiver: WriteReceiver | undefined,
  { received }: ApiRequest,
  whenOff: string,
): Promise<HttpResponse> {
  if (receiver === undefined) return textResponse(404, `${whenOff}\n`);
  const headers = {
    contentType: textOf(received, "content-type"),
    contentEncoding: textOf(received, "content-encoding"),
  };
  const answer = await receiver.receive(headers, await readBody(received, bodyBytesMax));
  if (answer.message === "") return emptyResponse(answer.status, answer.headers);
  const response = textResponse(answer.status, `${answer.message}\n`);
  return { ...response, headers: { ...response.headers, ...answer.headers } };
}

function textOf({ headers }: ReceivedRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
