import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "#compose/testing";
import { formatLoss } from "./loss.ts";
import { objectOf, planOf, showTexts, valueOf } from "./testing.ts";

test("services come after what they depend on, and tell what they wait for", async () => {
  const plan = await planOf(`services:
  web: {image: web, depends_on: {api: {condition: service_healthy}, seed: {condition: service_completed_successfully}}}
  api: {image: api, depends_on: [db]}
  seed: {image: seed, depends_on: {db: {condition: service_started, required: false}}}
  db: {image: db}`);
  const shown = plan.services.map(({ name, workload, waits }) => {
    const waited = waits.map(
      ({ service, until, required }) => `${service} ${until}${required ? "" : "?"}`,
    );
    return [name, workload?.kind, ...waited].join(", ");
  });
  assert.deepEqual(shown, [
    "db, Deployment",
    "api, Deployment, db started",
    "seed, Job, db started?",
    "web, Deployment, api healthy, seed completed",
  ]);
});

test("objects come in the order to apply, and never change their order", async () => {
  const plan = await planOf(`services:
  web: {image: web, ports: ['80:80'], depends_on: [db], configs: [c], secrets: [s], volumes: ['./one.conf:/o:ro']}
  db: {image: db, volumes: ['data:/d']}
volumes: {data: {}}
configs: {c: {content: x}}
secrets: {s: {file: s.txt}}`);
  assert.deepEqual(
    plan.objects.map(({ kind, name, service }) => [kind, name, service ?? "-"].join(" ")),
    [
      "PersistentVolumeClaim data -",
      "Secret s-2bb80d537b -",
      "ConfigMap c-2d711642b7 -",
      "ConfigMap one-conf-30fb54d8a8 -",
      "Service db db",
      "Deployment db db",
      "Service web web",
      "Service web-published web",
      "Deployment web web",
    ],
  );
});

test("a changed secret is another object, so that only its users roll", async () => {
  const file = (content: string) => `services:
  web: {image: web, configs: [c]}
  api: {image: api}
configs: {c: {content: ${content}}}`;
  const [one, other] = [await planOf(file("one")), await planOf(file("two"))];
  const differing = one.objects
    .filter(({ object }, index) => {
      return JSON.stringify(object) !== JSON.stringify(other.objects[index]?.object);
    })
    .map(({ kind, service }) => `${kind} ${service ?? "-"}`);
  assert.deepEqual(differing, ["ConfigMap -", "Deployment web"]);
});

test("another number of replicas changes nothing else", async () => {
  const file = (replicas: number) =>
    `services: {web: {image: web, deploy: {replicas: ${replicas}}}}`;
  const [one, other] = [await planOf(file(5)), await planOf(file(3))];
  const shown = (plan: typeof one) => JSON.stringify(plan.objects.map(({ object }) => object));
  assert.equal(shown(one).replace('"replicas":5', '"replicas":3'), shown(other));
});

test("a name that the cluster cannot have is changed, and that is told", async () => {
  const plan = await planOf("services:\n  My_Web: {image: web, ports: ['80:80']}");
  assert.deepEqual(
    plan.objects.map(({ kind, name }) => `${kind} ${name}`),
    ["Service my-web", "Service my-web-published", "Deployment my-web"],
  );
  assert.deepEqual(plan.losses.map(formatLoss), [
    'compose.yaml:2:3: services.My_Web is changed: it is called "my-web" in the cluster; whatever addresses it by its old name has to use the new one',
  ]);
});

// Whole files, and why they cannot be deployed.
const refused: readonly (readonly [why: string, file: string, problem: string])[] = [
  [
    "two names that become one",
    "services:\n  a_b: {image: x}\n  a-b: {image: x}",
    'compose.yaml:3:3: services "a_b" and "a-b" are both called "a-b" in the cluster',
  ],
  [
    "a name that begins with a digit",
    "services:\n  1web: {image: x}",
    'compose.yaml:2:3: service "1web" needs a name that DNS can have: lower case letters, digits and -, starting with a letter, at most 63 characters',
  ],
  [
    "a port of two services",
    "services:\n  a: {image: x, ports: ['80:80']}\n  b: {image: x, ports: ['80:81']}",
    'compose.yaml:3:25: port 80 is published by both services "a" and "b"',
  ],
  [
    "a port twice in one service",
    "services:\n  a: {image: x, ports: ['80:80', '80:81']}",
    "compose.yaml:2:34: port 80 is published twice",
  ],
  [
    "a secret without its file",
    "services:\n  a: {image: x, secrets: [m]}\nsecrets:\n  m: {file: missing.txt}",
    'compose.yaml:4:7: secret "m": /app/missing.txt is no file that can be read',
  ],
  [
    "a secret without its variable",
    "services:\n  a: {image: x, secrets: [m]}\nsecrets:\n  m: {environment: NOPE}",
    'compose.yaml:4:7: environment variable "NOPE" required by secret "m" is not set',
  ],
  [
    "options of volumes that claims do not have",
    "services:\n  a: {image: x, volumes: ['data:/d']}\nvolumes:\n  data: {driver_opts: {type: nfs}}",
    "compose.yaml:4:24: volumes.data.driver_opts.type cannot be done on Kubernetes: claims have a size, a class and an access_mode",
  ],
  [
    "a template for a secret",
    "services:\n  a: {image: x, configs: [m]}\nconfigs:\n  m: {content: x, template_driver: golang}",
    "compose.yaml:4:19: configs.m.template_driver cannot be done on Kubernetes: templates in configs are not expanded",
  ],
  [
    "the pods of a service that is not there",
    "services:\n  a: {image: x, network_mode: 'service:b'}\n  b: {image: x, profiles: [p]}",
    'compose.yaml:2:31: service "a" depends on undefined service "b": none of its profiles is active',
  ],
  [
    "the pods of a service that has none",
    "services:\n  a: {image: x, network_mode: 'service:b'}\n  b: {image: x, network_mode: 'service:c'}\n  c: {image: x}",
    'compose.yaml:2:17: service "b" lives in the pods of "c" itself',
  ],
  ["no service at all", "name: x\nservices: {}", "compose.yaml:2:1: there is no service to run"],
];

for (const [why, file, problem] of refused) {
  test(`${why} is told`, async () => assert.equal(await problemOf(planOf(file)), problem));
}

test("one port may be published on this machine and in the cluster", async () => {
  const file = "services: {a: {image: x, ports: ['80:80', '127.0.0.1:80:81']}}";
  const [service] = (await planOf(file)).services;
  assert.deepEqual(service?.published, [
    { address: undefined, published: 80, target: 80, protocol: "TCP", through: "a-published" },
    { address: "127.0.0.1", published: 80, target: 81, protocol: "TCP", through: undefined },
  ]);
});

test("a service on another's network lives in its pods", async () => {
  const plan = await planOf(`services:
  app: {image: app, volumes: ['/x']}
  side: {image: side, network_mode: 'service:app', expose: ['9000'], volumes: ['/y']}`);
  assert.deepEqual(
    plan.objects.map(({ kind, name }) => `${kind} ${name}`),
    ["Service app", "Deployment app", "Service side"],
  );
  const spec = "spec.template.spec";
  const app = objectOf(plan, "Deployment/app");
  assert.equal(valueOf(app, `${spec}.containers.1.name`), "side");
  assert.equal((valueOf(app, `${spec}.volumes`) as unknown[]).length, 2);
  assert.deepEqual(valueOf(objectOf(plan, "Service/side"), "spec.selector"), {
    "com.docker.stack.namespace": "shop",
    "com.docker.service.name": "app",
  });
  assert.equal(plan.services[1]?.workload, undefined);
});

test("networks without a service in common keep services apart", async () => {
  const plan = await planOf(`services:
  web: {image: x, ports: ['80:80'], networks: [front, back]}
  proxy: {image: x, networks: [front]}
  db: {image: x, networks: [back]}
networks: {front: {}, back: {internal: true}}`);
  const policy = (name: string) => valueOf(objectOf(plan, `NetworkPolicy/${name}`), "spec");
  const peer = (network: string) => ({
    podSelector: {
      matchLabels: {
        "com.docker.stack.namespace": "shop",
        [`com.docker.compose.network.${network}`]: "true",
      },
    },
  });
  assert.deepEqual(policy("web"), {
    podSelector: {
      matchLabels: { "com.docker.stack.namespace": "shop", "com.docker.service.name": "web" },
    },
    policyTypes: ["Ingress"],
    ingress: [{ from: [peer("front"), peer("back")] }, { ports: [{ port: 80, protocol: "TCP" }] }],
  });
  const names = [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ];
  assert.deepEqual(valueOf({ spec: policy("db") ?? null }, "spec.egress"), [
    { to: [peer("back")] },
    { ports: names },
  ]);
  const labels = valueOf(objectOf(plan, "Deployment/web"), "spec.template.metadata.labels");
  assert.equal((labels as Record<string, string>)["com.docker.compose.network.front"], "true");
});

test("services that all share a network need no policies", async () => {
  const plan = await planOf(`services:
  web: {image: x, networks: [front, all]}
  db: {image: x, networks: [all]}
networks: {front: {}, all: {}}`);
  assert.deepEqual(
    plan.objects.filter(({ kind }) => kind === "NetworkPolicy"),
    [],
  );
});

test("a name that several services share leads to the pods of all", async () => {
  const plan = await planOf(`services:
  one: {image: x, networks: {n: {aliases: [search]}}}
  two: {image: x, networks: {n: {aliases: [search]}}}
networks: {n: {}}`);
  const selector = { "com.docker.compose.alias.search": "true" };
  assert.deepEqual(valueOf(objectOf(plan, "Service/search"), "spec.selector"), selector);
  const labels = valueOf(objectOf(plan, "Deployment/two"), "spec.template.metadata.labels");
  assert.equal((labels as Record<string, string>)["com.docker.compose.alias.search"], "true");
});

test("the volumes of another service are mounted where it has them", async () => {
  const plan = await planOf(`services:
  db: {image: db, volumes: ['data:/d', '/own']}
  backup: {image: b, volumes_from: ['db:ro']}
volumes: {data: {}}`);
  assert.deepEqual(
    valueOf(objectOf(plan, "Deployment/backup"), "spec.template.spec.containers.0.volumeMounts"),
    [{ name: "data-data", mountPath: "/d", readOnly: true }],
  );
});

// A volume, and the claim that it becomes.
const claims: readonly (readonly [volume: string, claim: string])[] = [
  ["{}", "data ReadWriteOnce 1Gi"],
  ["{driver_opts: {size: 10G, class: fast}}", "data ReadWriteOnce 10Gi fast"],
  ["{driver_opts: {access_mode: ReadWriteMany}}", "data ReadWriteMany 1Gi"],
  [
    "{labels: {kompose.volume.size: 5Gi, kompose.volume.storage-class-name: slow}}",
    "data ReadWriteOnce 5Gi slow",
  ],
  ["{driver: csi.example.com}", "data ReadWriteOnce 1Gi csi.example.com"],
  ["{name: My_Volume}", "my-volume ReadWriteOnce 1Gi"],
  ["{external: true}", "none"],
];

for (const [volume, claim] of claims) {
  test(`the volume ${volume} is the claim [${claim}]`, async () => {
    const file = `services: {a: {image: x, volumes: ['data:/d']}}\nvolumes: {data: ${volume}}`;
    const plan = await planOf(file);
    const object = plan.objects.find(({ kind }) => kind === "PersistentVolumeClaim")?.object;
    const shown = [
      valueOf(object, "metadata.name"),
      valueOf(object, "spec.accessModes.0"),
      valueOf(object, "spec.resources.requests.storage"),
      valueOf(object, "spec.storageClassName"),
    ];
    assert.equal(object === undefined ? "none" : showTexts(shown), claim);
  });
}

test("the course's own file: five words to be found one by one", async () => {
  const plan = await planOf(`version: '3.3'
services:
  db:
    image: dockersamples/k8s-wordsmith-db
  words:
    image: dockersamples/k8s-wordsmith-api
    deploy:
      replicas: 5
      endpoint_mode: dnsrr
      resources:
        limits:
          memory: 50M
        reservations:
          memory: 50M
  web:
    image: dockersamples/k8s-wordsmith-web
    ports:
     - "33000:80"`);
  assert.deepEqual(
    plan.objects.map(({ kind, name }) => `${kind} ${name}`),
    [
      "Service db",
      "Deployment db",
      "Service words",
      "Deployment words",
      "Service web",
      "Service web-published",
      "Deployment web",
    ],
  );
  const words = objectOf(plan, "Deployment/words");
  assert.equal(valueOf(objectOf(plan, "Service/words"), "spec.clusterIP"), "None");
  assert.equal(valueOf(words, "spec.replicas"), 5);
  assert.deepEqual(valueOf(words, "spec.template.spec.containers.0.resources"), {
    limits: { memory: "50Mi" },
    requests: { memory: "50Mi" },
  });
  assert.deepEqual(plan.losses, []);
});

test("six services with conditions, profiles, checks, networks and binds", async () => {
  const plan = await planOf(`services:
  vote:
    build: {context: ./vote, target: dev}
    depends_on: {redis: {condition: service_healthy}}
    healthcheck: {test: [CMD, curl, -f, "http://localhost"], interval: 15s, timeout: 5s, retries: 3, start_period: 10s}
    volumes: ['./init:/usr/local/app']
    ports: ['8080:80']
    networks: [front-tier, back-tier]
  result:
    image: result
    entrypoint: nodemon --inspect=0.0.0.0 server.js
    depends_on: {db: {condition: service_healthy}}
    ports: ['8081:80', '127.0.0.1:9229:9229']
    networks: [front-tier, back-tier]
  worker:
    image: worker
    depends_on: {redis: {condition: service_healthy}, db: {condition: service_healthy}}
    networks: [back-tier]
  redis:
    image: redis:alpine
    volumes: ['./init:/healthchecks']
    healthcheck: {test: /healthchecks/sub/run.sh, interval: 5s}
    networks: [back-tier]
  db:
    image: postgres:15-alpine
    environment: {POSTGRES_USER: postgres, POSTGRES_PASSWORD: postgres}
    volumes: ['db-data:/var/lib/postgresql/data']
    networks: [back-tier]
  seed:
    image: seed
    profiles: [seed]
    depends_on: {vote: {condition: service_healthy}}
    networks: [front-tier]
    restart: "no"
volumes: {db-data: }
networks: {front-tier: , back-tier: }`);
  const shown = plan.services.map(({ name, workload, published, image }) =>
    [image, workload?.kind, name, ...published.map(({ published: port }) => port)].join(" "),
  );
  assert.deepEqual(shown, [
    "redis:alpine Deployment redis",
    "app-vote Deployment vote 8080",
    "postgres:15-alpine Deployment db",
    "result Deployment result 8081 9229",
    "worker Deployment worker",
    "seed Job seed",
  ]);
  assert.deepEqual([...new Set(plan.losses.map(({ effect }) => effect))], ["changed"]);
});
