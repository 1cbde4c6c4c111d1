import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chooseOomScoreAdj,
  chooseSnapshotter,
  containerdPaths,
  formatContainerdConfig,
  formatRegistryHosts,
} from "./containerd-config.ts";
import { mountsBelow } from "./mounts.ts";

test("everything containerd writes lies below the node's directory", () => {
  const paths = containerdPaths("/data/nodes/node-1");
  const config = formatContainerdConfig({
    paths,
    cniConfDirectory: "/data/nodes/node-1/cni/net.d",
    cniBinDirectory: "/usr/lib/cni",
    sandboxImage: "wherry.local/pause:1",
    cgroupDriver: "systemd",
    snapshotter: "overlayfs",
    oomScoreAdj: "notBelowOurs",
    metrics: { host: "127.0.0.1", port: 11_250 },
  });
  const written = [...config.matchAll(/"(\/[^"]*)"/g)].map(([, path]) => path);
  assert.deepEqual(
    written.filter((path) => !path?.startsWith("/data/nodes/node-1/")),
    ["/usr/lib/cni"],
  );
  for (const line of [
    "SystemdCgroup = true",
    "[metrics]",
    'address = "127.0.0.1:11250"',
    "restrict_oom_score_adj = true",
    "netns_mounts_under_state_dir = true",
    'sandbox_image = "wherry.local/pause:1"',
  ]) {
    assert.ok(config.split("\n").includes(line), line);
  }
});

test("a directory too long for a socket is refused with what to do", () => {
  assert.throws(() => containerdPaths(`/${"d".repeat(90)}`), /choose a shorter data directory/);
});

const root = "22 1 8:1 / / rw - ext4 /dev/vda rw";
const container = "22 1 0:40 / / rw - overlay overlay rw";
const volume = "30 22 8:2 / /var/lib/wherry rw - ext4 /dev/vdb rw";

const snapshotters: readonly (readonly [string, readonly string[], string])[] = [
  ["on a disk", [root], "overlayfs"],
  ["inside a container", [container], "native"],
  ["inside a container on a volume", [container, volume], "overlayfs"],
  ["beside a volume", [container, "30 22 8:2 / /var/lib/wherry2 rw - ext4 /dev/vdb rw"], "native"],
];

for (const [where, lines, want] of snapshotters) {
  test(`${where} the snapshotter is ${want}`, () => {
    assert.equal(chooseSnapshotter(lines.join("\n"), "/var/lib/wherry/main"), want);
  });
}

test("without CAP_SYS_RESOURCE no score below ours is asked for", () => {
  assert.equal(chooseOomScoreAdj("Name:\tnode\nCapEff:\t000001ffffffffff\n"), "asAsked");
  assert.equal(chooseOomScoreAdj("Name:\tnode\nCapEff:\t000001fffeffffff\n"), "notBelowOurs");
});

test("a registry on loopback speaks plain HTTP, Docker Hub answers under its other name", () => {
  const local = { registry: "localhost:5000", mirrors: [], plainHttp: true };
  assert.deepEqual(formatRegistryHosts(local), {
    directory: "localhost:5000",
    content: 'server = "http://localhost:5000"\n',
  });
  const hub = { registry: "docker.io", mirrors: ["https://mirror.gcr.io"], plainHttp: false };
  assert.equal(
    formatRegistryHosts(hub).content,
    'server = "https://registry-1.docker.io"\n' +
      '[host."https://mirror.gcr.io"]\ncapabilities = ["pull", "resolve"]\n',
  );
});

test("mounts below a directory come innermost first", () => {
  const mountInfo = [
    root,
    "31 22 0:50 / /data/node/a rw - overlay overlay rw",
    "32 31 0:51 / /data/node/a/with\\040space rw - tmpfs tmpfs rw",
    "33 22 0:52 / /data/node-2/b rw - tmpfs tmpfs rw",
  ].join("\n");
  assert.deepEqual(mountsBelow(mountInfo, "/data/node"), [
    "/data/node/a/with space",
    "/data/node/a",
  ]);
});
