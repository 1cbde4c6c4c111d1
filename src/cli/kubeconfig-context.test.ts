import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseContext } from "./kubeconfig-context.ts";

const one = `
current-context: a
contexts:
- {name: a, context: {cluster: east, user: me, namespace: team}}
- {name: lost, context: {cluster: nowhere, user: me}}
- {name: nobody, context: {cluster: east, user: gone}}
clusters:
- {name: east, cluster: {server: https://east}}
users:
- {name: me, user: {token: t}}`;

const two = `
current-context: b
contexts:
- {name: a, context: {cluster: other, user: other}}
- {name: b, context: {cluster: west, user: me}}
clusters:
- {name: west, cluster: {server: https://west}}`;

const files = [
  { path: "/home/me/.kube/one", text: one },
  { path: "/etc/two", text: two },
  { path: "/etc/empty", text: "" },
];

// The context that is asked for, and: its name, namespace, server and where its user is.
const rows: readonly (readonly [wanted: string | undefined, found: string])[] = [
  [undefined, "a team https://east /home/me/.kube"],
  ["a", "a team https://east /home/me/.kube"],
  ["b", "b - https://west /home/me/.kube"],
  ["c", 'context "c" does not exist'],
  ["lost", 'context "lost" is of cluster "nowhere", which does not exist'],
  ["nobody", 'context "nobody" is of user "gone", which does not exist'],
];

for (const [wanted, found] of rows) {
  test(`the context ${wanted ?? "that is current"} of several files: ${found}`, () => {
    assert.equal(show(wanted), found);
  });
}

test("without a current context there is none", () => {
  assert.equal(chooseContext([{ path: "/x/y", text: "contexts: []" }], undefined), undefined);
});

test("what is no kubeconfig is refused", () => {
  assert.throws(
    () => chooseContext([{ path: "/x/y", text: "- a" }], undefined),
    /kubeconfig: \/x\/y/,
  );
});

function show(wanted: string | undefined): string {
  try {
    const context = chooseContext(files, wanted);
    const { name, namespace = "-", cluster, user } = context ?? {};
    return [name, namespace, cluster?.fields["server"], user?.directory].join(" ");
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
