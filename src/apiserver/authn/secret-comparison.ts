const encoder = new TextEncoder();

/** Compares secrets in a time that depends on their length alone. */
export function isSameSecret(left: string, right: string): boolean {
  const [lefts, rights] = [encoder.encode(left), encoder.encode(right)];
  if (lefts.length !== rights.length) return false;
  let difference = 0;
  for (const [index, octet] of lefts.entries()) difference |= octet ^ (rights[index] ?? 0);
  return difference === 0;
}
