/**
 * The CNI configuration of a node: the file containerd reads to connect its pods.
 *
 * Pods sit on a bridge of the node, with addresses of the node's share of the pod range. The node
 * itself masquerades what leaves the cluster (see `plan.ts`), so the plugins must not.
 */

/** Understood by Debian's plugins 1.1 and by containerd 1.6 and 2. */
const cniVersion = "1.0.0";

export interface CniOptions {
  /** The node's share of the pod range: `10.42.1.0/24`. */
  readonly podCidr: string;
  /** Absolute directory where host-local remembers the addresses it gave out. */
  readonly addressDirectory: string;
  /** As the node's link to the others. */
  readonly mtu: number;
}

/** The text of `10-wherry.conflist` in containerd's CNI configuration directory. */
export function cniConfiguration(options: CniOptions): string {
  const list = {
    cniVersion,
    name: "wherry",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        isDefaultGateway: true,
        // A pod that is balanced to itself gets its packet back through the port it came from.
        hairpinMode: true,
        ipMasq: false,
        mtu: options.mtu,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: options.podCidr }]],
          dataDir: options.addressDirectory,
        },
      },
      { type: "portmap", capabilities: { portMappings: true }, snat: true },
    ],
  };
  return `${JSON.stringify(list, undefined, 2)}\n`;
}
