import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryDisk } from "#base/testing";
import { ConfigError, configDefaults, describePlace, expandGlob, loadConfig } from "./index.ts";
import { matcherOf } from "./glob.ts";

const main = "/etc/prometheus/prometheus.yml";

test("jobs of other files come after those of the file itself, with its defaults", async () => {
  const loaded = await load({
    [main]:
      "{global: {scrape_interval: 7s}, scrape_config_files: ['jobs/*.yml'], scrape_configs: [{job_name: a}]}",
    "/etc/prometheus/jobs/2.yml": "scrape_configs: [{job_name: c, tls_config: {ca_file: ca.pem}}]",
    "/etc/prometheus/jobs/1.yml": "scrape_configs: [{job_name: b, scrape_interval: 5m}]",
    "/etc/prometheus/jobs/readme.md": "not YAML: at: all",
  });
  assert.deepEqual(
    loaded.scrapeConfigs.map((job) => [job.jobName, job.scrapeIntervalMs, job.http.tls.caFile]),
    [
      ["a", 7_000, ""],
      ["b", 300_000, ""],
      ["c", 7_000, "/etc/prometheus/jobs/ca.pem"],
    ],
  );
  assert.equal(loaded.config.scrapeConfigs.length, 1);
});

const refused: readonly (readonly [
  why: string,
  files: Readonly<Record<string, string>>,
  place: string,
  message: string,
])[] = [
  [
    "a mistake in the file",
    { [main]: "global:\n  nope: 1" },
    `${main}:2:1`,
    `parsing YAML file ${main}: yaml: unmarshal errors:\n  line 2: field nope not found in type config.plain`,
  ],
  [
    "a mistake in an included file",
    {
      [main]: "scrape_config_files: [jobs.yml]",
      "/etc/prometheus/jobs.yml": "\nscrape_configs: [{}]",
    },
    "/etc/prometheus/jobs.yml:2:18",
    '"/etc/prometheus/jobs.yml": job_name is empty',
  ],
  [
    "a job of the same name in two files",
    {
      [main]: "{scrape_config_files: [jobs.yml], scrape_configs: [{job_name: a}]}",
      "/etc/prometheus/jobs.yml": "scrape_configs: [{job_name: a}]",
    },
    "/etc/prometheus/jobs.yml",
    '"/etc/prometheus/jobs.yml": found multiple scrape configs with job name "a", first found in main config file',
  ],
];

for (const [why, files, place, message] of refused) {
  test(`${why} is refused, and where it is is told`, async () => {
    await assert.rejects(load(files), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual([describePlace(error), error.message], [place, message]);
      return true;
    });
  });
}

for (const [section, text] of [
  ["alerting", "alerting: {alertmanagers: [{scheme: http}]}"],
  ["alerting", "alerting: {alert_relabel_configs: [{action: drop}]}"],
  ["rule_files", "rule_files: [a.yml]"],
  ["remote_read", "remote_read: [{url: http://a}]"],
] as const) {
  test(`an agent refuses ${text}`, async () => {
    await assert.rejects(load({ [main]: text }, "agent"), {
      message: `field ${section} is not allowed in agent mode`,
    });
  });
}

// A pattern, a name that matches and one that does not.
const patterns: readonly (readonly [pattern: string, match: string, other: string])[] = [
  ["*.yml", "a.yml", "a.yaml"],
  ["*", "", "/"],
  ["a*b*c", "aXbYbc", "aXbY"],
  ["?.yml", "a.yml", "ab.yml"],
  ["[a-c]x", "bx", "dx"],
  ["[^a-c]x", "dx", "bx"],
  ["[ab].y", "a.y", "c.y"],
  ["\\*", "*", "a"],
  ["a.b", "a.b", "aXb"],
  ["*aaaaaaaaaaaaaaaaaaaaaaaaaaaaab", `${"a".repeat(60)}b`, "a".repeat(60)],
];

for (const [pattern, match, other] of patterns) {
  test(`${pattern} matches ${match} and not ${other}`, () => {
    const matches = matcherOf(pattern);
    assert.deepEqual([matches(match), pattern === "*" ? false : matches(other)], [true, false]);
  });
}

test("a pattern finds files in directories that are patterns, too, sorted", async () => {
  const disk = await diskOf({
    "/a/2/x.yml": "",
    "/a/1/x.yml": "",
    "/a/1/y.yml": "",
    "/b/1/x.yml": "",
  });
  assert.deepEqual(
    [
      await expandGlob(disk, "/a/*/x.yml"),
      await expandGlob(disk, "/a/1/y.yml"),
      await expandGlob(disk, "/a/3/*"),
      await expandGlob(disk, "/a/1/z.yml"),
    ],
    [["/a/1/x.yml", "/a/2/x.yml"], ["/a/1/y.yml"], [], []],
  );
});

async function load(files: Readonly<Record<string, string>>, mode: "server" | "agent" = "server") {
  const deps = { disk: await diskOf(files), env: () => undefined };
  return await loadConfig(deps, { file: main, mode, defaults: configDefaults });
}

async function diskOf(files: Readonly<Record<string, string>>): Promise<MemoryDisk> {
  const disk = new MemoryDisk();
  for (const [path, text] of Object.entries(files)) {
    await disk.makeDirectory(path.replace(/\/[^/]*$/, ""));
    await disk.writeFile(path, text);
  }
  return disk;
}
