import type { Random } from "#base";

const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const timeDigits = 10;
const chanceBytes = 16;

/** A name of 26 characters that no other block has, and that sorts behind those of earlier times. */
export function newUlid(random: Random, nowMs: number): string {
  let time = "";
  let rest = nowMs;
  for (let index = 0; index < timeDigits; index++) {
    time = `${digits[rest % 32]}${time}`;
    rest = Math.floor(rest / 32);
  }
  const chance = Array.from(random.bytes(chanceBytes), (byte) => digits[byte & 31]);
  return `${time}${chance.join("")}`;
}

/** Whether a directory's name is that of a block. */
export function isUlid(name: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(name);
}
