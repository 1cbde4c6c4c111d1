/** Compares in a time that tells nothing about where they differ. */
export function areEqualBytes(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  }
  return difference === 0;
}

export function areEqualSecrets(left: string, right: string): boolean {
  const encoder = new TextEncoder();
  return areEqualBytes(encoder.encode(left), encoder.encode(right));
}
