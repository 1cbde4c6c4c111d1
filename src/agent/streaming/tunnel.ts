/**
 * Brings a client that wants to stream together with the runtime's streaming server.
 *
 * | the client speaks                         | and is given                                       |
 * |-------------------------------------------|----------------------------------------------------|
 * | SPDY/3.1                                  | the same upgrade, byte for byte                    |
 * | WebSocket `v5.channel.k8s.io`             | a translation to SPDY streams, which runtimes know |
 * | WebSocket, one of `runtimeProtocols`      | the same upgrade, byte for byte                    |
 * | WebSocket `SPDY/3.1+portforward.k8s.io`   | an SPDY upgrade inside WebSocket messages          |
 * | anything else                             | a refusal, after which kubectl tries SPDY          |
 *
 * `v5` is never granted over the runtime's `v4`: the end of standard input, which v5 has and v4 has
 * not, would be lost, and `kubectl cp` would wait forever.
 */
import type {
  Dialer,
  Headers,
  HttpRequest,
  HttpResponse,
  ReceivedRequest,
  UpgradeResult,
} from "#base";
import {
  findHeader,
  grantWebSocket,
  isWebSocketRequest,
  listHeader,
  offeredProtocols,
} from "#http";
import type { StreamChoice } from "../runtime.ts";
import { translateChannels } from "./channel-translation.ts";
import { upgradeOver } from "./http-upgrade.ts";
import { carryInMessages } from "./message-carrier.ts";

export interface TunnelDeps {
  readonly dialer: Pick<Dialer, "connectTcp">;
}

/** What the streaming servers of containerd and CRI-O understand, as Kubernetes' own library has it. */
const runtimeProtocols: ReadonlySet<string> = new Set([
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "channel.k8s.io",
  "base64.channel.k8s.io",
]);

const halfClosingChannels = "v5.channel.k8s.io";
const tunnelledPortForward = "SPDY/3.1+portforward.k8s.io";
/** kubectl reads and writes through buffers of 32 KiB; this leaves room for others. */
const messageBytesMax = 1024 * 1024;

/** What is to be streamed. */
export interface Stream {
  /** Which streams of a command are wanted; undefined for port forwarding. */
  readonly choice: StreamChoice | undefined;
  /** Lets the runtime prepare it, and resolves with the URL to connect to. */
  readonly prepare: () => Promise<string>;
}

/** Answers an upgrade request for exec, attach or port forwarding. */
export async function tunnel(
  deps: TunnelDeps,
  request: ReceivedRequest,
  { choice, prepare }: Stream,
  signal: AbortSignal,
): Promise<UpgradeResult> {
  if (!isWebSocketRequest(request)) {
    if (findHeader(request.headers, "upgrade")?.toLowerCase() !== "spdy/3.1") {
      return refusal(400, "unable to upgrade: only SPDY/3.1 and WebSocket are supported");
    }
    return await connect(deps, await prepare(), spdyRequest(request), signal);
  }
  const offered = offeredProtocols(request);
  if (offered.includes(tunnelledPortForward)) {
    return await tunnelPortForward(deps, request, await prepare(), signal);
  }
  if (choice !== undefined && offered.includes(halfClosingChannels)) {
    return await translateToSpdy(deps, request, { choice, url: await prepare() }, signal);
  }
  const understood = offered.filter((protocol) => runtimeProtocols.has(protocol));
  if (offered.length > 0 && understood.length === 0) {
    const names = [halfClosingChannels, ...runtimeProtocols].join(", ");
    return refusal(
      400,
      `unable to upgrade: of the WebSocket protocols only ${names} are supported`,
    );
  }
  return await connect(deps, await prepare(), webSocketRequest(request, understood), signal);
}

interface Wanted {
  readonly method: "GET" | "POST";
  readonly headers: Headers;
}

async function connect(
  { dialer }: TunnelDeps,
  url: string,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<UpgradeResult> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const connection = await dialer.connectTcp(hostname, Number(port === "" ? "80" : port), signal);
  const request = { ...wanted, target: `${pathname}${search}`, host };
  return await upgradeOver(connection, request, signal);
}

/** `kubectl port-forward` since 1.31: the SPDY bytes of old, carried in WebSocket messages. */
async function tunnelPortForward(
  deps: TunnelDeps,
  request: HttpRequest,
  url: string,
  signal: AbortSignal,
): Promise<UpgradeResult> {
  const protocol = "portforward.k8s.io";
  const upstream = await connect(deps, url, spdyHeaders([protocol]), signal);
  if (upstream.kind === "refused") return upstream;
  const { answer, socket } = grantWebSocket(request, tunnelledPortForward, messageBytesMax);
  void carryInMessages(socket, upstream.connection);
  return answer;
}

async function translateToSpdy(
  deps: TunnelDeps,
  request: HttpRequest,
  { choice, url }: { readonly choice: StreamChoice; readonly url: string },
  signal: AbortSignal,
): Promise<UpgradeResult> {
  const upstream = await connect(deps, url, spdyHeaders(["v4.channel.k8s.io"]), signal);
  if (upstream.kind === "refused") return upstream;
  const { answer, socket } = grantWebSocket(request, halfClosingChannels, messageBytesMax);
  void translateChannels(socket, upstream.connection, choice);
  return answer;
}

function spdyRequest(request: HttpRequest): Wanted {
  return spdyHeaders(listHeader(request.headers, "x-stream-protocol-version"));
}

function spdyHeaders(protocols: readonly string[]): Wanted {
  return {
    method: "POST",
    headers: {
      connection: "Upgrade",
      upgrade: "SPDY/3.1",
      "content-length": "0",
      "x-stream-protocol-version": protocols,
    },
  };
}

/** Only what the handshake is about: credentials of the client are not the runtime's business. */
function webSocketRequest({ headers }: HttpRequest, protocols: readonly string[]): Wanted {
  return {
    method: "GET",
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": findHeader(headers, "sec-websocket-version"),
      "sec-websocket-key": findHeader(headers, "sec-websocket-key"),
      "sec-websocket-protocol": protocols.length === 0 ? undefined : protocols.join(", "),
    },
  };
}

function refusal(status: number, message: string): UpgradeResult {
  const response: HttpResponse = {
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
    body: new TextEncoder().encode(`${message}\n`),
  };
  return { kind: "refused", response };
}
