import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { ObjectChange } from "#client";
import { nodeNameIndex, PodsByNode, type PodSelection } from "./pods-by-node.ts";

test("a node hears of its own pods only, and of their end", () => {
  const source = new Source();
  const heard: string[] = [];
  {
    using byNode = new PodsByNode(source.selection);
    byNode.of("a").onChange(({ before, after }) => {
      heard.push(`${before?.metadata.name ?? "none"} → ${after?.metadata.name ?? "none"}`);
    });
    source.tell(undefined, podOf("one", "a"));
    source.tell(undefined, podOf("two", "b"));
    source.tell(undefined, podOf("three", undefined));
    source.tell(podOf("one", "a"), undefined);
  }
  source.tell(undefined, podOf("late", "a"));
  assert.deepEqual(heard, ["none → one", "one → none"]);
  assert.deepEqual(nodeNameIndex.nodeName(podOf("one", "a")), ["a"]);
  assert.deepEqual(nodeNameIndex.nodeName(podOf("three", undefined)), []);
});

test("a node sees its own pods only", () => {
  const source = new Source([podOf("one", "a"), podOf("two", "b"), podOf("three", undefined)]);
  using byNode = new PodsByNode(source.selection);
  const { cache } = byNode.of("a");
  assert.deepEqual(cache.list().map(nameOf), ["one"]);
  assert.deepEqual(cache.list("elsewhere"), []);
  assert.equal(cache.find({ namespace: "default", name: "two" }), undefined);
  assert.equal(cache.size, 1);
});

class Source {
  readonly #pods: readonly Live<Pod>[];
  readonly #handlers = new Set<(change: ObjectChange<Pod>) => void>();

  constructor(pods: readonly Live<Pod>[] = []) {
    this.#pods = pods;
  }

  get selection(): PodSelection {
    return {
      synced: async () => {},
      onChange: (handler) => {
        this.#handlers.add(handler);
        return { [Symbol.dispose]: () => this.#handlers.delete(handler) };
      },
      cache: {
        find: ({ name }) => this.#pods.find((pod) => pod.metadata.name === name),
        list: () => this.#pods,
        byIndex: (_, value) => this.#pods.filter(({ spec }) => spec.nodeName === value),
        size: this.#pods.length,
      },
    };
  }

  tell(before: Live<Pod> | undefined, after: Live<Pod> | undefined): void {
    for (const handler of this.#handlers) handler({ before, after });
  }
}

function nameOf({ metadata }: Live<Pod>): string {
  return metadata.name;
}

function podOf(name: string, nodeName: string | undefined): Live<Pod> {
  const metadata = { name, namespace: "default", uid: `uid-${name}` };
  return { metadata, spec: { nodeName, containers: [] }, status: {} } as unknown as Live<Pod>;
}
