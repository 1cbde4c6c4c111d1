import type { AnyKind, JsonObject } from "#api";
import type { HttpResponse } from "#base";
import type { Selection } from "../objects/selection.ts";
import type { StoredObject } from "../objects/stored-object.ts";
import type { Resource } from "../registry/resource.ts";
import type { WatchOptions } from "../request/read-options.ts";

/** What a handler has to say, before it is put into the form that the client wants. */
export type Answer =
  | ObjectAnswer
  | ValueAnswer
  | ValuesAnswer
  | ListAnswer
  | WatchAnswer
  | RawAnswer;

/** An object of the resource. */
export interface ObjectAnswer {
  readonly kind: "object";
  readonly status: number;
  readonly object: StoredObject;
}

/** Something else that has a kind: a Status, a Scale, a TokenRequest. */
export interface ValueAnswer {
  readonly kind: "value";
  readonly status: number;
  readonly schema: AnyKind;
  readonly value: JsonObject;
}

/** Objects of one kind that are stored nowhere. */
export interface ValuesAnswer {
  readonly kind: "values";
  readonly schema: AnyKind;
  readonly items: readonly JsonObject[];
}

export interface ListAnswer {
  readonly kind: "list";
  readonly resource: Resource;
  readonly objects: readonly StoredObject[];
  readonly revision: number;
  /** Empty on the last page. */
  readonly continueToken: string;
  /** Undefined when it is not known, because of selectors, or when nothing remains. */
  readonly remainingCount: number | undefined;
}

export interface WatchAnswer {
  readonly kind: "watch";
  readonly selection: Selection;
  readonly options: WatchOptions;
}

/** A response that is ready: a proxied one, a log. */
export interface RawAnswer {
  readonly kind: "raw";
  readonly response: HttpResponse;
}

export function answerObject(object: StoredObject, status = 200): ObjectAnswer {
  return { kind: "object", status, object };
}
