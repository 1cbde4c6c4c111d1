import type { ReceivedRequest } from "#base";
import { readBody } from "#http";

/** A request to the API, with its parameters from the query and from a posted form together. */
export interface ApiRequest {
  readonly received: ReceivedRequest;
  /** The path that was asked for, as it was sent, without the query. */
  readonly target: string;
  /** Parts of the path that stood for a name. */
  readonly path: ReadonlyMap<string, string>;
  readonly form: URLSearchParams;
  readonly nowMs: number;
}

/** Queries of dashboards are long; nothing sensible is longer than this. */
const formBytesMax = 10 * 1024 * 1024;
const formType = "application/x-www-form-urlencoded";

/** Reads the parameters of the query, and of the body where that is a form. Form values come first. */
export async function readForm(
  received: ReceivedRequest,
  query: URLSearchParams,
): Promise<URLSearchParams> {
  const contentType = received.headers["content-type"];
  const isForm = typeof contentType === "string" && contentType.startsWith(formType);
  if (!isForm || received.method === "GET") return query;
  const body = new TextDecoder().decode(await readBody(received, formBytesMax));
  const form = new URLSearchParams(body);
  for (const [name, value] of query) form.append(name, value);
  return form;
}
