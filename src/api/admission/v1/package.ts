import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.admission.v1",
  group: "admission.k8s.io",
  version: "v1",
});
