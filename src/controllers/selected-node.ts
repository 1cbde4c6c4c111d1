/** Names, on a claim, the node that its first pod was given; set by the scheduler. */
export const selectedNodeAnnotation = "volume.kubernetes.io/selected-node";
