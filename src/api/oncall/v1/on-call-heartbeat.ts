import { objectMeta } from "../../meta/v1/object-meta.ts";
import { field, standardVerbs, statusSubresource, type TypeOf } from "../../schema/schema.ts";
import { kind, type } from "./package.ts";
import { secretSource } from "./secret-source.ts";
import { acceptanceStatus } from "./status.ts";
import { duration, nonEmpty } from "./text.ts";

export const onCallHeartbeatSpec = type("OnCallHeartbeatSpec", "A dead man's switch.", {
  service: field(nonEmpty, "Whose owners hear of it when it falls silent.").required(),
  interval: field(duration, "How often it beats; 5m. Two are missed before anybody is told."),
  key: field(secretSource, "The secret part of the path that is called.").required(),
});
export interface OnCallHeartbeatSpec extends TypeOf<typeof onCallHeartbeatSpec> {}

export const onCallHeartbeat = kind(
  "OnCallHeartbeat",
  "Calls that must not stop: a dead man's switch.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(onCallHeartbeatSpec, "A dead man's switch.").required(),
    status: field(acceptanceStatus, "What has become of it."),
  },
  {
    name: "oncallheartbeats",
    singular: "oncallheartbeat",
    namespaced: true,
    verbs: standardVerbs,
    categories: ["oncall"],
    subresources: { status: statusSubresource("OnCallHeartbeat") },
  },
);
export interface OnCallHeartbeat extends TypeOf<typeof onCallHeartbeat> {}
