import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunOptions } from "#base";
import { loadFiles } from "#compose/testing";
import { screenOf } from "../testing.ts";
import { findRegistryAccounts } from "./registry-accounts.ts";

const file = "/home/me/.docker/config.json";
const none = new Map<string, string>();

test("accounts of the images' registries are found, in the file and by helpers", async () => {
  const config = {
    auths: { "ghcr.io": { auth: "dTpw" }, "other.example.com": { auth: "eDp5" } },
    credHelpers: { "gcr.io": "gcloud" },
  };
  const project = await projectOf("ghcr.io/a", "gcr.io/b", "ghcr.io/c");
  const screen = screenOf({ [file]: JSON.stringify(config) });
  const asked: string[] = [];
  const processes = {
    ...screen.context.processes,
    run: async (program: string, args: readonly string[], { input = "" }: RunOptions = {}) => {
      asked.push([program, ...args, String(input)].join(" "));
      return { exitCode: 0, stdout: '{"Username":"<token>","Secret":"t"}', stderr: "" };
    },
  };
  const found = await findRegistryAccounts({ ...screen.context, processes }, project, none);
  assert.deepEqual(Object.fromEntries(found), {
    "ghcr.io": { auth: "dTpw" },
    "gcr.io": { identitytoken: "t" },
  });
  assert.deepEqual(asked, ["docker-credential-gcloud get gcr.io"]);
  assert.deepEqual(screen.lines, []);
});

test("a registry without an account is told of", async () => {
  const screen = screenOf({ [file]: "{}" });
  const found = await findRegistryAccounts(screen.context, await projectOf("quay.io/a"), none);
  assert.equal(found.size, 0);
  assert.deepEqual(screen.lines, [
    `! warning: ${file} has no account for quay.io; "docker login" makes one`,
  ]);
});

test("without a readable file nothing is deployed", async () => {
  const project = await projectOf("quay.io/a");
  await assert.rejects(findRegistryAccounts(screenOf().context, project, none), {
    message: `--with-registry-auth: there is no ${file}; "docker login" makes it`,
  });
  const broken = screenOf({ [file]: "[]" }).context;
  await assert.rejects(findRegistryAccounts(broken, project, none), /it is no JSON object/);
});

function projectOf(...images: readonly string[]) {
  const services = images.map((image, index) => `  s${index}: {image: ${image}}`);
  return loadFiles({ "compose.yaml": ["services:", ...services].join("\n") });
}
