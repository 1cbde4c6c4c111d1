import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod } from "#api/core/v1";
import { userOf } from "../../authentication.ts";
import { accessOf } from "../testing.ts";
import { nodeAuthorizer } from "./authorizer.ts";
import { NodeGraph } from "./node-graph.ts";

const unrelated = "no relationship found between node 'a' and this object";
const allowed = "allowed";

// Node "a" runs the pod "web" of the namespace "team", which needs one object of each kind.
const cases: readonly (readonly [string, string])[] = [
  ["get secrets/web-secret in team", allowed],
  ["watch secrets/web-secret in team", allowed],
  ["get secrets/env-secret in team", allowed],
  ["get secrets/pull-secret in team", allowed],
  ["get secrets/other in team", unrelated],
  ["get secrets/web-secret in other", unrelated],
  ["list secrets in team", "No Object name found"],
  ["update secrets/web-secret in team", "can only read resources of this type"],
  ["get configmaps/web-config in team", allowed],
  ["get configmaps/projected-config in team", allowed],
  ["get persistentvolumeclaims/web-claim in team", allowed],
  ["get persistentvolumes/volume-of-web", allowed],
  ["get persistentvolumes/other", unrelated],
  ["list persistentvolumes", "can only get individual resources of this type"],
  ["create serviceaccounts/web/token in team", allowed],
  ["create serviceaccounts/other/token in team", unrelated],
  ["list serviceaccounts in team", "can only create tokens for individual service accounts"],
  ["get pods/web in team", allowed],
  ["get pods/other in team", unrelated],
  ["list pods?spec.nodeName=a", allowed],
  ["watch pods?spec.nodeName=b", "can only list/watch pods with spec.nodeName field selector"],
  ["patch pods/web/status in team", allowed],
  ["create pods/web/exec in team", ""],
  ["get nodes/a", allowed],
  ["get nodes/b", "node 'a' cannot read 'b', only its own Node object"],
  ["list nodes", "node 'a' cannot read all nodes, only its own Node object"],
  ["create nodes", allowed],
  ["delete nodes/a", ""],
  ["update coordination.k8s.io:leases/a in kube-node-lease", allowed],
  [
    "update coordination.k8s.io:leases/b in kube-node-lease",
    "can only access node lease with the same name as the requesting node",
  ],
  [
    "get coordination.k8s.io:leases/a in team",
    'can only access leases in the "kube-node-lease" system namespace',
  ],
  ["list services", allowed],
  ["create events in team", allowed],
  ["list apps:deployments", ""],
  ["get /healthz", ""],
];
for (const [request, expected] of cases) {
  test(`a node: ${request}: ${expected || "no opinion"}`, async () => {
    assert.equal(await decide(userOf("system:node:a", "system:nodes"), request), expected);
  });
}

test("who only looks like a node is none", async () => {
  assert.equal(await decide(userOf("system:node:a"), "list services"), "");
  assert.equal(await decide(userOf("a", "system:nodes"), "list services"), "");
});

test("what a node's last pod needed is out of its reach when the pod is gone", () => {
  const graph = new NodeGraph();
  const [first, second] = ["one", "two"].map((name) => ({ namespace: "team", name }));
  assert.ok(first !== undefined && second !== undefined);
  const secret = { namespace: "team", name: "web-secret" };
  graph.putPod(first, webPod);
  graph.putPod(second, webPod);
  graph.removePod(first);
  assert.equal(graph.needs("a", "secrets", secret), true);
  graph.putPod(second, { ...webPod, spec: { containers: [], ...webPod.spec, nodeName: "b" } });
  assert.equal(graph.needs("a", "secrets", secret), false);
  assert.equal(graph.needs("b", "secrets", secret), true);
});

async function decide(user: ReturnType<typeof userOf>, request: string): Promise<string> {
  const graph = new NodeGraph();
  graph.putPod({ namespace: "team", name: "web" }, webPod);
  const claimRef = { namespace: "team", name: "web-claim" };
  const objects = {
    find: async (_kind: unknown, { name }: { readonly name: string }) =>
      name === "volume-of-web" ? ({ spec: { claimRef } } as never) : undefined,
  };
  const authorizer = nodeAuthorizer({ graph, objects });
  const decision = await authorizer.authorize(
    user,
    accessOf(request),
    new AbortController().signal,
  );
  return decision.allowed ? allowed : decision.reason;
}

const webPod: Pod = {
  metadata: { name: "web" },
  spec: {
    nodeName: "a",
    serviceAccountName: "web",
    imagePullSecrets: [{ name: "pull-secret" }],
    containers: [
      {
        name: "c",
        env: [{ name: "X", valueFrom: { secretKeyRef: { name: "env-secret", key: "x" } } }],
      },
    ],
    volumes: [
      { name: "a", secret: { secretName: "web-secret" } },
      { name: "b", configMap: { name: "web-config" } },
      { name: "c", persistentVolumeClaim: { claimName: "web-claim" } },
      { name: "d", projected: { sources: [{ configMap: { name: "projected-config" } }] } },
    ],
  },
};
