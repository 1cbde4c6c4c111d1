import { unreachable } from "#base";
import { md5 } from "@noble/hashes/legacy.js";
import { LabelBuilder } from "./label-builder.ts";
import type { Labels } from "./labels.ts";
import { isValidLabelName } from "./names.ts";
import { hasReference, type RelabelRule } from "./relabel-rule.ts";

/** Applies the rules in order; undefined when one of them says to drop the target or sample. */
export function relabel(labels: Labels, rules: readonly RelabelRule[]): Labels | undefined {
  if (rules.length === 0) return labels;
  const builder = new LabelBuilder(labels);
  return rules.every((rule) => applyRule(builder, rule)) ? builder.toLabels() : undefined;
}

/** What one rule made of a label set. */
export interface RelabelStep {
  readonly rule: RelabelRule;
  readonly before: Labels;
  /** Empty once it is dropped. */
  readonly after: Labels;
  readonly isKept: boolean;
}

/** The same as `relabel`, step by step: for people who wonder where a target went. */
export function traceRelabel(
  labels: Labels,
  rules: readonly RelabelRule[],
): readonly RelabelStep[] {
  const builder = new LabelBuilder(labels);
  let before = labels;
  let isKept = true;
  return rules.map((rule) => {
    isKept &&= applyRule(builder, rule);
    const step = { rule, before, after: isKept ? builder.toLabels() : [], isKept };
    before = step.after;
    return step;
  });
}

/** Changes the labels; false when they are to be dropped. */
function applyRule(builder: LabelBuilder, rule: RelabelRule): boolean {
  const { action, regex, targetLabel } = rule;
  const source = rule.sourceLabels.map((name) => builder.get(name)).join(rule.separator);
  switch (action) {
    case "keep":
      return regex.test(source);
    case "drop":
      return !regex.test(source);
    case "keepequal":
      return builder.get(targetLabel) === source;
    case "dropequal":
      return builder.get(targetLabel) !== source;
    case "replace":
      replace(builder, rule, source);
      break;
    case "lowercase":
      builder.set(targetLabel, lowerCase(source));
      break;
    case "uppercase":
      builder.set(targetLabel, upperCase(source));
      break;
    case "hashmod":
      builder.set(targetLabel, String(hashOf(source) % rule.modulus));
      break;
    case "labelmap":
      copyMatching(builder, rule);
      break;
    case "labeldrop":
      removeLabels(builder, (name) => regex.test(name));
      break;
    case "labelkeep":
      removeLabels(builder, (name) => !regex.test(name));
      break;
    default:
      unreachable(action);
  }
  return true;
}

function replace(builder: LabelBuilder, rule: RelabelRule, source: string): void {
  if (!rule.regex.test(source)) return;
  const target = expanded(rule, source, rule.targetLabel);
  if (!isValidLabelName(target, rule.nameScheme)) return;
  builder.set(target, expanded(rule, source, rule.replacement));
}

function expanded(rule: RelabelRule, source: string, template: string): string {
  return hasReference(template) ? (rule.regex.expand(source, template) ?? "") : template;
}

function copyMatching(builder: LabelBuilder, rule: RelabelRule): void {
  for (const [name, value] of builder.pairs()) {
    const target = rule.regex.expand(name, rule.replacement);
    if (target !== undefined && target !== "") builder.set(target, value);
  }
}

function removeLabels(builder: LabelBuilder, isRemoved: (name: string) => boolean): void {
  for (const [name] of builder.pairs()) {
    if (isRemoved(name)) builder.set(name, "");
  }
}

const textEncoder = new TextEncoder();

/** The last eight bytes of the MD5 hash as a number, as upstream has always taken them. */
function hashOf(text: string): bigint {
  const hash = md5(textEncoder.encode(text));
  return new DataView(hash.buffer, hash.byteOffset + 8, 8).getBigUint64(0);
}

/** Character by character, as Go does: a character that would become two stays as it is. */
function upperCase(text: string): string {
  return Array.from(text, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join("");
}

/** One by one, so that a final sigma is like any other. */
function lowerCase(text: string): string {
  return Array.from(text, (character) => {
    return String.fromCodePoint(character.toLowerCase().codePointAt(0) ?? 0);
  }).join("");
}
