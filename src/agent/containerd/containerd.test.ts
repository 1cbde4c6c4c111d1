import assert from "node:assert/strict";
import { test } from "node:test";
import { type Disk, type Processes, silentLogger } from "#base";
import { VirtualClock } from "#base/testing";
import { runtimeOf } from "../testing.ts";
import { type ContainerdOptions, keepContainerdRunning, startContainerd } from "./containerd.ts";

const home = "/data/node-1/containerd";
const config = `${home}/config.toml`;
const { signal } = new AbortController();

test("containerd is started in the node's network namespace", async () => {
  const machine = new FakeMachine();
  await start(machine);
  assert.deepEqual(machine.started, [
    `nsenter --net=/run/netns/node-1 containerd --config ${config}`,
  ]);
});

test("one that runs with the same configuration is adopted", async () => {
  const machine = new FakeMachine();
  await start(machine);
  await start(machine);
  assert.equal(machine.started.length, 1);
});

test("the state of an earlier start of the machine is forgotten, images are not", async () => {
  const machine = new FakeMachine();
  await start(machine);
  machine.files.set(`${home}/state/task`, "stale");
  machine.files.set(`${home}/root/image`, "kept");
  await start(machine);
  assert.ok(machine.files.has(`${home}/state/task`));

  machine.restart("boot-2");
  await start(machine);
  assert.deepEqual(
    [machine.files.has(`${home}/state/task`), machine.files.has(`${home}/root/image`)],
    [false, true],
  );
});

test("one that ends while starting is told with its last words", async () => {
  const machine = new FakeMachine();
  machine.diesWith = "first\ncontainerd: invalid plugin config\n";
  await assert.rejects(start(machine), /ended while starting: containerd: invalid plugin config/);
});

test("a containerd that is not installed is told with what to do", async () => {
  const machine = new FakeMachine();
  machine.isInstalled = false;
  await assert.rejects(start(machine), /apt-get install containerd runc/);
});

test("one that ends is started again, until nobody wants it any more", async () => {
  const machine = new FakeMachine();
  await start(machine);
  const stop = new AbortController();
  const keeping = keepContainerdRunning(depsOf(machine), optionsOf(), stop.signal);
  await machine.clock.advance(1_000);
  assert.equal(machine.started.length, 1);
  machine.killAll();
  await machine.clock.advance(3_000);
  assert.equal(machine.started.length, 2);
  stop.abort();
  await keeping;
  machine.killAll();
  await machine.clock.advance(3_000);
  assert.deepEqual([machine.started.length, machine.clock.timerCount], [2, 0]);
});

test("one that cannot stay is started ever more rarely", async () => {
  const machine = new FakeMachine();
  await start(machine);
  const stop = new AbortController();
  const keeping = keepContainerdRunning(depsOf(machine), optionsOf(), stop.signal);
  machine.killAll();
  machine.diesWith = "no space left on device";
  await machine.clock.advance(120_000);
  stop.abort();
  await keeping;
  assert.equal(machine.started.length, 1 + 8);
});

async function start(machine: FakeMachine): Promise<void> {
  await startContainerd(depsOf(machine), optionsOf(), runtimeOf({ containers: [] }), signal);
}

function depsOf(machine: FakeMachine) {
  const { disk, processes, clock } = machine;
  return { disk, processes, clock, logger: silentLogger };
}

function optionsOf(): ContainerdOptions {
  return {
    nodeDirectory: "/data/node-1",
    networkNamespace: "/run/netns/node-1",
    cniConfDirectory: "/data/node-1/cni",
    cniBinDirectory: "/usr/lib/cni",
    sandboxImage: "wherry.local/pause:1",
    cgroupDriver: "cgroupfs",
    registries: [],
    metrics: undefined,
  };
}

/** Files and processes as far as starting a containerd touches them. */
class FakeMachine {
  readonly clock = new VirtualClock();
  readonly files = new Map<string, string>();
  readonly started: string[] = [];
  isInstalled = true;
  /** What is in the log of one that ends at once. */
  diesWith: string | undefined;
  readonly #running = new Set<number>();

  constructor() {
    this.restart("boot-1");
    this.files.set("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/vda rw");
    this.files.set("/proc/self/status", "CapEff:\t000001ffffffffff\n");
  }

  restart(bootId: string): void {
    this.killAll();
    this.files.set("/proc/sys/kernel/random/boot_id", `${bootId}\n`);
  }

  killAll(): void {
    for (const pid of this.#running) this.files.delete(`/proc/${pid}/cmdline`);
    this.#running.clear();
    this.files.delete(`${home}/containerd.sock`);
  }

  get disk(): Disk {
    const { files } = this;
    const unused = async () => Promise.reject(new Error("not expected"));
    const write = async (path: string, content: Uint8Array | string) =>
      void files.set(path, typeof content === "string" ? content : "");
    const find = async (path: string) => {
      const text = files.get(path);
      return text === undefined ? undefined : new TextEncoder().encode(text);
    };
    return {
      findFile: find,
      readFile: async (path) => (await find(path)) ?? Promise.reject(new Error(`no ${path}`)),
      writeFile: write,
      replaceFile: write,
      appendFile: unused,
      readRange: unused,
      openAppend: unused,
      openRead: unused,
      openFixed: unused,
      syncDirectory: unused,
      link: unused,
      makeDirectory: async () => {},
      listDirectory: async (path) =>
        [...files.keys()]
          .filter((name) => name.startsWith(`${path}/`))
          .map((name) => name.slice(path.length + 1).split("/")[0] ?? ""),
      findFacts: async (path) =>
        files.has(path) ? { kind: "file", bytes: 0, mode: 0, modifiedAtMs: 0 } : undefined,
      realPath: unused,
      rename: unused,
      remove: async (path) => {
        for (const name of files.keys()) if (name.startsWith(path)) files.delete(name);
      },
      symlink: unused,
      readLink: unused,
      setMode: unused,
      setOwner: unused,
      measureSpace: unused,
      tryLock: unused,
      watch: () => ({ [Symbol.dispose]: () => {} }),
    };
  }

  get processes(): Processes {
    const unused = async () => Promise.reject(new Error("not expected"));
    return {
      run: unused,
      spawn: async (program, args) => {
        if (!this.isInstalled) throw new Error(`spawn ${program} ENOENT`);
        this.started.push([program, ...args].join(" "));
        const pid = 100 + this.started.length;
        if (this.diesWith === undefined) this.#run(pid);
        else this.files.set(`${home}/containerd.log`, this.diesWith);
        return { pid, exited: Promise.resolve(0), signal: () => {} };
      },
      isRunning: (pid) => this.#running.has(pid),
      findIdentity: () => undefined,
      signal: () => {},
    };
  }

  #run(pid: number): void {
    this.#running.add(pid);
    this.files.set(`/proc/${pid}/cmdline`, `containerd\0--config\0${config}\0`);
    this.files.set(`${home}/containerd.sock`, "");
  }
}
