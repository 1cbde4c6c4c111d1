import assert from "node:assert/strict";
import { test } from "node:test";
import { credentialsIn } from "./registry-credentials.ts";

// Addresses in the secret, the image, and the addresses that are tried, in order.
const cases: readonly (readonly [string, string, string])[] = [
  ["registry.example.com", "registry.example.com/app:1", "registry.example.com"],
  [
    "https://registry.example.com/v1/",
    "registry.example.com/app",
    "https://registry.example.com/v1/",
  ],
  ["registry.example.com", "registry.example.com:5000/app", ""],
  ["registry.example.com:5000", "registry.example.com:5000/app", "registry.example.com:5000"],
  ["*.example.com", "registry.example.com/app", "*.example.com"],
  ["*.example.com", "a.registry.example.com/app", ""],
  ["example.com/team a.com", "example.com/other/app", ""],
  ["example.com example.com/team", "example.com/team/app", "example.com/team example.com"],
  ["https://index.docker.io/v1/", "nginx", "https://index.docker.io/v1/"],
  ["docker.io", "library/nginx:1", "docker.io"],
  ["docker.io", "docker.io/library/nginx", "docker.io"],
  ["docker.io", "quay.io/library/nginx", ""],
];

for (const [addresses, image, want] of cases) {
  test(`a secret for [${addresses}] and the image ${image}`, () => {
    const auths = Object.fromEntries(addresses.split(" ").map((name) => [name, { auth: "" }]));
    const found = credentialsIn(secretOf("dockerconfigjson", { auths }), image);
    assert.equal(found.map(({ serverAddress }) => serverAddress).join(" "), want);
  });
}

test("an older secret has the registries at its top, and user and password as one text", () => {
  const secret = secretOf("dockercfg", { "a.com": { auth: btoa("ann:s:e") } });
  assert.deepEqual(credentialsIn(secret, "a.com/app"), [
    {
      username: "ann",
      password: "s:e",
      serverAddress: "a.com",
      identityToken: "",
      registryToken: "",
    },
  ]);
});

test("a secret that is broken or of another type says nothing", () => {
  const bytes = new TextEncoder().encode("{nonsense");
  const data = new Map([[".dockerconfigjson", bytes]]);
  assert.deepEqual(credentialsIn({ type: "kubernetes.io/dockerconfigjson", data }, "a.com/x"), []);
  assert.deepEqual(credentialsIn({ type: "Opaque", data }, "a.com/x"), []);
});

function secretOf(type: string, content: unknown) {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  return { type: `kubernetes.io/${type}`, data: new Map([[`.${type}`, bytes]]) };
}
