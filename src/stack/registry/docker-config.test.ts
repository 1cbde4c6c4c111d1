import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accountIn,
  answeredAccount,
  helperFor,
  parseDockerConfig,
  registryOf,
} from "./docker-config.ts";

const hub = "https://index.docker.io/v1/";

const images = [
  ["redis", hub],
  ["team/app:1", hub],
  ["docker.io/team/app", hub],
  ["ghcr.io/team/app@sha256:abc", "ghcr.io"],
  ["localhost/app", "localhost"],
  ["registry:5000/app", "registry:5000"],
] as const;

for (const [image, registry] of images) {
  test(`${image} comes from ${registry}`, () => {
    assert.equal(registryOf(image), registry);
  });
}

const config = parseDockerConfig(
  JSON.stringify({
    auths: {
      [hub]: { auth: "aHVi" },
      "https://ghcr.io/v2/": { auth: "Z2g=" },
      "kept.example.com": {},
    },
    credHelpers: { "gcr.io": "gcloud", "bad.example.com": "../../bin/sh" },
    credsStore: "pass",
  }),
);

test("an account is found under each way to write its registry", () => {
  assert.deepEqual(accountIn(config, hub), { auth: "aHVi" });
  assert.deepEqual(accountIn(config, "ghcr.io"), { auth: "Z2g=" });
  assert.equal(accountIn(config, "kept.example.com"), undefined);
  assert.equal(accountIn(config, "quay.io"), undefined);
});

test("a registry's own helper comes before the store, and is no path", () => {
  assert.equal(helperFor(config, "gcr.io"), "gcloud");
  assert.equal(helperFor(config, "kept.example.com"), "pass");
  assert.equal(helperFor(config, "bad.example.com"), "pass");
});

test("a helper names a user with a password, or has a token", () => {
  assert.deepEqual(answeredAccount('{"ServerURL":"x","Username":"u","Secret":"s"}'), {
    username: "u",
    password: "s",
  });
  assert.deepEqual(answeredAccount('{"Username":"<token>","Secret":"t"}'), { identitytoken: "t" });
  assert.equal(answeredAccount('"credentials not found in native keychain"'), undefined);
});

test("a file that is none is refused", () => {
  assert.throws(() => parseDockerConfig("[]"), /no JSON object/);
  assert.throws(() => parseDockerConfig('{"auths": []}'), /must be JSON objects/);
  assert.throws(() => parseDockerConfig("{"), SyntaxError);
});
