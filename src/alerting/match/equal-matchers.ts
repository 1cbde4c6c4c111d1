import type { LabelMatcher } from "#series";

export function equalMatchers(
  left: readonly LabelMatcher[],
  right: readonly LabelMatcher[],
): boolean {
  return (
    left.length === right.length &&
    left.every((matcher, index) => {
      const other = right[index];
      return (
        matcher.name === other?.name &&
        matcher.operator === other.operator &&
        matcher.value === other.value
      );
    })
  );
}
