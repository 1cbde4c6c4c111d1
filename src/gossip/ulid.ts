import type { Random } from "#base";

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const timeDigits = 10;
const chanceDigits = 16;

/** A name that nobody else has: the time in 10 digits of base 32, and 16 by chance. */
export function ulid(nowMs: number, random: Random): string {
  let rest = Math.floor(nowMs);
  let time = "";
  for (let index = 0; index < timeDigits; index++) {
    time = (digits[rest % 32] ?? "") + time;
    rest = Math.floor(rest / 32);
  }
  const chance = [...random.bytes(chanceDigits)].map((byte) => digits[byte % 32] ?? "");
  return time + chance.join("");
}
