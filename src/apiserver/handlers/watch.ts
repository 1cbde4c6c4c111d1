import { selectionOf } from "../objects/selection.ts";
import { parseWatchOptions } from "../request/read-options.ts";
import type { Handler } from "../request/request-context.ts";

/** `GET …/{resource}?watch`: what happens to the selected objects from now, or from then, on. */
export const watchObjects: Handler = async (_parts, { target, resource }) => {
  const options = parseWatchOptions(target.query);
  const selection = selectionOf(resource, { ...target, ...options });
  return { kind: "watch", selection, options };
};
