import assert from "node:assert/strict";
import { test } from "node:test";
import { loadFiles, problemOf, showAt } from "./testing.ts";

// What two files say about an attribute of a service, and what that comes to.
const rows: readonly (readonly [why: string, base: string, over: string, merged: string])[] = [
  ["the later text stands", "image: a", "image: b", '"b"'],
  ["what the later does not say remains", "hostname: a", "x-a: 1", '"a"'],
  ["a later nothing takes nothing away", "hostname: a", "hostname:", '"a"'],
  ["commands are replaced", "command: [a, b]", "command: [c]", '["c"]'],
  ["commands of both kinds are replaced", "command: a b", "command: [c]", '["c"]'],
  ["entrypoints are replaced", "entrypoint: [a, b]", "entrypoint: c d", '["c","d"]'],
  ["an entrypoint can be taken away", "entrypoint: [a]", "entrypoint: []", "[]"],
  [
    "tests of health are replaced, and the rest is kept",
    "healthcheck: {test: [CMD, a], retries: 1}",
    "healthcheck: {test: b}",
    '{"retries":1,"test":["CMD-SHELL","b"]}',
  ],
  [
    "variables are merged",
    "environment: {A: 1, B: 2}",
    "environment: {B: 3, C: 4}",
    '{"A":"1","B":"3","C":"4"}',
  ],
  [
    "variables of both kinds are merged",
    "environment: [A=1, B=2]",
    "environment: {B: 3}",
    '{"A":"1","B":"3"}',
  ],
  ["labels are merged", "labels: [a=1, b]", "labels: {b: 2}", '{"a":"1","b":"2"}'],
  [
    "labels of deployments are merged",
    "deploy: {labels: {a: 1}}",
    "deploy: {labels: [b=2]}",
    '{"labels":{"a":"1","b":"2"}}',
  ],
  ["annotations are merged", "annotations: {a: 1}", "annotations: [a=2, b=3]", '{"a":"2","b":"3"}'],
  ["lists grow", "cap_add: [A]", "cap_add: [B]", '["A","B"]'],
  ["lists grow by what is new", "cap_add: [A, B]", "cap_add: [B, C]", '["A","B","C"]'],
  ["DNS servers of both kinds", "dns: 1.1.1.1", "dns: [8.8.8.8]", '["1.1.1.1","8.8.8.8"]'],
  ["search domains grow", "dns_search: a.com", "dns_search: b.com", '["a.com","b.com"]'],
  ["options of DNS grow", "dns_opt: [a]", "dns_opt: [b]", '["a","b"]'],
  ["exposed ports grow", "expose: [80]", "expose: [80, 90]", '["80","90"]'],
  ["groups grow", "group_add: [a]", "group_add: [1000]", '["a","1000"]'],
  ["options of security grow", "security_opt: [a]", "security_opt: [b]", '["a","b"]'],
  ["profiles grow", "profiles: [p]", "profiles: [q]", '["p","q"]'],
  [
    "other hosts grow",
    "extra_hosts: {a: 1.1.1.1}",
    "extra_hosts: ['b:2.2.2.2', 'a=1.1.1.1']",
    '["a=1.1.1.1","b=2.2.2.2"]',
  ],
  [
    "parameters of the kernel are merged",
    "sysctls: {a.b: 1}",
    "sysctls: [a.b=2, c.d=3]",
    '{"a.b":"2","c.d":"3"}',
  ],
  ["directories in memory grow", "tmpfs: /a", "tmpfs: [/b]", '["/a","/b"]'],
  [
    "a directory in memory changes its size",
    "tmpfs: ['/a:size=1m']",
    "tmpfs: ['/a:size=2m']",
    '["/a:size=2m"]',
  ],
  [
    "limits are replaced one by one",
    "ulimits: {nofile: 1, nproc: 2}",
    "ulimits: {nofile: {soft: 3, hard: 4}}",
    '{"nofile":{"hard":4,"soft":3},"nproc":{"hard":2,"soft":2}}',
  ],
  [
    "networks of both kinds",
    "networks: [front]",
    "networks: {front: {aliases: [a]}, back: }",
    '{"back":null,"front":{"aliases":["a"]}}',
  ],
  [
    "aliases grow",
    "networks: {front: {aliases: [a]}}",
    "networks: {front: {aliases: [b, a]}}",
    '{"front":{"aliases":["a","b"]}}',
  ],
  [
    "dependencies of both kinds",
    "depends_on: [db]",
    "depends_on: {cache: {condition: service_healthy}}",
    '{"cache":{"condition":"service_healthy","required":true},"db":{"condition":"service_started","required":true}}',
  ],
  [
    "a condition is filled in by another file",
    "depends_on: {db: {condition: service_healthy}}",
    "depends_on: {db: {condition: service_healthy, restart: true}}",
    '{"db":{"condition":"service_healthy","required":true,"restart":true}}',
  ],
  [
    "of two volumes at one target the later stands, where the first was",
    "volumes: ['va:/x', 'va:/y']",
    "volumes: ['vb:/x']",
    '[{"source":"vb","target":"/x","type":"volume","volume":{}},{"source":"va","target":"/y","type":"volume","volume":{}}]',
  ],
  [
    "volumes of both syntaxes",
    "volumes: ['va:/x']",
    "volumes: [{type: volume, source: vb, target: /x}]",
    '[{"source":"vb","target":"/x","type":"volume"}]',
  ],
  [
    "ports grow",
    "ports: ['80:80']",
    "ports: ['81:80']",
    '[{"mode":"ingress","protocol":"tcp","published":"80","target":80},{"mode":"ingress","protocol":"tcp","published":"81","target":80}]',
  ],
  [
    "the same port is the same in both syntaxes",
    "ports: ['80:80']",
    "ports: [{target: 80, published: 80, app_protocol: http}]",
    '[{"app_protocol":"http","mode":"ingress","protocol":"tcp","published":"80","target":80}]',
  ],
  [
    "the same port on another address is another",
    "ports: ['80:80']",
    "ports: ['127.0.0.1:80:80']",
    '[{"mode":"ingress","protocol":"tcp","published":"80","target":80},{"host_ip":"127.0.0.1","mode":"ingress","protocol":"tcp","published":"80","target":80}]',
  ],
  [
    "of two secrets at one target the later stands",
    "secrets: [s]",
    "secrets: [{source: t, target: /run/secrets/s}]",
    '[{"source":"t","target":"/run/secrets/s"}]',
  ],
  [
    "configs grow",
    "configs: [c]",
    "configs: [{source: d, target: /x}]",
    '[{"source":"c"},{"source":"d","target":"/x"}]',
  ],
  [
    "devices at one target",
    "devices: ['/dev/a:/dev/x']",
    "devices: ['/dev/b:/dev/x']",
    '[{"permissions":"rwm","source":"/dev/b","target":"/dev/x"}]',
  ],
  [
    "options of one logging driver are merged",
    "logging: {driver: d, options: {a: 1}}",
    "logging: {driver: d, options: {b: 2}}",
    '{"driver":"d","options":{"a":"1","b":"2"}}',
  ],
  [
    "options of another logging driver are others",
    "logging: {driver: d, options: {a: 1}}",
    "logging: {driver: e, options: {b: 2}}",
    '{"driver":"e","options":{"b":"2"}}',
  ],
  [
    "options without a driver are of the same",
    "logging: {driver: d, options: {a: 1}}",
    "logging: {options: {b: 2}}",
    '{"driver":"d","options":{"a":"1","b":"2"}}',
  ],
  [
    "a build of a directory and one of attributes",
    "build: ./x",
    "build: {args: {A: 1}}",
    '{"args":{"A":"1"},"context":"/app/x","dockerfile":"Dockerfile"}',
  ],
  [
    "arguments of both kinds",
    "build: {context: ., args: [A=1]}",
    "build: {args: {A: 2, B: 3}}",
    '{"args":{"A":"2","B":"3"},"context":"/app","dockerfile":"Dockerfile"}',
  ],
  [
    "deployments are merged deeply",
    "deploy: {replicas: 1, resources: {limits: {memory: 1m}}}",
    "deploy: {replicas: 2, resources: {limits: {cpus: 1}}}",
    '{"replicas":2,"resources":{"limits":{"cpus":1,"memory":"1048576"}}}',
  ],
  [
    "constraints grow",
    "deploy: {placement: {constraints: [a==b]}}",
    "deploy: {placement: {constraints: [c==d]}}",
    '{"placement":{"constraints":["a==b","c==d"]}}',
  ],
  ["a reset takes away", "hostname: a", "hostname: !reset null", "absent"],
  ["a reset takes a list away", "cap_add: [A]", "cap_add: !reset []", "absent"],
  [
    "a reset takes a variable away",
    "environment: {A: 1, B: 2}",
    "environment: {A: !reset null}",
    '{"B":"2"}',
  ],
  ["a reset of what is not there", "x-a: 1", "hostname: !reset x", "absent"],
  [
    "a reset inside",
    "deploy: {replicas: 2, endpoint_mode: vip}",
    "deploy: {replicas: !reset 0}",
    '{"endpoint_mode":"vip"}',
  ],
  ["a replacement replaces a list", "cap_add: [A]", "cap_add: !override [B]", '["B"]'],
  [
    "a replacement replaces ports",
    "ports: ['80:80']",
    "ports: !override ['81:80']",
    '[{"mode":"ingress","protocol":"tcp","published":"81","target":80}]',
  ],
  [
    "a replacement replaces a mapping",
    "environment: {A: 1}",
    "environment: !override {B: 2}",
    '{"B":"2"}',
  ],
  ["a replacement of what is not there", "x-a: 1", "hostname: !override x", '"x"'],
];

const things = `
networks: {front: {}, back: {}}
volumes: {va: {}, vb: {}}
secrets: {s: {file: s}, t: {file: t}}
configs: {c: {content: c}, d: {content: d}}`;

for (const [why, base, over, merged] of rows) {
  test(`${why}: ${base} + ${over}`, async () => {
    const files = {
      "compose.yaml": `services:\n  web:\n    image: web\n    ${unlessImage(base)}\n  db: {image: db}\n  cache: {image: cache}${things}`,
      "over.yaml": `services:\n  web:\n    ${over}`,
    };
    const project = await loadFiles(files, {
      files: ["compose.yaml", "over.yaml"],
      profiles: ["*"],
    });
    const name = (base.startsWith("x-") ? over : base).split(":")[0] ?? "";
    assert.equal(showAt(project, ["services", "web", name]), merged);
  });
}

function unlessImage(attribute: string): string {
  return attribute.startsWith("image:") ? "hostname: h" : attribute;
}

test("a mistake is told with the file that it is in", async () => {
  const files = {
    "compose.yaml": "services: {web: {image: web}}",
    "over.yaml": "services:\n  web:\n    ports: x",
  };
  const problem = await problemOf(loadFiles(files, { files: ["compose.yaml", "over.yaml"] }));
  assert.equal(problem, "over.yaml:3:12: services.web.ports must be a array");
});

test("documents of one file lie over one another like files", async () => {
  const text = "services: {web: {image: a, hostname: h}}\n---\nservices: {web: {image: b}}";
  const project = await loadFiles({ "compose.yaml": text });
  assert.deepEqual(project.services.get("web")?.image, "b");
  assert.deepEqual(project.services.get("web")?.hostname, "h");
});

test("pools of addresses are merged by their subnets", async () => {
  const network = (config: string) =>
    `services: {a: {image: a}}\nnetworks: {n: {ipam: {config: ${config}}}}`;
  const files = {
    "compose.yaml": network("[{subnet: 10.0.0.0/8, gateway: 10.0.0.1}]"),
    "over.yaml": network("[{subnet: 10.0.0.0/8, ip_range: 10.1.0.0/16}, {subnet: 11.0.0.0/8}]"),
  };
  const project = await loadFiles(files, { files: ["compose.yaml", "over.yaml"] });
  assert.equal(
    showAt(project, ["networks", "n", "ipam", "config"]),
    '[{"gateway":"10.0.0.1","ip_range":"10.1.0.0/16","subnet":"10.0.0.0/8"},{"subnet":"11.0.0.0/8"}]',
  );
});
