import assert from "node:assert/strict";
import { test } from "node:test";
import { labelPairs } from "#series";
import type { TargetGroup } from "../target-group.ts";
import { endpointSliceGroup } from "./endpoint-slice-targets.ts";
import { endpointsGroup } from "./endpoints-targets.ts";
import { ingressGroup } from "./ingress-targets.ts";
import { nodeGroup } from "./node-targets.ts";
import { podGroup } from "./pod-targets.ts";
import { noRelatedObjects, type RelatedObjects } from "./related-objects.ts";
import { serviceGroup } from "./service-targets.ts";

// Groups are shown as `source {common labels}` and a line for each target; `k.` stands for
// `__meta_kubernetes_`, and an address stands before its labels.

test("a node is its kubelet, by the best of its addresses", () => {
  const node = live({
    metadata: { name: "n1", labels: { "kubernetes.io/arch": "arm64" }, annotations: { a: "" } },
    spec: { providerID: "p://1" },
    status: {
      addresses: [
        { type: "Hostname", address: "n1" },
        { type: "InternalIP", address: "10.0.0.1" },
        { type: "InternalIP", address: "fd00::1" },
      ],
      conditions: [{ type: "Ready", status: "True" }],
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    },
  });
  assert.deepEqual(show(nodeGroup(node)), [
    "node/n1 k.node_annotationpresent_a=true k.node_condition_Ready=true k.node_label_kubernetes_io_arch=arm64 k.node_labelpresent_kubernetes_io_arch=true k.node_name=n1 k.node_provider_id=p://1",
    "10.0.0.1:10250 k.node_address_Hostname=n1 k.node_address_InternalIP=10.0.0.1 instance=n1",
  ]);
});

test("a node without an address is no target", () => {
  assert.deepEqual(show(nodeGroup(live({ metadata: { name: "n1" }, spec: {}, status: {} }))), [
    "node/n1",
  ]);
});

const pod = {
  metadata: {
    name: "web-1",
    namespace: "shop",
    uid: "u1",
    labels: { app: "web" },
    ownerReferences: [{ kind: "ReplicaSet", name: "web-5d", controller: true }],
  },
  spec: {
    nodeName: "n1",
    containers: [
      {
        name: "web",
        image: "web:1",
        ports: [
          { name: "http", containerPort: 80, protocol: "TCP" },
          { name: "metrics", containerPort: 9100, protocol: "TCP" },
        ],
      },
      { name: "side", image: "side:1" },
    ],
    initContainers: [{ name: "init", image: "init:1" }],
  },
  status: {
    podIP: "10.1.0.5",
    hostIP: "10.0.0.1",
    phase: "Running",
    conditions: [{ type: "Ready", status: "True" }],
    containerStatuses: [{ name: "web", containerID: "containerd://c1" }],
  },
};

const podFacts =
  "k.pod_controller_kind=ReplicaSet k.pod_controller_name=web-5d k.pod_host_ip=10.0.0.1 k.pod_ip=10.1.0.5 k.pod_label_app=web k.pod_labelpresent_app=true k.pod_name=web-1 k.pod_node_name=n1 k.pod_phase=Running k.pod_ready=true k.pod_uid=u1";

test("a pod is a target for each port, and one for each container without", () => {
  assert.deepEqual(show(podGroup(live(pod), noRelatedObjects)), [
    `pod/shop/web-1 k.namespace=shop ${podFacts}`,
    "10.1.0.5:80 k.pod_container_id=containerd://c1 k.pod_container_image=web:1 k.pod_container_init=false k.pod_container_name=web k.pod_container_port_name=http k.pod_container_port_number=80 k.pod_container_port_protocol=TCP",
    "10.1.0.5:9100 k.pod_container_id=containerd://c1 k.pod_container_image=web:1 k.pod_container_init=false k.pod_container_name=web k.pod_container_port_name=metrics k.pod_container_port_number=9100 k.pod_container_port_protocol=TCP",
    "10.1.0.5 k.pod_container_image=side:1 k.pod_container_init=false k.pod_container_name=side",
    "10.1.0.5 k.pod_container_image=init:1 k.pod_container_init=true k.pod_container_name=init",
  ]);
});

test("a pod without an address is no target yet", () => {
  const group = podGroup(live({ ...pod, status: { phase: "Pending" } }), noRelatedObjects);
  assert.deepEqual(show(group), ["pod/shop/web-1"]);
});

// What is attached, and the labels that a pod has more for it.
const attachments: readonly (readonly [what: string, Partial<RelatedObjects>, labels: string])[] = [
  [
    "its node",
    { node: () => live({ metadata: { name: "n1", labels: { zone: "a" } } }) },
    "k.node_label_zone=a k.node_labelpresent_zone=true k.node_name=n1",
  ],
  [
    "its namespace",
    { namespace: () => live({ metadata: { name: "shop", annotations: { team: "x" } } }) },
    "k.namespace_annotation_team=x k.namespace_annotationpresent_team=true",
  ],
  [
    "its deployment",
    {
      replicaSet: (namespace, name) =>
        live({ metadata: { ownerReferences: [ownerOf("Deployment", `${namespace}-${name}`)] } }),
    },
    "k.pod_deployment_name=shop-web-5d",
  ],
  ["a replica set of nobody", { replicaSet: () => live({ metadata: {} }) }, ""],
];

for (const [what, related, labels] of attachments) {
  test(`attached to a pod, ${what} adds "${labels}"`, () => {
    const plain = labelsOfGroup(podGroup(live(pod), noRelatedObjects));
    const more = labelsOfGroup(podGroup(live(pod), { ...noRelatedObjects, ...related }));
    assert.equal(more.filter((label) => !plain.includes(label)).join(" "), labels);
  });
}

test("pods on nodes that a selector keeps out are no targets", () => {
  const group = podGroup(live(pod), { ...noRelatedObjects, node: () => undefined });
  assert.deepEqual(show(group), ["pod/shop/web-1"]);
});

test("the pod of a job tells the job and its cron job when that is wanted", () => {
  const metadata = { ...pod.metadata, ownerReferences: [ownerOf("Job", "night-1")] };
  const related: RelatedObjects = {
    ...noRelatedObjects,
    tellsJobs: true,
    job: () => live({ metadata: { ownerReferences: [ownerOf("CronJob", "night")] } }),
  };
  const labels = labelsOfGroup(podGroup(live({ ...pod, metadata }), related));
  assert.deepEqual(
    labels.filter((label) => /job_name|controller/.test(label)),
    [
      "k.pod_controller_kind=Job",
      "k.pod_controller_name=night-1",
      "k.pod_cronjob_name=night",
      "k.pod_job_name=night-1",
    ],
  );
});

const service = {
  metadata: { name: "web", namespace: "shop", labels: { app: "web" } },
  spec: {
    type: "ClusterIP",
    clusterIP: "10.43.0.7",
    ports: [{ name: "http", port: 80, protocol: "TCP" }],
  },
};
const serviceFacts = "k.service_label_app=web k.service_labelpresent_app=true k.service_name=web";

// The type and addresses of a service, and the labels that they become.
const services: readonly (readonly [spec: object, status: object, labels: string])[] = [
  [{}, {}, "k.service_cluster_ip=10.43.0.7 # k.service_type=ClusterIP"],
  [
    { type: "ExternalName", externalName: "x.example" },
    {},
    "k.service_external_name=x.example # k.service_type=ExternalName",
  ],
  [
    { type: "LoadBalancer" },
    { loadBalancer: { ingress: [{ ip: "1.1.1.1" }, { hostname: "h" }, { ip: "1.1.1.2" }] } },
    "k.service_cluster_ip=10.43.0.7 k.service_loadbalancer_ip=1.1.1.1,1.1.1.2 # k.service_type=LoadBalancer",
  ],
];

for (const [spec, status, labels] of services) {
  test(`a service of ${JSON.stringify(spec)} has ${labels}`, () => {
    const one = live({ ...service, spec: { ...service.spec, ...spec }, status });
    const ports = "k.service_port_name=http k.service_port_number=80 k.service_port_protocol=TCP";
    assert.deepEqual(show(serviceGroup(one, noRelatedObjects)), [
      `svc/shop/web k.namespace=shop ${serviceFacts}`,
      `web.shop.svc:80 ${labels.replace("#", ports)}`,
    ]);
  });
}

test("an ingress is a target for each path, by https where its certificate covers the host", () => {
  const ingress = live({
    metadata: { name: "i", namespace: "shop" },
    spec: {
      ingressClassName: "nginx",
      tls: [{ hosts: ["*.example.com"] }],
      rules: [
        { host: "a.example.com", http: { paths: [{ path: "/x" }, { path: "" }] } },
        { host: "a.b.example.com" },
      ],
    },
  });
  assert.deepEqual(show(ingressGroup(ingress, noRelatedObjects)), [
    "ingress/shop/i k.ingress_class_name=nginx k.ingress_name=i k.namespace=shop",
    "a.example.com k.ingress_host=a.example.com k.ingress_path=/x k.ingress_scheme=https",
    "a.example.com k.ingress_host=a.example.com k.ingress_path=/ k.ingress_scheme=https",
    "a.b.example.com k.ingress_host=a.b.example.com k.ingress_path=/ k.ingress_scheme=http",
  ]);
});

const behind: RelatedObjects = {
  ...noRelatedObjects,
  pod: (namespace, name) => (namespace === "shop" && name === "web-1" ? live(pod) : undefined),
  service: () => live(service),
};

test("endpoints have their pod's labels, and its other ports are targets, too", () => {
  const endpoints = live({
    metadata: { name: "web", namespace: "shop" },
    subsets: [
      {
        addresses: [
          {
            ip: "10.1.0.5",
            nodeName: "n1",
            targetRef: { kind: "Pod", namespace: "shop", name: "web-1" },
          },
        ],
        notReadyAddresses: [{ ip: "10.9.9.9", hostname: "h" }],
        ports: [{ name: "http", port: 80, protocol: "TCP" }],
      },
    ],
  });
  const port = "k.endpoint_port_name=http k.endpoint_port_protocol=TCP";
  const container = (name: string, number: number) =>
    `k.pod_container_image=web:1 k.pod_container_init=false k.pod_container_name=web k.pod_container_port_name=${name} k.pod_container_port_number=${number} k.pod_container_port_protocol=TCP`;
  assert.deepEqual(show(endpointsGroup(endpoints, behind)), [
    `endpoints/shop/web k.endpoints_name=web k.namespace=shop ${serviceFacts}`,
    `10.1.0.5:80 k.endpoint_address_target_kind=Pod k.endpoint_address_target_name=web-1 k.endpoint_node_name=n1 ${port} k.endpoint_ready=true ${container("http", 80)} ${podFacts}`,
    `10.9.9.9:80 k.endpoint_hostname=h ${port} k.endpoint_ready=false`,
    `10.1.0.5:9100 ${container("metrics", 9100)} ${podFacts}`,
  ]);
});

const slice = {
  metadata: {
    name: "web-x",
    namespace: "shop",
    labels: { "kubernetes.io/service-name": "web" },
  },
  addressType: "IPv4",
  ports: [{ name: "http", port: 80, protocol: "TCP", appProtocol: "http" }],
  endpoints: [
    {
      addresses: ["10.1.0.9"],
      conditions: { ready: true, serving: true, terminating: false },
      hostname: "h",
      nodeName: "n2",
      zone: "a",
    },
  ],
};

test("an endpoint of a slice tells its port, conditions, node and zone", () => {
  assert.deepEqual(show(endpointSliceGroup(live(slice), behind)), [
    `endpointslice/shop/web-x k.endpointslice_address_type=IPv4 k.endpointslice_label_kubernetes_io_service_name=web k.endpointslice_labelpresent_kubernetes_io_service_name=true k.endpointslice_name=web-x k.namespace=shop ${serviceFacts}`,
    "10.1.0.9:80 k.endpointslice_endpoint_conditions_ready=true k.endpointslice_endpoint_conditions_serving=true k.endpointslice_endpoint_conditions_terminating=false k.endpointslice_endpoint_hostname=h k.endpointslice_endpoint_node_name=n2 k.endpointslice_endpoint_zone=a k.endpointslice_port=80 k.endpointslice_port_app_protocol=http k.endpointslice_port_name=http k.endpointslice_port_protocol=TCP",
  ]);
});

test("of a service with two address families only the first one's slices are targets", () => {
  const dual = { ...service.spec, ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv6", "IPv4"] };
  const related = { ...behind, service: () => live({ ...service, spec: dual }) };
  assert.deepEqual(endpointSliceGroup(live(slice), related).targets, []);
});

function ownerOf(kind: string, name: string) {
  return { apiVersion: "v1", uid: "o", kind, name, controller: true };
}

/** As much of an object as the test needs, of whatever kind is wanted. */
function live(object: object): never {
  return object as never;
}

function show(group: TargetGroup): readonly string[] {
  const head = [group.source, ...labelsOfGroup(group)].join(" ");
  const targets = group.targets.map((target) => {
    const pairs = [...labelPairs(target)];
    const address = pairs.find(([name]) => name === "__address__")?.[1];
    const others = pairs.filter(([name]) => name !== "__address__");
    return [address, ...others.map(showPair)].join(" ");
  });
  return [head, ...targets];
}

function labelsOfGroup(group: TargetGroup): readonly string[] {
  return Array.from(labelPairs(group.labels), showPair);
}

function showPair([name, value]: readonly [string, string]): string {
  return `${name.replace("__meta_kubernetes_", "k.")}=${value}`;
}
