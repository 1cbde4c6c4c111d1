import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { NodeState } from "../node-state.ts";
import { type Score, scoreMax } from "../plugin.ts";

const mebibyte = 1024 * 1024;
const sumMin = 23 * mebibyte;
const sumMaxPerContainer = 1000 * mebibyte;

/** Prefers nodes that hold the pod's images already, large ones above all. */
export const imageLocality: Score = {
  name: "ImageLocality",
  weight: 1,
  prepare(needs, cluster) {
    const images = imagesOf(needs.pod);
    const holderCount = (name: string) => cluster.imageHolderCount(name);
    const holders = new Map(
      images.map((image) => [image, Math.max(...namesOf(image).map(holderCount))]),
    );
    if ([...holders.values()].every((count) => count === 0)) return undefined;
    const total = cluster.nodes.length;
    return {
      normalize: "none",
      scoreOf(node) {
        let sum = 0;
        // An image that few nodes hold counts less, so that not all pods crowd onto one node.
        for (const image of images) {
          sum += sizeOn(node, image) * ((holders.get(image) ?? 0) / total);
        }
        const max = sumMaxPerContainer * images.length;
        const bounded = Math.min(Math.max(sum, sumMin), max);
        return Math.floor((scoreMax * (bounded - sumMin)) / (max - sumMin));
      },
    };
  },
};

function imagesOf({ spec }: Live<Pod>): readonly string[] {
  return [...(spec.initContainers ?? []), ...spec.containers].flatMap(({ image }) =>
    image === undefined ? [] : [image],
  );
}

function sizeOn(node: NodeState, image: string): number {
  return Math.max(...namesOf(image).map((name) => node.images.get(name) ?? 0));
}

/** As the author wrote it, and as nodes list it: with a tag, and with the default registry. */
function namesOf(image: string): readonly string[] {
  const isTagged = image.includes("@") || image.lastIndexOf(":") > image.lastIndexOf("/");
  const tagged = isTagged ? image : `${image}:latest`;
  const [first = ""] = tagged.split("/");
  const hasRegistry = tagged.includes("/") && /[.:]|^localhost$/.test(first);
  if (hasRegistry) return [tagged];
  return [tagged, `docker.io/${tagged.includes("/") ? "" : "library/"}${tagged}`];
}
