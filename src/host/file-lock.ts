/**
 * Locks between processes, without flock, which Node does not offer.
 *
 * A lock is a directory of numbered claims, each a file that holds the identity of its process. The
 * highest claim decides. It is taken over, when its process has died or released it, by creating the
 * next number, which only one taker can. Invariants:
 * 1. A claim appears whole: it is a hard link to a finished file.
 * 2. The highest claim is never removed, so numbers never start again. (Were it removed on release,
 *    a taker that was suspended between looking and claiming would claim an old number as new.)
 * 3. A claim holds only if no higher one exists after it was made.
 */
import * as fs from "node:fs/promises";
import { codeOf } from "./error-code.ts";
import { findProcessIdentity } from "./process-identity.ts";

/** Takes the lock kept in the directory `path`, or tells by undefined that a living process has it. */
export async function tryLock(path: string): Promise<AsyncDisposable | undefined> {
  await fs.mkdir(path, { recursive: true, mode: 0o700 });
  const highest = await highestClaim(path);
  if (highest > 0 && (await isHeld(claimPath(path, highest)))) return undefined;
  const own = highest + 1;
  if (!(await claim(path, own))) return undefined;
  if ((await highestClaim(path)) > own) {
    await fs.rm(claimPath(path, own), { force: true });
    return undefined;
  }
  await removeClaimsBelow(path, own);
  return { [Symbol.asyncDispose]: () => release(claimPath(path, own)) };
}

function claimPath(path: string, number: number): string {
  return `${path}/${number}`;
}

async function highestClaim(path: string): Promise<number> {
  return Math.max(0, ...(await claims(path)));
}

async function claims(path: string): Promise<readonly number[]> {
  const names = await fs.readdir(path);
  return names.filter((name) => /^[1-9][0-9]{0,14}$/.test(name)).map(Number);
}

/** Creates a claim; false when somebody else did. */
async function claim(path: string, number: number): Promise<boolean> {
  const beside = `${path}/${crypto.randomUUID()}.new`;
  try {
    await fs.writeFile(beside, findProcessIdentity(process.pid) ?? "", { mode: 0o600, flag: "wx" });
    await fs.link(beside, claimPath(path, number));
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await fs.rm(beside, { force: true });
  }
}

async function removeClaimsBelow(path: string, limit: number): Promise<void> {
  for (const number of await claims(path)) {
    if (number < limit) await fs.rm(claimPath(path, number), { force: true });
  }
}

/** Whether the process that made a claim lives and has not released it. */
async function isHeld(path: string): Promise<boolean> {
  try {
    const identity = await fs.readFile(path, "utf8");
    const pid = Number(identity.split(" ", 1)[0]);
    return Number.isSafeInteger(pid) && pid > 0 && findProcessIdentity(pid) === identity;
  } catch (error) {
    // Removed below a higher claim that was made meanwhile, by one who has the lock now.
    if (codeOf(error) !== "ENOENT") throw error;
    return true;
  }
}

async function release(path: string): Promise<void> {
  try {
    await fs.truncate(path);
  } catch (error) {
    // Released before and taken by another, or removed with all that the lock protected.
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
