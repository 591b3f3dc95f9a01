import { comment } from "./index.js";

await comment();
