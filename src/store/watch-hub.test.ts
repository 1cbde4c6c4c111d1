import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoreEvent } from "./store.ts";
import { type Change, WatchHub } from "./watch-hub.ts";

test("a watcher that leaves twice does not take later ones of its prefix along", async () => {
  const hub = new WatchHub(10);
  const first = hub.join("a");
  first[Symbol.dispose]();
  const second = hub.join("a");
  first[Symbol.dispose]();
  hub.publish([changeOf("a/1")]);
  assert.deepEqual(
    (await second.read())?.map(({ key }) => key),
    ["a/1"],
  );
});

test("events are built once, and only for whom they concern", async () => {
  const hub = new WatchHub(10);
  let builtCount = 0;
  const change = changeOf("a/1");
  const counted = {
    ...change,
    event: () => {
      builtCount++;
      return change.event();
    },
  };
  hub.publish([counted]);
  hub.join("b");
  hub.publish([counted]);
  assert.equal(builtCount, 0);
  const watchers = [hub.join("a"), hub.join("a")];
  hub.publish([counted]);
  const [left, right] = await Promise.all(watchers.map((watcher) => watcher.read()));
  assert.equal(builtCount, 1);
  assert.equal(left, right);
});

test("a watcher may leave as many events unread as the limit says", async () => {
  const hub = new WatchHub(3);
  const watcher = hub.join("");
  hub.publish([changeOf("a"), changeOf("b")]);
  hub.publish([changeOf("c")]);
  assert.equal((await watcher.read())?.length, 3);
  hub.publish([changeOf("a"), changeOf("b"), changeOf("c"), changeOf("d")]);
  await assert.rejects(watcher.read(), { name: "SlowWatcherError", unreadCount: 4 });
});

function changeOf(key: string): Change {
  const previous = { key, value: new Uint8Array(), revision: 1, createRevision: 1 };
  const event: StoreEvent = { kind: "delete", key, revision: 2, previous };
  return { key, event: () => event };
}
