export {
  overhead,
  runtimeClass,
  scheduling,
  type Overhead,
  type RuntimeClass,
  type Scheduling,
} from "./runtime-class.ts";
