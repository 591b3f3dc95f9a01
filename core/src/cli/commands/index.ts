/** Every command of `lobreg`, in the order of its help. */
import type { CliCommand } from "../command.js";
import { diff } from "./diff.js";
import { doctor } from "./doctor.js";
import { explain } from "./explain.js";
import { list } from "./list.js";
import { migrate } from "./migrate.js";
import { publish } from "./publish.js";
import { pull } from "./pull.js";
import { show } from "./show.js";

export const COMMANDS: readonly CliCommand[] = [publish, list, show, diff, pull, doctor, explain, migrate];
