import assert from "node:assert/strict";
import { test } from "node:test";
import type { Pod, PodSpec, ServiceAccount } from "#api/core/v1";
import { withAccount } from "./plugin.ts";

const path = "/var/run/secrets/kubernetes.io/serviceaccount";
const web: PodSpec = { containers: [{ name: "c" }], initContainers: [{ name: "i" }] };
const bot: ServiceAccount = { metadata: { name: "bot" } };

test("every container has the account's credentials, and the volume is upstream's", () => {
  const { spec } = admitted(web, bot);
  const mounts = [{ name: "kube-api-access-x", mountPath: path, readOnly: true }];
  assert.deepEqual(spec, {
    serviceAccountName: "bot",
    serviceAccount: "bot",
    containers: [{ name: "c", volumeMounts: mounts }],
    initContainers: [{ name: "i", volumeMounts: mounts }],
    volumes: [
      {
        name: "kube-api-access-x",
        projected: {
          defaultMode: 420,
          sources: [
            { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
            { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
            {
              downwardAPI: {
                items: [
                  {
                    path: "namespace",
                    fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" },
                  },
                ],
              },
            },
          ],
        },
      },
    ],
  });
});

// What the pod and its account say about mounting, and whether the credentials are mounted.
const automounts: readonly (readonly [boolean | undefined, boolean | undefined, boolean])[] = [
  [undefined, undefined, true],
  [undefined, false, false],
  [true, false, true],
  [false, true, false],
];
for (const [ofPod, ofAccount, expected] of automounts) {
  test(`pod ${ofPod} and account ${ofAccount}: mounted ${expected}`, () => {
    const spec = ofPod === undefined ? web : { ...web, automountServiceAccountToken: ofPod };
    const account =
      ofAccount === undefined ? bot : { ...bot, automountServiceAccountToken: ofAccount };
    assert.equal((admitted(spec, account).spec?.volumes ?? []).length > 0, expected);
  });
}

test("where something else is mounted already, and in every container, nothing is added", () => {
  const mounted = { name: "own", mountPath: path };
  const spec = { containers: [{ name: "c", volumeMounts: [mounted] }] };
  assert.equal(admitted(spec, bot).spec?.volumes, undefined);
});

test("a pod without pull secrets gets its account's", () => {
  const account = { ...bot, imagePullSecrets: [{ name: "registry" }] };
  assert.deepEqual(admitted(web, account).spec?.imagePullSecrets, [{ name: "registry" }]);
  const own = { ...web, imagePullSecrets: [{ name: "own" }] };
  assert.deepEqual(admitted(own, account).spec?.imagePullSecrets, [{ name: "own" }]);
});

function admitted(spec: PodSpec, account: ServiceAccount): Pod {
  return withAccount({ spec }, account, "kube-api-access-x");
}
