import type { Part } from "./schema/decode-struct.ts";
import { refuse } from "./schema/yaml-type.ts";

/** An option that is known by its name and refused, with what to do instead. */
export function unsupportedPart(key: string, advice: string): Part<undefined> {
  return {
    keys: [key],
    zero: undefined,
    initial: undefined,
    decode: (nodes, decoding) => {
      const node = nodes.get(key);
      if (node !== undefined) {
        refuse(`${key} is not supported; ${advice}`, node.position, decoding);
      }
      return { value: undefined };
    },
    isEmpty: () => true,
    encode: () => [],
  };
}
