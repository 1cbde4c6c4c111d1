import { declarationsOf } from "../../schema/schema.ts";

export const { type, kind } = declarationsOf({
  openApi: "io.k8s.api.admissionregistration.v1",
  group: "admissionregistration.k8s.io",
  version: "v1",
});
