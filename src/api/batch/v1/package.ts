import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.batch.v1",
  group: "batch",
  version: "v1",
});
