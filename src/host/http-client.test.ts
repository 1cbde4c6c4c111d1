import assert from "node:assert/strict";
import { createServer } from "node:net";
import { createServer as createPlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { test } from "node:test";
import {
  type ClientTls,
  type HttpHandler,
  type HttpRequest,
  type HttpResponse,
  type ReceivedRequest,
  silentLogger,
} from "#base";
import { ChunkQueue, connectionPair } from "#http";
import { type HttpClientOptions, openHttpTransport } from "./http-client.ts";
import { openHttpServer } from "./http-server.ts";
import { bytesOf, handlerOf, leafOf, newAuthority, openFolder, textOf } from "./testing.ts";

const never = new AbortController().signal;
const protocols = ["http1", "http2"] as const;
const get = requestOf("GET", "/");

for (const protocol of protocols) {
  test(`${protocol}: a request carries its parts and brings the answer's`, async () => {
    await using server = await openServer({ handle: describe });
    await using transport = server.transport({ protocol });
    const request = requestOf("POST", "/pods?limit=5", { "x-many": ["a", "b, c"] }, "body");
    const response = await transport.send(request, never);
    assert.deepEqual(
      [response.status, response.headers["content-type"], JSON.parse(await bodyOf(response))],
      [
        201,
        "application/json",
        { method: "POST", target: "/pods?limit=5", many: ["a", "b, c"], body: "body", user: null },
      ],
    );
  });

  test(`${protocol}: a DELETE may carry a body, and the connection goes on`, async () => {
    await using server = await openServer({ handle: describe });
    await using transport = server.transport({ protocol });
    const request = requestOf("DELETE", "/pods/web", {}, "options");
    const seen = [
      JSON.parse(await bodyOf(await transport.send(request, never))).body,
      JSON.parse(await bodyOf(await transport.send(get, never))).method,
    ];
    assert.deepEqual(seen, ["options", "GET"]);
  });

  test(`${protocol}: the client shows its certificate, and a renewed one from then on`, async () => {
    await using server = await openServer({ handle: describe });
    const tls = { ...server.tls, identity: await server.identity("first") };
    const renewed = { ...server.tls, identity: await server.identity("second") };
    let now: ClientTls = tls;
    await using transport = server.transport({ protocol, tls: () => now });
    const users = [await userOf(), await userOf()];
    now = renewed;
    users.push(await userOf());
    assert.deepEqual(users, ["first", "first", "second"]);

    async function userOf(): Promise<unknown> {
      return JSON.parse(await bodyOf(await transport.send(get, never))).user;
    }
  });

  test(`${protocol}: what began with a former certificate goes on to its end`, async () => {
    const body = new ChunkQueue(1_000_000);
    await using server = await openServer({
      handle: async (request) =>
        request.target === "/watch" ? { status: 200, headers: {}, body } : describe(request),
    });
    let now: ClientTls = { ...server.tls, identity: await server.identity("first") };
    await using transport = server.transport({ protocol, tls: () => now });
    const watch = await transport.send(requestOf("GET", "/watch"), never);
    now = { ...server.tls, identity: await server.identity("second") };
    await bodyOf(await transport.send(get, never));
    body.push(bytesOf("late"));
    body.end();
    assert.equal(await bodyOf(watch), "late");
  });

  test(`${protocol}: a token is asked for each time and sent`, async () => {
    await using server = await openServer({
      handle: async ({ headers }) => answerOf(200, String(headers["authorization"])),
    });
    let count = 0;
    const bearerToken = async () => (count++ === 0 ? "one" : "two");
    await using transport = server.transport({ protocol, bearerToken });
    const seen = [
      await bodyOf(await transport.send(get, never)),
      await bodyOf(await transport.send(get, never)),
    ];
    assert.deepEqual(seen, ["Bearer one", "Bearer two"]);
  });

  test(`${protocol}: a server that is not believed gets no request`, async () => {
    let handled = 0;
    await using server = await openServer({
      handle: async () => {
        handled++;
        return answerOf(200, "");
      },
    });
    const stranger = (await newAuthority()).certificate;
    const distrust = { ...server.tls, authorities: stranger };
    await using unknown = server.transport({ protocol, tls: () => distrust });
    const misnamed = { ...server.tls, serverName: "other.example" };
    await using wrongName = server.transport({ protocol, tls: () => misnamed });
    await assert.rejects(unknown.send(get, never), /self-signed certificate|unable to/);
    await assert.rejects(wrongName.send(get, never), /altnames/);
    assert.equal(handled, 0);
  });

  test(`${protocol}: a streamed answer comes as it is made and can be left`, async () => {
    const left = Promise.withResolvers<void>();
    await using server = await openServer({
      handle: async (_request, signal) => {
        signal.addEventListener("abort", () => left.resolve());
        const body = new ChunkQueue(1_000_000);
        body.push(bytesOf("event"));
        return { status: 200, headers: {}, body };
      },
    });
    await using transport = server.transport({ protocol });
    const { body } = await transport.send(get, never);
    assert.ok(body !== undefined && !(body instanceof Uint8Array));
    for await (const chunk of body) {
      assert.equal(Buffer.from(chunk).toString(), "event");
      break;
    }
    await left.promise;
  });

  test(`${protocol}: an abort ends what is under way with its reason`, async () => {
    await using server = await openServer({
      handle: async ({ target }) => {
        if (target === "/hang") await new Promise(() => {});
        return { status: 200, headers: {}, body: new ChunkQueue(1) };
      },
    });
    await using transport = server.transport({ protocol });
    const controller = new AbortController();
    const { body } = await transport.send(get, controller.signal);
    assert.ok(body !== undefined && !(body instanceof Uint8Array));
    const reason = { message: "no longer wanted" };
    const ended = [
      assert.rejects(transport.send(requestOf("GET", "/hang"), controller.signal), reason),
      assert.rejects(textOf(body), reason),
    ];
    controller.abort(new Error(reason.message));
    await Promise.all(ended);
    await assert.rejects(transport.send(get, controller.signal), reason);
  });

  test(`${protocol}: a broken answer is an error, not an end`, async () => {
    await using server = await openServer({
      handle: async () => {
        const body = new ChunkQueue(100);
        body.push(bytesOf("part"));
        body.fail(new Error("gone"));
        return { status: 200, headers: {}, body };
      },
    });
    await using transport = server.transport({ protocol });
    const response = await transport.send(get, never);
    await assert.rejects(bodyOf(response));
  });

  // HTTP/1.1 has a connection, and so a handshake, for each.
  const watchCount = protocol === "http2" ? 300 : 50;
  test(`${protocol}: ${watchCount} watches run beside other requests`, async () => {
    const queues: ChunkQueue[] = [];
    await using server = await openServer({
      handle: async ({ target }) => {
        if (target !== "/watch") return answerOf(200, "quick");
        const body = new ChunkQueue(1_000);
        queues.push(body);
        return { status: 200, headers: {}, body };
      },
    });
    await using transport = server.transport({ protocol });
    const watches = await Promise.all(
      Array.from({ length: watchCount }, () => transport.send(requestOf("GET", "/watch"), never)),
    );
    const quick = await bodyOf(await transport.send(get, never));
    for (const queue of queues) {
      queue.push(bytesOf("event"));
      queue.end();
    }
    const texts = await Promise.all(watches.map(bodyOf));
    assert.deepEqual(
      [quick, texts.length, new Set(texts)],
      ["quick", watchCount, new Set(["event"])],
    );
  });

  test(`${protocol}: a server that restarted is found again`, async () => {
    const first = await openServer({ handle: async () => answerOf(200, "first") });
    await using transport = first.transport({ protocol });
    const texts = [await bodyOf(await transport.send(get, never))];
    await first[Symbol.asyncDispose]();
    await assert.rejects(transport.send(get, never));
    await using _second = await first.restart({ handle: async () => answerOf(200, "second") });
    texts.push(await bodyOf(await transport.send(get, never)));
    assert.deepEqual(texts, ["first", "second"]);
  });

  test(`${protocol}: no server is an error that says where it should be`, async () => {
    const server = await openServer({});
    await server[Symbol.asyncDispose]();
    await using transport = server.transport({ protocol });
    await assert.rejects(transport.send(get, never), (error: Error) => {
      assert.match(`${error.message}`, new RegExp(`ECONNREFUSED.*127.0.0.1:${server.port}`));
      return true;
    });
  });
}

for (const protocol of protocols) {
  test(`${protocol}: an answer waits until it is read`, async () => {
    await using server = await openServer({ handle: async () => answerOf(200, "whole") });
    await using transport = server.transport({ protocol });
    const answers = await Promise.all(Array.from({ length: 20 }, () => transport.send(get, never)));
    // Another round trip: what had arrived with the first answers has been looked at by now.
    await bodyOf(await transport.send(get, never));
    assert.deepEqual(new Set(await Promise.all(answers.map(bodyOf))), new Set(["whole"]));
  });
}

test("http2: a server that speaks only HTTP/1.1 is spoken to by that", async () => {
  await using server = await openServer({});
  const identity = await server.identity("server");
  const plain = createTlsServer({ cert: identity.certificate, key: identity.key }, (_in, out) =>
    out.end("old"),
  );
  const port = await listening(plain);
  const tls = { ...server.tls, verification: "none" } as const;
  await using transport = openHttpTransport({
    ...optionsOf({ host: "127.0.0.1", port }),
    tls: () => tls,
    protocol: "http2",
  });
  assert.equal(await bodyOf(await transport.send(get, never)), "old");
  plain.close();
  plain.closeAllConnections();
});

test("a kept connection that the server just closed is not the request's failure", async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      // The next request on this connection meets a reset.
      socket.once("data", () => socket.resetAndDestroy());
    });
  });
  const port = await listening(server);
  await using transport = openHttpTransport(optionsOf({ host: "127.0.0.1", port }));
  const texts = [
    await bodyOf(await transport.send(get, never)),
    await bodyOf(await transport.send(get, never)),
  ];
  const post = transport.send(requestOf("POST", "/", {}, "x"), never);
  await assert.rejects(post, { code: "ECONNRESET" });
  assert.deepEqual([texts, connections], [["ok", "ok"], 2]);
  server.close();
});

test("an upgrade gives a connection whose directions end alone", async () => {
  await using server = await openServer({
    upgrade: async (request) => {
      const [near, connection] = connectionPair();
      void (async () => {
        const text = await textOf(near.received);
        await near.send(bytesOf(`${request.headers["x-stream-protocol-version"]}: ${text}`));
        await near.finish();
      })();
      const headers = { connection: "Upgrade", upgrade: "SPDY/3.1" };
      return { kind: "upgraded", response: { status: 101, headers, body: undefined }, connection };
    },
  });
  await using transport = server.transport({ protocol: "http2" });
  const headers = {
    connection: "Upgrade",
    upgrade: "SPDY/3.1",
    "x-stream-protocol-version": ["v4.channel.k8s.io", "v3.channel.k8s.io"],
  };
  const result = await transport.upgrade(requestOf("POST", "/exec", headers), never);
  assert.ok(result.kind === "upgraded");
  await using connection = result.connection;
  await connection.send(bytesOf("bytes"));
  await connection.finish();
  assert.deepEqual(
    [result.response.status, result.response.headers["upgrade"], await textOf(connection.received)],
    [101, "SPDY/3.1", "v4.channel.k8s.io,v3.channel.k8s.io: bytes"],
  );
});

test("a refused upgrade brings the answer", async () => {
  await using server = await openServer({
    upgrade: async () => ({ kind: "refused", response: answerOf(403, "forbidden") }),
  });
  await using transport = server.transport({ protocol: "http1" });
  const headers = { connection: "Upgrade", upgrade: "websocket" };
  const result = await transport.upgrade(requestOf("GET", "/exec", headers), never);
  assert.deepEqual(
    [result.kind, result.response.status, await bodyOf(result.response)],
    ["refused", 403, "forbidden"],
  );
});

test("a Unix socket is reached without TLS", async () => {
  await using folder = await openFolder();
  const unixPath = `${folder.path}/socket`;
  const server = createPlainServer((_in, out) => out.end("from unix"));
  await new Promise<void>((resolve) => server.listen(unixPath, resolve));
  await using transport = openHttpTransport(optionsOf({ unixPath }));
  assert.equal(await bodyOf(await transport.send(get, never)), "from unix");
  server.close();
});

async function describe(request: ReceivedRequest): Promise<HttpResponse> {
  const { method, target, headers, body, peer } = request;
  const text = body === undefined || body instanceof Uint8Array ? "" : await textOf(body);
  const user = peer.certificate?.commonName ?? null;
  const facts = { method, target, many: headers["x-many"], body: text, user };
  return {
    ...answerOf(201, JSON.stringify(facts)),
    headers: { "content-type": "application/json" },
  };
}

async function openServer(parts: Partial<HttpHandler>) {
  const authority = await newAuthority();
  const pair = await authority.issue(leafOf("server", "server", []));
  const identity = { ...pair, clientAuthorities: authority.certificate };
  const open = (handled: Partial<HttpHandler>, port: number) =>
    openHttpServer(
      { handler: handlerOf(handled), log: silentLogger },
      { local: { address: "127.0.0.1", port }, identity },
    );
  const server = await open(parts, 0);
  const { port } = server.local;
  const tls: ClientTls = {
    authorities: authority.certificate,
    verification: "full",
    serverName: undefined,
    identity: undefined,
  };
  return {
    port,
    tls,
    identity: (name: string) => authority.issue(leafOf("client", name, [])),
    transport: (options: Partial<HttpClientOptions>) =>
      openHttpTransport({
        ...optionsOf({ host: "127.0.0.1", port }),
        tls: () => tls,
        ...options,
      }),
    restart: (handled: Partial<HttpHandler>) => open(handled, port),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function optionsOf(server: HttpClientOptions["server"]): HttpClientOptions {
  return { server, tls: "plain", bearerToken: undefined, protocol: "http1" };
}

function requestOf(
  method: string,
  target: string,
  headers: HttpRequest["headers"] = {},
  body?: string,
): HttpRequest {
  return { method, target, headers, body: body === undefined ? undefined : bytesOf(body) };
}

function answerOf(status: number, text: string): HttpResponse {
  return { status, headers: {}, body: bytesOf(text) };
}

async function bodyOf({ body }: HttpResponse): Promise<string> {
  if (body === undefined) return "";
  return body instanceof Uint8Array ? Buffer.from(body).toString() : await textOf(body);
}

function listening(server: import("node:net").Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address();
      resolve(typeof bound === "object" ? (bound?.port ?? 0) : 0);
    });
  });
}
