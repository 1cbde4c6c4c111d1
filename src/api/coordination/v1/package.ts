import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.coordination.v1",
  group: "coordination.k8s.io",
  version: "v1",
});
