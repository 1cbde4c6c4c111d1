/**
 * Asks on-call: that of a cluster through its API server, with what the kubeconfig allows, or a server of
 * its own that the line names.
 */
import type { HttpResponse, HttpTransport } from "#base";
import type { CommandContext } from "../command.ts";
import { findCluster } from "../stack/open-cluster.ts";
import { decodeJson, type JsonObject, textOf } from "./decode-oncall.ts";
import type { OncallFlagValues } from "./oncall-flags.ts";

const answerBytesMax = 64 * 1024 * 1024;
/** Where `wherry alertmanager` serves unless it is told otherwise. */
const serverDefault = "http://127.0.0.1:9093";

/** Who asks, and what the line says of whom. */
export interface Asking {
  readonly context: CommandContext;
  readonly flags: OncallFlagValues;
  /** The names of the flags that stand on the line. */
  readonly given: readonly string[];
}

export interface OncallCall {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below `/oncall/api/v1/`, with its query. */
  readonly path: string;
  readonly body?: JsonObject;
}

/** The answer to one request. Rejects with what the server says when it refuses. */
export async function callOncall(
  asking: Asking,
  { method = "GET", path, body }: OncallCall,
): Promise<unknown> {
  const { transport, actor } = await openWay(asking);
  const sent = body && { ...body, by: body["by"] ?? actor };
  const request = {
    method,
    target: `/oncall/api/v1/${path}`,
    headers: { "content-type": "application/json" },
    body: sent && new TextEncoder().encode(JSON.stringify(sent)),
  };
  const response = await transport.send(request, asking.context.signal);
  const answer = decodeJson(await textIn(response));
  if (response.status < 300) return answer;
  // On-call says what is wrong in one field, and an API server in another.
  const why = textOf(answer, "error") || textOf(answer, "message");
  throw new Error(why || `the server answered ${response.status}`);
}

interface Way {
  readonly transport: HttpTransport;
  /** Who does what the line does not say who does; undefined where that is known otherwise. */
  readonly actor: string | undefined;
}

/** To the cluster that the line means, else to the server that it names, else to the usual one here. */
async function openWay({ context, flags, given }: Asking): Promise<Way> {
  if (flags.server !== undefined) return openServer(context, flags.server);
  const cluster = await findCluster(context, { ...flags, namespace: undefined }, given);
  if (cluster === undefined) return openServer(context, serverDefault);
  return { transport: cluster.transport, actor: undefined };
}

async function openServer(context: CommandContext, server: string): Promise<Way> {
  const { env } = context.surroundings;
  const token = env["WHERRY_ONCALL_TOKEN"] ?? "";
  const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
  const transport = await context.connect({
    server: server.replace(/\/+$/, ""),
    tls: server.startsWith("https:") ? () => publicTls : "plain",
    headers: async () => headers,
    tunnel: undefined,
  });
  return { transport, actor: env["SUDO_USER"] ?? env["USER"] ?? "unknown" };
}

/** Certificates are verified by the authorities that the system trusts. */
const publicTls = {
  authorities: undefined,
  verification: "full",
  serverName: undefined,
  identity: undefined,
} as const;

async function textIn({ body }: HttpResponse): Promise<string> {
  const decoder = new TextDecoder();
  if (body === undefined) return "";
  if (body instanceof Uint8Array) return decoder.decode(body);
  let [text, bytes] = ["", 0];
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw new Error("the answer is too long");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
