import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { accessibilityProblems, missingBrowser, openBrowser } from "./browser.ts";
import { freePort, missingProgram, startPrometheus, type TestPrometheus } from "./prometheus.ts";

const root = path.resolve(import.meta.dirname, "../..");
const skip = missingProgram() ?? missingBrowser() ?? false;

const config = `
global: {scrape_interval: 1s, evaluation_interval: 1s}
scrape_configs:
  - job_name: prometheus
    static_configs: [{targets: ["{{self}}"]}]
    relabel_configs: [{source_labels: [__address__], target_label: where}]
  - job_name: gone
    static_configs: [{targets: ["127.0.0.1:1"]}]
`;

let server: TestPrometheus | undefined;
let browser: (Browser & AsyncDisposable) | undefined;

before(async () => {
  if (skip !== false) return;
  server = await startPrometheus(config);
  browser = await openBrowser();
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

test("the first walk: it scrapes itself, and its own requests are counted and drawn", {
  skip,
}, async () => {
  const { url, page, errors } = await opened("/graph");
  assert.equal(new URL(page.url()).pathname, "/query");
  const counter = "promhttp_metric_handler_requests_total";
  await typed(page, counter);
  await page.getByText(`${counter}{code="200"`).first().waitFor();

  const rate = `rate(${counter}{code="200"}[1m])`;
  await server?.eventually(rate, (items) => Number(items[0]?.value[1]) > 0);
  await typed(page, rate);
  await page.getByRole("tab", { name: "Graph" }).click();
  const drawing = page.locator(".drawing canvas");
  await drawing.waitFor();
  const before = await pixelsOf(page);
  await page.getByRole("button", { name: "Shorter range" }).click();
  await page.waitForFunction("location.search.includes('range_input=30m')");
  const changed = async () => (await pixelsOf(page)) !== before;
  await until(changed, "the graph's pixels change with its range");

  const shared = page.url();
  const other = await opened(shared.slice(url.length));
  await other.page.locator(".drawing canvas").waitFor();
  assert.equal(await other.page.locator(".cm-content").innerText(), rate);
  assert.deepEqual([...errors, ...other.errors], []);
});

test("the second walk: three programs in two groups", { skip }, async () => {
  const ports = [await freePort(), await freePort(), await freePort()];
  const programs = ports.map((port) =>
    spawn(
      process.execPath,
      [path.join(root, "examples/random/random.ts"), `--listen-address=127.0.0.1:${port}`],
      { stdio: "ignore" },
    ),
  );
  const [one, two, three] = ports.map((port) => `"127.0.0.1:${port}"`);
  await using walk = await startPrometheus(`
global: {scrape_interval: 1s}
scrape_configs:
  - job_name: node
    static_configs:
      - {targets: [${one}, ${two}], labels: {group: production}}
      - {targets: [${three}], labels: {group: canary}}
`);
  try {
    const counts = "sum by (group, service) (rpc_durations_seconds_count)";
    const items = await walk.eventually(counts, (found) => found.length === 6);
    const groups = new Set(items.map(({ metric }) => `${metric["group"]}/${metric["service"]}`));
    assert.deepEqual([...groups].sort(), [
      "canary/exponential",
      "canary/normal",
      "canary/uniform",
      "production/exponential",
      "production/normal",
      "production/uniform",
    ]);
    const rates = "avg by (job, service) (rate(rpc_durations_seconds_count[1m]))";
    await walk.eventually(rates, (found) => found.every(({ value }) => Number(value[1]) > 0));
    const page = await newPage();
    await page.goto(`${walk.url}/query?g0.expr=rpc_durations_seconds&g0.tab=table`);
    await page.getByText('group="canary"').first().waitFor();
  } finally {
    for (const program of programs) program.kill("SIGKILL");
    await Promise.all(programs.map((program) => once(program, "exit")));
  }
});

test("a wrong query says what is wrong with it", { skip }, async () => {
  const { page } = await opened("/query");
  await typed(page, "sum(up");
  await page.getByRole("alert").filter({ hasText: "unclosed left parenthesis" }).waitFor();
});

// Each page, and what it shows of this server.
const pages: readonly (readonly [path: string, text: string])[] = [
  ["/query?g0.expr=up&g0.tab=table", 'instance="127.0.0.1:1"'],
  ["/query?g0.expr=sum(up)&g0.tab=explain", "aggregation"],
  ["/targets", "connection refused"],
  ["/alerts", "No alerting rules."],
  ["/rules", "No rules."],
  ["/service-discovery", "Show relabelling step by step"],
  ["/tsdb-status", "Metrics with most series"],
  ["/config", "scrape_interval: 1s"],
  ["/flags", "--storage.tsdb.path"],
  ["/status", "3.14.0"],
  ["/alertmanager-discovery", "No Alertmanagers are configured."],
];

for (const [target, text] of pages) {
  test(`${target} shows ${text}, to everybody`, { skip }, async () => {
    const { page, errors } = await opened(target);
    await page.getByText(text).first().waitFor();
    assert.deepEqual(await accessibilityProblems(page), []);
    assert.deepEqual(errors, []);
  });
}

test("an agent has its own first page, and only pages that say something there", {
  skip,
}, async () => {
  await using agent = await startPrometheus(config, ["--agent"]);
  const page = await newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${agent.url}/`);
  await page.getByText("This is an agent").waitFor();
  assert.equal(new URL(page.url()).pathname, "/agent");
  const links = page.getByRole("navigation").getByRole("link");
  assert.deepEqual(await links.allInnerTexts(), [
    "Agent",
    "Targets",
    "Service discovery",
    "Configuration",
    "Flags",
    "Runtime",
  ]);
  assert.deepEqual(await accessibilityProblems(page), []);
  assert.deepEqual(errors, []);
});

test("pages work on a telephone and in the dark", { skip }, async () => {
  const page = await newPage({ width: 390, height: 800 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${server?.url}/query?g0.expr=up&g0.tab=graph&g0.range_input=5m`);
  await page.locator(".drawing canvas").waitFor();
  const width = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(width <= 390, `nothing sticks out of 390 pixels: ${width}`);
  assert.deepEqual(await accessibilityProblems(page), []);
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("link", { name: "Targets" }).click();
  await page.getByRole("heading", { name: "Targets" }).waitFor();
});

test("nothing is asked of other servers", { skip }, async () => {
  const page = await newPage();
  const asked = new Set<string>();
  page.on("request", (request) => asked.add(new URL(request.url()).host));
  await page.goto(`${server?.url}/query?g0.expr=up&g0.tab=graph`);
  await page.locator(".drawing canvas").waitFor();
  assert.deepEqual([...asked], [new URL(server?.url ?? "").host]);
});

async function newPage(viewport = { width: 1200, height: 800 }): Promise<Page> {
  assert.ok(browser !== undefined);
  return browser.newPage({ viewport });
}

async function opened(target: string) {
  const page = await newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const url = server?.url ?? "";
  await page.goto(url + target);
  await page.locator("main").waitFor();
  return { url, page, errors };
}

/**
 * What the graph's canvas shows, as text. Read in one step within the page: the canvas may be drawn
 * anew at any time.
 */
async function pixelsOf(page: Page): Promise<string> {
  return page.evaluate<string>("document.querySelector('.drawing canvas')?.toDataURL() ?? ''");
}

/** Types a query in place of what is there, and runs it. */
async function typed(page: Page, expr: string): Promise<void> {
  const field = page.locator(".cm-content").first();
  await field.click();
  await page.keyboard.press("Control+A");
  // As pasted: completion and closing brackets are for people who type.
  await page.keyboard.insertText(expr);
  await page.getByRole("button", { name: "Execute" }).first().click();
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
