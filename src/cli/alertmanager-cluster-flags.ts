/** The flags by which several instances of the alerting part find each other: those of Alertmanager 0.34. */
import type { Flags } from "./flags.ts";

export const alertmanagerClusterFlags = {
  "cluster.listen-address": {
    type: "string",
    placeholder: "ADDRESS",
    default: "0.0.0.0:9094",
    help: "where other instances reach this one, over TCP and UDP; empty when there are none",
  },
  "cluster.advertise-address": {
    type: "string",
    placeholder: "ADDRESS",
    default: "",
    help: "the address that others are told, if it is not the one listened on",
  },
  "cluster.peer": {
    type: "list",
    placeholder: "ADDRESS",
    help: "an instance to begin with; may be given several times",
  },
  "cluster.peer-name": {
    type: "string",
    placeholder: "NAME",
    default: "",
    help: "the name among the others, which decides on the order of telling; made up unless given",
  },
  "cluster.peer-timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "15s",
    help: "how long each waits for the one before it to tell a notification",
  },
  "cluster.peers-resolve-timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "15s",
    help: "how long names of peers are waited for",
  },
  "cluster.gossip-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "200ms",
    help: "how often news are told",
  },
  "cluster.pushpull-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "1m",
    help: "how often the whole state is exchanged with one other",
  },
  "cluster.tcp-timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "10s",
    help: "how long a connection to another one may take",
  },
  "cluster.probe-timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "500ms",
    help: "how long an answer of another one may take",
  },
  "cluster.probe-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "1s",
    help: "how often one of the others is asked whether it is there",
  },
  "cluster.settle-timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "1m",
    help: "how long others are waited for at the start before anything is told",
  },
  "cluster.reconnect-interval": {
    type: "string",
    placeholder: "DURATION",
    default: "10s",
    help: "how often lost ones are tried again",
  },
  "cluster.reconnect-timeout": {
    type: "string",
    placeholder: "DURATION",
    default: "6h",
    help: "how long lost ones are tried again",
  },
  "cluster.allow-insecure-public-advertise-address-discovery": {
    type: "boolean",
    help: "listen for others on a public address too when there is no private one",
  },
  "cluster.label": {
    type: "string",
    placeholder: "TEXT",
    default: "",
    help: "hear only those that have the same",
  },
} as const satisfies Flags;
