/**
 * Where JSON becomes typed: the server's answers are trusted to have the shape that their kind
 * declares, because servers validate what they store. Nothing else in the client casts.
 */

import type { AnyKind, JsonObject, JsonValue, Live, StatusReason } from "#api";
import type { ObjectMeta, Status } from "#api/meta/v1";

export interface ListPage<T> {
  readonly items: readonly Live<T>[];
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
}

export interface WatchFrame {
  readonly type: string;
  readonly object: JsonObject;
}

/** What every object has, whatever its kind. */
export interface Identified {
  readonly metadata: ObjectMeta;
}

export function decodeLive<T>(answer: JsonValue): Live<T> {
  return answer as unknown as Live<T>;
}

export function decodeListPage<T>(answer: JsonValue): ListPage<T> {
  return answer as unknown as ListPage<T>;
}

export function decodeWatchFrame(line: JsonValue): WatchFrame {
  return line as unknown as WatchFrame;
}

export function decodeStatus(answer: JsonValue): Status {
  return answer as Status;
}

/** How a command in a container ended, as the node puts it. */
export interface CommandStatus {
  readonly status: string | undefined;
  readonly message: string | undefined;
  readonly causes: NonNullable<NonNullable<Status["details"]>["causes"]>;
}

export function decodeCommandStatus(verdict: JsonValue): CommandStatus {
  const { status, message, details } = verdict as Status;
  return { status, message, causes: details?.causes ?? [] };
}

export function decodeReason(reason: string | undefined): StatusReason {
  return (reason ?? "InternalError") as StatusReason;
}

/** The metadata of an object about to be sent, which may lack some. */
export function identified(object: unknown): Identified {
  const { metadata = {} } = object as Partial<Identified>;
  return { metadata };
}

/** Bodies must say what they are; objects in memory often do not. */
export function withTypeMeta<T>(kind: AnyKind, object: T): T {
  const { group, version } = kind.package;
  const apiVersion = group === "" ? version : `${group}/${version}`;
  return { apiVersion, kind: kind.kind, ...(object as object) } as T;
}

/** An informer set keeps each informer under the kind that determines its type. */
export function decodeInformer<I>(informer: unknown): I {
  return informer as I;
}

/** The object without all but its name and revision, for caches that were asked to keep no more. */
export function onlyIdentity<T>(object: Live<T>): Live<T> {
  const { name, namespace, uid, resourceVersion, ownerReferences } = object.metadata;
  const metadata = { name, namespace, uid, resourceVersion, ownerReferences };
  return { metadata } as unknown as Live<T>;
}
