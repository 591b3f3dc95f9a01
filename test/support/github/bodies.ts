/** Request bodies by GitHub's OpenAPI description, without further fields, so that tests find misspelt ones. */
import { z } from "zod";

const LONGEST = 65_536;
/** Limit of the check API, in bytes, although its page says otherwise. */
const LONGEST_OUTPUT = 65_535;
const outputText = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= LONGEST_OUTPUT, { message: `exceeds a maximum bytesize of ${LONGEST_OUTPUT}` });

export const commentBody = z.strictObject({
  // GitHub documents this limit in code points. It accepts 262,144 bytes, which is never less.
  body: z.string().refine((body) => Array.from(body).length <= LONGEST, { message: `Body is too long (maximum is ${LONGEST} characters)` }),
});

const output = z.strictObject({
  title: z.string().min(1),
  summary: outputText.min(1),
  text: outputText.optional(),
  annotations: z
    .array(
      z
        .strictObject({
          path: z.string().min(1),
          start_line: z.int().min(1),
          end_line: z.int().min(1),
          start_column: z.int().min(1).optional(),
          end_column: z.int().min(1).optional(),
          annotation_level: z.enum(["notice", "warning", "failure"]),
          message: z
            .string()
            .min(1)
            .max(64 * 1024),
          title: z.string().max(255).optional(),
          raw_details: z
            .string()
            .max(64 * 1024)
            .optional(),
        }) // prettier-ignore
        .refine((each) => each.end_line >= each.start_line, { message: "end_line is before start_line", path: ["end_line"] })
        .refine((each) => each.start_line === each.end_line || (each.start_column === undefined && each.end_column === undefined), {
          message: "columns need one line",
          path: ["start_column"],
        }),
    )
    .max(50)
    .optional(),
});

const moment = z.iso.datetime();
const facts = {
  name: z.string().min(1),
  details_url: z.url({ protocol: /^https?$/ }).optional(),
  external_id: z.string().optional(),
  started_at: moment.optional(),
  completed_at: moment.optional(),
  status: z.enum(["queued", "in_progress", "completed"]).optional(),
  conclusion: z.enum(["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"]).optional(),
  output: output.optional(),
};
interface Ending {
  readonly status?: string | undefined;
  readonly conclusion?: string | undefined;
  readonly completed_at?: string | undefined;
}
const concluded = ({ status, conclusion, completed_at }: Ending): boolean =>
  conclusion !== undefined || (status !== "completed" && completed_at === undefined);
const CONCLUDED = { message: "conclusion is required if status is completed", path: ["conclusion"] };

export const newCheckRun = z.strictObject({ ...facts, head_sha: z.string().regex(/^[0-9a-f]{40}$/) }).refine(concluded, CONCLUDED);
export const changedCheckRun = z.strictObject({ ...facts, name: facts.name.optional() }).refine(concluded, CONCLUDED);
