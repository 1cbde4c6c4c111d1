/** How a rule file is written: the options of groups and rules, and where each stands. */
import {
  decodeDocument,
  Decoding,
  durationMs,
  field,
  integer,
  list,
  mapOf,
  optional,
  type Position,
  readYaml,
  shownField,
  struct,
  text,
  type ValueOf,
  type YamlType,
} from "#promconfig";

/** A text and where it stands; upstream's messages show line and column 0 for one that is absent. */
interface PlacedText {
  readonly text: string;
  readonly position: Position;
}

const nowhere: PlacedText = { text: "", position: { line: 0, column: 0 } };

const placedText: YamlType<PlacedText> = {
  ...text,
  zero: nowhere,
  decode: (node, decoding) => {
    const decoded = text.decode(node, decoding);
    return decoded && { value: { text: decoded.value, position: node.position } };
  },
  isEmpty: (value) => value.text === "",
  encode: (value) => text.encode(value.text),
};

const ruleParts = {
  record: field("record", placedText),
  alert: field("alert", placedText),
  expr: shownField("expr", placedText),
  forMs: field("for", durationMs),
  keepFiringForMs: field("keep_firing_for", durationMs),
  labels: field("labels", mapOf(text)),
  annotations: field("annotations", mapOf(text)),
} as const;

const ruleType = struct("rulefmt.Rule", ruleParts);

const groupParts = {
  name: shownField("name", text),
  intervalMs: field("interval", durationMs),
  queryOffsetMs: field("query_offset", optional(durationMs)),
  limit: field("limit", integer),
  rules: shownField("rules", list(ruleType)),
  labels: field("labels", mapOf(text)),
} as const;

const groupType = struct("rulefmt.RuleGroup", groupParts);

const fileType = struct("rulefmt.RuleGroups", {
  groups: shownField("groups", list(placed(groupType))),
});

export type RuleYaml = ValueOf<typeof ruleParts>;

/** A group, and where it stands. */
export interface GroupYaml {
  readonly position: Position;
  readonly group: ValueOf<typeof groupParts>;
}

function placed(type: typeof groupType): YamlType<GroupYaml> {
  return {
    goType: type.goType,
    zero: { position: nowhere.position, group: type.zero },
    decode: (node, decoding) => {
      const decoded = type.decode(node, decoding);
      return decoded && { value: { position: node.position, group: decoded.value } };
    },
    isEmpty: ({ group }) => type.isEmpty(group),
    encode: ({ group }) => type.encode(group),
  };
}

/** The groups of a rule file, decoded but not yet checked. Throws a `ConfigError`. */
export function decodeRuleYaml(
  content: string,
  unknownFields: "refuse" | "ignore",
): readonly GroupYaml[] {
  const decoding = new Decoding(undefined, unknownFields);
  const document = { root: readYaml(content), whenEmpty: fileType.initial };
  return decodeDocument(fileType, document, decoding).groups;
}
