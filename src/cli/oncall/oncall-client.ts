/** Asks the on-call server. */
import type { HttpResponse } from "#base";
import type { CommandContext } from "../command.ts";
import { decodeJson, type JsonObject, textOf } from "./decode-oncall.ts";

const answerBytesMax = 64 * 1024 * 1024;

export interface OncallCall {
  readonly method?: "GET" | "POST" | "DELETE";
  /** Below `/oncall/api/v1/`, with its query. */
  readonly path: string;
  readonly body?: JsonObject;
}

/** The answer to one request. Rejects with what the server says when it refuses. */
export async function callOncall(
  context: CommandContext,
  server: string,
  { method = "GET", path, body }: OncallCall,
): Promise<unknown> {
  const token = context.surroundings.env["WHERRY_ONCALL_TOKEN"] ?? "";
  const headers = token === "" ? {} : { authorization: `Bearer ${token}` };
  const transport = await context.connect({
    server: server.replace(/\/+$/, ""),
    tls: server.startsWith("https:") ? () => publicTls : "plain",
    headers: async () => headers,
    tunnel: undefined,
  });
  const request = {
    method,
    target: `/oncall/api/v1/${path}`,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body)),
  };
  const response = await transport.send(request, context.signal);
  const answer = decodeJson(await textIn(response));
  if (response.status < 300) return answer;
  throw new Error(textOf(answer, "error") || `the server answered ${response.status}`);
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

/** Who does something: what the line says, or the user of this machine. */
export function actorOf(context: CommandContext, by: string | undefined): string {
  const { env } = context.surroundings;
  return by ?? env["SUDO_USER"] ?? env["USER"] ?? "unknown";
}
