import assert from "node:assert/strict";
import { test } from "node:test";
import { formatRemark } from "./compose-error.ts";
import { findComposeFiles } from "./find-compose-files.ts";
import { formatProject } from "./format-project.ts";
import type { LoadRequest } from "./load-project.ts";
import { loadFiles, problemOf, showAt } from "./testing.ts";

type Files = Readonly<Record<string, string>>;

// Files, a path, and what is there when they are loaded.
const rows: readonly (readonly [why: string, files: Files, path: string, expected: string])[] = [
  [
    "a service extends another of the file",
    { "compose.yaml": "services: {a: {image: x, tty: true}, b: {extends: a, image: y}}" },
    "services.b",
    '{"image":"y","networks":{"default":null},"tty":true}',
  ],
  [
    "a service extends one of another file, with paths of that file",
    {
      "compose.yaml": "services: {b: {extends: {file: sub/base.yaml, service: a}}}",
      "sub/base.yaml": "services: {a: {image: x, volumes: ['./data:/d']}}",
    },
    "services.b.volumes",
    '[{"bind":{"create_host_path":true},"source":"/app/sub/data","target":"/d","type":"bind"}]',
  ],
  [
    "extensions of extensions",
    {
      "compose.yaml": "services: {c: {extends: {file: b.yaml, service: b}, hostname: c}}",
      "b.yaml": "services: {b: {extends: {file: a.yaml, service: a}, user: b}}",
      "a.yaml": "services: {a: {image: x, user: a, hostname: a}}",
    },
    "services.c",
    '{"hostname":"c","image":"x","networks":{"default":null},"user":"b"}',
  ],
  [
    "what is extended is merged as files are",
    {
      "compose.yaml":
        "services: {a: {image: x, environment: [A=1], cap_add: [X]}, b: {extends: a, environment: {B: 2}, cap_add: [Y]}}",
    },
    "services.b",
    '{"cap_add":["X","Y"],"environment":{"A":"1","B":"2"},"image":"x","networks":{"default":null}}',
  ],
  [
    "a reset in a service that extends",
    { "compose.yaml": "services: {a: {image: x, tty: true}, b: {extends: a, tty: !reset null}}" },
    "services.b.tty",
    "absent",
  ],
  [
    "an included file brings its services",
    {
      "compose.yaml": "include: [sub/c.yaml]\nservices: {a: {image: x, depends_on: [b]}}",
      "sub/c.yaml": "services: {b: {image: y}}",
    },
    "services.b.image",
    '"y"',
  ],
  [
    "an included file has paths of its own",
    {
      "compose.yaml": "include: [sub/c.yaml]",
      "sub/c.yaml": "services: {b: {image: y, build: .}}",
    },
    "services.b.build.context",
    '"/app/sub"',
  ],
  [
    "an included file has variables of its own",
    {
      "compose.yaml": "include: [sub/c.yaml]",
      "sub/c.yaml": "services: {b: {image: '${IMAGE}'}}",
      "sub/.env": "IMAGE=own",
    },
    "services.b.image",
    '"own"',
  ],
  [
    "the includer's variables go before",
    {
      "compose.yaml": "include: [sub/c.yaml]",
      ".env": "IMAGE=outer",
      "sub/c.yaml": "services: {b: {image: '${IMAGE}'}}",
      "sub/.env": "IMAGE=own",
    },
    "services.b.image",
    '"outer"',
  ],
  [
    "the long form of include",
    {
      "compose.yaml":
        "include: [{path: [sub/c.yaml, sub/d.yaml], project_directory: other, env_file: e.env}]",
      "sub/c.yaml": "services: {b: {image: '${IMAGE}', build: .}}",
      "sub/d.yaml": "services: {b: {tty: true}}",
      "e.env": "IMAGE=named",
    },
    "services.b",
    '{"build":{"context":"/app/other","dockerfile":"Dockerfile"},"image":"named","networks":{"default":null},"tty":true}',
  ],
  [
    "the includer's own lies over what it includes",
    {
      "compose.yaml": "include: [c.yaml]\nservices: {b: {tty: true}}",
      "c.yaml": "services: {b: {image: y}}",
    },
    "services.b",
    '{"image":"y","networks":{"default":null},"tty":true}',
  ],
  [
    "a service extends what is included",
    {
      "compose.yaml": "include: [c.yaml]\nservices: {a: {extends: b, tty: true}}",
      "c.yaml": "services: {b: {image: y}}",
    },
    "services.a.image",
    '"y"',
  ],
  [
    "anchors and merges",
    { "compose.yaml": "x-a: &a {image: x, tty: true}\nservices: {b: {<<: *a, tty: false}}" },
    "services.b",
    '{"image":"x","networks":{"default":null},"tty":false}',
  ],
  [
    "several merges, the first before the second",
    {
      "compose.yaml":
        "x-a: &a {image: x}\nx-b: &b {image: y, tty: true}\nservices: {b: {<<: [*a, *b]}}",
    },
    "services.b",
    '{"image":"x","networks":{"default":null},"tty":true}',
  ],
  [
    "variables of `.env`",
    { "compose.yaml": "services: {a: {image: 'x:${TAG}'}}", ".env": "TAG=7" },
    "services.a.image",
    '"x:7"',
  ],
  [
    "the project's name is a variable",
    { "compose.yaml": "name: mine\nservices: {a: {image: '${COMPOSE_PROJECT_NAME}'}}" },
    "services.a.image",
    '"mine"',
  ],
  [
    "a number that was a variable",
    { "compose.yaml": "services: {a: {image: x, deploy: {replicas: '${N:-3}'}}}" },
    "services.a.deploy.replicas",
    "3",
  ],
  [
    "files of variables lie over one another, and the service's own over them",
    {
      "compose.yaml": "services: {a: {image: x, env_file: [1.env, 2.env], environment: {C: own}}}",
      "1.env": "A=1\nB=1\nC=1",
      "2.env": "B=2\nD=$A",
    },
    "services.a.environment",
    '{"A":"1","B":"2","C":"own","D":"1"}',
  ],
  [
    "a raw file of variables",
    {
      "compose.yaml": "services: {a: {image: x, env_file: [{path: r.env, format: raw}]}}",
      "r.env": "A='$x'",
    },
    "services.a.environment",
    `{"A":"'$x'"}`,
  ],
  [
    "a file of labels lies under the labels",
    { "compose.yaml": "services: {a: {image: x, label_file: l, labels: {a: 2}}}", l: "a=1\nb=1" },
    "services.a.labels",
    '{"a":"2","b":"1"}',
  ],
  [
    "a thing is called after the project",
    { "compose.yaml": "name: p\nservices: {a: {image: x}}\nvolumes: {v: }" },
    "volumes.v",
    '{"name":"p_v"}',
  ],
  [
    "an external thing is called as it is",
    { "compose.yaml": "services: {a: {image: x}}\nvolumes: {v: {external: true}}" },
    "volumes.v",
    '{"external":true,"name":"v"}',
  ],
  [
    "an external thing under its old name",
    { "compose.yaml": "services: {a: {image: x}}\nvolumes: {v: {external: {name: w}}}" },
    "volumes.v",
    '{"external":true,"name":"w"}',
  ],
  [
    "what is joined is depended on",
    {
      "compose.yaml":
        "services: {a: {image: x, network_mode: 'service:b', volumes_from: ['c:ro']}, b: {image: x}, c: {image: x}}",
    },
    "services.a.depends_on",
    '{"b":{"condition":"service_started","required":true,"restart":true},"c":{"condition":"service_started","required":true,"restart":false}}',
  ],
  [
    "an old version is no matter",
    { "compose.yaml": "version: '3.8'\nservices: {a: {image: x}}" },
    "version",
    "absent",
  ],
  [
    "an old version as a number",
    { "compose.yaml": "version: 3.8\nservices: {a: {image: x}}" },
    "version",
    "absent",
  ],
];

for (const [why, files, path, expected] of rows) {
  test(why, async () => {
    const project = await loadFiles(files);
    assert.equal(showAt(project, path.split(".")), expected);
  });
}

const problems: readonly (readonly [why: string, files: Files, problem: string])[] = [
  [
    "extending one another",
    { "compose.yaml": "services:\n  a: {image: x, extends: b}\n  b: {image: x, extends: a}" },
    "compose.yaml:3:26: Circular reference:\n  a in compose.yaml\n  extends b in compose.yaml\n  extends a in compose.yaml",
  ],
  [
    "extending nobody",
    { "compose.yaml": "services: {a: {extends: b}}" },
    'compose.yaml:1:25: cannot extend service "a" in compose.yaml: service "b" not found',
  ],
  [
    "extending nobody of another file",
    {
      "compose.yaml": "services: {a: {extends: {file: b.yaml, service: b}}}",
      "b.yaml": "services: {}",
    },
    'compose.yaml:1:25: cannot extend service "a" in compose.yaml: service "b" not found in b.yaml',
  ],
  [
    "extending from a file that is not there",
    { "compose.yaml": "services: {a: {extends: {file: b.yaml, service: b}}}" },
    "compose.yaml:1:25: open b.yaml: no such file",
  ],
  [
    "including one another",
    {
      "compose.yaml": "include: [b.yaml]\nservices: {a: {image: x}}",
      "b.yaml": "include: [compose.yaml]\nservices: {b: {image: x}}",
    },
    "b.yaml:1:11: include cycle detected:\ncompose.yaml\n include b.yaml\n include compose.yaml",
  ],
  [
    "including a file that is not there",
    { "compose.yaml": "include: [b.yaml]" },
    "compose.yaml:1:11: open b.yaml: no such file",
  ],
  [
    "including variables that are not there",
    {
      "compose.yaml": "include: [{path: b.yaml, env_file: e}]",
      "b.yaml": "services: {b: {image: x}}",
    },
    "compose.yaml:1:36: env file e not found",
  ],
  [
    "including from a registry",
    { "compose.yaml": "include: ['oci://r.io/x']" },
    "compose.yaml:1:11: oci://r.io/x is not on this machine: fetch it first, and name the file",
  ],
  [
    "extending from a repository",
    { "compose.yaml": "services: {a: {extends: {file: 'https://x/y.git', service: a}}}" },
    "compose.yaml:1:25: https://x/y.git is not on this machine: fetch it first, and name the file",
  ],
  ["a file that is not there", {}, "open compose.yaml: no such file"],
];

for (const [why, files, problem] of problems) {
  test(`${why} is told`, async () => assert.equal(await problemOf(loadFiles(files)), problem));
}

// Profiles that are active, and the services that are then there.
const profileRows: readonly (readonly [active: string, services: string])[] = [
  ["", "foo"],
  ["test", "foo bar baz"],
  ["debug", "!depends_on"],
  ["debug test", "foo bar baz zot"],
  ["*", "foo bar baz zot"],
];

const profiled = `services:
  foo: {image: foo}
  bar: {image: bar, profiles: [test]}
  baz: {image: baz, depends_on: [bar], profiles: [test]}
  zot: {image: zot, depends_on: [bar], profiles: [debug]}`;

for (const [active, services] of profileRows) {
  test(`with the profiles [${active}] there are [${services}]`, async () => {
    const request = { profiles: active.split(" ").filter((name) => name !== "") };
    const loading = loadFiles({ "compose.yaml": profiled }, request);
    if (services.startsWith("!")) {
      const problem =
        'service "zot" depends on undefined service "bar": none of its profiles is active';
      assert.equal(await problemOf(loading), `compose.yaml:5:34: ${problem}`);
    } else {
      assert.equal([...(await loading).services.keys()].join(" "), services);
    }
  });
}

test("profiles may come from the environment", async () => {
  const environment = new Map([["COMPOSE_PROFILES", "a,test"]]);
  const project = await loadFiles({ "compose.yaml": profiled }, { environment });
  assert.deepEqual([...project.disabledServices.keys()], ["zot"]);
});

test("a dependency that a profile keeps out may be one that is not required", async () => {
  const text = `services:
  a: {image: x, depends_on: {b: {condition: service_started, required: false}}}
  b: {image: x, profiles: [p], env_file: nowhere.env}`;
  assert.equal(await problemOf(loadFiles({ "compose.yaml": text })), "ok");
});

const nameRows: readonly (readonly [
  why: string,
  request: Partial<LoadRequest>,
  name: string,
  expected: string,
])[] = [
  ["the directory's", {}, "", "app"],
  ["the file's", {}, "name: Mine.Own", "mineown"],
  ["the file's, with a variable", { environment: new Map([["N", "x"]]) }, "name: my-$N", "my-x"],
  ["the environment's", { environment: new Map([["COMPOSE_PROJECT_NAME", "e"]]) }, "name: f", "e"],
  ["the user's", { name: "given" }, "name: f", "given"],
];

for (const [why, request, name, expected] of nameRows) {
  test(`the name of a project may be ${why}`, async () => {
    const files = { "compose.yaml": `${name}\nservices: {a: {image: x}}` };
    assert.equal((await loadFiles(files, request)).name, expected);
  });
}

test("a name that projects cannot have is refused", async () => {
  const files = { "compose.yaml": "services: {a: {image: x}}" };
  const problem = await problemOf(loadFiles(files, { name: "Bad Name" }));
  assert.match(problem, /^invalid project name "Bad Name": must consist only of lowercase/);
});

test("a loose load warns of what it does not know", async () => {
  const files = { "compose.yaml": "services:\n  a: {image: x, future: 1}" };
  const project = await loadFiles(files, { mode: "loose" });
  assert.deepEqual(project.warnings.map(formatRemark), [
    "compose.yaml:2:17: services.a additional properties 'future' not allowed",
  ]);
});

test("variables that are not set and obsolete attributes are worth a warning", async () => {
  const files = { "compose.yaml": "version: '3'\nservices:\n  a: {image: 'x$NOPE'}" };
  assert.deepEqual((await loadFiles(files)).warnings.map(formatRemark), [
    'compose.yaml:3:14: The "NOPE" variable is not set. Defaulting to a blank string.',
    "compose.yaml:1:1: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion",
  ]);
});

test("variables can be left where they are", async () => {
  const files = { "compose.yaml": "services: {a: {image: 'x:${TAG}', ports: ['${PORT}:80']}}" };
  const project = await loadFiles(files, { variables: "kept" });
  const text = formatProject(project, { format: "yaml", variables: "kept" });
  assert.match(text, /image: x:\$\{TAG\}\n/);
  assert.match(text, /- \$\{PORT\}:80\n/);
});

test("standard input is a file without a directory", async () => {
  const input = "services: {a: {build: ./x}}";
  const project = await loadFiles({}, { files: ["-"], input });
  assert.equal(project.services.get("a")?.build?.context, "/app/x");
});

test("the printed project has dollars that stay dollars", async () => {
  const files = { "compose.yaml": "services: {a: {image: x, command: ['$$HOME']}}" };
  const text = formatProject(await loadFiles(files), { format: "json", variables: "replaced" });
  assert.deepEqual(JSON.parse(text), {
    name: "app",
    services: { a: { command: ["$$HOME"], image: "x", networks: { default: null } } },
    networks: { default: { name: "app_default" } },
  });
});

const found: readonly (readonly [why: string, paths: string, directory: string, files: string])[] =
  [
    [
      "the first of the usual names",
      "/a/docker-compose.yml /a/compose.yaml",
      "/a",
      "/a/compose.yaml",
    ],
    [
      "its override",
      "/a/compose.yml /a/compose.override.yml",
      "/a",
      "/a/compose.yml /a/compose.override.yml",
    ],
    ["one above", "/a/compose.yaml", "/a/b/c", "/a/compose.yaml"],
    ["none", "/a/other.yaml", "/a", ""],
  ];

for (const [why, paths, directory, files] of found) {
  test(`without a name the file is ${why}`, async () => {
    const disk = {
      findFile: async (path: string) =>
        paths.split(" ").includes(path) ? new Uint8Array() : undefined,
    };
    assert.equal((await findComposeFiles(disk, directory, new Map())).join(" "), files);
  });
}

test("the environment may name the files", async () => {
  const environment = new Map([["COMPOSE_FILE", "x.yaml:/y.yaml"]]);
  const disk = { findFile: async () => undefined };
  assert.deepEqual(await findComposeFiles(disk, "/a", environment), ["/a/x.yaml", "/y.yaml"]);
});
