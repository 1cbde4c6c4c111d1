import type { Connection } from "#base";

/**
 * Copies bytes both ways between two connections until both directions have ended, or one end breaks.
 * Then both are closed. Rejects with what broke.
 */
export async function splice(left: Connection, right: Connection): Promise<void> {
  await using ownedLeft = left;
  await using ownedRight = right;
  await Promise.all([copy(ownedLeft, ownedRight), copy(ownedRight, ownedLeft)]);
}

async function copy(from: Connection, to: Connection): Promise<void> {
  for await (const chunk of from.received) await to.send(chunk);
  await to.finish();
}
