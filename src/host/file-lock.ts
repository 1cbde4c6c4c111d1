import { randomBytes } from "node:crypto";
import * as fs from "node:fs/promises";
import { codeOf } from "./error-code.ts";
import { findProcessIdentity } from "./process-identity.ts";

/** A stale lock is taken over this many times before we say that it is held. */
const attemptCountMax = 3;

/**
 * Takes a lock file: it holds the identity of its process, and counts only while that process lives.
 *
 * Node offers no flock. The file appears whole, by a hard link from a finished one, so nobody reads
 * half an identity; a dead holder's file is first renamed away, which only one taker can do, and put
 * back when it turns out to be a living one's that came in between.
 */
export async function tryLock(path: string): Promise<AsyncDisposable | undefined> {
  const own = `${findProcessIdentity(process.pid) ?? process.pid} ${randomBytes(6).toString("hex")}`;
  const beside = `${path}.${randomBytes(6).toString("hex")}.new`;
  await fs.writeFile(beside, own, { mode: 0o600, flag: "wx" });
  try {
    for (let attempt = 0; attempt < attemptCountMax; attempt++) {
      if (await linkIfAbsent(beside, path))
        return { [Symbol.asyncDispose]: () => unlock(path, own) };
      if (!(await removeIfStale(path, beside))) return undefined;
    }
    return undefined;
  } finally {
    await fs.rm(beside, { force: true });
  }
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await fs.link(from, to);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  }
}

async function removeIfStale(path: string, beside: string): Promise<boolean> {
  const holder = await readIfPresent(path);
  if (holder === undefined) return true;
  if (isHeld(holder)) return false;
  const aside = `${beside}.stale`;
  try {
    await fs.rename(path, aside);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return true;
  }
  const moved = await fs.readFile(aside, "utf8");
  if (isHeld(moved)) await linkIfAbsent(aside, path);
  await fs.rm(aside, { force: true });
  return true;
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return undefined;
  }
}

/** Whether the process that wrote `content` still lives. */
function isHeld(content: string): boolean {
  const identity = content.slice(0, content.lastIndexOf(" "));
  const pid = Number(content.split(" ", 1)[0]);
  return Number.isSafeInteger(pid) && pid > 0 && findProcessIdentity(pid) === identity;
}

async function unlock(path: string, own: string): Promise<void> {
  if ((await readIfPresent(path)) === own) await fs.rm(path, { force: true });
}
