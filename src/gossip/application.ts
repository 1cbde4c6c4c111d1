/** What the cluster is for. Nothing of it may throw for what others have sent. */
export interface GossipApplication {
  /** Everything that others should have. */
  localState(): Uint8Array;
  mergeState(state: Uint8Array): void;
  /** Takes a message of another member. */
  take(message: Uint8Array): void;
}
