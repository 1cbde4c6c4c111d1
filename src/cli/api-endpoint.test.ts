import assert from "node:assert/strict";
import { test } from "node:test";
import { openEndpoint } from "./api-endpoint.ts";
import { screenOf } from "./testing.ts";

const files = { "/etc/k/token": "from-file\n", "/etc/k/ca.pem": "CA" };

// A user's fields, and the headers that requests get.
const users: readonly (readonly [
  why: string,
  user: Readonly<Record<string, unknown>>,
  headers: unknown,
])[] = [
  ["nobody", {}, {}],
  ["a token", { token: "t" }, { authorization: "Bearer t" }],
  [
    "a file with a token before a token",
    { token: "t", tokenFile: "token" },
    { authorization: "Bearer from-file" },
  ],
  [
    "a name and a password",
    { username: "me", password: "pa:ss" },
    { authorization: `Basic ${btoa("me:pa:ss")}` },
  ],
  [
    "somebody who acts as another",
    { token: "t", as: "jane", "as-groups": ["dev"] },
    { authorization: "Bearer t", "impersonate-user": "jane", "impersonate-group": ["dev"] },
  ],
];

for (const [why, user, headers] of users) {
  test(`requests of ${why} have their headers`, async () => {
    assert.deepEqual(await (await endpointWith(user, {})).headers(), headers);
  });
}

test("certificates come from the kubeconfig or from files beside it", async () => {
  const user = { "client-certificate-data": btoa("CERT"), "client-key-data": btoa("KEY") };
  const { tls } = await endpointWith(user, {
    "certificate-authority": "ca.pem",
    "tls-server-name": "api",
  });
  assert.ok(tls !== "plain");
  assert.deepEqual(tls(), {
    authorities: "CA",
    verification: "full",
    serverName: "api",
    identity: { certificate: "CERT", key: "KEY" },
  });
  assert.equal(tls(), tls());
});

const refusals: readonly (readonly [
  user: Readonly<Record<string, unknown>>,
  cluster: Readonly<Record<string, unknown>>,
  message: RegExp,
])[] = [
  [{ "auth-provider": { name: "gcp" } }, {}, /auth-provider is not supported; use exec/],
  [{}, { server: "nowhere" }, /the cluster's server is no URL: "nowhere"/],
  [{}, { "proxy-url": "socks5://localhost:1080" }, /proxies of socks5:\/\/ are not supported/],
];

for (const [user, cluster, message] of refusals) {
  test(`a kubeconfig is refused: ${message.source}`, async () => {
    await assert.rejects(endpointWith(user, cluster), { message });
  });
}

function endpointWith(
  user: Readonly<Record<string, unknown>>,
  cluster: Readonly<Record<string, unknown>>,
) {
  const { disk, processes, clock, signal } = screenOf(files).context;
  const readFile = async (path: string) => (await disk.findFile(path)) ?? new Uint8Array();
  return openEndpoint(
    { disk: { readFile }, processes, clock, signal },
    {
      name: "c",
      namespace: undefined,
      clusterName: "c",
      cluster: { fields: { server: "https://host:6443", ...cluster }, directory: "/etc/k" },
      user: { fields: user, directory: "/etc/k" },
    },
  );
}
