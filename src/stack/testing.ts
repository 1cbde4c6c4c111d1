/** Converts applications from files that are in the test itself. */
import type { JsonObject, JsonValue } from "#api";
import { loadFiles, testDirectory } from "#compose/testing";
import type { BindSource, StackFiles } from "./files/stack-files.ts";
import { stackDefaults, type StackOptions } from "./options.ts";
import type { StackPlan } from "./plan.ts";
import { planStack } from "./plan-stack.ts";

/** What tests find on the machine that deploys. */
export const testFiles: StackFiles = {
  contents: new Map([
    [`${testDirectory}/s.txt`, new TextEncoder().encode("secret")],
    [`${testDirectory}/binary`, new Uint8Array([0, 255])],
  ]),
  binds: new Map<string, BindSource>([
    [`${testDirectory}/one.conf`, { kind: "file", file: boundFile("one.conf", "one", 0o644) }],
    [
      `${testDirectory}/init`,
      {
        kind: "directory",
        files: [boundFile("a.sql", "select 1", 0o644), boundFile("sub/run.sh", "#!", 0o755)],
      },
    ],
    [`${testDirectory}/huge`, { kind: "too large" }],
    ["/var/run/docker.sock", { kind: "special", reason: "it is a socket" }],
    ["/etc/hosts", { kind: "file", file: boundFile("hosts", "x", 0o644) }],
  ]),
};

/** The plan for a Compose file, with the profile `seed` active. */
export async function planOf(
  text: string,
  options: Partial<StackOptions> = {},
): Promise<StackPlan> {
  const environment = new Map([["FROM_ENV", "value"]]);
  const project = await loadFiles({ "compose.yaml": text }, { environment, profiles: ["seed"] });
  const all = { ...stackDefaults, stack: "shop", namespace: "test", ...options };
  return planStack(project, testFiles, all);
}

/** The object of a plan, called `Kind/name`. */
export function objectOf(plan: StackPlan, name: string): JsonObject | undefined {
  return plan.objects.find((planned) => `${planned.kind}/${planned.name}` === name)?.object;
}

/** What is in an object under a path such as `spec.ports.0`. */
export function valueOf(object: JsonObject | undefined, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const step of path.split(".")) {
    if (Array.isArray(value)) value = value[Number(step)];
    else if (typeof value === "object" && value !== null) value = (value as JsonObject)[step];
    else return undefined;
  }
  return value;
}

/** Those of the values that are text or numbers, on one line. */
export function showTexts(values: readonly (JsonValue | undefined)[]): string {
  return values.filter((value) => typeof value === "string" || typeof value === "number").join(" ");
}

function boundFile(path: string, text: string, mode: number) {
  return { path, bytes: new TextEncoder().encode(text), mode };
}
