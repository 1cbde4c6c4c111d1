import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect as connectTcp } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { test } from "node:test";
import {
  type HttpHandler,
  type HttpResponse,
  type ReceivedRequest,
  silentLogger,
  type UpgradeResult,
} from "#base";
import { ChunkQueue, connectionPair, grantWebSocket } from "#http";
import { WebSocket } from "ws";
import { openHttpServer } from "./http-server.ts";
import { bytesOf, handlerOf, leafOf, newAuthority, openFolder, textOf } from "./testing.ts";

const anyPort = { address: "127.0.0.1", port: 0 };

test("HTTP/1.1 and HTTP/2 answer alike, with the headers apart and the target as sent", async () => {
  await using server = await openTlsServer({ handle: describe });
  const headers = { "impersonate-group": ["a, b", "c"], "x-one": "1" };
  const first = await server.https({ path: "/api/v1/pods?limit=5", headers });
  const second = await server.http2({ ":path": "/api/v1/pods?limit=5", ...headers });
  const want = {
    method: "GET",
    target: "/api/v1/pods?limit=5",
    host: `127.0.0.1:${server.port}`,
    one: "1",
    groups: ["a, b", "c"],
    body: null,
  };
  assert.deepEqual([JSON.parse(first.text), JSON.parse(second.text)], [want, want]);
  assert.deepEqual([first.status, second.status], [200, 200]);
});

test("request bodies arrive whole over both", async () => {
  await using server = await openTlsServer({ handle: echo });
  const large = "x".repeat(3_000_000);
  const first = await server.https({ path: "/", method: "POST" }, large);
  const second = await server.http2({ ":path": "/", ":method": "POST" }, large);
  assert.deepEqual([first.text === large, second.text === large], [true, true]);
});

test("a refused body is answered without being read to its end", async () => {
  const refusal: HttpResponse = { status: 413, headers: {}, body: bytesOf("too large") };
  await using server = await openTlsServer({ handle: async () => refusal });
  const large = "x".repeat(8_000_000);
  const first = await server.https({ path: "/", method: "POST" }, large);
  const second = await server.http2({ ":path": "/", ":method": "POST" }, large);
  assert.deepEqual([first.status, first.text, second.status], [413, "too large", 413]);
});

test("HEAD has the headers of the answer and no body", async () => {
  await using server = await openTlsServer({ handle: describe });
  const first = await server.https({ path: "/", method: "HEAD" });
  const second = await server.http2({ ":path": "/", ":method": "HEAD" });
  assert.deepEqual([first.status, first.text, second.status, second.text], [200, "", 200, ""]);
  assert.ok(Number(first.headers["content-length"]) > 50);
});

test("a client certificate tells who the client is, and without one nobody is refused", async () => {
  await using server = await openTlsServer({ handle: describeCertificate });
  const admin = await server.authority.issue(leafOf("client", "admin", ["system:masters", "b"]));
  const stranger = await (await newAuthority()).issue(
    leafOf("client", "admin", ["system:masters"]),
  );
  const expired = await server.authority.issue({
    ...leafOf("client", "admin", ["system:masters"]),
    notBeforeMs: Date.now() - 20_000,
    notAfterMs: Date.now() - 10_000,
  });
  const serverLeaf = await server.authority.issue(leafOf("server", "admin", ["system:masters"]));
  const names = await Promise.all(
    [admin, stranger, expired, serverLeaf, undefined].map(async (pair) => {
      const own = pair === undefined ? {} : { cert: pair.certificate, key: pair.key };
      const over1 = await server.https({ path: "/", ...own });
      const over2 = await server.http2({ ":path": "/" }, undefined, own);
      assert.equal(over1.text, over2.text);
      return over1.text;
    }),
  );
  assert.deepEqual(names, ["admin of system:masters,b", "nobody", "nobody", "nobody", "nobody"]);
});

test("a resumed TLS session keeps its certificate, and has none when it had none", async () => {
  await using server = await openTlsServer({ handle: describeCertificate });
  const pair = await server.authority.issue(leafOf("client", "admin", ["system:masters"]));
  const seen: string[] = [];
  for (const own of [{}, { cert: pair.certificate, key: pair.key }]) {
    let session: Buffer | undefined;
    for (let round = 0; round < 2; round++) {
      const tls: TlsOptions = { ...own, ...(session === undefined ? {} : { session }) };
      const socket = await server.tls(tls);
      socket.on("session", (ticket) => (session = ticket));
      socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
      const text = await textOf(socket);
      seen.push(`${socket.isSessionReused()} ${text.split("\r\n\r\n")[1]}`);
    }
  }
  assert.deepEqual(seen, [
    "false nobody",
    "true nobody",
    "false admin of system:masters",
    "true admin of system:masters",
  ]);
});

test("a stream's headers come at once and its chunks as they are made", async () => {
  const queues: ChunkQueue[] = [];
  await using server = await openTlsServer({
    handle: async () => {
      const body = new ChunkQueue(1_000_000);
      queues.push(body);
      return { status: 200, headers: { "content-type": "application/json" }, body };
    },
  });
  const streams = [await server.openHttps({ path: "/" }), await server.openHttp2("/")];
  const seen: string[] = [];
  for (const [index, stream] of streams.entries()) {
    queues[index]?.push(bytesOf("first"));
    const chunks = stream[Symbol.asyncIterator]();
    seen.push(String((await chunks.next()).value));
    queues[index]?.push(bytesOf("second"));
    queues[index]?.end();
    seen.push(String((await chunks.next()).value));
    seen.push(String((await chunks.next()).done));
  }
  assert.deepEqual(seen, ["first", "second", "true", "first", "second", "true"]);
});

test("a body that breaks breaks the response, too: nobody takes it for whole", async () => {
  await using server = await openTlsServer({
    handle: async () => {
      const body = new ChunkQueue(1_000_000);
      body.push(bytesOf("first"));
      body.fail(new Error("store is gone"));
      return { status: 200, headers: {}, body };
    },
  });
  await assert.rejects(server.https({ path: "/" }));
  await assert.rejects(server.http2({ ":path": "/" }));
});

test("when the client leaves, the signal aborts and the body is left", async () => {
  const aborted: Promise<void>[] = [];
  const left: Promise<void>[] = [];
  await using server = await openTlsServer({
    handle: async (_request, signal) => {
      aborted.push(new Promise((resolve) => signal.addEventListener("abort", () => resolve())));
      const leaving = Promise.withResolvers<void>();
      left.push(leaving.promise);
      return { status: 200, headers: {}, body: silentBody(leaving.resolve) };
    },
  });
  const first = await server.openHttps({ path: "/" });
  const second = await server.openHttp2("/");
  first.destroy();
  second.destroy();
  await Promise.all([...aborted, ...left]);
  assert.deepEqual([aborted.length, left.length], [2, 2]);
});

test("a client that does not read makes the body wait", async () => {
  let chunkCount = 0;
  await using server = await openTlsServer({
    handle: async (_request, signal) => ({ status: 200, headers: {}, body: endless(signal) }),
  });
  const streams = [await server.openHttps({ path: "/" }), await server.openHttp2("/")];
  for (const stream of streams) stream.pause();
  let before = -1;
  while (chunkCount !== before) {
    before = chunkCount;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(chunkCount > 0 && chunkCount < 1_000, `${chunkCount} chunks of 64 KiB were taken`);
  for (const stream of streams) stream.destroy();

  async function* endless(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (; !signal.aborted; chunkCount++) yield new Uint8Array(64 * 1024);
  }
});

test("a handler that throws is answered by 500 and the server goes on", async () => {
  await using server = await openTlsServer({
    handle: async () => {
      throw new Error("bug");
    },
  });
  const answers = [await server.https({ path: "/" }), await server.http2({ ":path": "/" })];
  assert.deepEqual(
    answers.map(({ status, text }) => [status, text]),
    [
      [500, "Internal Server Error\n"],
      [500, "Internal Server Error\n"],
    ],
  );
});

test("a WebSocket carries messages both ways with the chosen protocol", async () => {
  await using server = await openTlsServer({ upgrade: echoWebSocket });
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}/exec`, ["v5.x", "v4.x"], {
    ca: server.authority.certificate,
  });
  const messages: string[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("open", () => {
      socket.send("one");
      socket.ping();
      socket.send(Buffer.alloc(200_000, "x"));
    });
    socket.on("pong", () => messages.push("pong"));
    socket.on("message", (data: Buffer, isBinary) => {
      messages.push(`${isBinary} ${data.byteLength}`);
      if (isBinary) socket.close(1000);
    });
    socket.on("close", () => resolve());
  });
  assert.deepEqual([socket.protocol, messages], ["v4.x", ["false 3", "pong", "true 200000"]]);
});

for (const method of ["GET", "POST"]) {
  test(`a SPDY upgrade by ${method} gives a raw connection`, async () => {
    await using server = await openTlsServer({ upgrade: echoRaw });
    const socket = await server.tls();
    socket.write(
      `${method} /exec HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: Upgrade\r\n` +
        "upgrade: SPDY/3.1\r\n\r\nearly bytes",
    );
    setImmediate(() => socket.end(", late bytes"));
    const [head = "", body] = (await textOf(socket)).split("\r\n\r\n");
    assert.deepEqual(
      [head.split("\r\n"), body],
      [
        ["HTTP/1.1 101 Switching Protocols", "connection: Upgrade", "upgrade: SPDY/3.1"],
        "early bytes, late bytes",
      ],
    );
  });
}

test("a refused upgrade is an ordinary response, and the connection ends after it", async () => {
  await using server = await openTlsServer({
    upgrade: async () => ({
      kind: "refused",
      response: { status: 403, headers: { "content-type": "text/plain" }, body: bytesOf("no") },
    }),
  });
  const socket = await server.tls();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
  const text = await textOf(socket);
  assert.match(text, /^HTTP\/1\.1 403 Forbidden\r\n[^]*connection: close\r\n[^]*\r\n\r\nno$/i);
});

test("an offer of another protocol is passed over", async () => {
  await using server = await openTlsServer({ handle: describe });
  const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c" };
  const { status } = await server.https({ path: "/version", headers });
  assert.equal(status, 200);
});

test("the certificate is exchanged without a restart", async () => {
  await using server = await openTlsServer({ handle: describe });
  const before = (await server.tls()).getPeerCertificate().subject.CN;
  const renewed = await server.authority.issue(leafOf("server", "renewed", []));
  server.setIdentity({ ...renewed, clientAuthorities: server.authority.certificate });
  const after = (await server.tls()).getPeerCertificate().subject.CN;
  assert.deepEqual([before, after], ["server", "renewed"]);
});

test("closing lets requests finish, refuses new ones, and ends what takes too long", async () => {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  await using server = await openTlsServer({
    handle: async (request, signal) => {
      if (request.target === "/watch") {
        return { status: 200, headers: {}, body: silentBody(() => {}, signal) };
      }
      arrived.resolve();
      await release.promise;
      return { status: 200, headers: {}, body: bytesOf("finished") };
    },
  });
  const slow = server.https({ path: "/" });
  await arrived.promise;
  const watch = await server.openHttps({ path: "/watch" });
  const watchEnded = new Promise((resolve) => watch.once("close", resolve));
  watch.on("error", () => {}).resume();
  const closing = server.close(200);
  release.resolve();
  assert.equal((await slow).text, "finished");
  await Promise.all([closing, watchEnded]);
  await assert.rejects(server.tls());
});

// What is sent inside TLS; the first line that comes back.
const malformed: readonly (readonly [why: string, sent: string, want: string])[] = [
  ["no HTTP at all", "\u0000\u0001\u0002 nonsense\r\n\r\n", "HTTP/1.1 400 Bad Request"],
  ["no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request"],
  [
    "two lengths",
    "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabcd",
    "HTTP/1.1 400 Bad Request",
  ],
  [
    "a large token",
    `GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: ${"y".repeat(60_000)}\r\n\r\n`,
    "HTTP/1.1 200 OK",
  ],
];

for (const [why, sent, want] of malformed) {
  test(`a request with ${why} is answered: ${want}`, async () => {
    await using server = await openTlsServer({ handle: describe });
    const socket = await server.tls();
    socket.write(sent);
    const [first] = (await textOf(socket)).split("\r\n", 1);
    assert.equal(first, want);
    assert.equal((await server.https({ path: "/" })).status, 200);
  });
}

test("who speaks no TLS, no HTTP/2 after agreeing on it, or too much, loses only its own connection", async () => {
  await using server = await openTlsServer({ handle: describe });
  const raw = connectTcp(server.port, "127.0.0.1");
  raw.write("GET / HTTP/1.1\r\n\r\n");
  raw.on("error", () => {});
  await new Promise((resolve) => raw.resume().once("close", resolve));
  const pretender = await server.tls({ ALPNProtocols: ["h2"] });
  pretender.on("error", () => {}).write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await new Promise((resolve) => pretender.resume().once("end", resolve));
  const talker = await server.tls();
  const silenced = new Promise((resolve) => talker.once("error", resolve).once("end", resolve));
  talker.resume().write(`GET / HTTP/1.1\r\nhost: x\r\nx: ${"y".repeat(200_000)}`);
  await silenced;
  assert.equal((await server.http2({ ":path": "/" })).status, 200);
});

test("idle connections are kept longer than clients of Go keep theirs", async () => {
  await using server = await openTlsServer({ handle: describe });
  const socket = await server.tls();
  socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  const answer = String((await socket[Symbol.asyncIterator]().next()).value);
  assert.ok(Number(/keep-alive: timeout=(\d+)/i.exec(answer)?.[1]) > 90, answer);
});

test("a Unix socket is served without TLS", async () => {
  await using folder = await openFolder();
  const unixPath = `${folder.path}/socket`;
  const handler = handlerOf({ handle: describe });
  await using _server = await openHttpServer(
    { handler, log: silentLogger },
    { local: { unixPath }, identity: "plain" },
  );
  const { status } = await new Promise<{ status: number | undefined }>((resolve, reject) => {
    httpRequest({ socketPath: unixPath, path: "/" }, (response) => {
      response.resume();
      resolve({ status: response.statusCode });
    })
      .on("error", reject)
      .end();
  });
  assert.equal(status, 200);
});

async function describe(request: ReceivedRequest): Promise<HttpResponse> {
  const { method, target, headers } = request;
  const facts = {
    method,
    target,
    host: headers["host"],
    one: headers["x-one"],
    groups: headers["impersonate-group"],
    body: request.body ?? null,
  };
  const type = { "content-type": "application/json", "x-absent": undefined };
  return { status: 200, headers: type, body: bytesOf(JSON.stringify(facts)) };
}

async function describeCertificate({ peer }: ReceivedRequest): Promise<HttpResponse> {
  const { certificate } = peer;
  const text =
    certificate === undefined
      ? "nobody"
      : `${certificate.commonName} of ${certificate.organizations.join()}`;
  return { status: 200, headers: {}, body: bytesOf(text) };
}

async function echo(request: ReceivedRequest): Promise<HttpResponse> {
  return { status: 200, headers: {}, body: request.body };
}

async function echoWebSocket(request: ReceivedRequest): Promise<UpgradeResult> {
  const { answer, socket } = grantWebSocket(request, "v4.x", 1_000_000);
  void (async () => {
    for await (const message of socket.messages) await socket.send(message);
  })();
  return answer;
}

async function echoRaw(): Promise<UpgradeResult> {
  const [near, connection] = connectionPair();
  void (async () => {
    for await (const chunk of near.received) await near.send(chunk);
    await near.finish();
  })();
  const headers = { connection: "Upgrade", upgrade: "SPDY/3.1" };
  return { kind: "upgraded", response: { status: 101, headers, body: undefined }, connection };
}

/** A body that says nothing, for ever. */
function silentBody(onLeave: () => void, signal?: AbortSignal): AsyncIterable<Uint8Array> {
  const waiting = Promise.withResolvers<IteratorResult<Uint8Array>>();
  const end = () => waiting.resolve({ done: true, value: undefined });
  signal?.addEventListener("abort", end);
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => waiting.promise,
      return: async () => {
        onLeave();
        end();
        return { done: true, value: undefined };
      },
    }),
  };
}

interface TlsOptions {
  readonly cert?: string;
  readonly key?: string;
  readonly session?: Buffer;
  readonly ALPNProtocols?: string[];
}

async function openTlsServer(parts: Partial<HttpHandler>) {
  const authority = await newAuthority();
  const pair = await authority.issue(leafOf("server", "server", []));
  const server = await openHttpServer(
    { handler: handlerOf(parts), log: silentLogger },
    { local: anyPort, identity: { ...pair, clientAuthorities: authority.certificate } },
  );
  const { port } = server.local;
  const trust = { host: "127.0.0.1", port, ca: authority.certificate };
  const sessions: ClientHttp2Session[] = [];
  const newSession = (own: TlsOptions = {}) => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ...trust, ...own });
    session.on("error", () => {});
    sessions.push(session);
    return session;
  };
  return {
    ...server,
    authority,
    port,
    https: (options: RequestOptions, body?: string) =>
      exchangeHttps({ ...trust, ...options }, body),
    openHttps: (options: RequestOptions) => openHttps({ ...trust, agent: false, ...options }),
    http2: (headers: Record<string, string | string[]>, body?: string, own?: TlsOptions) =>
      exchangeHttp2(newSession(own), headers, body),
    openHttp2: async (path: string) => {
      const stream = newSession().request({ ":path": path });
      stream.on("error", () => {});
      await new Promise((resolve) => stream.once("response", resolve));
      return stream;
    },
    tls: (own: TlsOptions = {}) =>
      new Promise<TLSSocket>((resolve, reject) => {
        const options = { ...trust, ...own, allowHalfOpen: true };
        const socket = connectTls(options, () => resolve(socket)).on("error", reject);
      }),
    [Symbol.asyncDispose]: async () => {
      for (const session of sessions) session.destroy();
      await server.close(0);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
}

function openHttps(options: RequestOptions) {
  return new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
    httpsRequest(options, resolve).on("error", reject).end();
  });
}

function exchangeHttps(options: RequestOptions, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest({ agent: false, ...options }, (response) => {
      const { statusCode: status = 0, headers } = response;
      textOf(response).then((text) => resolve({ status, headers, text }), reject);
    });
    request.on("error", reject).end(body);
  });
}

async function exchangeHttp2(
  session: ClientHttp2Session,
  headers: Record<string, string | string[]>,
  body?: string,
): Promise<Answer> {
  const stream = session.request(headers, { endStream: body === undefined });
  const head = new Promise<Record<string, unknown>>((resolve, reject) => {
    stream.once("response", resolve).on("error", reject);
  });
  if (body !== undefined) stream.end(body);
  const status = Number((await head)[":status"]);
  return { status, headers: {}, text: await textOf(stream) };
}
