import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "#api";
import { secret } from "#api/core/v1";
import { prometheusRule, serviceMonitor, type ServiceMonitor } from "#api/monitoring/v1";
import { alertmanagerConfig, type AlertmanagerConfig } from "#api/monitoring/v1alpha1";
import { openTestApiServer } from "#apiserver/testing";
import { silentLogger } from "#base";
import { seededRandom, VirtualClock } from "#base/testing";
import { createClient, InformerSet } from "#client";
import { realTimeZones } from "#host";
import { configDefaults, parseConfig } from "#promconfig";
import { defaultParserOptions } from "#promql";
import { MemoryFiles } from "./memory-files.ts";
import { OperatedConfig } from "./operated-config.ts";
import { VerdictReporter } from "./verdict-reporter.ts";

const metadata = (name: string) => ({ name, namespace: "default" });

function specOf<T>(name: string, text: string): T {
  return { metadata: metadata(name), spec: parseYaml(text)[0]?.value } as T;
}

test("the engine is kept at what objects and their Secrets say", async () => {
  await using place = await openPlace();
  const { client, settle, signal } = place;
  const none = await settle();
  const monitors = client.of(serviceMonitor);
  const spec = `{selector: {}, endpoints: [{authorization: {credentials: {name: s, key: token}}}]}`;
  await monitors.create(specOf<ServiceMonitor>("web", spec), {}, signal);
  const withoutSecret = await settle();
  const token = (text: string) => ({ metadata: metadata("s"), data: { token: btoa(text) } });
  await client.of(secret).create(token("first"), {}, signal);
  await settle(10_000);
  const withSecret = await settle();
  await client.of(secret).update(token("second"), {}, signal);
  await settle(10_000);
  const withOtherSecret = await settle();
  const undisturbed = await settle(60_000);
  await monitors.delete(metadata("web"), {}, signal);
  const deleted = await settle();
  assert.deepEqual(
    [none, withoutSecret, withSecret, withOtherSecret, undisturbed, deleted],
    [
      "reloads 1: ",
      "reloads 1: ",
      "reloads 2: serviceMonitor/default/web/0 first",
      "reloads 3: serviceMonitor/default/web/0 second",
      "reloads 3: serviceMonitor/default/web/0 second",
      "reloads 4: ",
    ],
  );
  assert.deepEqual(place.events, ['unable to get secret "s": secrets "s" not found']);
});

test("owners are told, and routes are applied", async () => {
  await using place = await openPlace();
  const { client, settle, signal } = place;
  const rules = client.of(prometheusRule);
  const group = { name: "g", rules: [{ record: "r", expr: "sum(" }] };
  await rules.create({ metadata: metadata("rules"), spec: { groups: [group] } }, {}, signal);
  const route = "{route: {receiver: a}, receivers: [{name: a}]}";
  await client.of(alertmanagerConfig).create(specOf<AlertmanagerConfig>("am", route), {}, signal);
  await settle();
  const conditionsOf = async () => {
    const { status } = await rules.get(metadata("rules"), signal);
    const conditions = status?.bindings?.flatMap((one) => one.conditions ?? []) ?? [];
    return conditions.map((one) => `${one.status} ${one.message ?? ""}`);
  };
  assert.match((await conditionsOf()).join(), /^False group "g", rule 1, "r": could not parse/);
  const fixed = { ...group, rules: [{ record: "r", expr: "1" }] };
  const change = { type: "merge", body: { spec: { groups: [fixed] } } } as const;
  await rules.patch(metadata("rules"), change, {}, signal);
  await settle();
  assert.deepEqual(await conditionsOf(), ["True "]);
  assert.match(place.alerting.at(-1) ?? "", /"default\/am\/a"/);
});

/** A cluster, and what follows it in place of an engine. */
async function openPlace() {
  const clock = new VirtualClock();
  const random = seededRandom(1);
  const server = await openTestApiServer({ clock });
  const client = createClient(server.transport);
  const ports = { clock, random, log: silentLogger, client };
  const informers = new InformerSet(ports);
  const files = new MemoryFiles();
  const events: string[] = [];
  const alerting: string[] = [];
  let reloads = 0;
  const scrapes = scrapesReader(files);
  const record = (_: unknown, { message }: { readonly message: string }) => {
    events.push(message.replace(/^.*authorization: /, ""));
  };
  const operated = new OperatedConfig({
    ...ports,
    informers,
    files,
    reporter: new VerdictReporter({ ...ports, events: { record } }),
    context: {
      directory: "/d",
      global: parseConfig("{}", { directory: "/d", env: () => undefined, defaults: configDefaults })
        .global,
      parser: defaultParserOptions,
      zones: realTimeZones,
    },
    engine: Promise.resolve({ reload: async () => void reloads++ }),
    applyAlerting: async (parts) => void alerting.push(JSON.stringify(parts)),
  });
  const ending = new AbortController();
  const running = Promise.all([informers.run(ending.signal), operated.run(ending.signal)]);
  return {
    client,
    events,
    alerting,
    signal: ending.signal,
    settle: async (forMs = 1_000) => {
      await clock.advance(forMs);
      return `reloads ${reloads}: ${await scrapes()}`;
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await clock.advance(1_000);
      await running.catch(() => {});
      await server[Symbol.asyncDispose]();
    },
  };
}

/** The jobs in the files, and their tokens. */
function scrapesReader(files: MemoryFiles): () => Promise<string> {
  const absent = () => Promise.reject(new Error("no disk"));
  const disk = files.over({ readFile: absent } as unknown as Parameters<MemoryFiles["over"]>[0]);
  return async () => {
    const text = new TextDecoder().decode(await disk.readFile("/d/operated-scrapes.yml"));
    return (text.match(/(?<="(job_name|credentials)": ")[^"]+/g) ?? []).join(" ");
  };
}
