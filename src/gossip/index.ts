export { type AdvertiseFacts, advertisedOctets } from "./advertise.ts";
export {
  type Cluster,
  type ClusterDeps,
  type ClusterOptions,
  isLong,
  openCluster,
  type Tell,
} from "./cluster.ts";
export { GossipError } from "./gossip-error.ts";
export type { LookUpHost, PeerAddress } from "./peer-finder.ts";
export { clearTransport, type OpenTransport } from "./transport.ts";
export { ulid } from "./ulid.ts";
