/** The only source of chance. Seeded in simulation, cryptographic in `host`. */
export interface Random {
  /** A uniform number in [0, 1). */
  fraction(): number;
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
  /** An independent source; equal names of equal parents give equal streams when seeded. */
  fork(name: string): Random;
}

/** A uniform integer in [0, limit). */
export function integerBelow(random: Random, limit: number): number {
  return Math.floor(random.fraction() * limit);
}

/** A version 4 UUID (RFC 9562). */
export function uuid(random: Random): string {
  const octets = random.bytes(16);
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x40;
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80;
  let text = "";
  for (let index = 0; index < octets.length; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) text += "-";
    text += hexPairs[octets[index] ?? 0] ?? "";
  }
  return text;
}

/** Every octet in two hexadecimal digits. */
const hexPairs: readonly string[] = Array.from({ length: 256 }, (_, octet) =>
  octet.toString(16).padStart(2, "0"),
);
