/** Gate results as annotations at the lines that define the gates. Pure. */
import type { ModelReport } from "lob-registry-core";
import type { Annotation, AnnotationLevel, Log } from "../log.js";
import type { ModelToCompare } from "./inputs.js";

const LEVELS: Readonly<Record<string, readonly [level: AnnotationLevel, title: string]>> = {
  failed: ["error", "Gate failed"],
  unknown: ["warning", "Gate not checked"],
  skipped: ["notice", "Gate skipped"],
};

/** One annotation per gate that did not pass. @param inputs the compared models, in the order of the report */
export function annotationsOf(models: readonly ModelReport[], inputs: readonly ModelToCompare[]): Annotation[] {
  return models.flatMap((report, index) => {
    if (report.kind === "failed") return [];
    const positions = inputs[index]?.rules.gates ?? [];
    return report.gates.flatMap(({ gate, outcome, reason }, number): Annotation[] => {
      const [level, title] = LEVELS[outcome] ?? [];
      if (level === undefined || title === undefined) return [];
      const { file, line } = positions[number] ?? {};
      return [{ level, title: `${title}: ${report.lob}/${report.model}`, message: `${gate}: ${reason}`, file, line }];
    });
  });
}

const ORDER: readonly AnnotationLevel[] = ["error", "warning", "notice"];

/** The annotations, errors first. */
export const mostImportant = (annotations: readonly Annotation[]): Annotation[] =>
  [...annotations].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));

/** GitHub shows this many annotations per level and step, and silently drops the others. */
const SHOWN = 10;

/**
 * Writes the annotations to the log. If GitHub would drop some of a level, its last annotation counts them and the log lists them.
 *
 * @param errors how many errors the step has already reported
 */
export function writeAnnotations(annotations: readonly Annotation[], errors: number, log: Pick<Log, "annotate" | "info">): void {
  for (const level of ORDER) {
    const mine = annotations.filter((annotation) => annotation.level === level);
    const room = Math.max(0, SHOWN - (level === "error" ? errors : 0));
    const shown = mine.length <= room ? mine : mine.slice(0, Math.max(0, room - 1));
    for (const annotation of shown) log.annotate(annotation);
    const others = mine.slice(shown.length);
    if (others.length === 0) continue;
    const title = `${shown.length === 0 ? "" : "And "}${others.length} more: the job summary names ${others.length === 1 ? "it" : "them"}`;
    log.annotate({
      level,
      title,
      message: others
        .slice(0, SHOWN)
        .map((other) => `${other.title}: ${other.message}`)
        .join("; "),
    });
    for (const other of others) log.info(`${other.title}: ${other.message}${placeOf(other)}`);
  }
}

const placeOf = ({ file, line }: Annotation): string => (file === undefined ? "" : ` (${line === undefined ? file : `${file}:${line}`})`);
