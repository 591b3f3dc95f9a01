import { publish } from "./index.js";

await publish();
