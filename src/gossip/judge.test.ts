import assert from "node:assert/strict";
import { test } from "node:test";
import { judgeAlive, judgeDead, judgeSuspect } from "./judge.ts";
import { type Member, memberStates, ownVersions } from "./member.ts";
import type { Alive, Obituary } from "./message.ts";

// `alive b@1 3`: b is alive at the address 10.0.0.1 in its incarnation 3. We are a.
const table: readonly (readonly [why: string, known: string, said: string, verdict: string])[] = [
  ["a stranger is welcome", "-", "alive b@1 0", "believed"],
  ["a newer incarnation counts", "suspect b@1 3", "alive b@1 4", "believed"],
  ["the same incarnation cannot come back to life", "suspect b@1 3", "alive b@1 3", "ignored"],
  ["an older one does not count", "dead b@1 3", "alive b@1 2", "ignored"],
  ["a name belongs to one", "alive b@1 3", "alive b@2 9", "conflict"],
  ["the dead keep their name", "dead b@1 3", "alive b@2 9", "conflict"],
  ["those who left do not", "left b@1 3", "alive b@2 0", "believed"],
  ["what is right of ourselves is no news", "alive a@1 3", "alive a@1 3", "ignored"],
  ["a former life is contradicted", "alive a@1 1", "alive a@1 7", "refuted"],
  ["an older one of ourselves is over", "alive a@1 3", "alive a@1 1", "ignored"],
  ["nobody suspects whom nobody knows", "-", "suspect b 1", "ignored"],
  ["who does not answer is suspected", "alive b@1 3", "suspect b 3", "believed"],
  ["who has answered since is not", "alive b@1 4", "suspect b 3", "ignored"],
  ["the dead are past suspicion", "dead b@1 3", "suspect b 3", "ignored"],
  ["we ourselves are not", "alive a@1 3", "suspect a 3", "refuted"],
  ["nobody mourns whom nobody knows", "-", "dead b 1", "ignored"],
  ["who is said to be dead is", "suspect b@1 3", "dead b 3", "believed"],
  ["who has answered since is not", "alive b@1 4", "dead b 3", "ignored"],
  ["nobody dies twice", "left b@1 3", "dead b 9", "ignored"],
  ["we ourselves are not dead", "alive a@1 3", "dead a 3", "refuted"],
];

for (const [why, known, said, verdict] of table) {
  test(`${why}: ${known}, then ${said} is ${verdict}`, () => {
    assert.equal(judged(memberIn(known), said), verdict);
  });
}

test("we are gone when we say so ourselves", () => {
  const said = obituaryIn("dead", "a", "3");
  assert.equal(judgeDead(memberIn("alive a@1 3"), said, { self: "a", hasLeft: true }), "believed");
});

function judged(known: Member | undefined, said: string): string {
  const [kind = "", name = "", incarnation = ""] = said.split(" ");
  if (kind === "alive") return judgeAlive(known, aliveIn(name, incarnation), "a");
  if (kind === "suspect") return judgeSuspect(known, obituaryIn(kind, name, incarnation), "a");
  return judgeDead(known, obituaryIn("dead", name, incarnation), { self: "a", hasLeft: false });
}

function memberIn(text: string): Member | undefined {
  if (text === "-") return undefined;
  const [kind = "", place = "", incarnation = ""] = text.split(" ");
  const state = memberStates.find((one) => one === kind) ?? "alive";
  const { kind: _, ...content } = aliveIn(place, incarnation);
  return { ...content, state, changedMs: 0 };
}

function aliveIn(place: string, incarnation: string): Alive {
  const [name = "", host = ""] = place.split("@");
  const address = { octets: Uint8Array.of(10, 0, 0, Number(host)), port: 9094 };
  const rest = { meta: new Uint8Array(), versions: ownVersions };
  return { kind: "alive", name, incarnation: Number(incarnation), address, ...rest };
}

function obituaryIn(kind: "suspect" | "dead", name: string, incarnation: string): Obituary {
  return { kind, name, incarnation: Number(incarnation), from: "c" };
}
