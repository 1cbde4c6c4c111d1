import assert from "node:assert/strict";
import { test } from "node:test";
import { loadFiles, problemOf, showAt } from "./testing.ts";

// An attribute of a service as YAML, and its canonical form as JSON.
const serviceRows: readonly (readonly [why: string, attribute: string, canonical: string])[] = [
  ["a port alone", "ports: [80]", '[{"mode":"ingress","protocol":"tcp","target":80}]'],
  ["a port as text", 'ports: ["80"]', '[{"mode":"ingress","protocol":"tcp","target":80}]'],
  [
    "a published port",
    'ports: ["8080:80"]',
    '[{"mode":"ingress","protocol":"tcp","published":"8080","target":80}]',
  ],
  [
    "a protocol",
    'ports: ["53:53/UDP"]',
    '[{"mode":"ingress","protocol":"udp","published":"53","target":53}]',
  ],
  [
    "an address",
    'ports: ["127.0.0.1:80:8080"]',
    '[{"host_ip":"127.0.0.1","mode":"ingress","protocol":"tcp","published":"80","target":8080}]',
  ],
  [
    "an address of six",
    'ports: ["[::1]:80:8080"]',
    '[{"host_ip":"::1","mode":"ingress","protocol":"tcp","published":"80","target":8080}]',
  ],
  [
    "an address and any port",
    'ports: ["127.0.0.1::80"]',
    '[{"host_ip":"127.0.0.1","mode":"ingress","protocol":"tcp","target":80}]',
  ],
  [
    "a range pairs up",
    'ports: ["8000-8001:80-81"]',
    '[{"mode":"ingress","protocol":"tcp","published":"8000","target":80},{"mode":"ingress","protocol":"tcp","published":"8001","target":81}]',
  ],
  [
    "a range to choose from",
    'ports: ["8000-8010:80"]',
    '[{"mode":"ingress","protocol":"tcp","published":"8000-8010","target":80}]',
  ],
  [
    "a port in the long syntax",
    "ports: [{target: 80, published: 8080, mode: host}]",
    '[{"mode":"host","protocol":"tcp","published":"8080","target":80}]',
  ],
  [
    "a port twice is one",
    'ports: ["80:80", "80:80/tcp"]',
    '[{"mode":"ingress","protocol":"tcp","published":"80","target":80}]',
  ],
  [
    "a named volume",
    'volumes: ["data:/var/lib"]',
    '[{"source":"data","target":"/var/lib","type":"volume","volume":{}}]',
  ],
  [
    "a volume without a name",
    'volumes: ["/data"]',
    '[{"target":"/data","type":"volume","volume":{}}]',
  ],
  [
    "a volume to read",
    'volumes: ["data:/d:ro"]',
    '[{"read_only":true,"source":"data","target":"/d","type":"volume","volume":{}}]',
  ],
  [
    "a volume that copies nothing",
    'volumes: ["data:/d:nocopy"]',
    '[{"source":"data","target":"/d","type":"volume","volume":{"nocopy":true}}]',
  ],
  [
    "a relative bind",
    'volumes: ["./web:/srv:ro"]',
    '[{"bind":{"create_host_path":true},"read_only":true,"source":"/app/web","target":"/srv","type":"bind"}]',
  ],
  [
    "a bind above",
    'volumes: ["../web:/srv"]',
    '[{"bind":{"create_host_path":true},"source":"/web","target":"/srv","type":"bind"}]',
  ],
  [
    "a bind at home",
    'volumes: ["~/web:/srv"]',
    '[{"bind":{"create_host_path":true},"source":"/home/me/web","target":"/srv","type":"bind"}]',
  ],
  [
    "a bind with options",
    'volumes: ["/a:/b:rw,z,rshared"]',
    '[{"bind":{"create_host_path":true,"propagation":"rshared","selinux":"z"},"source":"/a","target":"/b","type":"bind"}]',
  ],
  [
    "targets lose what is redundant",
    'volumes: ["/a:/b/../c/"]',
    '[{"bind":{"create_host_path":true},"source":"/a","target":"/c","type":"bind"}]',
  ],
  [
    "a drive of Windows",
    'volumes: ["C:\\\\a:/b"]',
    '[{"bind":{"create_host_path":true},"source":"C:\\\\a","target":"/b","type":"bind"}]',
  ],
  [
    "a bind in the long syntax",
    "volumes: [{type: bind, source: ./x, target: /y, bind: {create_host_path: false}}]",
    '[{"bind":{"create_host_path":false},"source":"/app/x","target":"/y","type":"bind"}]',
  ],
  [
    "memory with a size",
    "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 64m, mode: 0700}}]",
    '[{"target":"/t","tmpfs":{"mode":"0700","size":"67108864"},"type":"tmpfs"}]',
  ],
  [
    "of two at one target the later stands",
    'volumes: ["data:/d", "other:/d"]',
    '[{"source":"other","target":"/d","type":"volume","volume":{}}]',
  ],
  ["a command of words", 'command: ["a", "b c"]', '["a","b c"]'],
  ["a command line", 'command: echo "a b" c', '["echo","a b","c"]'],
  ["a command line with both quotes", `command: sh -c 'echo "x"'`, '["sh","-c","echo \\"x\\""]'],
  ["a command line with a backslash", "command: a\\ b", '["a b"]'],
  ["an empty command", 'command: ""', "[]"],
  ["no entrypoint", "entrypoint: []", "[]"],
  ["variables of a list", "environment: [A=1, B=x=y, C=]", '{"A":"1","B":"x=y","C":""}'],
  [
    "variables of a mapping",
    "environment: {A: 1, B: true, C: 1.5}",
    '{"A":"1","B":"true","C":"1.5"}',
  ],
  [
    "a long number keeps its digits",
    "environment: {A: 12345678901234567890}",
    '{"A":"12345678901234567890"}',
  ],
  ["a variable from outside", "environment: {HOME: , NOPE: }", '{"HOME":"/home/me"}'],
  ["a variable from outside in a list", "environment: [HOME, NOPE]", '{"HOME":"/home/me"}'],
  ["labels of a list", "labels: [a=b, c]", '{"a":"b","c":""}'],
  ["labels of a mapping", "labels: {a: b, c: 1, d: }", '{"a":"b","c":"1","d":""}'],
  ["one DNS server", "dns: 8.8.8.8", '["8.8.8.8"]'],
  ["a list of DNS servers", "dns: [8.8.8.8, 1.1.1.1]", '["8.8.8.8","1.1.1.1"]'],
  ["one directory in memory", "tmpfs: /run", '["/run"]'],
  ["a build of a directory", "build: .", '{"context":"/app","dockerfile":"Dockerfile"}'],
  [
    "a build of a repository",
    "build: https://github.com/a/b.git#main",
    '{"context":"https://github.com/a/b.git#main","dockerfile":"Dockerfile"}',
  ],
  [
    "a build with arguments",
    "build: {context: ./x, args: [A=1, B]}",
    '{"args":{"A":"1","B":null},"context":"/app/x","dockerfile":"Dockerfile"}',
  ],
  [
    "a build with its file in place",
    'build: {context: ., dockerfile_inline: "FROM x"}',
    '{"context":"/app","dockerfile_inline":"FROM x"}',
  ],
  [
    "a list of dependencies",
    "depends_on: [other]",
    '{"other":{"condition":"service_started","required":true}}',
  ],
  [
    "dependencies with conditions",
    "depends_on: {other: {condition: service_healthy, required: false}}",
    '{"other":{"condition":"service_healthy","required":false}}',
  ],
  ["what is linked is depended on", "links: [other:o]", '["other:o"]'],
  [
    "a health check for the shell",
    "healthcheck: {test: curl x}",
    '{"test":["CMD-SHELL","curl x"]}',
  ],
  [
    "a health check of words, with times",
    "healthcheck: {test: [CMD, x], interval: 90s, timeout: 1500ms, start_period: 1h, retries: '5'}",
    '{"interval":"1m30s","retries":5,"start_period":"1h0m0s","test":["CMD","x"],"timeout":"1.5s"}',
  ],
  ["days and weeks", "stop_grace_period: 1w1d", '"192h0m0s"'],
  ["no time", "stop_grace_period: 0s", '"0s"'],
  ["a size in megabytes", "mem_limit: 50M", '"52428800"'],
  ["a size with all its unit", "mem_limit: 1.5GiB", '"1610612736"'],
  ["a size in bytes", "mem_limit: 1024", '"1024"'],
  ["no limit of swap", "memswap_limit: -1", '"-1"'],
  ["processors as text", 'cpus: "0.5"', "0.5"],
  [
    "processors of a deployment",
    'deploy: {resources: {limits: {cpus: "0.50", memory: 50M}}}',
    '{"resources":{"limits":{"cpus":0.5,"memory":"52428800"}}}',
  ],
  ["replicas as text", 'deploy: {replicas: "3"}', '{"replicas":3}'],
  ["a limit for both", "ulimits: {nofile: 1024}", '{"nofile":{"hard":1024,"soft":1024}}'],
  ["two limits", "ulimits: {nofile: {soft: 1, hard: 2}}", '{"nofile":{"hard":2,"soft":1}}'],
  ["another host", "extra_hosts: [a:1.2.3.4]", '["a=1.2.3.4"]'],
  ["another host with a sign", 'extra_hosts: ["a=[::1]"]', '["a=::1"]'],
  [
    "other hosts of a mapping",
    "extra_hosts: {a: 1.2.3.4, b: [1.1.1.1, 2.2.2.2]}",
    '["a=1.2.3.4","b=1.1.1.1","b=2.2.2.2"]',
  ],
  ["several addresses at once", "extra_hosts: ['a=1.1.1.1,2.2.2.2']", '["a=1.1.1.1","a=2.2.2.2"]'],
  ["one file of variables", "env_file: ./a.env", "absent"],
  ["networks of a list", "networks: [front]", '{"front":null}'],
  ["networks with aliases", "networks: {front: {aliases: [w]}}", '{"front":{"aliases":["w"]}}'],
  ["a secret by its name", "secrets: [s]", '[{"source":"s","target":"/run/secrets/s"}]'],
  [
    "a secret with a mode",
    "secrets: [{source: s, mode: 0440, uid: '103'}]",
    '[{"mode":"0440","source":"s","target":"/run/secrets/s","uid":"103"}]',
  ],
  [
    "a mode as text is octal",
    'secrets: [{source: s, mode: "440"}]',
    '[{"mode":"0440","source":"s","target":"/run/secrets/s"}]',
  ],
  [
    "a mode with its mark",
    "secrets: [{source: s, mode: 0o440}]",
    '[{"mode":"0440","source":"s","target":"/run/secrets/s"}]',
  ],
  ["a config by its name", "configs: [c]", '[{"source":"c"}]'],
  ["all GPUs", "gpus: all", '[{"count":-1}]'],
  ["some GPUs", "gpus: [{driver: nvidia, count: 2}]", '[{"count":2,"driver":"nvidia"}]'],
  ["GPUs by number", "gpus: [{device_ids: ['0']}]", '[{"device_ids":["0"]}]'],
  ["a device", "devices: [/dev/a]", '[{"permissions":"rwm","source":"/dev/a","target":"/dev/a"}]'],
  [
    "a device under another name",
    "devices: ['/dev/a:/dev/b:r']",
    '[{"permissions":"r","source":"/dev/a","target":"/dev/b"}]',
  ],
  ["flags as words", "tty: 'yes'", "true"],
  ["no flags as words", "tty: 'off'", "false"],
  ["ports to expose", "expose: [80, '90/udp', '100-102']", '["80","90/udp","100-102"]'],
  [
    "parameters of the kernel",
    "sysctls: {net.core.somaxconn: 1024}",
    '{"net.core.somaxconn":"1024"}',
  ],
  ["models of a list", "models: [llm]", '{"llm":null}'],
  ["an extension", "x-mine: {a: [1, two]}", "absent"],
];

const surroundings = `
  other: {image: other}
networks: {front: {}}
volumes: {data: {}, other: {}}
secrets: {s: {file: ./s}}
configs: {c: {content: text}}
models: {llm: {model: x}}
`;

for (const [why, attribute, canonical] of serviceRows) {
  test(`${why}: ${attribute}`, async () => {
    const name = attribute.slice(0, attribute.indexOf(":"));
    const files = { "compose.yaml": serviceFile(attribute), "a.env": "A=1" };
    const project = await loadFiles(files, { environment: new Map([["HOME", "/home/me"]]) });
    const shown = name === "x-mine" ? "absent" : showAt(project, ["services", "web", name]);
    assert.equal(shown, canonical);
  });
}

function serviceFile(attribute: string): string {
  return `services:\n  web:\n    image: web\n    ${attribute}${surroundings}`;
}

// An attribute of a service on line 4, and what is wrong with it.
const problemRows: readonly (readonly [why: string, attribute: string, problem: string])[] = [
  ["an unknown attribute", "imag: x", "4:5: services.web additional properties 'imag' not allowed"],
  [
    "an unknown attribute inside",
    "deploy: {replica: 1}",
    "4:14: services.web.deploy additional properties 'replica' not allowed",
  ],
  ["text for a list", "cap_add: x", "4:14: services.web.cap_add must be a array"],
  ["a mapping for text", "hostname: {}", "4:15: services.web.hostname must be a string"],
  ["a number for text", "hostname: 5", "4:15: services.web.hostname must be a string"],
  ["text for a number", "cpus: many", "4:11: services.web.cpus must be a number"],
  [
    "a part for a whole",
    "deploy: {replicas: 1.5}",
    "4:24: services.web.deploy.replicas must be a integer",
  ],
  [
    "less than nothing",
    "deploy: {replicas: -1}",
    "4:24: services.web.deploy.replicas must be greater than or equal to 0",
  ],
  [
    "too much",
    "oom_score_adj: 1001",
    "4:20: services.web.oom_score_adj must be less than or equal to 1000",
  ],
  ["text for a flag", "tty: maybe", "4:10: services.web.tty must be a boolean"],
  [
    "a word that is not among them",
    "deploy: {mode: many}",
    "4:20: services.web.deploy.mode value must be one of 'replicated', 'global', 'replicated-job', 'global-job'",
  ],
  ["nothing for a list", "ports:", "4:11: services.web.ports must be a array"],
  ["nothing for a mapping", "environment:", "4:17: services.web.environment must be a mapping"],
  ["no port", "ports: [':80:']", "4:13: services.web.ports.0 no port specified: :80:<empty>"],
  ["a port that is no number", "ports: ['x:80']", "4:13: services.web.ports.0 invalid hostPort: x"],
  [
    "a target that is no number",
    "ports: ['80:x']",
    "4:13: services.web.ports.0 invalid containerPort: x",
  ],
  [
    "a port beyond all",
    "ports: ['80:70000']",
    "4:13: services.web.ports.0 invalid containerPort: 70000",
  ],
  [
    "a protocol that is none",
    "ports: ['80:80/tpc']",
    "4:13: services.web.ports.0 invalid proto: tpc",
  ],
  [
    "an address that is none",
    "ports: ['1.2.3:80:80']",
    "4:13: services.web.ports.0 invalid IP address: 1.2.3",
  ],
  [
    "ranges of different lengths",
    "ports: ['80-81:80-85']",
    "4:13: services.web.ports.0 invalid ranges specified for container and host Ports: 80-85 and 80-81",
  ],
  [
    "a long port without a target",
    "ports: [{published: 80}]",
    "4:13: services.web.ports.0 missing property 'target'",
  ],
  [
    "a volume without a target",
    "volumes: [{type: volume}]",
    "4:15: services.web.volumes.0 missing property 'target'",
  ],
  ["an empty volume", "volumes: ['']", "4:15: services.web.volumes.0 invalid empty volume spec"],
  [
    "a volume with an empty part",
    "volumes: ['a::b']",
    "4:15: services.web.volumes.0 invalid spec: a::b: empty section between colons",
  ],
  [
    "a volume with too many parts",
    "volumes: ['data:/b:ro:x']",
    "4:15: services.web.volumes.0 invalid spec: data:/b:ro:x: too many colons",
  ],
  [
    "a size that is none",
    "mem_limit: lots",
    '4:16: services.web.mem_limit must be a size such as 512m, not "lots"',
  ],
  [
    "a time that is none",
    "stop_grace_period: soon",
    '4:24: services.web.stop_grace_period must be a duration such as 1m30s, not "soon"',
  ],
  [
    "a mode that is none",
    "secrets: [{source: s, mode: '9'}]",
    "4:33: services.web.secrets.0.mode must be permission bits such as 0440, not 9",
  ],
  [
    "quotes without an end",
    "command: echo 'x",
    "4:14: services.web.command has a ' without its other end",
  ],
  [
    "a dependency without a condition",
    "depends_on: {other: {restart: true}}",
    "4:25: services.web.depends_on.other missing property 'condition'",
  ],
  [
    "a host without an address",
    "extra_hosts: [a]",
    "4:19: services.web.extra_hosts.0 invalid additional host, missing IP: a",
  ],
  ["a key twice", "image: y", '4:5: mapping key "image" already defined at line 3'],
  [
    "a variable with a space",
    "environment: ['A =1']",
    "4:19: services.web.environment variable 'A ' is declared with a trailing space",
  ],
  [
    "a device with too much",
    "devices: ['a:b:c:d']",
    "4:15: services.web.devices.0 confusing device mapping, please use long syntax: a:b:c:d",
  ],
  [
    "a demand that is not met",
    "hostname: ${HOST:?set it}",
    "4:15: error while interpolating services.web.hostname: required variable HOST is missing a value: set it",
  ],
  [
    "an undefined network",
    "networks: [back]",
    '4:16: service "web" refers to undefined network back',
  ],
  [
    "an undefined volume",
    "volumes: ['more:/x']",
    '4:15: service "web" refers to undefined volume more',
  ],
  ["an undefined secret", "secrets: [t]", '4:15: service "web" refers to undefined secret t'],
  ["an undefined config", "configs: [d]", '4:15: service "web" refers to undefined config d'],
  [
    "an undefined dependency",
    "depends_on: [nobody]",
    '4:18: service "web" depends on undefined service "nobody"',
  ],
  ["a dependency on itself", "depends_on: [web]", "4:5: dependency cycle detected: web -> web"],
  ["two networks at once", "network_mode: host", "ok"],
  [
    "a mode and networks",
    "network_mode: host\n    networks: [front]",
    "4:5: service web declares mutually exclusive `network_mode` and `networks`",
  ],
  [
    "a health check of an unknown form",
    "healthcheck: {test: [RUN, x]}",
    '4:19: healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"',
  ],
  [
    "different numbers of replicas",
    "scale: 2\n    deploy: {replicas: 3}",
    "4:5: can't set distinct values on 'scale' and 'deploy.replicas'",
  ],
  [
    "different limits",
    "cpus: 2\n    deploy: {resources: {limits: {cpus: 3}}}",
    "4:5: can't set distinct values on 'cpus' and 'deploy.resources.limits.cpus'",
  ],
  [
    "one name for several containers",
    "container_name: x\n    scale: 2",
    "4:5: can't set container_name and scale as container name must be unique",
  ],
  [
    "a target twice",
    "tmpfs: [/d]\n    volumes: ['data:/d']",
    "5:15: target /d already mounted as services.web.tmpfs[0]",
  ],
  ["a missing file of variables", "env_file: [nope.env]", "4:16: env file nope.env not found"],
  [
    "a file of variables that may be missing",
    "env_file: [{path: nope.env, required: false}]",
    "ok",
  ],
  [
    "a format that nobody knows",
    "env_file: [{path: a.env, format: odd}]",
    '4:16: unsupported env_file format "odd"',
  ],
  ["a missing file of labels", "label_file: nope", "4:17: label file nope not found"],
  [
    "a watch without a target",
    "develop: {watch: [{path: ., action: sync}]}",
    "4:23: target is required for non-rebuild actions",
  ],
];

for (const [why, attribute, problem] of problemRows) {
  test(`${why} is told: ${attribute}`, async () => {
    const loading = loadFiles({ "compose.yaml": serviceFile(attribute), "a.env": "A=1" });
    const shown = await problemOf(loading);
    assert.equal(shown, problem === "ok" ? "ok" : `compose.yaml:${problem}`);
  });
}

// A whole file, and what is wrong with it.
const fileRows: readonly (readonly [why: string, file: string, problem: string])[] = [
  ["nothing", "", "empty compose file"],
  ["a list", "[]", "compose.yaml:1:1: top-level object must be a mapping"],
  [
    "an unknown element",
    "service: {}",
    "compose.yaml:1:1: additional properties 'service' not allowed",
  ],
  [
    "an unknown name of a service",
    "services: {'a b': {image: x}}",
    "compose.yaml:1:12: services additional properties 'a b' not allowed",
  ],
  [
    "a service that is nothing",
    "services: {a: }",
    "compose.yaml:1:15: services.a must be a mapping",
  ],
  [
    "neither an image nor a build",
    "services: {a: {command: x}}",
    'compose.yaml:1:12: service "a" has neither an image nor a build context specified',
  ],
  [
    "a secret without content",
    "services: {a: {image: x}}\nsecrets: {s: {}}",
    "compose.yaml:2:11: secrets.s: one of file|environment must be set",
  ],
  [
    "a config with two contents",
    "services: {a: {image: x}}\nconfigs: {s: {file: a, content: b}}",
    "compose.yaml:2:11: configs.s: file|environment|content attributes are mutually exclusive",
  ],
  [
    "an anchor that is not there",
    "services: {a: *b}",
    "compose.yaml:1:15: anchor 'b' is not known",
  ],
  [
    "an anchor that contains itself",
    "services: &a {b: *a}",
    "compose.yaml:1:18: anchor 'a' value contains itself",
  ],
  [
    "two names for one external thing",
    "services: {a: {image: x}}\nvolumes: {v: {name: a, external: {name: b}}}",
    "compose.yaml:2:14: volumes.v name and external.name conflict; only use name",
  ],
  [
    "a cycle of dependencies",
    "services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}",
    "compose.yaml:1:26: dependency cycle detected: a -> b -> a",
  ],
];

for (const [why, file, problem] of fileRows) {
  test(`${why} is told: ${JSON.stringify(file)}`, async () => {
    assert.equal(await problemOf(loadFiles({ "compose.yaml": file })), problem);
  });
}

test("a billion laughs are not laughed", async () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const inner = level === 0 ? "lol" : `*l${level - 1}`;
    return `x-${level}: &l${level} [${Array(10).fill(inner).join(", ")}]`;
  });
  const problem = await problemOf(loadFiles({ "compose.yaml": levels.join("\n") }));
  assert.match(problem, /exceeds maximum node visit limit/);
});

test("brackets without end are refused", async () => {
  const problem = await problemOf(loadFiles({ "compose.yaml": `x-a: ${"[".repeat(50_000)}` }));
  assert.equal(problem, "compose.yaml is nested more than 100 levels deep");
});

test("a range of all ports many times is refused", async () => {
  const ports = Array.from({ length: 9 }, (_, index) => `"${index + 1}-6000${index}"`).join(", ");
  const problem = await problemOf(loadFiles({ "compose.yaml": serviceFile(`ports: [${ports}]`) }));
  assert.match(problem, /expands to more than 100000 values/);
});
