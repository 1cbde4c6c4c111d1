import assert from "node:assert/strict";
import { test } from "node:test";
import type { Live, ObjectKey } from "#api";
import type { Pod } from "#api/core/v1";
import { readTarHeader, blockBytes, paddedBytes } from "#base";
import { MemoryDisk, VirtualClock } from "#base/testing";
import type { CommandStreams, PodCommand } from "#client";
import type { Service } from "#compose";
import { changesBetween } from "./file-changes.ts";
import { ignoring, parseIgnoreFile } from "./ignore-patterns.ts";
import { overlayContent, overlayWorkload } from "./overlay.ts";
import { watchFiles } from "./watch-files.ts";
import { watchRulesOf } from "./watch-rules.ts";

// Patterns, one a line; then paths, of which those with "!" are left out.
const ignores: readonly (readonly [patterns: string, paths: string])[] = [
  ["node_modules", "!node_modules !node_modules/a/b a/node_modules node_modules2"],
  ["**/node_modules", "!node_modules !a/node_modules !a/b/node_modules/c.js"],
  ["*.md", "!README.md docs/README.md"],
  ["*.md\n!README.md", "README.md !OTHER.md"],
  ["*/temp*", "!a/temp !a/temporary.txt temp a/b/temp"],
  ["*/*/temp*", "!a/b/temp a/temp"],
  ["temp?", "!tempa temp tempab"],
  ["/build/", "!build !build/a a/build"],
  ["**", "!a !a/b"],
  ["**\n!src\n!src/**", "!a src/a src/b/c"],
  ["a/**/z", "!a/z !a/b/z !a/b/c/z a/b"],
  ["[a-c].txt", "!a.txt !c.txt d.txt"],
  ["[^a].txt", "a.txt !b.txt"],
  ["\\*", "!* a"],
  ["./a", "!a"],
  ["# a comment\n\n  spaced  ", "!spaced"],
  ["!a", "a"],
  ["a.b", "!a.b axb"],
  ["(x|y)+", "!(x|y)+ x"],
];

test("patterns leave out what they leave out of an image", () => {
  for (const [patterns, paths] of ignores) {
    const isIgnored = ignoring(parseIgnoreFile(patterns));
    for (const notation of paths.split(" ")) {
      const path = notation.replace(/^!/, "");
      assert.equal(isIgnored(path), notation.startsWith("!"), `${patterns} ~ ${path}`);
    }
  }
});

test("a pattern of many stars takes no longer than it is long", () => {
  const isIgnored = ignoring([`${"*a".repeat(200)}b`, `${"**/".repeat(200)}b`]);
  assert.equal(isIgnored("a".repeat(2_000)), false);
  assert.equal(isIgnored(`${"a/".repeat(500)}c`), false);
});

test("files are written, changed or gone", () => {
  const at = (modifiedAtMs: number) => ({ bytes: 1, modifiedAtMs, mode: 0o644 });
  const before = new Map([
    ["same", at(1)],
    ["changed", at(1)],
    ["gone", at(1)],
  ]);
  const after = new Map([
    ["same", at(1)],
    ["changed", at(2)],
    ["new", at(1)],
  ]);
  assert.deepEqual(changesBetween(before, after), {
    written: ["changed", "new"],
    removed: ["gone"],
  });
});

test("rules that say too little are refused", () => {
  const rows: readonly (readonly [string, Service])[] = [
    ["needs a target to sync to", watching({ action: "sync" })],
    ["needs what to exec", watching({ action: "sync+exec", target: "/app" })],
    ["there is no build", watching({ action: "rebuild" })],
  ];
  for (const [message, service] of rows) {
    assert.throws(() => watchRulesOf("web", service, []), new RegExp(message));
  }
});

test("what .dockerignore and the rule leave out is not looked at, nor what is not included", () => {
  const spec = { action: "sync", target: "/app", ignore: ["dist"], include: ["**/*.js"] } as const;
  const [rule] = watchRulesOf("web", watching(spec), ["secret"]);
  const paths = ["a.js", "a.css", "dist/a.js", "secret/a.js", ".git/a.js", "b/c.js", "b.js~"];
  assert.deepEqual(
    paths.filter((path) => rule?.isIgnored(path) === false),
    ["a.js", "b/c.js"],
  );
});

test("changed files are synced to every container, removed ones removed", async () => {
  const scene = await sceneOf(watching({ action: "sync", target: "/app" }), ["web-1", "web-2"]);
  await scene.write("b/c.js", "two");
  assert.deepEqual(scene.taken(), [
    "web-1 tar -xmf - -C / : app/b/c.js=two",
    "web-2 tar -xmf - -C / : app/b/c.js=two",
  ]);
  await scene.write("a.js", "one");
  scene.taken();
  await scene.remove("a.js");
  assert.deepEqual(scene.taken(), ["web-1 rm -rf /app/a.js", "web-2 rm -rf /app/a.js"]);
});

test("a pod that comes later gets what those before it got", async () => {
  const scene = await sceneOf(watching({ action: "sync", target: "/app/" }), ["web-1"]);
  await scene.write("a.js", "one");
  scene.taken();
  scene.pods.push(podOf("web-2"));
  await scene.pass();
  assert.deepEqual(scene.taken(), ["web-2 tar -xmf - -C / : app/a.js=one"]);
});

test("an initial sync brings all there is", async () => {
  const spec = { action: "sync", target: "/app", initial_sync: true } as const;
  const scene = await sceneOf(watching(spec), ["web-1"]);
  await scene.pass();
  assert.deepEqual(scene.taken(), ["web-1 tar -xmf - -C / : app/old.js=old"]);
});

test("a command follows what was synced", async () => {
  const exec = { command: ["reload", "now"] };
  const scene = await sceneOf(watching({ action: "sync+exec", target: "/app", exec }), ["web-1"]);
  await scene.write("a.js", "one");
  assert.deepEqual(scene.taken(), ["web-1 tar -xmf - -C / : app/a.js=one", "web-1 reload now"]);
});

test("restarts replace the pods, with the changed files where they are synced, too", async () => {
  const synced = await sceneOf(watching({ action: "sync+restart", target: "/app" }), ["web-1"]);
  await synced.write("a.js", "one");
  assert.deepEqual(synced.taken(), ["restart web /app/a.js=one"]);
  const plain = await sceneOf(watching({ action: "restart" }), ["web-1"]);
  await plain.write("a.js", "one");
  assert.deepEqual(plain.taken(), ["restart web"]);
  const built = await sceneOf({ ...watching({ action: "rebuild" }), build: {} }, ["web-1"]);
  await built.write("a.js", "one");
  assert.deepEqual(built.taken(), ["rebuild web"]);
});

test("what fails is told, and the next change is acted upon", async () => {
  const scene = await sceneOf(watching({ action: "sync", target: "/app" }), ["web-1"]);
  scene.fail("tar: not found");
  await scene.write("a.js", "one");
  assert.match(scene.notes[1] ?? "", /^web: tar in web-1: tar: not found/);
  scene.fail(undefined);
  await scene.write("a.js", "three");
  assert.ok(scene.taken().includes("web-1 tar -xmf - -C / : app/a.js=three"));
});

test("an overlay lies over single files, and nothing of it stays when it is empty", () => {
  const service = {
    namespace: "ns",
    workload: { kind: "Deployment", name: "web" },
    container: "web",
  } as const;
  const content = new TextEncoder().encode("hi");
  const files = new Map([["/app/a.js", { content, mode: 0o100755 }]]);
  const deployed = { metadata: { uid: "u", name: "web" } };
  const overlay = { files, restartedAt: "now" };
  assert.deepEqual(overlayContent(service, overlay, deployed), {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "web-watch",
      namespace: "ns",
      ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "u" }],
    },
    binaryData: { "file-0": "aGk=" },
  });
  assert.deepEqual(overlayWorkload(service, overlay)["spec"], {
    template: {
      metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "now" } },
      spec: {
        volumes: [
          {
            name: "wherry-watch",
            configMap: {
              name: "web-watch",
              items: [{ key: "file-0", path: "file-0", mode: 0o755 }],
            },
          },
        ],
        containers: [
          {
            name: "web",
            volumeMounts: [{ name: "wherry-watch", mountPath: "/app/a.js", subPath: "file-0" }],
          },
        ],
      },
    },
  });
  const nothing = { files: new Map(), restartedAt: undefined };
  assert.equal(overlayContent(service, nothing, deployed), undefined);
  assert.deepEqual(overlayWorkload(service, nothing)["spec"], { template: {} });
});

type Spec = NonNullable<NonNullable<Service["develop"]>["watch"]>[number];

function watching(spec: Omit<Spec, "path">): Service {
  return { develop: { watch: [{ path: "/src", ...spec }] } };
}

function podOf(name: string): Live<Pod> {
  const metadata = { name, namespace: "ns", creationTimestamp: "2026-01-01T00:00:00Z" };
  const container = { name: "web", containerID: `id://${name}`, state: { running: {} } };
  const status = { containerStatuses: [container] };
  return { metadata, spec: { containers: [{ name: "web" }] }, status } as unknown as Live<Pod>;
}

/** A service that is watched; what was done since last asked is told by `taken`. */
async function sceneOf(service: Service, names: readonly string[]) {
  const disk = new MemoryDisk();
  await disk.makeDirectory("/src");
  await disk.writeFile("/src/old.js", "old");
  const clock = new VirtualClock();
  const pods = names.map(podOf);
  const done: string[] = [];
  const notes: string[] = [];
  let failure: string | undefined;
  const exec = async (pod: ObjectKey, { words }: PodCommand, streams: CommandStreams) => {
    const input = streams.input === undefined ? "" : ` : ${await untarred(streams.input)}`;
    done.push(`${pod.name} ${words.join(" ")}${input}`);
    if (failure !== undefined) await streams.error(new TextEncoder().encode(failure));
    return failure === undefined ? 0 : 127;
  };
  const deps = {
    disk,
    clock,
    streams: { exec },
    pods: { list: () => pods },
    note: (line: string) => void notes.push(line),
    restart: async (name: string, files: ReadonlyMap<string, { content: Uint8Array }>) => {
      const shown = [...files].map(([path, { content }]) => ` ${path}=${textOf(content)}`);
      done.push(`restart ${name}${shown.join("")}`);
    },
    rebuild: async (name: string) => void done.push(`rebuild ${name}`),
    commandOf: ({ command }: { readonly command: readonly string[] }) => command,
  };
  const stopped = new AbortController();
  void watchFiles(deps, watchRulesOf("web", service, []), stopped.signal);
  const pass = () => clock.advance(1_000);
  await pass();
  return {
    pods,
    notes,
    pass,
    taken: () => done.splice(0).map((line) => line.trimEnd()),
    fail: (reason: string | undefined) => {
      failure = reason;
    },
    async write(path: string, text: string) {
      const parent = `/src/${path}`.split("/").slice(0, -1).join("/");
      await disk.makeDirectory(parent);
      await disk.writeFile(`/src/${path}`, text);
      await pass();
    },
    async remove(path: string) {
      await disk.remove(`/src/${path}`);
      await pass();
    },
  };
}

async function untarred(input: AsyncIterable<Uint8Array>): Promise<string> {
  const files: string[] = [];
  for await (const bytes of input) {
    for (let at = 0; at < bytes.length; ) {
      const header = readTarHeader(bytes.subarray(at, at + blockBytes));
      if (header === undefined) break;
      at += blockBytes;
      files.push(`${header.path}=${textOf(bytes.subarray(at, at + header.bytes))}`);
      at += paddedBytes(header.bytes);
    }
  }
  return files.join(" ");
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
