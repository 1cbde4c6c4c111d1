/** Each word with a capital; an apostrophe or underscore does not begin another. */
export function capitalizeWords(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}\p{M}_]|[\p{L}\p{N}\p{M}]['’.:])\p{L}/gu, (letter) =>
    letter.toUpperCase(),
  );
}
