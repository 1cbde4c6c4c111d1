import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { realProcesses } from "./processes.ts";
import { openFolder } from "./testing.ts";

test("runs a program with input, variables and a directory, and tells how it ended", async () => {
  const script = 'read line; echo "$line $COLOUR $PWD"; echo oops >&2; exit 3';
  const result = await realProcesses.run("sh", ["-c", script], {
    input: "hello\n",
    env: { COLOUR: "blue" },
    directory: "/",
  });
  assert.deepEqual(result, { exitCode: 3, stdout: "hello blue /\n", stderr: "oops\n" });
});

test("a program ended by a signal has 128 and the signal's number as status", async () => {
  const { exitCode } = await realProcesses.run("sh", ["-c", "kill -TERM $$"]);
  assert.equal(exitCode, 143);
});

test("a program that does not exist is refused by its code", async () => {
  await assert.rejects(realProcesses.run("wherry-no-such-program", []), { code: "ENOENT" });
  await assert.rejects(
    realProcesses.spawn("wherry-no-such-program", [], { lifetime: "attached" }),
    { code: "ENOENT" },
  );
});

test("a timeout kills what the program started, too", async () => {
  const pids: number[] = [];
  await using folder = await openFolder();
  const script = `sleep 60 & echo $! > ${folder.path}/pid; wait`;
  await assert.rejects(realProcesses.run("sh", ["-c", script], { timeoutMs: 200 }), {
    message: "running sh: not done in time",
  });
  pids.push(Number(await readFile(`${folder.path}/pid`, "utf8")));
  assert.deepEqual(pids.map(realProcesses.isRunning), [false]);
});

test("an abort ends a run with the signal's reason", async () => {
  const controller = new AbortController();
  const run = realProcesses.run("sleep", ["60"], { signal: controller.signal });
  controller.abort(new Error("no longer wanted"));
  await assert.rejects(run, { message: "no longer wanted" });
});

test("a spawned program writes to its log file, and can be signalled and awaited", async () => {
  await using folder = await openFolder();
  const logFile = `${folder.path}/log`;
  const child = await realProcesses.spawn("sh", ["-c", "echo started; exec sleep 60"], {
    lifetime: "detached",
    logFile,
  });
  const identity = realProcesses.findIdentity(child.pid);
  const runningBefore = realProcesses.isRunning(child.pid);
  while (!(await readFile(logFile, "utf8")).includes("started\n")) await new Promise(setImmediate);
  child.signal("SIGTERM");
  assert.equal(await child.exited, 143);
  assert.deepEqual([runningBefore, realProcesses.isRunning(child.pid)], [true, false]);
  assert.match(identity ?? "", new RegExp(`^${child.pid} \\d+ [0-9a-f-]{36}$`));
  realProcesses.signal(child.pid, "SIGTERM");
});
