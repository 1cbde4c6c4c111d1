import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceOf, sliceOf } from "../testing.ts";
import { servicePortsOf } from "./service-port.ts";
import { planService, type ProxyNode, type ServiceRules } from "./service-rules.ts";

const node: ProxyNode = {
  nodeName: "a",
  zone: "z1",
  nodeAddresses: ["10.44.0.2"],
  ownAddresses: ["10.43.0.10"],
  podRange: "10.42.0.0/16",
  serviceRange: "10.43.0.0/16",
};

type Spec = NonNullable<Parameters<typeof serviceOf>[2]>;

const nodePort: Spec = {
  type: "NodePort",
  ports: [{ port: 80, protocol: "TCP", nodePort: 30_080 }],
};

const toEndpoint =
  "meta l4proto { tcp, udp, sctp } dnat ip to meta mark . meta l4proto . ip daddr . th dport map @endpoints";
const pick2 = `pick-2: meta mark set numgen random mod 2; ${toEndpoint}; meta mark set 0; ${toEndpoint}`;

test("a cluster IP is one element, and each endpoint is one", () => {
  assert.deepEqual(rulesOf({}, "10.42.0.5@a 10.42.1.9@b"), [
    pick2,
    "services: tcp . 10.43.0.7 . 80 = goto pick-2",
    "endpoints: 0 . tcp . 10.43.0.7 . 80 = 10.42.0.5 . 8080",
    "endpoints: 1 . tcp . 10.43.0.7 . 80 = 10.42.1.9 . 8080",
    "cluster-ips: 10.43.0.7",
    "hairpins: 10.42.0.5 . 10.42.0.5",
  ]);
});

test("a node port is answered on the node's address, with the sender hidden", () => {
  const rules = rulesOf(nodePort, "10.42.1.9@b");
  assert.deepEqual(
    rules.filter((line) => /30080|masquerade/.test(line)),
    [
      "masquerade/pick-1: ct mark set ct mark or 0x4000; goto pick-1",
      "services: tcp . 10.44.0.2 . 30080 = goto masquerade/pick-1",
      "endpoints: 0 . tcp . 10.44.0.2 . 30080 = 10.42.1.9 . 8080",
    ],
  );
});

test("policies and lacking endpoints decide where each kind of traffic goes", () => {
  // Endpoints "here" are on our node. What the cluster IP and the node port do.
  const here = "10.42.0.5@a";
  const there = "10.42.1.9@b";
  const local: Spec = { ...nodePort, externalTrafficPolicy: "Local" };
  const inside: Spec = { ...nodePort, internalTrafficPolicy: "Local" };
  const both: Spec = { ...local, internalTrafficPolicy: "Local" };
  const rows: readonly (readonly [string, Spec, string, string, string])[] = [
    ["nobody", nodePort, "", "refuse", "refuse"],
    ["nobody ready", nodePort, `${here}- ${there}!`, "refuse", "refuse"],
    ["one here", nodePort, here, "pick-1", "masquerade/pick-1"],
    ["one unready", nodePort, `${here} ${there}-`, "pick-1", "masquerade/pick-1"],
    ["only terminating", nodePort, `${here}~ ${there}~`, "pick-2", "masquerade/pick-2"],
    ["ready before terminating", nodePort, `${here}~ ${there}`, "pick-1", "masquerade/pick-1"],
    ["external Local", local, `${here} ${there}`, "pick-2", "external/pick-2/pick-local-1"],
    ["external Local, none here", local, there, "pick-1", "external/pick-1/none discard"],
    ["external Local, nobody", local, "", "refuse", "refuse"],
    [
      "external Local, last here",
      local,
      `${here}~ ${there}`,
      "pick-1",
      "external/pick-1/pick-local-1",
    ],
    ["internal Local", inside, `${here} ${there}`, "pick-local-1", "masquerade/pick-2"],
    ["internal Local, none here", inside, there, "discard", "masquerade/pick-1"],
    ["internal Local, nobody", inside, "", "refuse", "refuse"],
    ["both Local, none here", both, there, "discard", "external/pick-1/none discard"],
  ];
  for (const [why, spec, endpoints, internal, external] of rows) {
    const rules = rulesOf(spec, endpoints);
    const verdict = (key: string) =>
      rules
        .filter((line) => /^(?:services|refused)/.test(line) && line.includes(`${key} =`))
        .map((line) => line.replace(/.*goto /, ""))
        .join(" ");
    assert.deepEqual([verdict("10.43.0.7 . 80"), verdict("30080")], [internal, external], why);
  }
});

test("hints are followed when all endpoints have them and one is for us", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["10.42.0.5@a%z1 10.42.1.9@b%z2", "10.42.0.5"],
    ["10.42.0.5@a%z3 10.42.1.9@b%z2", "10.42.0.5 10.42.1.9"],
    ["10.42.0.5@a%z1 10.42.1.9@b", "10.42.0.5 10.42.1.9"],
    ["10.42.0.5@a%z2#a 10.42.1.9@b%z1#b", "10.42.0.5"],
    ["10.42.0.5@a-%z1 10.42.1.9@b%z2", "10.42.1.9"],
  ];
  for (const [endpoints, expected] of rows) {
    const lines = rulesOf({}, endpoints).filter((line) => line.startsWith("endpoints"));
    const addresses = lines.map((line) => /= (\S+)/.exec(line)?.[1]);
    assert.equal(addresses.join(" "), expected, endpoints);
  }
});

test("session affinity gives each endpoint a set of its clients", () => {
  const spec: Spec = {
    sessionAffinity: "ClientIP",
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 30 } },
  };
  const id = "default/web/tcp/80";
  assert.deepEqual(rulesOf(spec, "10.42.1.8@b 10.42.1.9@b"), [
    `clients/${id}/10.42.1.8/8080/30: type ipv4_addr; flags dynamic,timeout; timeout 30s;`,
    `clients/${id}/10.42.1.9/8080/30: type ipv4_addr; flags dynamic,timeout; timeout 30s;`,
    `endpoint/${id}/10.42.1.8/8080: update @clients/${id}/10.42.1.8/8080/30 { ip saddr }; meta l4proto tcp dnat to 10.42.1.8:8080`,
    `endpoint/${id}/10.42.1.9/8080: update @clients/${id}/10.42.1.9/8080/30 { ip saddr }; meta l4proto tcp dnat to 10.42.1.9:8080`,
    `sticky-cluster/${id}: ip saddr @clients/${id}/10.42.1.8/8080/30 goto endpoint/${id}/10.42.1.8/8080; ip saddr @clients/${id}/10.42.1.9/8080/30 goto endpoint/${id}/10.42.1.9/8080; numgen random mod 2 vmap { 0 : goto endpoint/${id}/10.42.1.8/8080, 1 : goto endpoint/${id}/10.42.1.9/8080 }`,
    `services: tcp . 10.43.0.7 . 80 = goto sticky-cluster/${id}`,
    "cluster-ips: 10.43.0.7",
  ]);
});

test("a load balancer's addresses answer here, for those who may", () => {
  const spec: Spec = { type: "LoadBalancer", loadBalancerSourceRanges: ["192.0.2.0/24"] };
  const ingress = [{ ip: "10.44.0.2" }, { ip: "10.44.0.9", ipMode: "Proxy" }];
  const rules = rulesOf(spec, "10.42.1.9@b", { loadBalancer: { ingress } });
  assert.deepEqual(
    rules.filter((line) => /10\.44|firewall/.test(line)),
    [
      "firewall/default/web/tcp/80: ip saddr { 192.0.2.0/24 } return; drop",
      "services: tcp . 10.44.0.2 . 80 = goto masquerade/pick-1",
      "firewalled: tcp . 10.44.0.2 . 80 = goto firewall/default/web/tcp/80",
      "endpoints: 0 . tcp . 10.44.0.2 . 80 = 10.42.1.9 . 8080",
    ],
  );
});

test("what no packet can reach has no rules", () => {
  const rows: readonly (readonly [string, string, Spec])[] = [
    ["headless", "None", {}],
    ["another name", "", { type: "ExternalName", externalName: "example.org" }],
    ["IPv6", "fd00::7", {}],
    ["answered by the node itself", "10.43.0.10", {}],
  ];
  for (const [why, clusterIP, spec] of rows) {
    const service = serviceOf("web", clusterIP, spec);
    const ports = servicePortsOf(service, [sliceOf("web", "10.42.0.5@a")], "a");
    assert.deepEqual(show(planService(ports, node)), [], why);
  }
});

test("named ports, several slices and UDP find their endpoints", () => {
  const service = serviceOf("web", "10.43.0.7", {
    ports: [
      { name: "dns", port: 53, protocol: "UDP" },
      { name: "web", port: 80, protocol: "TCP" },
    ],
  });
  const slices = [
    sliceOf("web", "10.42.1.9@b", [{ name: "dns", port: 5_353, protocol: "UDP" }]),
    sliceOf("web", "10.42.1.8@b 10.42.1.9@b-", [{ name: "dns", port: 5_353, protocol: "UDP" }]),
  ];
  const rules = planService(servicePortsOf(service, slices, "a"), node);
  assert.deepEqual(
    show(rules).filter((line) => !line.startsWith("pick")),
    [
      "services: udp . 10.43.0.7 . 53 = goto pick-2",
      "refused: tcp . 10.43.0.7 . 80 = goto refuse",
      "endpoints: 0 . udp . 10.43.0.7 . 53 = 10.42.1.8 . 5353",
      "endpoints: 1 . udp . 10.43.0.7 . 53 = 10.42.1.9 . 5353",
      "cluster-ips: 10.43.0.7",
    ],
  );
  assert.deepEqual(
    rules.datagramFrontends,
    new Map([["10.43.0.7:53", new Set(["10.42.1.8", "10.42.1.9"])]]),
  );
});

function rulesOf(spec: Spec, endpoints: string, status = {}): readonly string[] {
  const service = serviceOf("web", "10.43.0.7", spec, status);
  return show(planService(servicePortsOf(service, [sliceOf("web", endpoints)], "a"), node));
}

/** Sets and chains as `name: content`, elements as `map: key = value`. */
function show(rules: ServiceRules): readonly string[] {
  const line = ([name, content]: readonly [string, string]) =>
    `${name}: ${content.replaceAll("\n", "; ")}`;
  const element =
    (map: string) =>
    ([key, value]: readonly [string, string]) =>
      value === "" ? `${map}: ${key}` : `${map}: ${key} = ${value}`;
  return [
    ...Array.from(rules.sets, line),
    ...Array.from(rules.chains, line),
    ...Array.from(rules.sharedChains, line),
    ...Array.from(rules.elements).flatMap(([map, elements]) => Array.from(elements, element(map))),
  ];
}
