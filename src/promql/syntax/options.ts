/** Which parts of the language, that upstream guards by feature flags, are understood. */
export interface ParserOptions {
  /** Experimental functions and aggregations. */
  readonly experimentalFunctions: boolean;
  /** Arithmetic in ranges and offsets. */
  readonly durationExpressions: boolean;
  /** `anchored` and `smoothed`. */
  readonly extendedRangeSelectors: boolean;
  /** `fill`, `fill_left` and `fill_right`. */
  readonly binopFillModifiers: boolean;
}

/** What upstream understands without any feature flag. */
export const defaultParserOptions: ParserOptions = {
  experimentalFunctions: false,
  durationExpressions: true,
  extendedRangeSelectors: false,
  binopFillModifiers: false,
};
