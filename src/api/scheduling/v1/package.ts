import { declarationsOf } from "../../schema/schema.ts";

export const { kind } = declarationsOf({
  openApi: "io.k8s.api.scheduling.v1",
  group: "scheduling.k8s.io",
  version: "v1",
});
