import assert from "node:assert/strict";
import { test } from "node:test";
import { execPluginOf, parseExecCredential } from "./exec-credential.ts";

const v1 = "client.authentication.k8s.io/v1";
const cluster = {
  fields: { server: "https://host", "certificate-authority-data": "YQ==" },
  directory: "/c",
};

function userOf(exec: Readonly<Record<string, unknown>>) {
  return {
    fields: { exec: { apiVersion: v1, command: "aws", ...exec } },
    directory: "/home/me/.kube",
  };
}

test("a program is told of the cluster when it asks to be", () => {
  const user = userOf({
    args: ["get-token"],
    env: [{ name: "A", value: "1" }],
    provideClusterInfo: true,
  });
  const { command, args, env } = execPluginOf(user, cluster);
  assert.deepEqual([command, ...args, env["A"]], ["aws", "get-token", "1"]);
  assert.deepEqual(JSON.parse(env["KUBERNETES_EXEC_INFO"] ?? ""), {
    apiVersion: v1,
    kind: "ExecCredential",
    spec: {
      interactive: false,
      cluster: { server: "https://host", "certificate-authority-data": "YQ==" },
    },
  });
});

test("a program with a path is found from its kubeconfig", () => {
  const commands = ["aws", "./bin/get", "/opt/get"].map(
    (command) => execPluginOf(userOf({ command }), cluster).command,
  );
  assert.deepEqual(commands, ["aws", "/home/me/.kube/./bin/get", "/opt/get"]);
});

const credentials: readonly (readonly [why: string, status: unknown, outcome: string])[] = [
  ["a token", { token: "t" }, "t"],
  ["a certificate", { clientCertificateData: "c", clientKeyData: "k" }, "c/k"],
  ["both, for a while", { token: "t", clientCertificateData: "c", clientKeyData: "k" }, "t c/k"],
  ["a certificate without key", { clientCertificateData: "c" }, "neither"],
  ["nothing", {}, "neither"],
];

for (const [why, status, outcome] of credentials) {
  test(`a program gives ${why}`, () => {
    const text = JSON.stringify({ kind: "ExecCredential", apiVersion: v1, status });
    if (outcome === "neither") {
      assert.throws(() => parseExecCredential(text, { apiVersion: v1 }), /neither a token/);
      return;
    }
    const { token, identity } = parseExecCredential(text, { apiVersion: v1 });
    const pair = identity === undefined ? undefined : `${identity.certificate}/${identity.key}`;
    assert.equal([token, pair].filter((part) => part !== undefined).join(" "), outcome);
  });
}

test("what is no credential is refused", () => {
  const other = { kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1" };
  assert.throws(
    () => parseExecCredential(JSON.stringify(other), { apiVersion: v1 }),
    /printed no ExecCredential of client.authentication.k8s.io\/v1/,
  );
  assert.throws(() => execPluginOf(userOf({ apiVersion: "v2" }), cluster), /apiVersion is "v2"/);
  assert.throws(
    () => execPluginOf(userOf({ interactiveMode: "Always" }), cluster),
    /wants to ask on the terminal/,
  );
});
