import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.discovery.v1",
  group: "discovery.k8s.io",
  version: "v1",
});
