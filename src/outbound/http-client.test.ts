import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer as createPlainServer } from "node:http";
import { createServer as createRawServer, type AddressInfo, connect, type Server } from "node:net";
import { test } from "node:test";
import { type HttpResponse, type ReceivedRequest, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { openHttpServer, realDisk, realGzip, realHttpConnector } from "#host";
import { handlerOf, leafOf, newAuthority, openFolder } from "#host/testing";
import { configDefaults, type HttpClientConfig, parseConfig } from "#promconfig";
import { createHttpClient, type HttpClient, type OutboundRequest, readBody } from "./index.ts";

const never = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);

test("credentials, headers and the user agent go with the request", async () => {
  await using server = await openServer(async ({ headers }) =>
    answer(
      200,
      [headers["authorization"], headers["x-key"], headers["user-agent"], headers["host"]].join(
        "|",
      ),
    ),
  );
  const seen: string[] = [];
  for (const options of [
    "basic_auth: {username: me, password: 'p:w'}",
    "authorization: {type: Token, credentials: abc}",
    "bearer_token: abc, http_headers: {X-Key: {values: [a], secrets: [b]}}",
  ]) {
    await using client = clientOf(options);
    seen.push(await textOf(client, get(server.url)));
  }
  const host = new URL(server.url).host;
  assert.deepEqual(seen, [
    `Basic ${btoa("me:p:w")}||Test/1|${host}`,
    `Token abc||Test/1|${host}`,
    `Bearer abc|a,b|Test/1|${host}`,
  ]);
});

test("a file of credentials is read again each time", async () => {
  await using server = await openServer(async ({ headers }) =>
    answer(200, `${headers["authorization"]}`),
  );
  await using folder = await openFolder();
  const file = `${folder.path}/token`;
  await writeFile(file, "one\n");
  await using client = clientOf(`authorization: {credentials_file: ${file}}`);
  const first = await textOf(client, get(server.url));
  await writeFile(file, "two\n");
  assert.deepEqual([first, await textOf(client, get(server.url))], ["Bearer one", "Bearer two"]);
});

for (const http2 of [true, false]) {
  test(`a server is believed by its authority, client certificates are shown; http2: ${http2}`, async () => {
    await using server = await openTlsServer();
    await using client = clientOf(
      `tls_config: {ca_file: ${server.folder}/ca.pem, cert_file: ${server.folder}/cert.pem, key_file: ${server.folder}/key.pem}, enable_http2: ${http2}`,
    );
    await using stranger = clientOf("honor_labels: false");
    await using trusting = clientOf("tls_config: {insecure_skip_verify: true}");
    await using misnamed = clientOf(
      `tls_config: {ca_file: ${server.folder}/ca.pem, server_name: other.example}`,
    );
    assert.deepEqual(
      [
        await textOf(client, get(server.url)),
        await textOf(trusting, get(server.url)),
        await failureOf(stranger, get(server.url)),
        await failureOf(misnamed, get(server.url)),
      ],
      [
        "prometheus",
        "nobody",
        `Get "${server.url}": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
        `Get "${server.url}": tls: failed to verify certificate: x509: certificate is not valid for the name that was asked for`,
      ],
    );
  });
}

test("redirects are followed with credentials only to the same host, or not at all", async () => {
  await using other = await openServer(async ({ headers, method }) =>
    answer(200, `${method} ${headers["authorization"]}`),
  );
  const elsewhere = other.url.replace("127.0.0.1", "localhost");
  await using server = await openServer(async ({ target, headers, method }) => {
    if (target === "/away") return redirect(302, elsewhere);
    if (target === "/near") return redirect(307, "/end");
    if (target === "/form") return redirect(303, "/end");
    if (target === "/loop") return redirect(302, "/loop");
    return answer(200, `${method} ${headers["authorization"]}`);
  });
  await using client = clientOf("bearer_token: t");
  await using stubborn = clientOf("follow_redirects: false");
  const post: OutboundRequest = { ...get(`${server.url}/near`), method: "POST", body: bytes("x") };
  assert.deepEqual(
    [
      await textOf(client, get(`${server.url}/near`)),
      await textOf(client, post),
      await textOf(client, { ...post, url: `${server.url}/form` }),
      await textOf(client, get(`${server.url}/away`)),
      await failureOf(client, get(`${server.url}/loop`)),
      (await stubborn.send(get(`${server.url}/near`), never)).status,
    ],
    [
      "GET Bearer t",
      "POST Bearer t",
      "GET Bearer t",
      "GET undefined",
      `Get "${server.url}/loop": stopped after 10 redirects`,
      307,
    ],
  );
});

test("OAuth2 tokens are fetched once and again shortly before they end", async () => {
  const asked: string[] = [];
  await using tokens = await openServer(async ({ headers, body }) => {
    asked.push(`${headers["authorization"]} ${await bodyText(body)}`);
    return answer(
      200,
      `{"access_token": "t${asked.length}", "token_type": "bearer", "expires_in": 60}`,
    );
  });
  await using server = await openServer(async ({ headers }) =>
    answer(200, `${headers["authorization"]}`),
  );
  const clock = new VirtualClock();
  await using client = clientOf(
    `oauth2: {client_id: id, client_secret: secret, token_url: "${tokens.url}/token", scopes: [a, b], endpoint_params: {audience: x}}`,
    clock,
  );
  const seen = [await textOf(client, get(server.url)), await textOf(client, get(server.url))];
  await clock.advance(51_000);
  seen.push(await textOf(client, get(server.url)));
  const ask = `Basic ${btoa("id:secret")} grant_type=client_credentials&scope=a+b&audience=x`;
  assert.deepEqual(
    [seen, asked],
    [
      ["Bearer t1", "Bearer t1", "Bearer t2"],
      [ask, ask],
    ],
  );
});

test("a proxy is asked with the whole URL, or to connect where TLS is spoken", async () => {
  await using server = await openTlsServer();
  const seen: string[] = [];
  await using proxy = await openProxy(seen);
  const options = `proxy_url: "http://me:pw@127.0.0.1:${proxy.port}"`;
  await using plain = clientOf(options);
  await using http1 = clientOf(
    `${options}, enable_http2: false, tls_config: {insecure_skip_verify: true}`,
  );
  await using http2 = clientOf(`${options}, tls_config: {insecure_skip_verify: true}`);
  const host = new URL(server.url).host;
  const texts = [
    await textOf(plain, get("http://nowhere.example/metrics?a=b")),
    await textOf(http1, get(server.url)),
    await textOf(http2, get(server.url)),
  ];
  const credentials = `Basic ${btoa("me:pw")}`;
  assert.deepEqual(
    [texts, seen],
    [
      ["proxied", "nobody", "nobody"],
      [
        `GET http://nowhere.example/metrics?a=b nowhere.example ${credentials}`,
        `CONNECT ${host} ${credentials}`,
        `CONNECT ${host} ${credentials}`,
      ],
    ],
  );
});

test("a Unix socket stands in for host and port", async () => {
  await using folder = await openFolder();
  const unixPath = `${folder.path}/s`;
  const server = createPlainServer((request, response) => response.end(`${request.headers.host}`));
  await new Promise<void>((resolve) => server.listen(unixPath, resolve));
  await using client = clientOf("honor_labels: false");
  assert.equal(await textOf(client, { ...get("http://docker/x"), unixPath }), "docker");
  assert.equal(
    await failureOf(client, { ...get("http://docker/x"), unixPath: `${folder.path}/none` }),
    `Get "http://docker/x": dial unix ${folder.path}/none: connect: no such file or directory`,
  );
  server.close();
});

test("bodies are unpacked and read up to their limit, packed or not", async () => {
  await using server = await openServer(async ({ target }) => {
    const body = bytes("x".repeat(1_000));
    if (target === "/plain") return { status: 200, headers: {}, body };
    return {
      status: 200,
      headers: { "content-encoding": "gzip" },
      body: await realGzip.gzip(body),
    };
  });
  await using client = clientOf("honor_labels: false");
  const read = async (target: string, bytesMax: number) => {
    const response = await client.send(get(server.url + target), never);
    return (await readBody(response, { bytesMax, gunzip: realGzip })).length;
  };
  assert.deepEqual([await read("/plain", 1_000), await read("/packed", 1_000)], [1_000, 1_000]);
  await assert.rejects(read("/plain", 999), { message: "body size limit exceeded" });
  await assert.rejects(read("/packed", 999), { message: "body size limit exceeded" });
});

test("what fails on the way is said as Go says it; an abort is the signal's reason", async () => {
  await using silent = await listening(createRawServer(() => {}));
  await using rude = await listening(createRawServer((socket) => socket.end("no HTTP\r\n\r\n")));
  const closed = await listening(createRawServer());
  await closed[Symbol.asyncDispose]();
  await using client = clientOf("honor_labels: false");
  const refused = `http://127.0.0.1:${closed.port}/`;
  assert.equal(
    await failureOf(client, get(refused)),
    `Get "${refused}": dial tcp 127.0.0.1:${closed.port}: connect: connection refused`,
  );
  assert.match(await failureOf(client, get(`http://127.0.0.1:${rude.port}/`)), /^Get "http.*": /);
  assert.equal(
    await failureOf(client, get(`https://127.0.0.1:${rude.port}/`)),
    `Get "https://127.0.0.1:${rude.port}/": http: server gave HTTP response to HTTPS client`,
  );
  const controller = new AbortController();
  const waiting = client.send(get(`http://127.0.0.1:${silent.port}/`), controller.signal);
  controller.abort(new Error("context deadline exceeded"));
  await assert.rejects(waiting, { message: "context deadline exceeded" });
});

function clientOf(options: string, clock = new VirtualClock()): HttpClient {
  const deps = { connector: realHttpConnector, clock, disk: realDisk, env: () => undefined };
  return createHttpClient(deps, httpConfigOf(options), "Test/1");
}

function httpConfigOf(options: string): HttpClientConfig {
  const text = `{scrape_configs: [{job_name: j, ${options}}]}`;
  const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
  const [job] = parseConfig(text, parsing).scrapeConfigs;
  assert.ok(job !== undefined);
  return job.http;
}

function get(url: string): OutboundRequest {
  return { method: "GET", url, headers: {}, body: undefined, unixPath: undefined };
}

async function textOf(client: HttpClient, request: OutboundRequest): Promise<string> {
  const response = await client.send(request, never);
  return new TextDecoder().decode(await readBody(response, { bytesMax: 1_000_000 }));
}

async function bodyText(body: HttpResponse["body"]): Promise<string> {
  const read = await readBody({ status: 200, headers: {}, body }, { bytesMax: 1_000_000 });
  return new TextDecoder().decode(read);
}

async function failureOf(client: HttpClient, request: OutboundRequest): Promise<string> {
  const failure = await client.send(request, never).then(
    () => "no failure",
    (error: Error) => error.message,
  );
  return failure;
}

function answer(status: number, text: string): HttpResponse {
  return { status, headers: {}, body: bytes(text) };
}

function redirect(status: number, location: string): HttpResponse {
  return { status, headers: { location }, body: bytes("moved") };
}

type Answer = (request: ReceivedRequest) => Promise<HttpResponse>;

async function openServer(handle: Answer) {
  const server = await openHttpServer(
    { handler: handlerOf({ handle }), log: silentLogger },
    { local: { address: "127.0.0.1", port: 0 }, identity: "plain" },
  );
  const url = `http://127.0.0.1:${server.local.port}`;
  return { url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** A server that tells whose certificate it was shown; the files for its clients are in `folder`. */
async function openTlsServer() {
  const authority = await newAuthority();
  const folder = await openFolder();
  const client = await authority.issue(leafOf("client", "prometheus", []));
  await writeFile(`${folder.path}/ca.pem`, authority.certificate);
  await writeFile(`${folder.path}/cert.pem`, client.certificate);
  await writeFile(`${folder.path}/key.pem`, client.key);
  const handle: Answer = async ({ peer }) => answer(200, peer.certificate?.commonName ?? "nobody");
  const pair = await authority.issue(leafOf("server", "server", []));
  const server = await openHttpServer(
    { handler: handlerOf({ handle }), log: silentLogger },
    {
      local: { address: "127.0.0.1", port: 0 },
      identity: { ...pair, clientAuthorities: authority.certificate },
    },
  );
  return {
    url: `https://127.0.0.1:${server.local.port}/`,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A proxy that notes what it is asked for: it answers plain requests itself and connects the others. */
async function openProxy(seen: string[]) {
  const server = createPlainServer((request, response) => {
    const { host, "proxy-authorization": credentials } = request.headers;
    seen.push(`${request.method} ${request.url} ${host} ${credentials}`);
    response.end("proxied");
  });
  server.on("connect", (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"]}`);
    const onward = connect(Number(new URL(`http://${request.url}`).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  return await listening(server);
}

async function listening(server: Server) {
  const sockets = new Set<{ destroy(): void }>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
