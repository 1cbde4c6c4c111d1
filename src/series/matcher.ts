/** A condition on one label. An absent label counts as the empty string. */
export interface LabelMatcher {
  readonly operator: MatchOperator;
  readonly name: string;
  /** The literal, or the source of the regular expression (RE2 syntax, anchored at both ends). */
  readonly value: string;
  matches(value: string): boolean;
}

export type MatchOperator = "=" | "!=" | "=~" | "!~";
