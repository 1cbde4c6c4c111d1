/** What is used of the answers of Docker's engine API; what it leaves out is empty. */

export interface DockerContainer {
  readonly id: string;
  /** With a slash before each. */
  readonly names: readonly string[];
  readonly image: string;
  readonly imageId: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly networkMode: string;
  readonly networks: readonly NetworkAttachment[];
  readonly ports: readonly DockerPort[];
}

export interface NetworkAttachment {
  readonly name: string;
  readonly networkId: string;
  readonly address: string;
  readonly address6: string;
}

export interface DockerPort {
  readonly type: string;
  readonly privatePort: number;
  /** 0 when the port is not published. */
  readonly publicPort: number;
  readonly ip: string;
}

export interface DockerNetwork {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly internal: boolean;
  readonly ingress: boolean;
  readonly labels: ReadonlyMap<string, string>;
}

/** The answer to `GET /containers/json`. */
export function decodeContainers(answer: unknown): readonly DockerContainer[] {
  return listOf(answer).map((one) => ({
    id: textAt(one, "Id"),
    names: listOf(memberOf(one, "Names")).filter((name) => typeof name === "string"),
    image: textAt(one, "Image"),
    imageId: textAt(one, "ImageID"),
    labels: textsOf(memberOf(one, "Labels")),
    networkMode: textAt(memberOf(one, "HostConfig"), "NetworkMode"),
    networks: entriesOf(memberOf(memberOf(one, "NetworkSettings"), "Networks")).flatMap(
      ([name, network]) => (network === null ? [] : [attachmentOf(name, network)]),
    ),
    ports: listOf(memberOf(one, "Ports")).map((port) => ({
      type: textAt(port, "Type"),
      privatePort: numberAt(port, "PrivatePort"),
      publicPort: numberAt(port, "PublicPort"),
      ip: textAt(port, "IP"),
    })),
  }));
}

/** The answer to `GET /networks`. */
export function decodeNetworks(answer: unknown): readonly DockerNetwork[] {
  return listOf(answer).map((one) => ({
    id: textAt(one, "Id"),
    name: textAt(one, "Name"),
    scope: textAt(one, "Scope"),
    internal: memberOf(one, "Internal") === true,
    ingress: memberOf(one, "Ingress") === true,
    labels: textsOf(memberOf(one, "Labels")),
  }));
}

function attachmentOf(name: string, network: unknown): NetworkAttachment {
  return {
    name,
    networkId: textAt(network, "NetworkID"),
    address: textAt(network, "IPAddress"),
    address6: textAt(network, "GlobalIPv6Address"),
  };
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textAt(value: unknown, name: string): string {
  const member = memberOf(value, name);
  return typeof member === "string" ? member : "";
}

function numberAt(value: unknown, name: string): number {
  const member = memberOf(value, name);
  return typeof member === "number" ? member : 0;
}

function textsOf(value: unknown): ReadonlyMap<string, string> {
  return new Map(entriesOf(value).map(([name, text]) => [name, String(text)]));
}
