/**
 * What each kind of receiver sends, byte for byte: `testdata/wire.txt` has for each case the
 * configuration, what is told, what the other side answers, and the requests that follow.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SendError } from "../notify/integration.ts";
import { type Answer, ReceiverBench, type Told } from "./testing.ts";

const text = readFileSync(new URL("testdata/wire.txt", import.meta.url), "utf8");

/** Answers in order; the last one is given again and again. */
function answersOf(lines: readonly string[]): Answer {
  let index = 0;
  return () => {
    const line = lines[Math.min(index, lines.length - 1)] ?? "200 ok";
    index++;
    const [, status = "200", body = ""] = /^([0-9]+) ?(.*)$/.exec(line) ?? [];
    const answer = body.startsWith("{") ? { json: JSON.parse(body) } : { text: body };
    return { ...answer, status: Number(status) };
  };
}

/** Headers that all requests have are left out. */
const usual: ReadonlySet<string> = new Set(["host", "user-agent"]);

function shown({ method, url, headers, body }: Told): string {
  const own = Object.entries(headers)
    .filter(([name, value]) => !usual.has(name) && value !== "application/json")
    .map(([name, value]) => `  ${name}: ${String(value)}\n`);
  const said = typeof body === "string" ? body : JSON.stringify(body);
  return `${method} ${url}\n${own.join("")}${said === "" ? "" : `  ${said}\n`}`;
}

async function outcomeOf(config: string, words: string, answers: readonly string[]) {
  const bench = new ReceiverBench(config);
  bench.answerWith(answersOf(answers));
  let problem = "";
  try {
    for (const told of words.split(" | ")) await bench.tell(told);
  } catch (error) {
    assert(error instanceof SendError, String(error));
    const { message, isRetryable, reason } = error;
    problem = `! ${isRetryable ? "retry" : "give up"} (${reason}) ${message}\n`;
  }
  return bench.told.map(shown).join("") + problem;
}

for (const part of text.split(/^# /m).slice(1)) {
  const [title = "", ...lines] = part.trimEnd().split("\n");
  const take = (mark: string) =>
    lines.filter((line) => line.startsWith(mark)).map((line) => line.slice(mark.length));
  const want = lines.filter((line) => !/^[>=<]/.test(line)).join("\n");
  test(`wire: ${title}`, async () => {
    const outcome = await outcomeOf(take("= ").join("\n"), take("> ")[0] ?? "", take("< "));
    assert.equal(outcome.trimEnd(), want);
  });
}
