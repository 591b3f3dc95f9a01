/** What the gates say, as annotations at the lines where they are written. Pure. */
import type { ModelDifference } from "lob-registry-core";
import type { Annotation, Level } from "../log.js";
import type { ModelInput } from "./inputs.js";

const LEVELS: Readonly<Record<string, readonly [level: Level, title: string]>> = {
  failed: ["error", "Gate failed"],
  unknown: ["warning", "Gate not checked"],
  skipped: ["notice", "Gate skipped"],
};

/** One for each gate that did not pass. @param inputs what was compared, in the order of the report */
export function annotationsOf(models: readonly ModelDifference[], inputs: readonly ModelInput[]): Annotation[] {
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
