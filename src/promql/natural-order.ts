/**
 * Orders texts as people would: runs of digits by their number (`pod-2` before `pod-10`), the rest
 * character by character.
 */
export function compareNaturally(left: string, right: string): number {
  const leftParts = left.match(digitRuns) ?? [];
  const rightParts = right.match(digitRuns) ?? [];
  for (const [index, part] of leftParts.entries()) {
    const other = rightParts[index];
    if (other === undefined) return 1;
    const order = compareParts(part, other);
    if (order !== 0) return order;
  }
  return leftParts.length - rightParts.length;
}

const digitRuns = /\d+|\D+/g;

function compareParts(left: string, right: string): number {
  if (startsWithDigit(left) && startsWithDigit(right)) {
    const order = Number(left) - Number(right);
    // Of equal numbers the one with fewer zeros before it comes first.
    return order === 0 ? left.length - right.length : order;
  }
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function startsWithDigit(text: string): boolean {
  return /^\d/.test(text);
}
