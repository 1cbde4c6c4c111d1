import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.node.v1",
  group: "node.k8s.io",
  version: "v1",
});
