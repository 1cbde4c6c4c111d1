/** Test results in the XML that continuous integration reads. */
import type { TestFileOutcome } from "./run-tests.ts";

export function formatJunit(files: readonly TestFileOutcome[]): string {
  return `<testsuites>${files.map(suiteOf).join("")}</testsuites>`;
}

function suiteOf({ path, startedAtMs, cases, error }: TestFileOutcome): string {
  // A file that cannot be read has one case, which the error belongs to.
  const shown = error === undefined ? cases : [{ name: "unknown", failures: [] }];
  const failureCount = cases.reduce((sum, { failures }) => sum + failures.length, 0);
  const timestamp = new Date(startedAtMs).toISOString().slice(0, 19);
  const attributes = [
    ["name", path],
    ["tests", shown.length],
    ["failures", failureCount],
    ["errors", error === undefined ? 0 : 1],
    ["skipped", 0],
    ["timestamp", timestamp],
  ].map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`);
  const inner = shown.map(({ name, failures }) => {
    const texts = failures.map((failure) => `<failure>${escapeXml(failure)}</failure>`);
    const errors = error === undefined ? [] : [`<error>${escapeXml(error)}</error>`];
    return `<testcase name="${escapeXml(name)}">${[...texts, ...errors].join("")}</testcase>`;
  });
  return `<testsuite${attributes.join("")}>${inner.join("")}</testsuite>`;
}

function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- what XML cannot hold is replaced
  const valid = text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
  return valid.replace(/["'&<>\t\n\r]/g, (character) => xmlEscapes.get(character) ?? character);
}

const xmlEscapes: ReadonlyMap<string, string> = new Map([
  ['"', "&#34;"],
  ["'", "&#39;"],
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ["\t", "&#x9;"],
  ["\n", "&#xA;"],
  ["\r", "&#xD;"],
]);
