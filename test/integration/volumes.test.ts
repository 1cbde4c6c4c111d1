/** Volumes on the machine's own file systems and mounts, which needs root. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type TestContext, test } from "node:test";
import { type NodeVolumes, openNodeVolumes, removeNodeVolumes, VolumeMetrics } from "#agent";
import type { JsonObject, Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import { silentLogger, uncounted } from "#base";
import type { Client } from "#client";
import { realClock, realDisk, realProcesses } from "#host";

const skip = process.getuid?.() === 0 ? false : "mounts need root";
const never = new AbortController().signal;
const facts = { podIps: ["10.42.0.5"], environment: [{ key: "WHO", value: "me" }], attempt: 0 };

test("a pod sees its objects as files, kept up to date, and nothing is left of them", {
  skip,
}, async (t) => {
  const world = await openWorld(t, {
    "ConfigMap/settings": { data: { "app.conf": "one", extra: "x" } },
    "Secret/key": { data: { token: btoa("hidden") } },
  });
  const pod = podOf(
    [
      { name: "conf", configMap: { name: "settings", items: [{ key: "app.conf", path: "a/b" }] } },
      { name: "key", secret: { secretName: "key", defaultMode: 0o400 } },
      {
        name: "api",
        projected: {
          sources: [
            { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
            { configMap: { name: "settings", items: [{ key: "extra", path: "extra" }] } },
            {
              downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] },
            },
          ],
        },
      },
    ],
    [{ name: "conf" }, { name: "key" }, { name: "api" }],
  );
  const pathOf = await world.mount(pod);
  assert.equal(readFileSync(`${pathOf("conf")}/a/b`, "utf8"), "one");
  assert.equal(readFileSync(`${pathOf("key")}/token`, "utf8"), "hidden");
  assert.equal(statSync(`${pathOf("key")}/token`).mode & 0o777, 0o400);
  assert.match(world.filesystemOf(pathOf("key")), /tmpfs/);
  assert.deepEqual(
    ["token", "extra", "name"].map((name) => readFileSync(`${pathOf("api")}/${name}`, "utf8")),
    ["token 1 of web", "x", "web"],
  );

  world.objects["ConfigMap/settings"] = { data: { "app.conf": "two", extra: "y" } };
  await realClockPassed(1_100);
  await world.volumes.prepare(pod, never);
  assert.equal(readFileSync(`${pathOf("conf")}/a/b`, "utf8"), "two");
  assert.equal(readFileSync(`${pathOf("api")}/token`, "utf8"), "token 1 of web");

  await world.volumes.remove("uid-web", never);
  assert.deepEqual(await world.volumes.listUids(), []);
});

test("memory is limited, groups own what they asked for", { skip }, async (t) => {
  const world = await openWorld(t, {});
  const volumes = [
    { name: "fast", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    { name: "plain", emptyDir: {} },
  ];
  const pod = podOf(volumes, [{ name: "fast" }, { name: "plain" }], { fsGroup: 2_000 });
  const pathOf = await world.mount(pod);
  const [fast, plain] = [pathOf("fast"), pathOf("plain")];
  assert.match(world.filesystemOf(fast), /tmpfs.*size=1024k/);
  assert.throws(() => writeFileSync(`${fast}/big`, new Uint8Array(2 << 20)), { code: "ENOSPC" });
  const { gid, mode } = statSync(plain);
  assert.deepEqual([gid, mode & 0o7777], [2_000, 0o2777]);
  assert.equal(statSync(fast).gid, 2_000);
});

test("a part of a volume is made, found by variables, and never leads out", { skip }, async (t) => {
  const world = await openWorld(t, {});
  const outside = `${world.directory}/outside`;
  mkdirSync(`${world.directory}/data/inside`, { recursive: true });
  mkdirSync(outside);
  writeFileSync(`${outside}/secret`, "");
  symlinkSync(outside, `${world.directory}/data/evil`);
  symlinkSync("inside", `${world.directory}/data/good`);
  const volumes = [
    { name: "data", hostPath: { path: `${world.directory}/data`, type: "Directory" } },
  ];
  const partOf = async (mount: { subPath?: string; subPathExpr?: string }) =>
    (await world.mount(podOf(volumes, [{ name: "data", ...mount }])))("data");

  const made = await partOf({ subPathExpr: "new/$(WHO)" });
  writeFileSync(`${made}/file`, "kept");
  assert.equal(readFileSync(`${world.directory}/data/new/me/file`, "utf8"), "kept");
  writeFileSync(`${await partOf({ subPath: "good" })}/file`, "linked");
  assert.equal(readFileSync(`${world.directory}/data/inside/file`, "utf8"), "linked");
  await assert.rejects(partOf({ subPath: "evil" }), /leads out of its volume/);
  await assert.rejects(partOf({ subPath: "../outside" }), /must not contain '\.\.'/);
  await assert.rejects(partOf({ subPathExpr: "$(NOBODY)" }), /missing value/);

  await world.volumes.remove("uid-web", never);
  assert.equal(readFileSync(`${world.directory}/data/new/me/file`, "utf8"), "kept");
});

test("what cannot be mounted is told", { skip }, async (t) => {
  const world = await openWorld(t, {
    "PersistentVolumeClaim/late": { spec: {}, status: { phase: "Pending" } },
  });
  writeFileSync(`${world.directory}/file`, "");
  const cases: readonly (readonly [JsonObject, string])[] = [
    [{ configMap: { name: "none" } }, 'configmap "none" not found'],
    [{ secret: { secretName: "none" } }, 'secret "none" not found'],
    [
      { hostPath: { path: `${world.directory}/file`, type: "Directory" } },
      `hostPath type check failed: ${world.directory}/file is not a directory`,
    ],
    [
      { hostPath: { path: `${world.directory}/none`, type: "Socket" } },
      `hostPath type check failed: ${world.directory}/none is not a socket file`,
    ],
    [
      { persistentVolumeClaim: { claimName: "late" } },
      "error processing PVC default/late: PVC is not bound",
    ],
    [{ nfs: { server: "a", path: "/" } }, "volumes of type nfs are not supported"],
  ];
  for (const [source, why] of cases) {
    const pod = podOf([{ name: "v", ...source }], [{ name: "v" }]);
    const message = `MountVolume.SetUp failed for volume "v" : ${why}`;
    await assert.rejects(world.volumes.prepare(pod, never), { message });
  }
  const optional = podOf(
    [{ name: "v", configMap: { name: "none", optional: true } }],
    [{ name: "v" }],
  );
  await world.volumes.prepare(optional, never);
});

test("a claim leads to the directory of its volume", { skip }, async (t) => {
  const path = "/data";
  const world = await openWorld(t, {
    "PersistentVolumeClaim/mine": {
      metadata: { uid: "claim" },
      spec: { volumeName: "pv" },
      status: { phase: "Bound" },
    },
  });
  const hostPath = { path: `${world.directory}${path}`, type: "DirectoryOrCreate" };
  world.objects["PersistentVolume/pv"] = { spec: { hostPath, claimRef: { uid: "claim" } } };
  const volumes = [{ name: "data", persistentVolumeClaim: { claimName: "mine" } }];
  const pathOf = await world.mount(podOf(volumes, [{ name: "data" }]));
  assert.equal(pathOf("data"), hostPath.path);
  assert.ok(statSync(hostPath.path).isDirectory());
});

interface World {
  readonly directory: string;
  readonly volumes: NodeVolumes;
  readonly objects: Record<string, JsonObject>;
  /** Prepares the pod's volumes and gives the places of its container's mounts by volume. */
  mount(pod: Live<Pod>): Promise<(volume: string) => string>;
  filesystemOf(path: string): string;
}

async function openWorld(t: TestContext, objects: Record<string, JsonObject>): Promise<World> {
  const directory = mkdtempSync("/tmp/wherry-volumes-");
  const deps = { disk: realDisk, processes: realProcesses };
  const root = `${directory}/node`;
  t.after(async () => {
    await removeNodeVolumes(deps, root, never);
    rmSync(directory, { recursive: true });
    assert.ok(!readFileSync("/proc/self/mountinfo", "utf8").includes(directory));
  });
  const volumes = await openNodeVolumes(
    {
      ...deps,
      client: clientOf(objects),
      clock: realClock,
      log: silentLogger,
      metrics: new VolumeMetrics(uncounted, realClock),
    },
    { directory: root, addresses: ["192.0.2.1"], clusterDomain: "cluster.local", allocatable: {} },
    never,
  );
  return {
    directory,
    volumes,
    objects,
    filesystemOf: (path) =>
      execFileSync("findmnt", ["-n", "-o", "FSTYPE,OPTIONS", "--target", path]).toString(),
    async mount(pod) {
      await volumes.prepare(pod, never);
      const [container] = pod.spec.containers;
      assert.ok(container);
      const mounts = await volumes.mountsOf(pod, container, facts, never);
      const hosts = mounts.find(({ containerPath }) => containerPath === "/etc/hosts");
      assert.match(readFileSync(hosts?.hostPath ?? "", "utf8"), /^10\.42\.0\.5\tweb$/m);
      return (name) => {
        const wanted = container.volumeMounts?.find((mount) => mount.name === name);
        const found = mounts.find(({ containerPath }) => containerPath === wanted?.mountPath);
        return found?.hostPath ?? "";
      };
    },
  };
}

/** An API of the given objects, by `Kind/name`, which hands out tokens, too. */
function clientOf(objects: Record<string, JsonObject>): Client {
  let tokenCount = 0;
  const of = ({ kind }: { kind: string }) => ({
    find: async ({ name }: { name: string }) => {
      const found = objects[`${kind}/${name}`];
      return found === undefined ? undefined : { metadata: { name }, spec: {}, ...found };
    },
    createSubresource: async (
      _key: unknown,
      _name: string,
      body: { spec: { boundObjectRef: { name: string } } },
    ) => ({
      status: {
        token: `token ${++tokenCount} of ${body.spec.boundObjectRef.name}`,
        expirationTimestamp: "2999-01-01T00:00:00Z",
      },
    }),
  });
  return { of } as unknown as Client;
}

function podOf(
  volumes: readonly JsonObject[],
  volumeMounts: readonly { readonly name: string; readonly subPath?: string }[],
  securityContext: JsonObject = {},
): Live<Pod> {
  const mounts = volumeMounts.map((mount) => ({
    mountPath: `/mnt/${mount.name}`,
    ...mount,
  }));
  const container = { name: "app", volumeMounts: mounts } as unknown as Container;
  return {
    metadata: { name: "web", namespace: "default", uid: "uid-web" },
    spec: { containers: [container], volumes, securityContext },
    status: {},
  } as unknown as Live<Pod>;
}

/** What was read a moment ago counts as fresh; this waits until it no longer does. */
async function realClockPassed(durationMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  realClock.schedule(durationMs, resolve);
  await promise;
}
