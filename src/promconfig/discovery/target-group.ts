import { type Labels, labelsOf } from "#series";
import { ConfigError } from "../config-error.ts";
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

/** Reads what `http_sd_configs` and JSON files list, which may be long. Throws a `ConfigError`. */
export function parseJsonTargetGroups(content: string): readonly TargetGroupConfig[] {
  const groups: unknown = parseJson(content);
  if (!Array.isArray(groups)) throw new ConfigError("target groups must be a JSON array");
  return groups.map((group: unknown, index) => {
    if (typeof group !== "object" || group === null || Array.isArray(group)) {
      throw new ConfigError(`nil target group item found (index ${index})`);
    }
    return jsonGroup(new Map(Object.entries(group)));
  });
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ConfigError(`invalid JSON: ${error.message}`, { cause: error });
  }
}

function jsonGroup(group: ReadonlyMap<string, unknown>): TargetGroupConfig {
  const unknownField = [...group.keys()].find((name) => name !== "targets" && name !== "labels");
  if (unknownField !== undefined) throw new ConfigError(`json: unknown field "${unknownField}"`);
  const targets: unknown = group.get("targets") ?? [];
  const labels: unknown = group.get("labels") ?? {};
  if (typeof labels !== "object" || labels === null) {
    throw new ConfigError("json: the labels of a group must be an object");
  }
  if (!Array.isArray(targets) || !targets.every((one) => typeof one === "string")) {
    throw new ConfigError("json: the targets of a group must be a list of strings");
  }
  const pairs = Object.entries(labels);
  const bad = pairs.find(([name, value]) => typeof value !== "string" || name === "");
  if (bad !== undefined) {
    throw new ConfigError(
      `json: the label ${JSON.stringify(bad[0])} must have a name and a string`,
    );
  }
  return { targets, labels: labelsOf(pairs.map(([name, value]) => [name, String(value)])) };
}
