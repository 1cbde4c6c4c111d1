const mark = "…";

/** At most so many characters; what was cut says so. */
export function truncateCharacters(text: string, countMax: number): string {
  // A text of no more UTF-16 units than that has no more characters either.
  if (text.length <= countMax) return text;
  const characters = Array.from(text);
  if (characters.length <= countMax) return text;
  return characters.slice(0, countMax - 1).join("") + mark;
}

/** At most so many bytes, without half a character. */
export function truncateBytes(text: string, bytesMax: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= bytesMax) return text;
  const whole = new TextDecoder().decode(bytes.subarray(0, bytesMax - 3)).replace(/\ufffd+$/, "");
  return whole + mark;
}
