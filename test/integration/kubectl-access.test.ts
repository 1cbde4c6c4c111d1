/** Real kubectl as several users on an API server in memory with everything that decides who may do what. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { textAt } from "#api";
import { namespace, serviceAccount } from "#api/core/v1";
import { clusterRoleBinding } from "#api/rbac/v1";
import { openAccess } from "#apiserver";
import { openTestApiServer } from "#apiserver/testing";
import { type HttpTransport, silentLogger } from "#base";
import { createClient } from "#client";
import {
  openClusterPki,
  openHttpServer,
  openServiceAccountKeys,
  realClock,
  realDisk,
  systemRandom,
} from "#host";
import { ensureDefaultPolicy } from "../../src/main/bootstrap-policy.ts";

const root = path.resolve(import.meta.dirname, "../..");
const programs = [
  process.env["WHERRY_KUBECTL"] ?? path.join(root, ".cache/clients/kubectl/kubectl"),
  "/usr/lib/google-cloud-sdk/bin/kubectl.1.33",
  "/usr/lib/google-cloud-sdk/bin/kubectl.1.28",
];
const run = promisify(execFile);

for (const program of programs) {
  const skip = existsSync(program) ? false : `there is no ${program}`;
  test(`${path.basename(program)}: roles, tokens and impersonation`, { skip }, async () => {
    await using stack = new AsyncDisposableStack();
    const kubectl = await openKubectl(program, stack);

    assert.match((await kubectl("auth", "whoami")).join(), /system:serviceaccount:default:owner/);
    assert.deepEqual(await kubectl("auth", "can-i", "*", "*"), ["yes"]);
    const jane = ["--as", "jane", "--as-group", "staff"];
    await assert.rejects(
      kubectl("get", "pods", ...jane),
      /pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"/,
    );
    await kubectl("create", "role", "reader", "--verb=get,list", "--resource=pods,pods/log");
    await kubectl("create", "rolebinding", "staff", "--role=reader", "--group=staff");
    assert.deepEqual(await kubectl("auth", "can-i", "list", "pods", ...jane), ["yes"]);
    const listed = await kubectl("auth", "can-i", "--list", ...jane);
    assert.match(listed.join("\n"), /^pods +\[\] +\[\] +\[get list\]$/m);
    await assert.rejects(
      kubectl("get", "pods", "--as", "system:serviceaccount:default:bot", "--as", "joe"),
      /User "joe" cannot list resource "pods"/,
    );

    await kubectl("create", "serviceaccount", "bot");
    const [token = ""] = await kubectl("create", "token", "bot", "--duration=10m");
    const bot = `--token=${token}`;
    await assert.rejects(kubectl("get", "secrets", bot), /"system:serviceaccount:default:bot"/);
    await kubectl(
      "create",
      "rolebinding",
      "bot",
      "--clusterrole=admin",
      "--serviceaccount=default:bot",
    );
    await kubectl("create", "clusterrole", "minter", "--verb=create", "--resource=roles");
    await kubectl(
      "create",
      "clusterrolebinding",
      "minter",
      "--clusterrole=minter",
      "--serviceaccount=default:bot",
    );
    await assert.rejects(
      kubectl("create", "role", "more", "--verb=get", "--resource=secrets", bot),
      /is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["secrets"\], Verbs:\["get"\]\}/,
    );
    await kubectl("delete", "serviceaccount", "bot");
    await assert.rejects(kubectl("get", "pods", bot), /You must be logged in|Unauthorized/);
  });
}

/** Runs kubectl as a service account that may do everything, unless the words say otherwise. */
async function openKubectl(
  program: string,
  stack: AsyncDisposableStack,
): Promise<(...words: readonly string[]) => Promise<readonly string[]>> {
  const directory = mkdtempSync(path.join(tmpdir(), "wherry-kubectl-"));
  stack.defer(() => rmSync(directory, { recursive: true, force: true }));
  const signer = await openServiceAccountKeys(realDisk, path.join(directory, "key"));
  const issuer = "https://kubernetes.default.svc";
  const api = stack.use(
    await openTestApiServer({
      clock: realClock,
      random: systemRandom,
      access: (deps) => openAccess({ ...deps, signer }, { issuer }),
    }),
  );
  const http = stack.use(
    await openHttpServer(
      { handler: api.server, log: silentLogger },
      { local: { address: "127.0.0.1", port: 0 }, identity: await identityIn(directory) },
    ),
  );
  const ownerToken = await bootstrap(api.transport);
  writeFileSync(path.join(directory, "config"), "{}");
  const server = `https://127.0.0.1:${http.local.port}`;
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    KUBECONFIG: path.join(directory, "config"),
  };
  return async (...words) => {
    const hasToken = words.some((word) => word.startsWith("--token"));
    const identity = hasToken ? [] : [`--token=${ownerToken}`];
    const all = ["-s", server, "--insecure-skip-tls-verify", ...identity, ...words];
    const { stdout } = await run(program, all, { env, timeout: 60_000 });
    return stdout.split("\n").filter((line) => line !== "");
  };
}

/** A certificate of the server's own: kubectl sends no tokens without TLS. */
async function identityIn(directory: string) {
  const pki = await openClusterPki({ disk: realDisk, clock: realClock }, directory);
  const wanted = {
    subject: { commonName: "kube-apiserver", organizations: [] },
    usages: ["server"],
    dnsNames: [],
    ipAddresses: ["127.0.0.1"],
  } as const;
  const pair = await pki.ensureLeaf("server", wanted, 3_600_000);
  return { ...pair, clientAuthorities: pki.authority.certificate };
}

/** The default policy, and the token of an account that may do everything. */
async function bootstrap(transport: HttpTransport): Promise<string> {
  const { signal } = new AbortController();
  const client = createClient(transport);
  for (const name of ["default", "kube-system", "kube-public"]) {
    await client.of(namespace).create({ metadata: { name } }, {}, signal);
  }
  await ensureDefaultPolicy(client, signal);
  const owner = { namespace: "default", name: "owner" };
  const accounts = client.of(serviceAccount);
  await accounts.create({ metadata: owner }, {}, signal);
  const binding = {
    metadata: { name: "owner" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", ...owner }],
  };
  await client.of(clusterRoleBinding).create(binding, {}, signal);
  const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  return textAt(
    await accounts.createSubresource(owner, "token", request, signal),
    "status",
    "token",
  );
}
