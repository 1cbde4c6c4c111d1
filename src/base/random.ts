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
  const hex = Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join("-");
}
