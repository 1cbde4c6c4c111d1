import { type Clock, describeError } from "#base";
import { type HttpClient, readBody } from "#outbound";
import { TransientFailure } from "./send-loop.ts";

export interface PostDeps {
  readonly client: HttpClient;
  readonly clock: Clock;
}

/** More of an answer than this is not read: nothing in it is needed. */
const answerBytesMax = 65_536;

/** Posts alerts to an Alertmanager. Rejects unless it takes them in time. */
export async function postAlerts(
  { client, clock }: PostDeps,
  request: { readonly url: string; readonly timeoutMs: number },
  body: Uint8Array,
): Promise<void> {
  const controller = new AbortController();
  using _timer = clock.schedule(request.timeoutMs, () => {
    controller.abort(new Error("context deadline exceeded"));
  });
  const headers = { "content-type": "application/json", "content-length": String(body.length) };
  const sent = { method: "POST", url: request.url, headers, body, unixPath: undefined };
  let status: number;
  try {
    const response = await client.send(sent, controller.signal);
    status = response.status;
    await readBody(response, { bytesMax: answerBytesMax });
  } catch (error) {
    // Whoever does not answer may do so in a moment.
    throw new TransientFailure(describeError(error), { cause: error });
  }
  if (status >= 200 && status < 300) return;
  const problem = `bad response status ${status}`;
  throw status >= 500 || status === 429 ? new TransientFailure(problem) : new Error(problem);
}
