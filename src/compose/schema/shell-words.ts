import type { Problem } from "./shape.ts";

/**
 * Splits a command line into its words as a shell would: quotes and backslashes, and nothing else.
 * No variables, globs or operators: those are for the shell in the container.
 */
export function splitWords(line: string): readonly string[] | Problem {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < line.length; index++) {
    const char = line.charAt(index);
    if (char === "\\" && quote !== "'") {
      index++;
      word = (word ?? "") + escaped(line.charAt(index), quote);
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== undefined) return { problem: `has a ${quote} without its other end` };
  if (word !== undefined) words.push(word);
  return words;
}

/** In double quotes a backslash is itself before anything but the few characters that it protects. */
function escaped(char: string, quote: string | undefined): string {
  return quote === '"' && !'"\\$`\n'.includes(char) ? `\\${char}` : char;
}
