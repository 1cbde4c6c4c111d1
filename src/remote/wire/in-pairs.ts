/** The elements of a list two by two. */
export function* inPairs(list: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < list.length; index += 2) {
    yield [list[index] ?? "", list[index + 1] ?? ""];
  }
}
