export { priorityClass, type PriorityClass } from "./priority-class.ts";
