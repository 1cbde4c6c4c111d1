import { type JsonValue, textAt, valueAt } from "#api";
import type { Body, HttpConnector } from "#base";

/** Where a monitoring engine answers. */
export interface MonitorAddress {
  readonly connector: HttpConnector;
  readonly url: URL;
}

const answerBytesMax = 32 * 1024 * 1024;

/** What the API of a monitoring engine answers to a GET of `target`. Throws when it refuses. */
export async function askMonitor(
  { connector, url }: MonitorAddress,
  target: string,
  signal: AbortSignal,
): Promise<JsonValue> {
  if (url.protocol !== "http:") {
    throw new Error(`monitoring is asked over http, not ${url.protocol}`);
  }
  const server = { host: url.hostname, port: url.port === "" ? 80 : Number(url.port) };
  await using transport = await connector.open({
    server,
    tls: "plain",
    protocol: "http1",
    tunnel: undefined,
  });
  const headers = { host: url.host, accept: "application/json" };
  const path = `${url.pathname.replace(/\/$/, "")}${target}`;
  const request = { method: "GET", target: path, headers, body: undefined };
  const response = await transport.send(request, signal);
  const answer: JsonValue = JSON.parse(await readText(response.body));
  if (valueAt(answer, "status") === "success") return answer;
  throw new Error(`${url.origin} answered ${response.status}: ${textAt(answer, "error")}`);
}

async function readText(body: Body | undefined): Promise<string> {
  if (body === undefined) return "";
  if (body instanceof Uint8Array) return new TextDecoder().decode(body);
  const decoder = new TextDecoder();
  let text = "";
  let byteCount = 0;
  for await (const chunk of body) {
    byteCount += chunk.byteLength;
    if (byteCount > answerBytesMax) throw new Error(`an answer exceeds ${answerBytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
