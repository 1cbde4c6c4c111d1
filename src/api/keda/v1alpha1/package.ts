import { declarationsOf } from "../../schema/schema.ts";

/** KEDA's kinds, as its CustomResourceDefinitions (2.18) declare them. */
export const { type, kind } = declarationsOf({
  openApi: "sh.keda.v1alpha1",
  group: "keda.sh",
  version: "v1alpha1",
  isCustom: true,
});
