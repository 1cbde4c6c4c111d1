import assert from "node:assert/strict";
import { test } from "node:test";
import { pageFilesIn } from "./page-files.ts";

const page =
  '<head><meta name="application-name" content="Wherry"><title>Wherry</title></head><body></body>';

test("the page has the title that it was given, whatever is in it", async () => {
  const disk = { findFile: async () => new TextEncoder().encode(page) };
  const pages = pageFilesIn(disk, { directory: "/pages", title: 'A & "<b>" $1' });
  const found = await pages.find("index.html");
  const safe = "A &#38; &#34;&#60;b&#62;&#34; $1";
  assert.ok(found?.body instanceof Uint8Array);
  assert.equal(
    new TextDecoder().decode(found.body),
    `<head><meta name="application-name" content="${safe}"><title>${safe}</title></head><body></body>`,
  );
  assert.equal(found.headers["content-length"], String(found.body.length));
});
