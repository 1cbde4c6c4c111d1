import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterRoleBinding } from "#api/rbac/v1";
import { userOf } from "../authentication.ts";
import { defaultAuthorizer, openTestApiServer } from "../testing.ts";
import type { Mount } from "./endpoints.ts";

const echo: Mount = {
  path: "/oncall",
  serve: async ({ method, target }, { user }) => {
    const body = new TextEncoder().encode(`${user.name}: ${method} ${target}`);
    return { status: 200, headers: {}, body };
  },
};

// Who asks, what for, and what comes of it.
const requests: readonly (readonly [user: string, method: string, target: string, want: string])[] =
  [
    ["ann", "GET", "/oncall/api/v1/now?x=1", "ann: GET /oncall/api/v1/now?x=1"],
    ["ann", "POST", "/oncall/api/v1/incidents/1/acknowledge", "403"],
    ["bob", "POST", "/oncall/api/v1/incidents/1/acknowledge", "bob: POST /oncall/api/v1/…"],
    ["bob", "DELETE", "/oncall/api/v1/schedules/web/overrides/a", "bob: DELETE /oncall/api/v1/…"],
    ["bob", "GET", "/oncall/acknowledge/token", "403"],
    ["zoe", "GET", "/oncall/api/v1/now", "403"],
  ];

for (const [user, method, target, want] of requests) {
  test(`${user} asks for ${method} ${target}, which is mounted: ${want}`, async () => {
    const authorizer = defaultAuthorizer([
      bindingOf("ann", "wherry:oncall-observer"),
      bindingOf("bob", "wherry:oncall-responder"),
    ]);
    await using api = await openTestApiServer({ authorizer, mounts: [echo] });
    const transport = api.transportFor(userOf(user, "system:authenticated"));
    const request = { method, target, headers: {}, body: undefined };
    const { status, body } = await transport.send(request, new AbortController().signal);
    const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : "";
    const shown = status === 200 ? text : String(status);
    assert.equal(want.endsWith("…") ? `${shown.slice(0, want.length - 1)}…` : shown, want);
  });
}

function bindingOf(name: string, role: string): ClusterRoleBinding {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    metadata: { name },
    subjects: [{ apiGroup, kind: "User", name }],
    roleRef: { apiGroup, kind: "ClusterRole", name: role },
  };
}
