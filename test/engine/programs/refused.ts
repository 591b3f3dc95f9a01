/** A LOB with its own storage, and one in a shared registry, both with every kind of role. ARGS: { own?, registry?, shared?, move? }; null leaves one out. */
import { LineOfBusiness, SharedRegistry, type LineOfBusinessArgs, type SharedRegistryArgs } from "lob-registry";

interface Change {
  own?: LineOfBusinessArgs | null;
  registry?: SharedRegistryArgs;
  shared?: LineOfBusinessArgs | null;
  /** Whether the first LOB is moved into the shared registry. */
  move?: boolean;
}
const { own = {}, registry = {}, shared = {}, move = false } = JSON.parse(process.env.ARGS ?? "{}") as Change;

const principals = ["arn:aws:iam::123456789012:role/notebooks"];
const access: LineOfBusinessArgs = {
  publishers: [
    { name: "models", repositories: [{ repository: "acme/models", branches: ["main"] }] },
    { name: "notebooks", principals },
  ],
  promoters: [{ name: "release", principals }],
  readers: [{ name: "serving", principals }],
};
const models = new SharedRegistry("models", registry);
const moved = move ? { sharedRegistry: models.reference } : {};
if (own !== null) new LineOfBusiness("fraud", { ...access, createGithubOidcProvider: true, ...own, ...moved });
if (shared !== null) new LineOfBusiness("cards", { ...access, sharedRegistry: models.reference, ...shared });
