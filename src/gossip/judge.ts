/** Whether to believe what is said of a member: memberlist's rules, without their consequences. */
import { isPresent, isSameAddress, type Member } from "./member.ts";
import type { Alive, Obituary } from "./message.ts";

/** `refuted` is what is wrong about ourselves, which we contradict. */
export type Verdict = "ignored" | "refuted" | "believed" | "conflict";

/** On somebody who is said to be there. */
export function judgeAlive(known: Member | undefined, said: Alive, self: string): Verdict {
  if (known === undefined) return "believed";
  const hasMoved = !isSameAddress(known.address, said.address);
  // A name is free again once its owner has left.
  const isReplaced = hasMoved && known.state === "left";
  if (hasMoved && !isReplaced) return "conflict";
  if (said.name === self) {
    if (said.incarnation < known.incarnation) return "ignored";
    return said.incarnation === known.incarnation && isSameContent(known, said)
      ? "ignored"
      : "refuted";
  }
  return said.incarnation > known.incarnation || isReplaced ? "believed" : "ignored";
}

/** On somebody who is said not to answer. */
export function judgeSuspect(known: Member | undefined, said: Obituary, self: string): Verdict {
  if (known === undefined || said.incarnation < known.incarnation) return "ignored";
  if (known.state !== "alive") return "ignored";
  return said.name === self ? "refuted" : "believed";
}

/** On somebody who is said to be gone. `hasLeft` says whether we ourselves are on our way out. */
export function judgeDead(
  known: Member | undefined,
  said: Obituary,
  { self, hasLeft }: { readonly self: string; readonly hasLeft: boolean },
): Verdict {
  if (known === undefined || said.incarnation < known.incarnation) return "ignored";
  if (!isPresent(known)) return "ignored";
  return said.name === self && !hasLeft ? "refuted" : "believed";
}

function isSameContent(known: Member, said: Alive): boolean {
  return isSameBytes(known.meta, said.meta) && isSameBytes(known.versions, said.versions);
}

function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => right[index] === byte);
}
