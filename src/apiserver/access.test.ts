import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, listAt, textAt, valueAt } from "#api";
import type { HttpPeer, HttpResponse } from "#base";
import { VirtualClock } from "#base/testing";
import { collect } from "#http";
import { openAccess } from "./access.ts";
import { userOf } from "./authentication.ts";
import type { TokenSigner } from "./authn/service-account-tokens.ts";
import { openTestApiServer, type TestApiServer } from "./testing.ts";

const team = "/api/v1/namespaces/team";
const issuer = "https://kubernetes.default.svc";

test("a service account's token is good for as long as its account and its pod are there", async () => {
  const clock = new VirtualClock();
  await using api = await openCluster(clock);
  await api.create(`${team}/serviceaccounts`, { metadata: { name: "bot" } });
  const pod = { metadata: { name: "web" }, spec: { containers: [{ name: "c", image: "i" }] } };
  await api.create(`${team}/pods`, {
    ...pod,
    spec: { ...pod.spec, serviceAccountName: "bot" },
  });
  const free = await api.token("bot", {});
  const bound = await api.token("bot", {
    boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "web" },
  });
  const other = await api.token("bot", { audiences: ["vault"] });
  await api.create(`${team}/serviceaccounts`, { metadata: { name: "stranger" } });
  const wrong = await api.ask("POST", `${team}/serviceaccounts/stranger/token`, {
    body: { spec: { boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "web" } } },
  });
  assert.equal(
    textAt(wrong.body, "message"),
    'cannot bind token for serviceaccount "stranger" to pod running with different serviceaccount name.',
  );
  const statusOf = async (token: string) =>
    (await api.ask("GET", "/version", { token, anonymous: true })).status;
  assert.deepEqual(await Promise.all([free, bound, other].map(statusOf)), [200, 200, 401]);

  await api.remove(`${team}/pods/web?gracePeriodSeconds=0`);
  assert.deepEqual(await Promise.all([free, bound].map(statusOf)), [200, 401]);
  await api.remove(`${team}/serviceaccounts/bot`);
  await api.create(`${team}/serviceaccounts`, { metadata: { name: "bot" } });
  assert.equal(await statusOf(free), 401);

  const late = await api.token("bot", { expirationSeconds: 600 });
  await clock.advance(590_000);
  assert.equal(await statusOf(late), 200);
  await clock.advance(120_000);
  assert.equal(await statusOf(late), 401);
});

test("a token review tells whose a token is, and why it is not good", async () => {
  await using api = await openCluster();
  await api.create(`${team}/serviceaccounts`, { metadata: { name: "bot" } });
  const token = await api.token("bot", { audiences: ["vault"] });
  const review = async (spec: JsonObject) => {
    const { body } = await api.ask("POST", "/apis/authentication.k8s.io/v1/tokenreviews", {
      body: { spec },
    });
    return body["status"] as JsonObject;
  };
  const good = await review({ token, audiences: ["vault", "other"] });
  assert.deepEqual(
    [good["authenticated"], good["audiences"], (good["user"] as JsonObject)["username"]],
    [true, ["vault"], "system:serviceaccount:team:bot"],
  );
  const error = `[invalid bearer token, token audiences ["vault"] is invalid for the target audiences ["${issuer}"]]`;
  assert.deepEqual(await review({ token }), { error });
  assert.deepEqual(await review({ token: "nonsense" }), { error: "invalid bearer token" });
});

test("roles decide what a user may do, and refusals are upstream's words", async () => {
  await using api = await openCluster();
  const jane = userOf("jane", "system:authenticated");
  const refused = await api.ask("GET", `${team}/pods`, { user: jane });
  assert.equal(
    refused.body["message"],
    'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "team"',
  );
  const rules = [{ verbs: ["list"], apiGroups: [""], resources: ["pods"] }];
  await api.create(roles, { metadata: { name: "lister" }, rules });
  await api.create(bindings, bindingOf("lister", "jane"));
  await api.settle();
  assert.equal((await api.ask("GET", `${team}/pods`, { user: jane })).status, 200);
  assert.equal((await api.ask("GET", "/api/v1/pods", { user: jane })).status, 403);
});

test("nobody grants what they do not have, unless they may escalate or bind", async () => {
  await using api = await openCluster();
  const joe = userOf("joe", "staff");
  const own = { verbs: ["create"], apiGroups: ["rbac.authorization.k8s.io"], resources: ["*"] };
  const reading = { verbs: ["get", "list"], apiGroups: [""], resources: ["pods"] };
  await api.create(roles, { metadata: { name: "own" }, rules: [own, reading] });
  await api.create(bindings, bindingOf("own", "joe"));
  await api.settle();
  const makeRole = (name: string, ...rules: readonly JsonObject[]) =>
    api.ask("POST", roles, { user: joe, body: { metadata: { name }, rules } });
  assert.equal((await makeRole("a", reading)).status, 201);
  const secrets = { verbs: ["get"], apiGroups: [""], resources: ["secrets"] };
  const refused = await makeRole("b", secrets, reading);
  assert.equal(
    refused.body["message"],
    'roles.rbac.authorization.k8s.io "b" is forbidden: user "joe" (groups=["staff"]) is attempting to grant RBAC permissions not currently held:\n' +
      '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
  );
  await api.create(roles, { metadata: { name: "keeper" }, rules: [secrets] });
  const bind = { ...own, verbs: ["bind"], resourceNames: ["keeper"] };
  await api.settle();
  const binding = bindingOf("keeper", "joe");
  assert.equal((await api.ask("POST", bindings, { user: joe, body: binding })).status, 403);
  await api.create(roles, { metadata: { name: "binder" }, rules: [bind] });
  await api.create(bindings, bindingOf("binder", "joe"));
  await api.settle();
  assert.equal((await api.ask("POST", bindings, { user: joe, body: binding })).status, 201);
});

test("the questions of kubectl auth can-i are answered", async () => {
  await using api = await openCluster();
  const jane = userOf("jane", "system:authenticated");
  await api.create(roles, {
    metadata: { name: "lister" },
    rules: [{ verbs: ["list"], apiGroups: [""], resources: ["pods"] }],
  });
  await api.create(bindings, bindingOf("lister", "jane"));
  await api.settle();
  const ask = async (kind: string, spec: JsonObject) => {
    const path = `/apis/authorization.k8s.io/v1/${kind}`;
    const { body } = await api.ask("POST", path, { user: jane, body: { spec } });
    return body["status"] as JsonObject;
  };
  const resourceAttributes = { namespace: "team", verb: "list", resource: "pods" };
  assert.deepEqual(await ask("selfsubjectaccessreviews", { resourceAttributes }), {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "lister-jane/team" of Role "lister" to User "jane"',
  });
  const other = { ...resourceAttributes, verb: "delete" };
  assert.deepEqual(await ask("selfsubjectaccessreviews", { resourceAttributes: other }), {
    allowed: false,
  });
  assert.deepEqual(await ask("selfsubjectrulesreviews", { namespace: "team" }), {
    resourceRules: [asking, { verbs: ["list"], apiGroups: [""], resources: ["pods"] }],
    nonResourceRules: [viewing],
    incomplete: false,
  });
});

test("a client certificate names its user until it runs out, and anybody else is anonymous", async () => {
  await using api = await openCluster();
  const certificate = {
    commonName: "kubernetes-admin",
    organizations: ["system:masters"],
    notAfterMs: Number.MAX_SAFE_INTEGER,
    fingerprint: "ab",
  };
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const { body } = await api.ask("POST", path, { body: {}, certificate });
  const { userInfo } = body["status"] as { readonly userInfo: JsonObject };
  assert.deepEqual(userInfo, {
    username: "kubernetes-admin",
    groups: ["system:masters", "system:authenticated"],
    extra: { "authentication.kubernetes.io/credential-id": ["X509SHA256=ab"] },
  });
  const expired = { ...certificate, notAfterMs: 0 };
  const late = await api.ask("POST", path, { body: {}, certificate: expired });
  assert.equal(late.status, 401);
  const anonymous = await api.ask("GET", `${team}/pods`, { anonymous: true });
  assert.match(textAt(anonymous.body, "message"), /^pods is forbidden: User "system:anonymous"/);
});

test("claims and volumes are protected from going while they are used", async () => {
  await using api = await openCluster();
  const size = { storage: "1Gi" };
  const spec = { accessModes: ["ReadWriteOnce"] };
  const claims = `${team}/persistentvolumeclaims`;
  const metadata = { name: "data", finalizers: ["example.com/own"] };
  await api.create(claims, { metadata, spec: { ...spec, resources: { requests: size } } });
  const volume = { ...spec, capacity: size, hostPath: { path: "/data" } };
  await api.create("/api/v1/persistentvolumes", { metadata: { name: "disk" }, spec: volume });
  const finalizersOf = async (path: string) => {
    const { body } = await api.ask("GET", path, {});
    return (body["metadata"] as JsonObject)["finalizers"];
  };
  assert.deepEqual(await finalizersOf(`${claims}/data`), [
    "example.com/own",
    "kubernetes.io/pvc-protection",
  ]);
  assert.deepEqual(await finalizersOf("/api/v1/persistentvolumes/disk"), [
    "kubernetes.io/pv-protection",
  ]);
});

test("nothing new comes into a namespace that is missing or going away", async () => {
  await using api = await openCluster();
  const configMap = { metadata: { name: "a" } };
  const missing = await api.ask("POST", "/api/v1/namespaces/none/configmaps", { body: configMap });
  assert.equal(textAt(missing.body, "message"), 'namespaces "none" not found');
  await api.remove(team);
  const late = await api.ask("POST", `${team}/configmaps`, { body: configMap });
  assert.deepEqual(
    [textAt(late.body, "message"), valueAt(late.body, "details", "causes")],
    [
      'configmaps "a" is forbidden: unable to create new content in namespace team because it is being terminated',
      [
        {
          reason: "NamespaceTerminating",
          message: "namespace team is being terminated",
          field: "metadata.namespace",
        },
      ],
    ],
  );
  await api.create("/api/v1/namespaces", { metadata: { name: "default" } });
  const kept = await api.ask("DELETE", "/api/v1/namespaces/default");
  assert.equal(
    textAt(kept.body, "message"),
    'namespaces "default" is forbidden: this namespace may not be deleted',
  );
});

test("a pod is completed by admission, or refused in upstream's words", async () => {
  await using api = await openCluster();
  await api.create(`${team}/serviceaccounts`, { metadata: { name: "default" } });
  await api.create("/apis/scheduling.k8s.io/v1/priorityclasses", {
    metadata: { name: "high" },
    value: 7,
  });
  const spec = { containers: [{ name: "c", image: "i" }], priorityClassName: "high" };
  const makePod = (changes: JsonObject) =>
    api.ask("POST", `${team}/pods`, {
      body: { metadata: { name: "web" }, spec: { ...spec, ...changes } },
    });
  const { body } = await makePod({});
  assert.deepEqual(
    [
      valueAt(body, "spec", "priority"),
      textAt(body, "spec", "serviceAccountName"),
      listAt(body, "spec", "tolerations").length,
      textAt(listAt(body, "spec", "volumes")[0], "name").replace(/.{5}$/, "…"),
    ],
    [7, "default", 2, "kube-api-access-…"],
  );
  const lost = await makePod({ serviceAccountName: "lost" });
  assert.equal(
    textAt(lost.body, "message"),
    'pods "web" is forbidden: error looking up service account team/lost: serviceaccount "lost" not found',
  );
  const nameless = await makePod({ priorityClassName: "none" });
  assert.equal(
    textAt(nameless.body, "message"),
    'pods "web" is forbidden: no PriorityClass with name none was found',
  );
});

test("a node writes about itself and its own pods only", async () => {
  await using api = await openCluster();
  await api.create(`${team}/serviceaccounts`, { metadata: { name: "default" } });
  const spec = { nodeName: "a", containers: [{ name: "c", image: "i" }] };
  await api.create(`${team}/pods`, { metadata: { name: "web" }, spec });
  await api.settle();
  const [a, b] = ["a", "b"].map((name) => userOf(`system:node:${name}`, "system:nodes"));
  assert.ok(a !== undefined && b !== undefined);
  const messageOf = async (user: typeof a, method: string, target: string, body?: JsonObject) =>
    textAt(
      (await api.ask(method, target, { user, ...(body === undefined ? {} : { body }) })).body,
      "message",
    );
  const node = { metadata: { name: "a" } };
  assert.equal(
    await messageOf(b, "POST", "/api/v1/nodes", node),
    'nodes "a" is forbidden: node "b" is not allowed to modify node "a"',
  );
  assert.equal(await messageOf(a, "POST", "/api/v1/nodes", node), "");
  assert.equal(
    await messageOf(b, "DELETE", `${team}/pods/web`),
    'pods "web" is forbidden: node "b" can only delete pods with spec.nodeName set to itself',
  );
  const token = `${team}/serviceaccounts/default/token`;
  assert.equal(
    await messageOf(a, "POST", token, { spec: {} }),
    'serviceaccounts "default" is forbidden: node requested token not bound to a pod',
  );
  assert.equal(
    await messageOf(b, "POST", token, { spec: {} }),
    'serviceaccounts "default" is forbidden: User "system:node:b" cannot create resource "serviceaccounts/token" ' +
      'in API group "" in the namespace "team": no relationship found between node \'b\' and this object',
  );
});

/** What everybody may do. */
const viewing = { verbs: ["get"], nonResourceURLs: ["/version"] };
const asking = { verbs: ["create"], apiGroups: ["authorization.k8s.io"], resources: ["*"] };

const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/team";
const roles = `${rbac}/roles`;
const bindings = `${rbac}/rolebindings`;

function bindingOf(role: string, user: string): JsonObject {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    metadata: { name: `${role}-${user}` },
    roleRef: { apiGroup, kind: "Role", name: role },
    subjects: [{ apiGroup, kind: "User", name: user }],
  };
}

interface Asked {
  readonly body?: JsonObject;
  readonly token?: string;
  readonly user?: ReturnType<typeof userOf>;
  readonly certificate?: HttpPeer["certificate"];
  /** Through the front door, with whatever credentials are given; otherwise as `user` or the owner. */
  readonly anonymous?: boolean;
}

async function openCluster(clock = new VirtualClock(Date.parse("2026-06-01T00:00:00Z"))) {
  const api = await openTestApiServer({
    clock,
    access: (deps) => openAccess({ ...deps, signer: plainSigner }, { issuer }),
  });
  const ask = (method: string, target: string, asked: Asked = {}) =>
    send(api, method, target, asked);
  const cluster = {
    ask,
    async create(target: string, body: JsonObject) {
      const { status, body: answer } = await ask("POST", target, { body });
      assert.equal(status, 201, textAt(answer, "message"));
    },
    async remove(target: string) {
      assert.equal((await ask("DELETE", target)).status, 200);
    },
    async token(account: string, spec: JsonObject) {
      const target = `${team}/serviceaccounts/${account}/token`;
      const { body } = await ask("POST", target, { body: { spec } });
      return textAt(body, "status", "token");
    },
    /** Until what is kept at hand has caught up with the store. */
    async settle() {
      while (api.objects.hub.position < api.store.revision) await Promise.resolve();
    },
    [Symbol.asyncDispose]: () => api[Symbol.asyncDispose](),
  };
  await cluster.create("/api/v1/namespaces", { metadata: { name: "team" } });
  const rbacCluster = "/apis/rbac.authorization.k8s.io/v1";
  await cluster.create(`${rbacCluster}/clusterroles`, {
    metadata: { name: "info" },
    rules: [viewing, asking],
  });
  const everybody = ["system:authenticated", "system:unauthenticated"];
  await cluster.create(`${rbacCluster}/clusterrolebindings`, {
    metadata: { name: "info" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "info" },
    subjects: everybody.map((name) => ({
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Group",
      name,
    })),
  });
  await cluster.settle();
  return cluster;
}

async function send(api: TestApiServer, method: string, target: string, asked: Asked) {
  const { body, token, user, certificate, anonymous = false } = asked;
  const request = {
    method,
    target,
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: body === undefined ? undefined : new TextEncoder().encode(JSON.stringify(body)),
  };
  const signal = new AbortController().signal;
  const isFront = anonymous || certificate !== undefined;
  const peer = { address: undefined, certificate };
  const transport = user === undefined ? api.transport : api.transportFor(user);
  const response = isFront
    ? await api.server.handle({ ...request, peer }, signal)
    : await transport.send(request, signal);
  return { status: response.status, body: await readJson(response) };
}

async function readJson(response: HttpResponse): Promise<JsonObject> {
  const bytes = await collect(response.body ?? new Uint8Array(), 1e9, () => new Error("too long"));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Signs nothing: a token is its payload. */
const plainSigner: TokenSigner = {
  sign: (payload) => `signed.${btoa(payload)}`,
  verify: (token) => (token.startsWith("signed.") ? atob(token.slice(7)) : undefined),
  publicKeys: [],
};
