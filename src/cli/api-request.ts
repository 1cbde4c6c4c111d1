import type { HttpTransport } from "#base";

/** The few things the command line asks an API server itself, without the typed client's weight. */
export interface NodeState {
  readonly name: string;
  readonly isReady: boolean;
}

/** Whether the server answers `GET /readyz` with 200. */
export async function isServerReady(api: HttpTransport, signal: AbortSignal): Promise<boolean> {
  const response = await api.send(getRequest("/readyz"), signal);
  await readBody(response.body);
  return response.status === 200;
}

/** The cluster's nodes by name. */
export async function listNodeStates(
  api: HttpTransport,
  signal: AbortSignal,
): Promise<readonly NodeState[]> {
  const response = await api.send(getRequest("/api/v1/nodes?resourceVersion=0"), signal);
  const text = await readBody(response.body);
  if (response.status !== 200) {
    throw new Error(`listing nodes: the server answered ${response.status}`);
  }
  const list = fieldsOf(JSON.parse(text));
  return arrayOf(list["items"]).map((item) => {
    const node = fieldsOf(item);
    const conditions = arrayOf(fieldsOf(node["status"])["conditions"]).map(fieldsOf);
    return {
      name: String(fieldsOf(node["metadata"])["name"]),
      isReady: conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    };
  });
}

function getRequest(target: string) {
  return { method: "GET", target, headers: { accept: "application/json" }, body: undefined };
}

async function readBody(body: Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<string> {
  if (body === undefined) return "";
  const decoder = new TextDecoder();
  if (body instanceof Uint8Array) return decoder.decode(body);
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
