import { type Labels } from "#series";
import { list } from "../schema/collection.ts";
import { field, shownField, struct } from "../schema/decode-struct.ts";
import { labelSet } from "../schema/option-types.ts";
import { text } from "../schema/scalar.ts";
import { decodeDocument, Decoding, type YamlType } from "../schema/yaml-type.ts";
import { readYaml } from "../yaml/read.ts";

/** Targets that share labels, as `static_configs` and the files of `file_sd_configs` list them. */
export interface TargetGroupConfig {
  readonly targets: readonly string[];
  readonly labels: Labels;
}

export const targetGroupType: YamlType<TargetGroupConfig> = struct(
  'struct { Targets []string "yaml:\\"targets\\""; Labels model.LabelSet "yaml:\\"labels\\"" }',
  { targets: shownField("targets", list(text)), labels: field("labels", labelSet) },
);

const targetGroupsType = list(targetGroupType, {
  goType: "[]*targetgroup.Group",
  nullItem: "nil target group item found",
});

/** Reads a file of `file_sd_configs`; JSON is YAML, too. Throws a `ConfigError`. */
export function parseTargetGroups(content: string): readonly TargetGroupConfig[] {
  const root = readYaml(content);
  return decodeDocument(targetGroupsType, { root, whenEmpty: [] }, new Decoding());
}
