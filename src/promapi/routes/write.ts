/** `/write`: taking in what other servers send. */
import type { HttpResponse, ReceivedRequest } from "#base";
import { readBody } from "#http";
import { emptyResponse, textResponse } from "../answer.ts";
import type { ApiRequest } from "../request.ts";
import type { ApiRoute } from "../route.ts";

/** What becomes of one request of remote write. */
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

/** `receiver` is undefined when nothing is taken in. */
export function writeRoutes(receiver: WriteReceiver | undefined): readonly ApiRoute[] {
  return [{ method: "POST", pattern: "/write", serve: (request) => write(receiver, request) }];
}

async function write(
  receiver: WriteReceiver | undefined,
  { received }: ApiRequest,
): Promise<HttpResponse> {
  if (receiver === undefined) {
    const flag = "--web.enable-remote-write-receiver";
    return textResponse(404, `remote write receiver needs to be enabled with ${flag}\n`);
  }
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
