import assert from "node:assert/strict";
import { test } from "node:test";
import { integerBelow } from "#base";
import { seededRandom } from "#base/testing";
import { ByteArena } from "./byte-arena.ts";

test("cells keep their bytes whatever is taken, moved and freed around them", () => {
  const random = seededRandom(1);
  const arena = new ByteArena();
  const live = new Map<number, { fill: number; bytes: number; cellClass: number }>();
  for (let round = 0; round < 3_000; round++) {
    const bytes = 1 + integerBelow(random, 1200);
    const cellClass = ByteArena.classFor(bytes);
    const address = arena.allocate(cellClass);
    assert.ok(!live.has(address) && address !== 0, `address ${address} is new`);
    const fill = integerBelow(random, 256);
    arena.slab(address).fill(fill, ByteArena.offset(address), ByteArena.offset(address) + bytes);
    live.set(address, { fill, bytes, cellClass });
    if (random.fraction() < 0.55) {
      const [victim, cell] = [...live][integerBelow(random, Math.min(live.size, 50))] ?? [0];
      assert.ok(cell !== undefined);
      assert.ok(copied(arena, victim, cell.bytes).every((byte) => byte === cell.fill));
      live.delete(victim);
      if (random.fraction() < 0.5 && cell.bytes <= 640) {
        live.set(arena.move(victim, cell.bytes, cell.cellClass + 1), cell);
      } else arena.free(victim);
    }
  }
  for (const [address, cell] of live) {
    assert.ok(copied(arena, address, cell.bytes).every((byte) => byte === cell.fill));
  }
});

test("slabs that hold nothing serve another size", () => {
  const arena = new ByteArena();
  let cells = Array.from({ length: 20_000 }, () => arena.allocate(0));
  for (let cellClass = 1; cellClass < 6; cellClass++) {
    cells = cells.map((address) => arena.move(address, 32, cellClass));
  }
  const needed = cells.length * ByteArena.cellBytes(5);
  assert.ok(arena.byteLength < needed * 1.1, `${arena.byteLength} for ${needed}`);
});

function copied(arena: ByteArena, address: number, byteCount: number): Uint8Array {
  const bytes = new Uint8Array(byteCount);
  arena.copy(address, bytes);
  return bytes;
}
