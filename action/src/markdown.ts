/** Escapes untrusted text for Markdown with core's functions, so that names look the same everywhere. */
import { markdown } from "lob-registry-core";

export const { code, details, link, table, text } = markdown;
