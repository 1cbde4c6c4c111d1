import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiRoute } from "../route.ts";
import { openapiRoute } from "./openapi.ts";

const serve: ApiRoute["serve"] = () => ({ data: "1" });
const routes: readonly ApiRoute[] = [
  { method: "GET", pattern: "/label/{name}/values", serve },
  { method: "GET", pattern: "/format_query", serve },
  { method: "POST", pattern: "/format_query", serve },
];

test("the routes that are served are described, and no others", () => {
  const peer = { address: undefined, certificate: undefined };
  const received = { method: "GET", target: "/", headers: {}, body: undefined, peer };
  const form = new URLSearchParams("openapi_version=3.2");
  const answer = openapiRoute(routes, "3.14.0").serve(
    { received, target: "/", path: new Map(), form, nowMs: 0 },
    new AbortController().signal,
  );
  assert.ok("body" in answer && answer.body instanceof Uint8Array);
  const { openapi, info, paths } = JSON.parse(new TextDecoder().decode(answer.body));
  assert.deepEqual([openapi, info.version], ["3.2.0", "3.14.0"]);
  assert.deepEqual(
    Object.entries<Record<string, { parameters: readonly { name: string }[] }>>(paths).map(
      ([path, methods]) => [
        path,
        Object.keys(methods).join(" "),
        methods["get"]?.parameters.map(({ name }) => name).join(" "),
      ],
    ),
    [
      ["/label/{name}/values", "get", "name start end match[] limit"],
      ["/format_query", "get post", "query"],
    ],
  );
});
