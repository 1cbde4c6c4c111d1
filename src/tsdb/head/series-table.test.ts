import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow } from "#base";
import { seededRandom } from "#base/testing";
import { labelsOf, labelsKey } from "#series";
import { SeriesTable } from "./series-table.ts";

test("a table finds its series by labels, by reference and by label pair, after removals too", () => {
  const random = seededRandom(7);
  let table = new SeriesTable();
  const model = new Map<string, number>();
  let lastRef = 0;
  for (let round = 0; round < 5; round++) {
    for (let add = 0; add < 2000; add++) {
      const labels = labelsOf([
        ["__name__", `metric_${integerBelow(random, 40)}`],
        ["job", "node"],
        ["instance", `host-${integerBelow(random, 300)}`],
        ["mode", ["idle", "user", ""][integerBelow(random, 3)] ?? ""],
      ]);
      const key = labelsKey(labels);
      const slot = table.find(labels);
      assert.equal(slot >= 0 ? table.refs[slot] : undefined, model.get(key));
      if (slot >= 0) continue;
      lastRef += 1 + integerBelow(random, 3);
      table.add(lastRef, labels);
      model.set(key, lastRef);
    }
    check(table, model);
    const kept = new Uint8Array(table.count).map(() => (random.fraction() < 0.6 ? 1 : 0));
    for (let slot = 0; slot < table.count; slot++) {
      if (kept[slot] === 0) model.delete(labelsKey(table.labels(slot)));
    }
    table = table.keep(kept);
    check(table, model);
  }
});

function check(table: SeriesTable, model: ReadonlyMap<string, number>): void {
  assert.equal(table.count, model.size);
  const expected = new Map<string, number[]>();
  for (let slot = 0; slot < table.count; slot++) {
    const labels = table.labels(slot);
    const ref = model.get(labelsKey(labels));
    assert.equal(table.refs[slot], ref);
    assert.equal(table.slotOf(ref ?? 0), slot);
    assert.equal(table.find(labels), slot);
    for (let index = 0; index < labels.length; index += 2) {
      const key = `${labels[index]}=${labels[index + 1]}`;
      expected.set(key, [...(expected.get(key) ?? []), slot]);
    }
  }
  const found = new Map<string, number[]>();
  for (const name of table.pairs.names()) {
    for (const [value, pair] of table.pairs.pairsOf(name) ?? []) {
      found.set(`${name}=${value}`, [...table.postings.view(pair)]);
    }
  }
  assert.deepEqual(found, expected);
}
