/**
 * What breaks a rule in a comment.
 * @param name of the model, where none is given
 */
export function sample(name: string): never {
  // Whatever stands here is read together
  // with the next line, too.
  throw new LobError("LOB9001", `the row of ${name} is none.`, { hint: "Of course, run it again" });
}

const command = program
  .description("Publish a folder as a version.")
  .option("--tag <name>", "Tags of it; may be repeated")
  .option("--quiet", "print nothing that is not asked for");
const key = "Of-key where-it-is";
const text = "Who reads this " + `message of ${key}` + " is told it.";
