import type { HttpResponse } from "#base";

/** A refusal by a node's endpoint; clients get the message as plain text, as from upstream's kubelet. */
export class EndpointError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = "EndpointError";
    this.status = status;
  }
}

export function textResponse(
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
): HttpResponse {
  return {
    status,
    headers: { "content-type": contentType },
    body: new TextEncoder().encode(text),
  };
}
