/** The page of policies in a real browser: what is stored, judged and drawn. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { seededRandom } from "#base/testing";
import { accessibilityProblems, missingBrowser, openBrowser } from "./browser.ts";
import { missingProgram, startPrometheus, type TestPrometheus } from "./prometheus.ts";

const skip = missingProgram() ?? missingBrowser() ?? false;
const bin = path.resolve(import.meta.dirname, "../../dist/bin.js");
const run = promisify(execFile);

const policies = `
sigma_policies:
  - name: latency
    expr: latency_seconds
    interval: 2m
    team: payments
    runbook_url: https://runbooks.example/latency
    page_eligible: true
    mode: active
  - name: new
    expr: young_seconds
    interval: 2m
burn_rate_policies:
  - name: api
    objective: 0.99
    bad_expr: sum(rate(requests_total{code="500"}[$window]))
    total_expr: sum(rate(requests_total[$window]))
    team: payments
`;
const stepS = 120;
const dayS = 86_400;
const checkout = '{service="checkout"}';

let folder = "";
let server: TestPrometheus | undefined;
let browser: (Browser & AsyncDisposable) | undefined;

before(async () => {
  if (skip !== false) return;
  folder = mkdtempSync(path.join(tmpdir(), "wherry-sigma-page-"));
  writeFileSync(`${folder}/policies.yml`, policies);
  await storeHistory();
  server = await startPrometheus("global: {evaluation_interval: 1s}", [
    `--sigma.policy-file=${folder}/policies.yml`,
    "--storage.tsdb.retention.time=60d",
    `--storage.tsdb.path=${folder}/data`,
  ]);
  browser = await openBrowser();
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

test("policies are listed with what holds them back", { skip }, async () => {
  const { page, errors } = await opened("/sigma");
  const list = page.getByRole("region", { name: "Policies" });
  const active = list.getByRole("row").filter({ hasText: "latency" });
  await active.getByText("for 1 of 2 series").waitFor();
  const shadow = list.getByRole("row").filter({ hasText: "young_seconds" });
  await shadow.getByText("held back").waitFor();
  await shadow.getByText("it is in shadow mode").waitFor();
  await shadow.getByText("no team owns it").waitFor();
  assert.deepEqual(errors, []);
});

test("the back-test tells the moments that the command line tells, and shows each", {
  skip,
}, async () => {
  const { page, errors } = await opened(`/sigma?${new URLSearchParams({ policy: "latency" })}`);
  const tested = page.getByRole("region", { name: "Back-test" });
  await tested.getByText("Would have paged once in the last 28 days").waitFor();
  await tested.getByRole("img", { name: "Pages: 1, Tickets: 1" }).waitFor();
  const moment = tested.getByRole("region", { name: "Moments" }).getByRole("link");

  const { stdout } = await wherry(
    "sigma",
    "test",
    `${folder}/policies.yml`,
    ...atServer(),
    "--output",
    "json",
  );
  const [first = ""] = stdout.split("\n");
  const told = JSON.parse(first) as Told;
  const series = told.series.find(({ name }) => name.includes("checkout"));
  const [startMs = 0] = series?.pages.map((one) => one.startMs) ?? [];
  const shown = new Date(startMs).toISOString().slice(0, 19).replace("T", " ");
  assert.deepEqual(await moment.allInnerTexts(), [shown]);

  await moment.click();
  await page.waitForURL(/range=6h/);
  const bands = page.getByRole("region", { name: "Bands" });
  // Five evaluations of the deviation, and whatever chance did in the hours around it.
  await bands.getByText(/[5-8] points are beyond 3 sigma\./).waitFor();
  assert.ok((await coloursOf(page)) > 3, "bands are shaded");
  assert.deepEqual(errors, []);
});

test("a series that is too young says what it lacks", { skip }, async () => {
  const { page } = await opened("/sigma?policy=latency");
  await page.getByRole("link", { name: 'latency_seconds{service="search"}' }).click();
  await page.getByText("What keeps it from paging").waitFor();
  await page.getByText(/This series: \d\.\d of 28 days of history can be judged/).waitFor();
  await page.getByText("Would have paged nobody").waitFor();
});

test("a service level tells what is left of its budget, and how fast it goes", {
  skip,
}, async () => {
  const { page, errors } = await opened("/sigma?policy=api");
  await page.getByText(/^\d\d(\.\d)? % of the error budget of 30d is left$/).waitFor();
  const rows = page.getByRole("region", { name: "Burn rates" }).getByRole("row");
  const fast = rows.filter({ hasText: "page beyond 14.4×" });
  await fast.getByText("beyond", { exact: true }).waitFor();
  await rows.filter({ hasText: "ticket beyond 1×" }).getByText("below").waitFor();
  await page.getByRole("region", { name: "Burn rate over time" }).locator("canvas").waitFor();
  assert.deepEqual(errors, []);
});

test("the graph of a policy's query shows the bands of one series", { skip }, async () => {
  const panel = { "g0.expr": " latency_seconds ", "g0.tab": "graph", "g0.range_input": "1d" };
  const { page, errors } = await opened(`/query?${new URLSearchParams(panel)}`);
  const toggle = page.getByRole("button", { name: "Show bands" });
  const plain = await coloursOf(page);
  await toggle.click();
  await page.getByText("Choose one series below to see its bands.").waitFor();
  await page.getByRole("button", { name: `latency_seconds${checkout}` }).click();
  await until(async () => (await coloursOf(page)) > plain + 2, "bands are shaded");
  await toggle.click();
  await until(async () => (await coloursOf(page)) <= plain, "bands are gone");
  assert.deepEqual(errors, []);
});

test("a server without policies says how to make one", { skip }, async () => {
  await using bare = await startPrometheus("global: {}");
  const { page, errors } = await opened("/query", { url: bare.url });
  await page.getByRole("link", { name: "Sigma" }).click();
  await page.getByRole("heading", { name: "No policies yet" }).waitFor();
  assert.deepEqual(await accessibilityProblems(page), []);
  assert.deepEqual(errors, []);
});

for (const [name, viewport, scheme] of [
  ["a desk in the light", { width: 1200, height: 800 }, "light"],
  ["a phone in the dark", { width: 390, height: 800 }, "dark"],
] as const) {
  test(`it is usable on ${name}`, { skip }, async () => {
    for (const [place, text] of [
      ["/sigma?policy=latency", "Would have paged"],
      ["/sigma?policy=api", "of the error budget"],
    ] as const) {
      const { page, errors } = await opened(place, { viewport });
      await page.emulateMedia({ colorScheme: scheme });
      await page.getByText(text).first().waitFor();
      await page.locator("canvas").first().waitFor();
      assert.deepEqual(await accessibilityProblems(page), [], place);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      assert.equal(overflow, 0, `${place} is no wider than the screen`);
      assert.deepEqual(errors, []);
    }
  });
}

interface Told {
  readonly series: readonly {
    readonly name: string;
    readonly pages: readonly { readonly startMs: number }[];
  }[];
}

/** How many colours a graph's canvas has more than a few pixels of. */
const colourCount = `() => {
  const canvas = document.querySelector(".drawing canvas");
  if (canvas === null) return 0;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const counts = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = data.slice(at, at + 4).join();
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts.values()].filter((count) => count > 2000).length;
}`;

async function coloursOf(page: Page): Promise<number> {
  await page.locator(".drawing canvas").first().waitFor();
  return page.evaluate<number>(`(${colourCount})()`);
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await isSo())) {
    assert.ok(performance.now() < endMs, `never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function opened(
  place: string,
  { url = server?.url ?? "", viewport = { width: 1200, height: 800 } } = {},
) {
  assert.ok(browser !== undefined);
  const page = await browser.newPage({ viewport });
  const errors: string[] = [];
  page.on("pageerror", ({ message }) => errors.push(message));
  await page.goto(url + place);
  return { page, errors };
}

/**
 * Five weeks and a day of a series with one deviation for ten minutes, two days of another, a month of
 * requests of which more fail since an hour and a half.
 */
async function storeHistory(): Promise<void> {
  const random = seededRandom(5);
  const endS = Math.floor(Date.now() / 1_000 / stepS) * stepS;
  const stretch = (days: number) =>
    Array.from({ length: (days * dayS) / stepS + 1 }, (_, at) => endS - days * dayS + at * stepS);
  const value = (middle: number) => middle * (1 + 0.1 * noise(() => random.fraction()));
  const isOut = (timeS: number) => timeS > endS - 9 * dayS && timeS <= endS - 9 * dayS + 600;
  const counts = { good: 0, bad: 0 };
  const requests = stretch(31).flatMap((timeS) => {
    counts.good += 1_000;
    counts.bad += timeS > endS - 5_400 ? 300 : 1;
    return [
      `requests_total{code="200"} ${counts.good} ${timeS}`,
      `requests_total{code="500"} ${counts.bad} ${timeS}`,
    ];
  });
  const lines = [
    "# TYPE latency_seconds gauge",
    ...stretch(36).map(
      (timeS) => `latency_seconds${checkout} ${isOut(timeS) ? 0.4 : value(0.2)} ${timeS}`,
    ),
    ...stretch(2).map((timeS) => `latency_seconds{service="search"} ${value(0.5)} ${timeS}`),
    "# TYPE young_seconds gauge",
    ...stretch(2).map((timeS) => `young_seconds ${value(0.5)} ${timeS}`),
    "# TYPE requests counter",
    ...requests.filter((line) => line.includes("200")),
    ...requests.filter((line) => line.includes("500")),
    "# EOF",
  ];
  writeFileSync(`${folder}/history.txt`, `${lines.join("\n")}\n`);
  // Few blocks are written sooner than many.
  const create = ["tsdb", "create-blocks-from", "--max-block-duration=162h", "openmetrics"];
  await wherry("promtool", ...create, `${folder}/history.txt`, `${folder}/data`);
}

/** Of the sum of twelve even chances the deviation is one. */
function noise(fraction: () => number): number {
  let sum = -6;
  for (let part = 0; part < 12; part++) sum += fraction();
  return sum;
}

function atServer(): readonly string[] {
  return ["--url", server?.url ?? ""];
}

function wherry(...words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, [bin, ...words]);
}
