import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.flowcontrol.v1",
  group: "flowcontrol.apiserver.k8s.io",
  version: "v1",
});
