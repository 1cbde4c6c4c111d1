/** What remote read asks for, whichever side writes it. */
import type { LabelMatcher, MatchOperator, SampleBuffer } from "#series";

/** A matcher as it is sent: its expression need not be valid. */
export type SentMatcher = Pick<LabelMatcher, "operator" | "name" | "value">;

export interface ReadQuery {
  readonly minMs: number;
  readonly maxMs: number;
  readonly matchers: readonly SentMatcher[];
}

export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  /** In order of preference; what this end does not know is left out. */
  readonly responseTypes: readonly ResponseType[];
  /** Whether the sender named any type, be it an unknown one. */
  readonly namesTypes: boolean;
}

/** All samples in one message, or compressed chunks series by series. */
export type ResponseType = "samples" | "chunks";

/** The protocol numbers both. */
export const responseTypes: readonly ResponseType[] = ["samples", "chunks"];
export const matchOperators: readonly MatchOperator[] = ["=", "!=", "=~", "!~"];

/** A chunk as the database makes it, under the number that the protocol and files give its encoding. */
export interface SentChunk {
  readonly encoding: number;
  readonly bytes: Uint8Array;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Makes and reads chunks; the database does. */
export interface ChunkCodec {
  /** The samples in time order, compressed. */
  encode(samples: SampleBuffer): readonly SentChunk[];
  /** Appends the samples in `[minMs, maxMs]`. Throws for what is no chunk. */
  decode(chunk: SentChunk, buffer: SampleBuffer, minMs: number, maxMs: number): void;
}

export const samplesMediaType = "application/x-protobuf";
export const chunksMediaType =
  "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse";
