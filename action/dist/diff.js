import { diff } from "./index.js";

await diff();
