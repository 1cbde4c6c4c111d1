import assert from "node:assert/strict";
import { test } from "node:test";
import { TestSource } from "../testing.ts";
import { type AddressedPod, PodNamespaces } from "./pod-namespaces.ts";

test("a pod is known by its address from when it has one until it goes", () => {
  const pods = new TestSource<AddressedPod>([podOf("a/one", "10.42.0.2")]);
  const namespaces = new PodNamespaces();
  using _following = namespaces.follow(pods);
  const seen = () =>
    ["10.42.0.2", "10.42.0.3", "10.44.0.2"].map((at) => namespaces.findNamespace(at));
  pods.set(podOf("b/two", ""));
  assert.deepEqual(seen(), ["a", undefined, undefined]);
  pods.set(podOf("b/two", "10.42.0.3"));
  pods.set({ ...podOf("c/host", "10.44.0.2"), spec: { hostNetwork: true } });
  assert.deepEqual(seen(), ["a", "b", undefined]);
  pods.remove(podOf("a/one", "10.42.0.2"));
  assert.deepEqual(seen(), [undefined, "b", undefined]);
});

test("an address that moved to another pod stays with it", () => {
  const pods = new TestSource<AddressedPod>([podOf("a/old", "10.42.0.2")]);
  const namespaces = new PodNamespaces();
  using _following = namespaces.follow(pods);
  pods.set(podOf("b/new", "10.42.0.2"));
  pods.remove(podOf("a/old", "10.42.0.2"));
  assert.equal(namespaces.findNamespace("10.42.0.2"), "b");
});

function podOf(name: string, podIP: string): AddressedPod {
  const [namespace = "", bare = ""] = name.split("/");
  return { metadata: { namespace, name: bare }, spec: {}, status: { podIP } };
}
