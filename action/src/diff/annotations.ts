/** What the gates say, as annotations at the lines where they are written. Pure. */
import type { ModelDifference } from "lob-registry-core";
import type { Annotation, AnnotationLevel, Log } from "../log.js";
import type { ModelToCompare } from "./inputs.js";

const LEVELS: Readonly<Record<string, readonly [level: AnnotationLevel, title: string]>> = {
  failed: ["error", "Gate failed"],
  unknown: ["warning", "Gate not checked"],
  skipped: ["notice", "Gate skipped"],
};

/** One for each gate that did not pass. @param inputs what was compared, in the order of the report */
export function annotationsOf(models: readonly ModelDifference[], inputs: readonly ModelToCompare[]): Annotation[] {
  return models.flatMap((report, index) => {
    if (report.kind === "failed") return [];
    const places = inputs[index]?.rules.gates ?? [];
    return report.gates.flatMap(({ gate, outcome, reason }, number): Annotation[] => {
      const [level, title] = LEVELS[outcome] ?? [];
      if (level === undefined || title === undefined) return [];
      const { file, line } = places[number] ?? {};
      return [
        {
          level,
          title: `${title}: ${report.lob}/${report.model}`,
          message: `${gate}: ${reason}`,
          ...(file !== undefined && { file }),
          ...(line !== undefined && { line }),
        },
      ];
    });
  });
}

const ORDER: readonly AnnotationLevel[] = ["error", "warning", "notice"];

/** The same, what failed first. */
export const mostImportant = (annotations: readonly Annotation[]): Annotation[] =>
  [...annotations].sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));

/** GitHub shows so many annotations of a step for each level, and says nothing of the others. */
const SHOWN = 10;

/**
 * Writes them to the log. Where GitHub would leave some of a level out, its last annotation says how many there are besides, and these are
 * lines of the log.
 *
 * @param errors that the step told before
 */
export function tellAnnotations(annotations: readonly Annotation[], errors: number, log: Pick<Log, "annotate" | "info">): void {
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
