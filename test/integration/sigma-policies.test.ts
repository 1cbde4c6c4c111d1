/** Sigma policies from a file: checked, back-tested on stored data, and evaluated by a server. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { seededRandom } from "#base/testing";
import { missingProgram, startPrometheus } from "../e2e/prometheus.ts";

const skip = missingProgram() ?? false;
const folder = mkdtempSync(path.join(tmpdir(), "wherry-sigma-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const bin = path.resolve(import.meta.dirname, "../../dist/bin.js");
const run = promisify(execFile);
const policies = `
sigma_policies:
  - name: latency
    expr: latency_seconds
    team: payments
    runbook_url: https://runbooks.example/latency
    page_eligible: true
    mode: active
`;

test("a policy is back-tested on what is stored, and its thresholds are recorded", {
  skip,
}, async () => {
  const file = path.join(folder, "policies.yml");
  writeFileSync(file, policies);
  const data = path.join(folder, "data");
  await fill(data);
  const flags = [
    `--sigma.policy-file=${file}`,
    "--storage.tsdb.retention.time=60d",
    `--storage.tsdb.path=${data}`,
  ];
  await using server = await startPrometheus("global: {evaluation_interval: 1s}", flags);

  const { stdout } = await wherry("sigma", "test", file, "--url", server.url);
  assert.match(stdout, /s3-page +\d\.\d\d \(back-tested\) +3 of 5 +page +1 /);
  assert.match(stdout, /would have paged once in 28\.0 days/);
  assert.match(stdout, /latency pages for 1 of its 1 series\.\n$/);

  const [threshold] = await server.eventually(
    'sigma:page_threshold{sigma_level="s3-page"}',
    (found) => found.length > 0,
  );
  assert.ok(threshold !== undefined);
  assert.deepEqual(threshold.metric, {
    __name__: "sigma:page_threshold",
    sigma_policy: "latency",
    sigma_level: "s3-page",
  });
});

/** Five weeks and a day of noise, a value a minute, with one deviation of five sigma for ten minutes. */
async function fill(data: string): Promise<void> {
  const random = seededRandom(5);
  const endS = Math.floor(Date.now() / 60_000) * 60;
  const count = 36 * 24 * 60;
  const lines = ["# TYPE latency_seconds gauge"];
  for (let left = count; left >= 0; left--) {
    // Of the sum of twelve even chances the deviation is one.
    let noise = -6;
    for (let part = 0; part < 12; part++) noise += random.fraction();
    const isOut = left > 7_000 && left <= 7_010;
    const value = 100 + 10 * (isOut ? 5 : noise);
    lines.push(`latency_seconds ${value.toFixed(3)} ${endS - left * 60}`);
  }
  const source = path.join(folder, "history.txt");
  writeFileSync(source, `${lines.join("\n")}\n# EOF\n`);
  await wherry("promtool", "tsdb", "create-blocks-from", "openmetrics", source, data);
}

function wherry(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [bin, ...words]);
}
