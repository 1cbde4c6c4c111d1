/**
 * The program that the crash test kills: `writer.ts DIRECTORY SEED`. Many writers commit at once to
 * a store; every acknowledged commit is a line on standard output, written at once:
 *
 *   REVISION KEY VALUE-ID      a put; the value follows from its id
 *   REVISION KEY -             a deletion
 */
import { writeSync } from "node:fs";
import { openLmdbLog } from "#host";
import { type EmbeddedStore, openStore, type Write } from "#store";
import { bigValueBytes, valueOf, writerCount } from "./value.ts";

const [directory = "", seedText = "0"] = process.argv.slice(2);
const seed = Number(seedText);
const store = await openStore(await openLmdbLog(directory));
tell(`open ${store.revision}\n`);
// Every third run leaves most of the file free, so that the next one rewrites it when it opens.
if (seed % 3 === 0) await fillAndFree(store);
await Promise.all([
  ...Array.from({ length: writerCount }, (_, index) => writeForEver(index)),
  compactForEver(),
]);

/** Writes keys of its own, under the condition that nobody else does. */
async function writeForEver(writer: number): Promise<never> {
  for (let count = 0; ; count++) {
    const id = `${seed}.${writer}.${count}`;
    await write(writesOf(writer, count, id), id);
    if (count % 16 === 15) await removeNew(writer);
  }
}

/** Two keys in one commit, then one alone, then a deletion or a new key. */
function writesOf(writer: number, count: number, id: string): readonly Write[] {
  const single = `single/${writer}`;
  if (count % 3 === 0) return [putOf(`left/${writer}`, id), putOf(`right/${writer}`, id)];
  if (count % 3 === 1) return [putOf(single, id)];
  return [count % 2 === 0 ? { kind: "delete", key: single } : putOf(`new/${writer}/${id}`, id)];
}

/** Keeps the keys from becoming ever more. */
async function removeNew(writer: number): Promise<void> {
  const { items } = await store.range(`new/${writer}/`, { limit: 4 });
  await write(
    items.map(({ key }) => ({ kind: "delete", key })),
    "-",
  );
}

async function write(writes: readonly Write[], id: string): Promise<void> {
  const conditions = await Promise.all(
    writes.map(async ({ key }) => ({ key, revision: (await store.find(key))?.revision ?? 0 })),
  );
  const commit = await store.commit(conditions, writes);
  if (commit.kind === "conflict") throw new Error(`somebody else wrote ${commit.key}`);
  const lines = writes.map(
    ({ key, kind }) => `${commit.revision} ${key} ${kind === "put" ? id : "-"}\n`,
  );
  tell(lines.join(""));
}

/** Returns when the text is out, as the process may be killed at any moment; a reader may be slow. */
function tell(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

async function compactForEver(): Promise<never> {
  while (true) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    // On a busy machine the first write may not be there yet.
    if (store.revision > 0) await store.compact(Math.max(1, store.revision - 3_000));
  }
}

async function fillAndFree(filled: EmbeddedStore): Promise<void> {
  const value = new Uint8Array(bigValueBytes);
  await Promise.all(
    Array.from({ length: 24 }, (_, index) =>
      filled.commit([], [{ kind: "put", key: `big/${index}`, value }]),
    ),
  );
  const { items } = await filled.range("big/");
  await filled.commit(
    [],
    items.map(({ key }) => ({ kind: "delete", key })),
  );
  await filled.compact(filled.revision);
}

function putOf(key: string, id: string): Write {
  return { kind: "put", key, value: valueOf(id) };
}
