import assert from "node:assert/strict";
import { test } from "node:test";
import { rankMetrics } from "./rank-metrics.ts";

test("metrics are found by letters in order, closest first", () => {
  const names = ["go_memstats_alloc_bytes", "node_load1", "node_memory_MemFree_bytes", "up"];
  const rows: readonly (readonly [string, string])[] = [
    ["", "go_memstats_alloc_bytes node_load1 node_memory_MemFree_bytes up"],
    ["load", "node_load1"],
    ["nodemem", "node_memory_MemFree_bytes"],
    ["MEM", "go_memstats_alloc_bytes node_memory_MemFree_bytes"],
    ["xyz", ""],
  ];
  for (const [wanted, want] of rows) {
    assert.equal(rankMetrics(names, wanted).join(" "), want, wanted);
  }
});
