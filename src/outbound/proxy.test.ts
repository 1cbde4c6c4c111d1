import assert from "node:assert/strict";
import { test } from "node:test";
import { findProxy, isExempt } from "./proxy.ts";

// A URL, what NO_PROXY lists, and whether the proxy is passed by.
const exemptions: readonly (readonly [url: string, noProxy: string, isExempt: boolean])[] = [
  ["http://a.example/", "", false],
  ["http://localhost:9090/", "", true],
  ["http://127.0.0.5/", "", true],
  ["http://[::1]/", "", true],
  ["http://a.example/", "*", true],
  ["http://a.example/", "a.example", true],
  ["http://b.a.example/", "a.example", true],
  ["http://ba.example/", "a.example", false],
  ["http://a.example/", ".a.example", false],
  ["http://b.a.example/", ".a.example", true],
  ["http://b.a.example/", "*.a.example", true],
  ["http://a.example/", "x, A.Example", true],
  ["http://a.example:81/", "a.example:80", false],
  ["http://a.example/", "a.example:80", true],
  ["https://a.example/", "a.example:443", true],
  ["http://10.1.2.3/", "10.1.0.0/16", true],
  ["http://10.2.2.3/", "10.1.0.0/16", false],
  ["http://10.1.2.3/", "10.1.2.3", true],
  ["http://[fd00::1]/", "[fd00::1]", true],
];

for (const [url, noProxy, wanted] of exemptions) {
  test(`NO_PROXY=${noProxy} ${wanted ? "exempts" : "does not exempt"} ${url}`, () => {
    assert.equal(isExempt(new URL(url), noProxy), wanted);
  });
}

// The options, the environment, and the proxy for http://a.example/ and https://a.example/.
const choices: readonly (readonly [
  options: string,
  env: Readonly<Record<string, string>>,
  plain: string,
  tls: string,
])[] = [
  ["", { HTTP_PROXY: "http://p" }, "none", "none"],
  ["http://p:3128", {}, "http://p:3128/", "http://p:3128/"],
  ["http://p:3128 but a.example", {}, "none", "none"],
  ["env", {}, "none", "none"],
  ["env", { http_proxy: "p:3128" }, "http://p:3128/", "none"],
  ["env", { HTTP_PROXY: "p", HTTPS_PROXY: "https://q" }, "http://p/", "https://q/"],
  ["env", { HTTP_PROXY: "p", NO_PROXY: "a.example" }, "none", "none"],
];

for (const [options, env, plain, tls] of choices) {
  test(`"${options}" with ${JSON.stringify(env)} goes through ${plain} and ${tls}`, () => {
    const [proxyUrl = "", noProxy = ""] = options === "env" ? [] : options.split(" but ");
    const from = { proxyUrl, noProxy, proxyFromEnvironment: options === "env" };
    const proxyFor = (url: string) =>
      findProxy(from, new URL(url), (name) => env[name])?.href ?? "none";
    assert.deepEqual([proxyFor("http://a.example/"), proxyFor("https://a.example/")], [plain, tls]);
  });
}
