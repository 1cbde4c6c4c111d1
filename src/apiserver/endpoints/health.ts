/** `/livez`, `/readyz` and `/healthz`, whole and check by check. */

import type { HttpResponse } from "#base";
import { noSuchPath } from "../respond/status-response.ts";
import type { PathTarget } from "../request/request-target.ts";
import { bytesResponse } from "../respond/render.ts";
import type { EndpointTable } from "./endpoints.ts";

export interface HealthCheck {
  readonly name: string;
  /** Throws, or rejects, when something is wrong. */
  check(): void | Promise<void>;
}

const paths = ["/livez", "/readyz", "/healthz"];

export function addHealth(table: EndpointTable, checks: readonly HealthCheck[]): void {
  for (const path of paths) {
    table.addBelow(path, (_request, target) => serveHealth(path, checks, target));
  }
}

async function serveHealth(
  path: string,
  checks: readonly HealthCheck[],
  target: PathTarget,
): Promise<HttpResponse> {
  const name = target.path.slice(path.length + 1);
  if (name !== "") return serveCheck(checks, name);
  const excluded = new Set(target.query.getAll("exclude"));
  const lines: string[] = [];
  let isHealthy = true;
  for (const one of checks) {
    if (excluded.has(one.name)) {
      lines.push(`[+]${one.name} excluded: ok`);
      continue;
    }
    const passes = await isPassing(one);
    lines.push(passes ? `[+]${one.name} ok` : `[-]${one.name} failed: reason withheld`);
    if (!passes) isHealthy = false;
  }
  const kind = path.slice(1);
  if (!isHealthy) return textResponse(500, `${lines.join("\n")}\n${kind} check failed\n`);
  const verbose = target.query.has("verbose");
  return textResponse(200, verbose ? `${lines.join("\n")}\n${kind} check passed\n` : "ok");
}

async function serveCheck(checks: readonly HealthCheck[], name: string): Promise<HttpResponse> {
  const found = checks.find((one) => one.name === name);
  if (found === undefined) throw noSuchPath();
  if (await isPassing(found)) return textResponse(200, "ok");
  return textResponse(500, `internal server error: ${name} failed: reason withheld\n`);
}

async function isPassing(check: HealthCheck): Promise<boolean> {
  try {
    await check.check();
    return true;
  } catch {
    // A check that throws tells that something is wrong; what it is stays inside.
    return false;
  }
}

function textResponse(status: number, text: string): HttpResponse {
  return bytesResponse(status, "text/plain; charset=utf-8", new TextEncoder().encode(text));
}
