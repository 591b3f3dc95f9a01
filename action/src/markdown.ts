/** Text from outside in Markdown: core's, so that a name is told in one way by all. */
import { markdown } from "lob-registry-core";

export const { code, details, link, table, text } = markdown;
