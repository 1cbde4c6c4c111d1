import type { ListShape } from "./schema/shape.ts";
import type { ListNode } from "./tree/node.ts";

/** Of items that are about the same thing keeps the last, where the first one stood. */
export function uniqueItems(list: ListNode, { identity }: ListShape): ListNode {
  if (identity === undefined) return list;
  const ranks = new Map<string, number>();
  const items: (typeof list.items)[number][] = [];
  for (const item of list.items) {
    const key = identity(item);
    const rank = ranks.get(key);
    if (rank === undefined) {
      ranks.set(key, items.length);
      items.push(item);
    } else {
      items[rank] = item;
    }
  }
  return { ...list, items };
}
