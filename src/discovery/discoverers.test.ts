import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpResponse, silentLogger } from "#base";
import { MemoryDisk, RecordingMeters, VirtualClock } from "#base/testing";
import type { HttpClient, OutboundRequest } from "#outbound";
import { configDefaults, type DiscoveryConfig, parseConfig } from "#promconfig";
import { formatLabels } from "#series";
import { discoveryMetrics } from "./discovery-metrics.ts";
import { createDnsDiscoverer, dnsGroup, namesToTry, parseSearchPath } from "./dns-discoverer.ts";
import { createDockerDiscoverer, engineAddress } from "./docker/docker-discoverer.ts";
import { createFileDiscoverer } from "./file-discoverer.ts";
import { createHttpDiscoverer } from "./http-discoverer.ts";
import type { Discoverer, TargetGroup } from "./target-group.ts";

test("files are read at the start, when they change, and now and then; broken ones stay as they were", async () => {
  await using found = new Found();
  const disk = new WatchedDisk();
  await disk.makeDirectory("/sd");
  await disk.writeFile("/sd/a.json", '[{"targets": ["a:1", "a:2"], "labels": {"job": "x"}}]');
  await disk.writeFile("/sd/b.yml", "- targets: [b:1]\n- targets: [b:2]\n");
  const { clock } = found;
  const config = optionsOf("file_sd_configs: [{files: ['/sd/*.json', '/sd/*.yml']}]", "file");
  found.run(createFileDiscoverer({ ...found.deps, disk }, config));
  await clock.advance(0);
  assert.deepEqual(found.show(), [
    '/sd/a.json:0 {__meta_filepath="/sd/a.json", job="x"} a:1 a:2',
    '/sd/b.yml:0 {__meta_filepath="/sd/b.yml"} b:1',
    '/sd/b.yml:1 {__meta_filepath="/sd/b.yml"} b:2',
  ]);

  await disk.writeFile("/sd/a.json", '[{"targets": ["a:1"');
  await disk.remove("/sd/b.yml");
  disk.change();
  await clock.advance(100);
  assert.deepEqual(found.show(), ['/sd/a.json:0 {__meta_filepath="/sd/a.json", job="x"} a:1 a:2']);

  await disk.writeFile("/sd/a.json", '[{"targets": ["a:3"]}]');
  await clock.advance(300_000);
  assert.deepEqual(found.show(), ['/sd/a.json:0 {__meta_filepath="/sd/a.json"} a:3']);
});

test("a server's list is fetched with its interval told; what it no longer lists goes", async () => {
  await using found = new Found();
  const asked: OutboundRequest[] = [];
  const answers = [
    json('[{"targets": ["a:1"], "labels": {"x": "y"}}, {"targets": ["b:1"]}]'),
    json('[{"targets": ["a:2"]}]'),
    { ...json("[]"), status: 503 },
    { ...json("[]"), headers: { "content-type": "text/html" } },
    json('[{"target": ["typo:1"]}]'),
  ];
  const client = clientOf((request) => {
    asked.push(request);
    return answers[asked.length - 1] ?? json("[]");
  });
  const config = optionsOf(
    "http_sd_configs: [{url: 'http://sd/list', refresh_interval: 10s}]",
    "http",
  );
  found.run(createHttpDiscoverer({ ...found.deps, client }, config));
  await found.clock.advance(0);
  assert.deepEqual(found.show(), [
    'http://sd/list:0 {__meta_url="http://sd/list", x="y"} a:1',
    'http://sd/list:1 {__meta_url="http://sd/list"} b:1',
  ]);
  await found.clock.advance(45_000);
  assert.equal(asked.length, 5);
  assert.deepEqual(found.meters.lines(), [
    "prometheus_sd_http_failures_total 3",
    'prometheus_sd_refresh_failures_total{mechanism="some",config="job"} 3',
    'prometheus_sd_refresh_duration_histogram_seconds{mechanism="some"} 0 0 0 0 0',
    'prometheus_sd_refresh_duration_seconds{mechanism="some",config="job"} 5',
  ]);
  assert.deepEqual(found.show(), ['http://sd/list:0 {__meta_url="http://sd/list"} a:2']);
  assert.deepEqual(asked[0]?.headers, {
    accept: "application/json",
    "x-prometheus-refresh-interval-seconds": "10",
  });
});

test("records become targets; a name that is not answered for keeps those it had", async () => {
  await using found = new Found();
  let isDown = false;
  const resolver = {
    resolve: async (name: string) => {
      if (isDown) throw new Error("no answer");
      return name === "_m._tcp.a.example" ? [{ value: "node-1.a.example", port: 9100 }] : [];
    },
  };
  const config = optionsOf("dns_sd_configs: [{names: [_m._tcp.a.example, b.example]}]", "dns");
  const deps = { ...found.deps, resolver, disk: new MemoryDisk() };
  found.run(createDnsDiscoverer(deps, config));
  await found.clock.advance(0);
  isDown = true;
  await found.clock.advance(30_000);
  assert.deepEqual(found.show(), ["_m._tcp.a.example {} node-1.a.example:9100"]);
});

// The type and a record, and the target that it becomes.
const records: readonly (readonly [
  type: "A" | "AAAA" | "SRV" | "MX" | "NS",
  value: string,
  want: string,
])[] = [
  ["A", "10.0.0.1", '{__address__="10.0.0.1:9", __meta_dns_name="n"}'],
  ["AAAA", "fd00::1", '{__address__="[fd00::1]:9", __meta_dns_name="n"}'],
  [
    "SRV",
    "a.example",
    '{__address__="a.example:80", __meta_dns_name="n", __meta_dns_srv_record_port="80", __meta_dns_srv_record_target="a.example."}',
  ],
  [
    "MX",
    "a.example.",
    '{__address__="a.example:9", __meta_dns_mx_record_target="a.example.", __meta_dns_name="n"}',
  ],
  [
    "NS",
    "a.example",
    '{__address__="a.example:9", __meta_dns_name="n", __meta_dns_ns_record_target="a.example."}',
  ],
];

for (const [type, value, want] of records) {
  test(`a record of type ${type} for ${value} is ${want}`, () => {
    const { targets } = dnsGroup("n", { type, port: 9 }, [{ value, port: 80 }]);
    assert.deepEqual(targets.map(formatLabels), [want]);
  });
}

// A name, what resolv.conf says, and the names to try in turn.
const searches: readonly (readonly [name: string, file: string, tried: string])[] = [
  ["db", "", "db"],
  ["db", "search a.example b.example.", "db.a.example db.b.example db"],
  ["db.x", "search a.example", "db.x db.x.a.example"],
  ["db.x", "search a.example\noptions ndots:5 timeout:1", "db.x.a.example db.x"],
  ["db.", "search a.example", "db"],
];

for (const [name, file, tried] of searches) {
  test(`${name} with "${file.replaceAll("\n", " ⏎ ")}" is looked for as ${tried}`, () => {
    assert.equal(namesToTry(name, parseSearchPath(file)).join(" "), tried);
  });
}

test("containers are targets by network and TCP port", async () => {
  await using found = new Found();
  const asked: string[] = [];
  const client = clientOf(({ url, unixPath }) => {
    asked.push(`${unixPath} ${url}`);
    return json(JSON.stringify(url.endsWith("/networks") ? networks : containers));
  });
  const config = optionsOf(
    "docker_sd_configs: [{host: 'unix:///run/docker.sock', filters: [{name: status, values: [running]}]}]",
    "docker",
  );
  found.run(createDockerDiscoverer({ ...found.deps, client }, config));
  await found.clock.advance(0);
  const [group] = found.groups;
  assert.deepEqual(group?.targets.map(formatLabels), [
    '{__address__="172.17.0.2:80", __meta_docker_container_id="1", __meta_docker_container_image="nginx", __meta_docker_container_label_com_x="y", __meta_docker_container_name="/web", __meta_docker_container_network_mode="bridge", __meta_docker_network_id="n1", __meta_docker_network_ingress="false", __meta_docker_network_internal="false", __meta_docker_network_ip="172.17.0.2", __meta_docker_network_name="bridge", __meta_docker_network_scope="local", __meta_docker_port_private="80", __meta_docker_port_public="8080", __meta_docker_port_public_ip="0.0.0.0"}',
    '{__address__="172.17.0.2:80", __meta_docker_container_id="2", __meta_docker_container_name="/side", __meta_docker_container_network_mode="container:1", __meta_docker_network_id="n1", __meta_docker_network_ingress="false", __meta_docker_network_internal="false", __meta_docker_network_ip="172.17.0.2", __meta_docker_network_name="bridge", __meta_docker_network_scope="local"}',
    '{__address__="localhost", __meta_docker_container_id="3", __meta_docker_container_name="/host", __meta_docker_container_network_mode="host"}',
  ]);
  assert.deepEqual(asked, [
    "/run/docker.sock http://localhost/containers/json?filters=%7B%22status%22%3A%5B%22running%22%5D%7D",
    "/run/docker.sock http://localhost/networks",
  ]);
});

test("an engine is reached by socket, TCP or URL", () => {
  assert.deepEqual(["unix:///s", "tcp://h:1", "https://h/"].map(engineAddress), [
    { baseUrl: "http://localhost", unixPath: "/s" },
    { baseUrl: "http://h:1", unixPath: undefined },
    { baseUrl: "https://h", unixPath: undefined },
  ]);
});

const networks = [{ Id: "n1", Name: "bridge", Scope: "local", Internal: false, Ingress: false }];
const containers = [
  {
    Id: "1",
    Names: ["/web"],
    Image: "nginx",
    Labels: { "com.x": "y" },
    HostConfig: { NetworkMode: "bridge" },
    NetworkSettings: {
      Networks: {
        zoo: { NetworkID: "n2", IPAddress: "172.18.0.2" },
        bridge: { NetworkID: "n1", IPAddress: "172.17.0.2" },
      },
    },
    Ports: [
      { Type: "tcp", PrivatePort: 80, PublicPort: 8080, IP: "0.0.0.0" },
      { Type: "udp", PrivatePort: 53 },
    ],
  },
  {
    Id: "2",
    Names: ["/side"],
    HostConfig: { NetworkMode: "container:1" },
    NetworkSettings: { Networks: {} },
    Ports: [],
  },
  {
    Id: "3",
    Names: ["/host"],
    HostConfig: { NetworkMode: "host" },
    NetworkSettings: { Networks: { host: { NetworkID: "", IPAddress: "" } } },
    Ports: null,
  },
  { Id: "4", Names: [] },
];

/** Runs one discoverer and remembers what it has found. */
class Found implements AsyncDisposable {
  readonly clock = new VirtualClock();
  readonly meters = new RecordingMeters();
  readonly #metrics = discoveryMetrics(this.meters, this.clock);
  readonly deps = {
    clock: this.clock,
    log: silentLogger,
    metrics: this.#metrics.refreshesOf({ mechanism: "some", config: "job" }),
    lookups: this.#metrics.dns,
    files: this.#metrics.file,
    http: this.#metrics.http,
  };
  readonly #stop = new AbortController();
  readonly #groups = new Map<string, TargetGroup>();
  #running: Promise<void> = Promise.resolve();

  get groups(): readonly TargetGroup[] {
    return [...this.#groups.values()].filter(({ targets }) => targets.length > 0);
  }

  run(discoverer: Discoverer): void {
    this.#running = discoverer.run(this.#stop.signal, (groups) => {
      for (const group of groups) this.#groups.set(group.source, group);
    });
  }

  show(): readonly string[] {
    return this.groups.map(({ source, labels, targets }) => {
      const addresses = targets.map((target) => target[1]);
      return [source, formatLabels(labels), ...addresses].join(" ");
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    assert.equal(this.clock.timerCount, 0);
  }
}

/** A disk whose watchers the test calls. */
class WatchedDisk extends MemoryDisk {
  readonly #watchers = new Set<() => void>();

  watch(_path: string, onChange: () => void): Disposable {
    this.#watchers.add(onChange);
    return { [Symbol.dispose]: () => this.#watchers.delete(onChange) };
  }

  change(): void {
    for (const onChange of this.#watchers) onChange();
  }
}

function clientOf(answer: (request: OutboundRequest) => HttpResponse): HttpClient {
  return {
    send: async (request) => answer(request),
    [Symbol.asyncDispose]: async () => {},
  };
}

function json(text: string): HttpResponse {
  const body = new TextEncoder().encode(text);
  return { status: 200, headers: { "content-type": "application/json; charset=utf-8" }, body };
}

type Options<K> = Extract<
  DiscoveryConfig,
  { readonly kind: K; readonly options: unknown }
>["options"];

function optionsOf<K extends "file" | "http" | "dns" | "docker">(
  section: string,
  kind: K,
): Options<K> {
  const text = `{scrape_configs: [{job_name: j, ${section}}]}`;
  const parsing = { directory: undefined, env: () => undefined, defaults: configDefaults };
  const [discovery] = parseConfig(text, parsing).scrapeConfigs[0]?.discoveries ?? [];
  assert.ok(discovery?.kind === kind);
  return (discovery as never as { readonly options: Options<K> }).options;
}
