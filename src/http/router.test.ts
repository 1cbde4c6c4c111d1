import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTarget } from "./request-target.ts";
import { Router } from "./router.ts";

const router = new Router([
  { method: "GET", pattern: "/healthz", serve: "health" },
  { method: "GET", pattern: "/pods/{pod}/logs", serve: "logs" },
  { method: "GET", pattern: "/pods/mine/logs", serve: "my logs" },
  { method: "*", pattern: "/exec/{pod}", serve: "exec" },
  { method: "GET", pattern: "/files/{path...}", serve: "files" },
  { method: "GET", pattern: "/files/list", serve: "list" },
]);

const cases: readonly (readonly [request: string, want: string])[] = [
  ["GET /healthz", "health"],
  ["GET /healthz/", "health"],
  ["GET //healthz?verbose", "health"],
  ["GET /pods/a%2Fb/logs", "logs pod=a/b"],
  ["GET /pods/mine/logs", "my logs"],
  ["POST /exec/web", "exec pod=web"],
  ["GET /files/list", "list"],
  ["GET /files/var/log/x", "files path=var/log/x"],
  ["GET /files", "files path="],
  ["GET /files/list/more", "files path=list/more"],
  ["GET http://proxy.example/healthz?x=1", "health"],
  ["POST /healthz", "405 the server does not allow this method on the requested resource"],
  ["GET /pods/__proto__", "404 the server could not find the requested resource"],
  ["GET /", "404 the server could not find the requested resource"],
  ["GET /pods/%zz/logs", '400 the path "/pods/%zz/logs" has an invalid escape'],
];

for (const [request, want] of cases) {
  test(`router: ${request} is ${want}`, () => assert.equal(show(request), want));
}

function show(request: string): string {
  const [method = "", target = ""] = request.split(" ");
  try {
    const { serve, parameters } = router.route(method, parseTarget(target).segments);
    return [serve, ...[...parameters].map(([name, value]) => `${name}=${value}`)].join(" ");
  } catch (error) {
    if (!(error instanceof Error) || !("status" in error)) throw error;
    return `${String(error.status)} ${error.message}`;
  }
}

test("a path is served once by a method", () => {
  const twice = { method: "GET", pattern: "/a/{b}", serve: 1 };
  assert.throws(() => new Router([twice, { ...twice, pattern: "/a/{c}" }]));
});
