/**
 * Files that replaced pods start with, and the restart itself, as one server-side apply of our own to
 * what the stack has deployed: a ConfigMap, mounted file by file over those of the image. An empty
 * overlay takes back what an earlier one did. Pure.
 */
import type { JsonObject } from "#api";
import { metadataOf } from "../cluster/decode.ts";
import { stackKind } from "../cluster/kinds.ts";
import { base64 } from "../objects/bind-contents.ts";
import type { Workload } from "../plan.ts";

export interface Overlay {
  /** By absolute path in the container. */
  readonly files: ReadonlyMap<string, { readonly content: Uint8Array; readonly mode: number }>;
  /** Changes whenever pods are to be replaced although nothing else has changed. */
  readonly restartedAt: string | undefined;
}

export interface OverlaidService {
  readonly namespace: string;
  readonly workload: Workload;
  readonly container: string;
}

/** The API takes no larger ConfigMap. */
export const overlayBytesMax = 1_000_000;

const volumeName = "wherry-watch";

function overlayName({ workload }: OverlaidService): string {
  return `${workload.name}-watch`.slice(-63);
}

/** Where the API has what overlays are made of and lie upon. */
export function overlayKind(kind: Workload["kind"] | "ConfigMap") {
  return stackKind(kind);
}

/** The content, or undefined when there are no files. It goes when its workload goes. */
export function overlayContent(
  service: OverlaidService,
  { files }: Overlay,
  deployed: JsonObject,
): JsonObject | undefined {
  if (files.size === 0) return undefined;
  const entries = [...files.values()].map(({ content }, index) => [keyOf(index), base64(content)]);
  const { kind, name } = service.workload;
  const { uid = "" } = metadataOf(deployed);
  const owner = { apiVersion: "apps/v1", kind, name, uid };
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: overlayName(service),
      namespace: service.namespace,
      ownerReferences: [owner],
    },
    binaryData: Object.fromEntries(entries),
  };
}

/** What is applied to the workload. */
export function overlayWorkload(service: OverlaidService, overlay: Overlay): JsonObject {
  const { namespace, workload, container } = service;
  const paths = [...overlay.files];
  const mounts = paths.map(([mountPath], index) => ({
    name: volumeName,
    mountPath,
    subPath: keyOf(index),
  }));
  const items = paths.map(([, { mode }], index) => ({
    key: keyOf(index),
    path: keyOf(index),
    mode: mode & 0o777,
  }));
  const volume = { name: volumeName, configMap: { name: overlayName(service), items } };
  const annotations = { "kubectl.kubernetes.io/restartedAt": overlay.restartedAt };
  const pod = {
    ...(paths.length === 0 ? {} : { volumes: [volume] }),
    ...(paths.length === 0 ? {} : { containers: [{ name: container, volumeMounts: mounts }] }),
  };
  return {
    apiVersion: "apps/v1",
    kind: workload.kind,
    metadata: { name: workload.name, namespace },
    spec: {
      template: {
        ...(overlay.restartedAt === undefined ? {} : { metadata: { annotations } }),
        ...(paths.length === 0 ? {} : { spec: pod }),
      },
    },
  };
}

function keyOf(index: number): string {
  return `file-${index}`;
}
