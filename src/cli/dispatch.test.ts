import assert from "node:assert/strict";
import { test } from "node:test";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";
import { screenOf } from "./testing.ts";

const cluster = JSON.stringify({
  format: 1,
  name: "default",
  runtime: "simulated",
  port: 6443,
  nodeNames: ["node-1"],
  podNetwork: "10.42.0.0/16",
  serviceNetwork: "10.43.0.0/16",
  domain: "cluster.local",
});

const files = {
  "/home/me/.wherry/default/cluster.json": cluster,
  "/home/me/.wherry/default/kubeconfig": "",
  "/home/me/.wherry/newer/cluster.json": '{"format":2}',
  "/home/me/.wherry/damaged/cluster.json": "{",
  "/bin/kubectl": "",
};

// A line, and what it prints, error output after "! ", and its exit status.
const lines: readonly (readonly [line: string, want: string])[] = [
  ["version", "wherry 1.2.3 (Kubernetes v1.36, linux/x64) = 0"],
  ["--version", "wherry 1.2.3 (Kubernetes v1.36, linux/x64) = 0"],
  ["version --output=json", '{"wherry":"1.2.3","kubernetes":"v1.36","platform":"linux/x64"} = 0'],
  [
    "version --output yaml",
    '! wherry: --output must be text or json, not "yaml" ! see "wherry help version" = 2',
  ],
  [
    "version now",
    '! wherry: version takes no arguments, not "now" ! see "wherry help version" = 2',
  ],
  ["nonsense", '! wherry: unknown command "nonsense" ! see "wherry help" = 2'],
  [
    "image",
    'Usage: wherry image COMMAND [flags]  Commands:   image load  Load images from a tar archive into every node.   image ls    List the images of every node.  "wherry help image COMMAND" tells more about one command. = 0',
  ],
  ["image bake", '! wherry: unknown command "image bake" ! see "wherry help" = 2'],
  ["help nonsense", '! wherry: unknown command "nonsense" ! see "wherry help" = 2'],
  ["status", 'cluster "default" is down; "wherry up" starts it = 1'],
  ["--name default status", 'cluster "default" is down; "wherry up" starts it = 1'],
  [
    "status --name no",
    '! wherry: no cluster "no" in /home/me/.wherry/no; "wherry up" makes one = 1',
  ],
  [
    "status --name ../x",
    '! wherry: --name must be lower-case letters, digits and dashes, at most 32, not "../x" ! see "wherry help status" = 2',
  ],
  [
    "status --name newer",
    "! wherry: /home/me/.wherry/newer was written by a newer wherry (format 2, this one knows 1); use that version = 1",
  ],
  [
    "status --name damaged",
    "! wherry: /home/me/.wherry/damaged/cluster.json is damaged; remove it or restore it: Expected property name or '}' in JSON at position 1 (line 1 column 2) = 1",
  ],
  [
    "up --name fresh",
    "! wherry: running containers needs root: use sudo, or take --runtime simulated = 1",
  ],
  [
    "kubectl get pods --watch=false -n x",
    "KUBECONFIG=/home/me/.wherry/default/kubeconfig /bin/kubectl get pods --watch=false -n x = 3",
  ],
  [
    "--name default kubectl -v=1 version",
    "KUBECONFIG=/home/me/.wherry/default/kubeconfig /bin/kubectl -v=1 version = 3",
  ],
];

for (const [line, want] of lines) {
  test(`wherry ${line}`, async () => {
    const { context, lines: shown } = screenOf(files);
    const surroundings = { ...context.surroundings, env: { PATH: "/usr/bin:/bin" } };
    const status = await dispatch(commands, line.split(" "), { ...context, surroundings });
    assert.equal(`${shown.join(" ")} = ${status}`, want);
  });
}

test("help lists every command that is not hidden", async () => {
  const { context, lines: shown } = screenOf();
  assert.equal(await dispatch(commands, [], context), 0);
  for (const { name, isHidden } of commands) {
    assert.equal(
      shown.some((text) => text.startsWith(`  ${name}  `)),
      !isHidden,
      name,
    );
  }
});
