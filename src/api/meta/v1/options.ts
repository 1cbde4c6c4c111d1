import { atomicListOf, boolean, field, int64, string, type TypeOf } from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

export const preconditions = type("Preconditions", "What must hold for a deletion to go ahead.", {
  uid: field(1, string, "UID that the object must have.").pointer(),
  resourceVersion: field(2, string, "Resource version that the object must have.").pointer(),
});
export interface Preconditions extends TypeOf<typeof preconditions> {}

export const deleteOptions = kind("DeleteOptions", "How an object is to be deleted.", {
  gracePeriodSeconds: field(
    1,
    int64,
    "Seconds until the object is removed; zero removes it at once.",
  ).pointer(),
  preconditions: field(2, preconditions, "Conditions of the deletion.").pointer(),
  orphanDependents: field(
    3,
    boolean,
    "Old form of propagationPolicy: whether dependents stay.",
  ).pointer(),
  propagationPolicy: field(
    4,
    string,
    "What becomes of dependents: Orphan, Background or Foreground.",
  ).pointer(),
  dryRun: field(5, atomicListOf(string), "All: go through the motions, store nothing."),
  ignoreStoreReadErrorWithClusterBreakingPotential: field(
    6,
    boolean,
    "Delete although the stored object cannot be read; finalizers are not honoured.",
  ).pointer(),
});
export interface DeleteOptions extends TypeOf<typeof deleteOptions> {}

export const listOptions = kind("ListOptions", "Which objects a list or watch is about.", {
  labelSelector: field(1, string, "Restricts to objects with these labels."),
  fieldSelector: field(2, string, "Restricts to objects with these field values."),
  watch: field(3, boolean, "Stream changes instead of one answer."),
  resourceVersion: field(4, string, "State to answer from, or to start watching at."),
  timeoutSeconds: field(5, int64, "Ends the request after this time.").pointer(),
  limit: field(7, int64, "Objects on one page."),
  continue: field(8, string, "Token of the page to go on with."),
  allowWatchBookmarks: field(9, boolean, "The client understands BOOKMARK events."),
  resourceVersionMatch: field(10, string, "How resourceVersion is meant."),
  sendInitialEvents: field(11, boolean, "Begin a watch with the present state.").pointer(),
  shardSelector: field(15, string, "Restricts to one shard of the objects."),
});
export interface ListOptions extends TypeOf<typeof listOptions> {}

export const getOptions = kind("GetOptions", "How one object is read.", {
  resourceVersion: field(1, string, "State to answer from."),
});
export interface GetOptions extends TypeOf<typeof getOptions> {}

export const createOptions = kind("CreateOptions", "How an object is created.", {
  dryRun: field(1, atomicListOf(string), "All: go through the motions, store nothing."),
  fieldManager: field(3, string, "Name of the actor that the fields belong to."),
  fieldValidation: field(4, string, "Ignore, Warn or Strict: what unknown fields cause."),
});
export interface CreateOptions extends TypeOf<typeof createOptions> {}

export const updateOptions = kind("UpdateOptions", "How an object is replaced.", {
  dryRun: field(1, atomicListOf(string), "All: go through the motions, store nothing."),
  fieldManager: field(2, string, "Name of the actor that the fields belong to."),
  fieldValidation: field(3, string, "Ignore, Warn or Strict: what unknown fields cause."),
});
export interface UpdateOptions extends TypeOf<typeof updateOptions> {}

export const patchOptions = kind("PatchOptions", "How an object is patched.", {
  dryRun: field(1, atomicListOf(string), "All: go through the motions, store nothing."),
  force: field(2, boolean, "Apply takes over fields that others own.").pointer(),
  fieldManager: field(3, string, "Name of the actor that the fields belong to."),
  fieldValidation: field(4, string, "Ignore, Warn or Strict: what unknown fields cause."),
});
export interface PatchOptions extends TypeOf<typeof patchOptions> {}
