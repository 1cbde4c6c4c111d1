import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load } from "js-yaml";
import {
  type AnyKind,
  asJsonObject,
  decodeValue,
  findKind,
  type JsonObject,
  servedKinds,
} from "#api";
import { oracleSkip, readOracle } from "#api/testing";
import { hasPrinter, printerFor } from "./printers.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const hourMs = 3_600_000;

interface Row {
  readonly kind: AnyKind;
  readonly text: string;
  readonly cells: string;
}

const rows = parseRows(readFileSync(`${import.meta.dirname}/testdata/rows.txt`, "utf8"));

for (const { kind, text, cells } of rows) {
  test(`a ${kind.kind} shows as ${cells}: ${text}`, () => {
    assert.equal(show(kind, text), cells);
  });
}

test("rows of completed pods say so", () => {
  const reasons = ["Succeeded", "Failed", "Running"].map((phase) => {
    const [condition] = printerFor(kindNamed("v1", "Pod")).conditionsOf({ status: { phase } });
    return condition === undefined ? "" : `${condition.type} ${condition.reason}`;
  });
  assert.deepEqual(reasons, ["Completed Succeeded", "Completed Failed", ""]);
});

test("every printer has a row", () => {
  const shown = new Set(rows.map(({ kind }) => kind));
  const printed = servedKinds.filter(hasPrinter);
  const missing = printed.filter((kind) => !shown.has(kind)).map(({ kind }) => kind);
  assert.deepEqual(missing, []);
});

test("a kind without a printer shows by name and time of creation", () => {
  const printer = printerFor(kindNamed("rbac.authorization.k8s.io/v1", "ClusterRole"));
  assert.deepEqual(
    printer.columns.map(({ name, type }) => `${name} ${type}`),
    ["Name string", "Created At date"],
  );
  const creationTimestamp = "2026-01-01T00:00:00Z";
  const cells = printer.cellsOf({ metadata: { name: "r", creationTimestamp } }, nowMs);
  assert.deepEqual(cells, ["r", creationTimestamp]);
});

test("columns are upstream's", { skip: oracleSkip }, () => {
  const wanted = new Map<string, string>();
  for (const line of new TextDecoder().decode(readOracle("table-columns.txt")).split("\n")) {
    const [name = "", columns = ""] = line.split(" : ");
    wanted.set(name, columns);
  }
  const differences = rows
    .map(({ kind }) => kind)
    // What metrics-server serves, custom resources and what is ours is in no table of upstream's own server.
    .filter(
      ({ package: { group, isCustom } }) =>
        isCustom !== true && !["metrics.k8s.io", "explain.wherry"].includes(group),
    )
    .filter((kind) => wanted.get(oracleName(kind)) !== columnsOf(kind))
    .map((kind) => `${kind.kind}: ${columnsOf(kind)}`);
  assert.deepEqual([...new Set(differences)], []);
});

/** The oracle calls the lists of columns as upstream's variables. */
function oracleName({ kind }: AnyKind): string {
  const names: Readonly<Record<string, string>> = {
    Endpoints: "endpoint",
    NetworkPolicy: "networkPolicyColumnDefinitioins",
    RoleBinding: "roleBindings",
    ClusterRoleBinding: "clusterRoleBindings",
    CSINode: "csiNode",
    CSIDriver: "csiDriver",
    CSIStorageCapacity: "csiStorageCapacity",
    IPAddress: "ipAddress",
    MutatingWebhookConfiguration: "mutatingWebhook",
    ValidatingWebhookConfiguration: "validatingWebhook",
    PriorityLevelConfiguration: "priorityLevel",
    ResourceSlice: "nodeResourceSlice",
  };
  return names[kind] ?? kind.charAt(0).toLowerCase() + kind.slice(1);
}

function columnsOf(kind: AnyKind): string {
  const { columns } = printerFor(kind);
  // The oracle has only the first columns of this one, whose list upstream puts together.
  const known = kind.kind === "CSIDriver" ? columns.slice(0, 4) : columns;
  return known
    .map(({ name, type, priority }) => {
      const shown = type === "string" ? name : `${name}(${type})`;
      return priority === 0 ? shown : `${shown}*`;
    })
    .join(", ");
}

function show(kind: AnyKind, text: string): string {
  const given = load(text) as JsonObject;
  const metadata = { name: "x", creationTimestamp: timeAt(0), ...(given["metadata"] as object) };
  const object = decodeValue(kind, { ...given, metadata }, { mode: "strict" }).object;
  const printer = printerFor(kind);
  const cells = printer.cellsOf(asJsonObject(object), nowMs);
  assert.equal(cells.length, printer.columns.length);
  return cells.join(" | ").trimEnd();
}

function parseRows(text: string): readonly Row[] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const parsed: Row[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const [, apiVersion = "", name = "", object = ""] =
      /^(\S+) (\S+) (.*)$/.exec(lines[index] ?? "") ?? [];
    const written = object
      .replaceAll("$one", "containers: [{name: c, image: i}]")
      .replaceAll("$ran", "image: i, imageID: ''")
      .replace(/@(\d+)/g, (_, count) => timeAt(Number(count)));
    const cells = (lines[index + 1] ?? "").replace("= ", "");
    parsed.push({ kind: kindNamed(apiVersion, name), text: written, cells });
  }
  return parsed;
}

function timeAt(minutes: number): string {
  return new Date(nowMs - hourMs + minutes * 60_000).toISOString().replace("Z", "000Z");
}

function kindNamed(apiVersion: string, name: string): AnyKind {
  const kind = findKind(apiVersion, name);
  assert.ok(kind, name);
  return kind;
}
