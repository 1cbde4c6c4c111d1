import assert from "node:assert/strict";
import { test } from "node:test";
import { runTool } from "../testing.ts";

test("a server's metrics are packed into an archive", async () => {
  const content = new TextEncoder().encode("up 1\n");
  const { shown, disk } = await runTool("debug metrics http://a:1", {
    answer: () => ({ status: 200, headers: {}, body: content }),
  });
  assert.equal(
    shown,
    'collecting: http://a:1/metrics\nCompiling debug information complete, all files written in "debug.tar.gz".\n= 0',
  );
  // Nothing is compressed here, so this is the archive itself.
  const archive = await disk.readFile("/here/debug.tar.gz");
  const text = new TextDecoder().decode(archive);
  assert.equal(text.slice(0, 11), "metrics.txt");
  assert.equal(text.slice(124, 135), "00000000005");
  assert.equal(text.slice(512, 517), "up 1\n");
  assert.equal(archive.length, 4 * 512);
  const header = archive.slice(0, 512);
  const sum = Number.parseInt(text.slice(148, 154), 8);
  header.fill(32, 148, 156);
  assert.equal(
    header.reduce((left, right) => left + right, 0),
    sum,
  );
});

for (const what of ["pprof", "all"]) {
  test(`debug ${what} is refused`, async () => {
    const { shown } = await runTool(`debug ${what} http://a:1`);
    const want =
      'error completing debug command: profiles (pprof) are not supported; "debug metrics" fetches the metrics';
    assert.equal(shown, `! ${want}\n= 1`);
  });
}

test("a server that is not there is told", async () => {
  const { shown } = await runTool("debug metrics http://a:1");
  const why = 'Get "http://a:1/metrics": dial tcp a:1: connect: connection refused';
  assert.equal(
    shown,
    `collecting: http://a:1/metrics\n! error completing debug command: error executing HTTP request: ${why}\n= 1`,
  );
});
