import assert from "node:assert/strict";
import { test } from "node:test";
import { deleteFlowArgs, findStaleFlows } from "./stale-flows.ts";

const listing = `\
udp      17 29 src=10.42.0.3 dst=10.43.0.7 sport=5353 dport=53 src=10.42.0.2 dst=10.42.0.3 sport=8080 dport=5353 mark=0 use=1
udp      17 29 src=10.42.0.4 dst=10.43.0.7 sport=5353 dport=53 src=10.42.0.9 dst=10.42.0.4 sport=8080 dport=5353 mark=0 use=1
udp      17 12 src=10.42.0.3 dst=10.43.0.8 sport=999 dport=53 [UNREPLIED] src=10.43.0.8 dst=10.42.0.3 sport=53 dport=999 mark=0 use=1
udp      17 12 src=10.42.0.3 dst=192.0.2.1 sport=999 dport=53 src=192.0.2.1 dst=10.42.0.3 sport=53 dport=999 [ASSURED] mark=0 use=1
`;

test("flows to lost endpoints and flows from before there were any are found", () => {
  const frontends = new Map([
    ["10.43.0.7:53", new Set(["10.42.0.2"])],
    ["10.43.0.8:53", new Set(["10.42.0.2"])],
  ]);
  const stale = findStaleFlows(listing, frontends);
  assert.deepEqual(
    stale.map((flow) => deleteFlowArgs(flow).join(" ")),
    [
      "-D -p udp --orig-dst 10.43.0.7 --orig-port-dst 53 --reply-src 10.42.0.9",
      "-D -p udp --orig-dst 10.43.0.8 --orig-port-dst 53 --reply-src 10.43.0.8",
    ],
  );
});
