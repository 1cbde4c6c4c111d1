/** A real Chromium for tests of the pages. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

const programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Why pages cannot be tested here; undefined when they can. */
export function missingBrowser(): string | undefined {
  return programs.some((program) => existsSync(program)) ? undefined : "needs chromium";
}

export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  const executablePath = programs.find((program) => existsSync(program)) ?? "";
  // Tests run as root, where Chromium has no sandbox; only our own pages are opened.
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

interface AxeFinding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What hinders people with disabilities on a page, by the rules of axe; one line each. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  // As the page's own script would not be allowed to: the tools of the browser are.
  await page.evaluate(readFileSync(source, "utf8"));
  const findings = await page.evaluate<readonly AxeFinding[]>(
    "axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)",
  );
  return findings.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
}
