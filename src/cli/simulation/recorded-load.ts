/** Load as a monitoring engine has recorded it: the processor time that a workload's pods used. */

import { type JsonValue, listAt, textAt, valueAt } from "#api";
import type { Body, HttpConnector } from "#base";
import type { LoadShape } from "#sim";

export interface RecordedTarget {
  readonly namespace: string;
  readonly name: string;
}

const pointsMax = 10_000;
const answerBytesMax = 32 * 1024 * 1024;

/** The last `spanMs` up to now. Throws where nothing was recorded. */
export async function readRecordedLoad(
  { connector, nowMs }: { readonly connector: HttpConnector; readonly nowMs: number },
  url: URL,
  wanted: RecordedTarget & { readonly spanMs: number },
  signal: AbortSignal,
): Promise<LoadShape> {
  const stepSeconds = Math.max(15, Math.ceil(wanted.spanMs / 1000 / pointsMax));
  const end = Math.floor(nowMs / 1000);
  const start = end - Math.floor(wanted.spanMs / 1000);
  const query = new URLSearchParams({
    query: usageQuery(wanted, stepSeconds),
    start: String(start),
    end: String(end),
    step: String(stepSeconds),
  });
  const root = url.pathname.replace(/\/$/, "");
  const answer = await get(
    connector,
    url,
    `${root}/api/v1/query_range?${query.toString()}`,
    signal,
  );
  const points = listAt(listAt(answer, "data", "result")[0], "values").map((sample) => {
    const [seconds, value] = Array.isArray(sample) ? sample : [];
    return {
      atMs: Math.round((Number(seconds) - start) * 1000),
      values: { cpu: Math.max(0, Number(value)) },
    };
  });
  if (points.length < 2) {
    const { namespace, name } = wanted;
    throw new Error(`${url.origin} has recorded no processor time of pods of ${namespace}/${name}`);
  }
  const [first] = points;
  const startMs = first?.atMs ?? 0;
  return {
    points: points.map(({ atMs, values }) => ({ atMs: atMs - startMs, values })),
    interpolation: "linear",
    noise: 0,
  };
}

/** Pods of a Deployment, ReplicaSet or StatefulSet are called after it. */
function usageQuery({ namespace, name }: RecordedTarget, stepSeconds: number): string {
  const quoted = name.replaceAll(".", "\\\\.");
  const pods = `namespace="${namespace}",pod=~"${quoted}(-[a-z0-9]+)?-[a-z0-9]+",container!=""`;
  const window = Math.max(120, stepSeconds * 4);
  return `sum(rate(container_cpu_usage_seconds_total{${pods}}[${window}s]))`;
}

async function get(
  connector: HttpConnector,
  url: URL,
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
  const response = await transport.send(
    { method: "GET", target, headers, body: undefined },
    signal,
  );
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
