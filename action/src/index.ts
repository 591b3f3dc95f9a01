/** What the entries in action/dist call: an action each. Only what the action at work needs is evaluated. */
import { start } from "./start.js";

export const publish = async (): Promise<void> => start((await import(/* webpackMode: "eager" */ "./publish/main.js")).publishAction);
export const diff = async (): Promise<void> => start((await import(/* webpackMode: "eager" */ "./diff/main.js")).diffAction);
export const comment = async (): Promise<void> => start((await import(/* webpackMode: "eager" */ "./comment/main.js")).commentAction);
