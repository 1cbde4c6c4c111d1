/**
 * Runs test scripts of PromQL and prints how many cases of each pass, and how the first others differ:
 *
 *   node tools/promql-corpus.ts FILE...
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { realClock } from "#host";
import { createScriptEngine, MemoryStorage, runScript } from "#promql/testing";

const differencesMax = 5;

let passedCount = 0;
let caseCount = 0;
for (const file of process.argv.slice(2)) {
  const outcomes = await runScript(readFileSync(file, "utf8"), {
    engine: createScriptEngine(realClock),
    openStorage: async () => new MemoryStorage(),
  });
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  passedCount += outcomes.length - failed.length;
  caseCount += outcomes.length;
  console.log(`${file}: ${outcomes.length - failed.length} of ${outcomes.length}`);
  for (const { line, query, problem } of failed.slice(0, differencesMax)) {
    console.log(`  ${line}: ${query}\n    ${problem}`);
  }
}
console.log(`${passedCount} of ${caseCount}`);
process.exitCode = passedCount === caseCount ? 0 : 1;
