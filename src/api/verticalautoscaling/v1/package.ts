import { declarationsOf } from "../../schema/schema.ts";

/** Kinds of the vertical autoscaler, as its CustomResourceDefinitions (1.5) declare them. */
export const { type, kind } = declarationsOf({
  openApi: "io.k8s.autoscaling.v1",
  group: "autoscaling.k8s.io",
  version: "v1",
  isCustom: true,
});
