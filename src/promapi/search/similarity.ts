/** How alike a name is to what somebody typed; all scores are between 0 and 1, and 1 is best. */

/** What scores candidates for one search term. 0 is no match. */
export type Scorer = (candidate: string) => number;

/** Whether the term is part of the candidate: the nearer to its beginning, the better. */
export function containment(term: string): Scorer {
  const termLength = characterCount(term);
  return (candidate) => {
    const place = candidate.indexOf(term);
    if (place < 0) return 0;
    const rest = characterCount(candidate) - termLength;
    if (place === 0 || rest <= 0) return 1;
    return 1 - (0.9 * characterCount(candidate.slice(0, place))) / rest;
  };
}

/** Even a match of all characters is worse than the term itself. */
const inexactScale = 0.999;

/**
 * Whether the characters of the term occur in the candidate in their order. Characters side by side
 * count more, gaps less; the first character that a run can begin with is taken, so a better way to
 * match may be missed.
 */
export function subsequence(term: string): Scorer {
  const pattern = charactersOf(term);
  const worth = pattern.length ** 2;
  return (candidate) => {
    if (candidate.startsWith(term)) return 1;
    const text = charactersOf(candidate);
    let best = -1;
    for (let start = 0; start <= text.length - pattern.length; start++) {
      if (text[start] !== pattern[0]) continue;
      const score = runsFrom(pattern, text, start);
      // What cannot be completed from here cannot be from further on.
      if (score === undefined) break;
      best = Math.max(best, score);
    }
    return best < 0 ? 0 : (best / worth) * inexactScale;
  };
}

/** The squares of the runs' lengths, less the gaps in parts of the text; undefined without a match. */
function runsFrom(pattern: readonly string[], text: readonly string[], start: number) {
  const part = 1 / text.length;
  let score = -start * part;
  let matched = 0;
  let end = start;
  for (let at = start; matched < pattern.length; ) {
    const run = runLength(pattern, text, { at, matched });
    if (run === 0) {
      at = text.indexOf(pattern[matched] ?? "", at);
      if (at < 0) return undefined;
      continue;
    }
    if (matched > 0) score -= (at - end) * part;
    score += run * run;
    matched += run;
    at += run;
    end = at;
  }
  return score - (text.length - end) * part * 0.5;
}

function runLength(
  pattern: readonly string[],
  text: readonly string[],
  { at, matched }: { readonly at: number; readonly matched: number },
): number {
  let length = 0;
  while (matched + length < pattern.length && text[at + length] === pattern[matched + length]) {
    length++;
  }
  return length;
}

/** Characters at the beginning that both share count for more, up to so many. */
const prefixMax = 4;
const prefixWorth = 0.1;

/** The similarity of Jaro and Winkler: how many characters both have at about the same place. */
export function jaroWinkler(term: string): Scorer {
  const pattern = charactersOf(term);
  return (candidate) => {
    if (candidate === term) return 1;
    const text = charactersOf(candidate);
    const [short, long] = pattern.length > text.length ? [text, pattern] : [pattern, text];
    if (short.length === 0) return 0;
    const { matches, transpositions } = matchesOf(short, long);
    if (matches === 0) return 0;
    const [shortPart, longPart] = [1 / short.length, 1 / long.length];
    const inOrder = (matches - transpositions * 0.5) / matches;
    const jaro = (matches * shortPart + matches * longPart + inOrder) / 3;
    let prefix = 0;
    while (prefix < Math.min(prefixMax, short.length) && short[prefix] === long[prefix]) prefix++;
    return jaro + prefix * prefixWorth * (1 - jaro);
  };
}

function matchesOf(short: readonly string[], long: readonly string[]) {
  const distance = Math.max(Math.floor(long.length / 2) - 1, 0);
  const taken = new Uint8Array(long.length);
  const matched: string[] = [];
  for (const [index, character] of short.entries()) {
    const end = Math.min(index + distance + 1, long.length);
    for (let at = Math.max(index - distance, 0); at < end; at++) {
      if (taken[at] === 1 || long[at] !== character) continue;
      taken[at] = 1;
      matched.push(character);
      break;
    }
  }
  const others = long.filter((_, at) => taken[at] === 1);
  const transpositions = matched.filter((character, at) => others[at] !== character).length;
  return { matches: matched.length, transpositions };
}

function charactersOf(text: string): readonly string[] {
  return Array.from(text);
}

function characterCount(text: string): number {
  return charactersOf(text).length;
}
