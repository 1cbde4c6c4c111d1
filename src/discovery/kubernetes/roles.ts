/** For each role: whose targets these are, and which changes concern them. */
import type { Live } from "#api";
import { endpoints, type Endpoints, node, pod, type Pod, service } from "#api/core/v1";
import { endpointSlice, type EndpointSlice } from "#api/discovery/v1";
import { ingress } from "#api/networking/v1";
import type { KubernetesRole } from "#promconfig";
import { type Attachments, attachmentsOf, onDescribed } from "./attachments.ts";
import type { ClusterView } from "./cluster-view.ts";
import {
  endpointSliceGroup,
  endpointSliceSource,
  serviceNameLabel,
} from "./endpoint-slice-targets.ts";
import { endpointsGroup, endpointsSource } from "./endpoints-targets.ts";
import type { GroupBoard } from "./group-board.ts";
import { ingressGroup, ingressSource } from "./ingress-targets.ts";
import { nodeGroup, nodeSource } from "./node-targets.ts";
import { podGroup, podSource } from "./pod-targets.ts";
import { serviceGroup, serviceSource } from "./service-targets.ts";

type FollowRole = (view: ClusterView, board: GroupBoard, scope: DisposableStack) => void;

/** Starts to follow what the targets of a role are made of. */
export const followRole: Readonly<Record<KubernetesRole, FollowRole>> = {
  node: (view, board, scope) => {
    const nodes = view.of(node, { scope: "cluster", role: "node" });
    board.follow(nodes, { sourceOf: nodeSource, groupOf: nodeGroup }, scope);
  },

  service: (view, board, scope) => {
    const services = view.of(service, { scope: "namespace", role: "service" });
    const { related, namespaces } = attachmentsOf(view);
    const touch = board.follow(
      services,
      { sourceOf: serviceSource, groupOf: (one) => serviceGroup(one, related) },
      scope,
    );
    onDescribed(namespaces, scope, ({ metadata }) => touch(services.cache.list(metadata.name)));
  },

  ingress: (view, board, scope) => {
    const ingresses = view.of(ingress, { scope: "namespace", role: "ingress" });
    const { related, namespaces } = attachmentsOf(view);
    const touch = board.follow(
      ingresses,
      { sourceOf: ingressSource, groupOf: (one) => ingressGroup(one, related) },
      scope,
    );
    onDescribed(namespaces, scope, ({ metadata }) => touch(ingresses.cache.list(metadata.name)));
  },

  pod: (view, board, scope) => {
    const indexes = { [nodeIndex]: (one: Live<Pod>) => present(one.spec?.nodeName) };
    const pods = view.of(pod, { scope: "namespace", role: "pod", indexes });
    const attached = attachmentsOf(view);
    const touch = board.follow(
      pods,
      { sourceOf: podSource, groupOf: (one) => podGroup(one, attached.related) },
      scope,
    );
    const { nodes, namespaces, replicaSets, jobs } = attached;
    onDescribed(nodes, scope, ({ metadata }) =>
      touch(pods.cache.byIndex(nodeIndex, metadata.name)),
    );
    onDescribed(namespaces, scope, ({ metadata }) => touch(pods.cache.list(metadata.name)));
    onDescribed(replicaSets, scope, ({ metadata }) =>
      touch(pods.cache.byIndex("ownerUid", metadata.uid)),
    );
    onDescribed(jobs, scope, ({ metadata }) => touch(pods.cache.byIndex("ownerUid", metadata.uid)));
  },

  endpoints: (view, board, scope) => {
    const all = view.of(endpoints, {
      scope: "namespace",
      role: "endpoints",
      indexes: { [podIndex]: podsOfEndpoints, [nodeIndex]: nodesOfEndpoints },
    });
    const behind = followBehind(view);
    const touch = board.follow(
      all,
      { sourceOf: endpointsSource, groupOf: (one) => endpointsGroup(one, behind.related) },
      scope,
    );
    touchBehind(behind, scope, {
      pod: (key) => touch(all.cache.byIndex(podIndex, key)),
      node: (name) => touch(all.cache.byIndex(nodeIndex, name)),
      namespace: (name) => touch(all.cache.list(name)),
    });
    scope.use(
      behind.services.onChange(({ before, after }) => {
        const { namespace = "", name } = (after ?? before)?.metadata ?? { name: "" };
        const found = all.cache.find({ namespace, name });
        if (found !== undefined) touch([found]);
      }),
    );
  },

  endpointslice: (view, board, scope) => {
    const slices = view.of(endpointSlice, {
      scope: "namespace",
      role: "endpointslice",
      indexes: {
        [podIndex]: podsOfSlice,
        [nodeIndex]: nodesOfSlice,
        [serviceIndex]: serviceOfSlice,
      },
    });
    const behind = followBehind(view);
    const touch = board.follow(
      slices,
      { sourceOf: endpointSliceSource, groupOf: (one) => endpointSliceGroup(one, behind.related) },
      scope,
    );
    touchBehind(behind, scope, {
      pod: (key) => touch(slices.cache.byIndex(podIndex, key)),
      node: (name) => touch(slices.cache.byIndex(nodeIndex, name)),
      namespace: (name) => touch(slices.cache.list(name)),
    });
    scope.use(
      behind.services.onChange(({ before, after }) => {
        const { namespace = "", name } = (after ?? before)?.metadata ?? { name: "" };
        touch(slices.cache.byIndex(serviceIndex, `${namespace}/${name}`));
      }),
    );
  },
};

const nodeIndex = "discoveryNode";
const podIndex = "discoveryPod";
const serviceIndex = "discoveryService";

/** What stands behind endpoints: pods and the service. */
function followBehind(view: ClusterView) {
  const pods = view.of(pod, { scope: "namespace", role: "pod" });
  const services = view.of(service, { scope: "namespace", role: "service" });
  const attached = attachmentsOf(view);
  const related = {
    ...attached.related,
    pod: (namespace: string, name: string) => pods.cache.find({ namespace, name }),
    service: (namespace: string, name: string) => services.cache.find({ namespace, name }),
  };
  return { ...attached, related, pods, services };
}

function touchBehind(
  behind: Attachments & Pick<ReturnType<typeof followBehind>, "pods">,
  scope: DisposableStack,
  touch: {
    pod(key: string): void;
    node(name: string): void;
    namespace(name: string): void;
  },
): void {
  scope.use(
    behind.pods.onChange(({ before, after }) => {
      const { namespace = "", name } = (after ?? before)?.metadata ?? { name: "" };
      touch.pod(`${namespace}/${name}`);
    }),
  );
  onDescribed(behind.nodes, scope, ({ metadata }) => touch.node(metadata.name));
  onDescribed(behind.namespaces, scope, ({ metadata }) => touch.namespace(metadata.name));
  for (const owners of [behind.replicaSets, behind.jobs]) {
    if (owners === undefined) continue;
    scope.use(
      owners.onChange(({ before, after }) => {
        const uid = (after ?? before)?.metadata.uid ?? "";
        for (const { metadata } of behind.pods.cache.byIndex("ownerUid", uid)) {
          if (before === undefined) touch.pod(`${metadata.namespace}/${metadata.name}`);
        }
      }),
    );
  }
}

function podsOfEndpoints({ subsets }: Live<Endpoints>): readonly string[] {
  return (subsets ?? [])
    .flatMap(({ addresses, notReadyAddresses }) => [
      ...(addresses ?? []),
      ...(notReadyAddresses ?? []),
    ])
    .flatMap(({ targetRef }) =>
      targetRef?.kind === "Pod" ? [`${targetRef.namespace}/${targetRef.name}`] : [],
    );
}

function nodesOfEndpoints({ subsets }: Live<Endpoints>): readonly string[] {
  return (subsets ?? [])
    .flatMap(({ addresses, notReadyAddresses }) => [
      ...(addresses ?? []),
      ...(notReadyAddresses ?? []),
    ])
    .flatMap(({ nodeName, targetRef }) =>
      present(nodeName ?? (targetRef?.kind === "Node" ? targetRef.name : undefined)),
    );
}

function podsOfSlice({ endpoints: list }: Live<EndpointSlice>): readonly string[] {
  return (list ?? []).flatMap(({ targetRef }) =>
    targetRef?.kind === "Pod" ? [`${targetRef.namespace}/${targetRef.name}`] : [],
  );
}

function nodesOfSlice({ endpoints: list }: Live<EndpointSlice>): readonly string[] {
  return (list ?? []).flatMap(({ nodeName, targetRef }) =>
    present(targetRef?.kind === "Node" ? targetRef.name : nodeName),
  );
}

function serviceOfSlice({ metadata }: Live<EndpointSlice>): readonly string[] {
  const name = metadata.labels?.[serviceNameLabel];
  return name === undefined ? [] : [`${metadata.namespace}/${name}`];
}

function present(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : [text];
}
