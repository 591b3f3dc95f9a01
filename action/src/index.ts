/** The functions that the entries in action/dist call, one per action. Each evaluates only the code of its action. */
import { start } from "./start.js";

export const publish = async (): Promise<void> => start((await import(/* webpackMode: "eager" */ "./publish/main.js")).publishAction);
export const diff = async (): Promise<void> => start((await import(/* webpackMode: "eager" */ "./diff/main.js")).diffAction);
export const comment = async (): Promise<void> => start((await import(/* webpackMode: "eager" */ "./comment/main.js")).commentAction);
