import { enableCompileCache } from "node:module";
import path from "node:path";

/**
 * Keeps what V8 compiles beside the bundled program that this module is part of, so that the next
 * command need not compile it again. Nothing is kept where that directory cannot be written, nor of
 * sources, which nobody bundled. To be called before what shall be kept is imported.
 * https://nodejs.org/api/module.html#module-compile-cache
 */
export function keepCompiledCode({ dirname, filename }: ImportMeta): void {
  if (filename.endsWith(".js")) enableCompileCache(path.join(dirname, "compiled"));
}

/** What in a process's environment takes its effect from `keepCompiledCode`. */
export const withoutCompiledCode = { NODE_DISABLE_COMPILE_CACHE: "1" } as const;
