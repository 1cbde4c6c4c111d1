export { oracleSkip, readOracle } from "./oracles.ts";
