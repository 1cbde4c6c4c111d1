import { integerBelow, type Random } from "#base";

/** Without vowels and look-alikes: no words, no mistakes. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const baseLengthMax = 63 - suffixLength;

/** A name that starts with `generateName`, cut so that the whole is a DNS label. */
export function generatedName(generateName: string, random: Random): string {
  let name = generateName.slice(0, baseLengthMax);
  for (let index = 0; index < suffixLength; index++) {
    name += alphabet[integerBelow(random, alphabet.length)];
  }
  return name;
}
