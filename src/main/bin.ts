/** Where the program starts. Imports as little as it can: only what comes after is kept compiled. */
import { keepCompiledCode } from "#host";

keepCompiledCode(import.meta);
await import("./program.ts");
