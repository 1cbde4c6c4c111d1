import {
  boolean,
  bytes,
  field,
  int32,
  keyedListOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const serviceReference = type("ServiceReference", "A Service that serves an API.", {
  namespace: field(1, string, "Namespace of the Service."),
  name: field(2, string, "Name of the Service."),
  port: field(3, int32, "Port of the Service; 443 by default.").pointer(),
});
export interface ServiceReference extends TypeOf<typeof serviceReference> {}

export const apiServiceSpec = type("APIServiceSpec", "Where a group version is served.", {
  service: field(1, serviceReference, "Service that serves it; absent: this server.").pointer(),
  group: field(2, string, "API group."),
  version: field(3, string, "Version of the group."),
  insecureSkipTLSVerify: field(4, boolean, "Do not verify the Service's certificate."),
  caBundle: field(5, bytes, "Certificates to verify the Service's with, in PEM."),
  groupPriorityMinimum: field(
    7,
    int32,
    "Place of the group among groups; higher is first.",
  ).required(),
  versionPriority: field(
    8,
    int32,
    "Place of the version in its group; higher is first.",
  ).required(),
});
export interface APIServiceSpec extends TypeOf<typeof apiServiceSpec> {}

export const apiServiceCondition = type("APIServiceCondition", "One aspect of the state.", {
  type: field(1, string, "Available.").required(),
  status: field(2, string, "True, False or Unknown.").required(),
  lastTransitionTime: field(3, time, "When the status changed."),
  reason: field(4, string, "Why, for programs."),
  message: field(5, string, "Why, for people."),
});
export interface APIServiceCondition extends TypeOf<typeof apiServiceCondition> {}

export const apiServiceStatus = type("APIServiceStatus", "Whether the API is served.", {
  conditions: field(
    1,
    keyedListOf(apiServiceCondition, "type"),
    "Aspects of the state.",
  ).patchMerged("type"),
});
export interface APIServiceStatus extends TypeOf<typeof apiServiceStatus> {}

export const apiService = kind(
  "APIService",
  "A group version of the API, and who serves it.",
  {
    metadata: field(1, objectMeta, "Standard metadata."),
    spec: field(2, apiServiceSpec, "Where it is served."),
    status: field(3, apiServiceStatus, "Whether it is served."),
  },
  {
    name: "apiservices",
    singular: "apiservice",
    namespaced: false,
    verbs: standardVerbs,
    categories: ["api-extensions"],
    subresources: { status: statusSubresource("APIService") },
  },
);
export interface APIService extends TypeOf<typeof apiService> {}
