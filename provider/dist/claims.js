"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.claimName = claimName;
exports.claim = claim;
const wrong_arguments_1 = require("./checks/wrong-arguments");
const deployment_1 = require("./deployment");
const DEPLOYMENTS = new WeakMap();
const labelOf = ({ kind, name }) => `${kind} ${JSON.stringify(name)}`;
/**
 * Refuses a second component with the name of another one. The engine would refuse it as well, but then its children would stay pending.
 *
 * @throws InputPropertiesError before anything is registered
 */
function claimName(claimant, { parent }) {
    const deployment = (0, deployment_1.deploymentOf)();
    const siblings = stateOf(deployment).declared;
    const names = siblings.get(parent ?? deployment) ?? new Set();
    siblings.set(parent ?? deployment, names);
    const label = labelOf(claimant);
    if (names.has(label)) {
        const reason = `this program declares ${label} twice; give one of them another name, or remove it`;
        throw (0, wrong_arguments_1.wrongArguments)(claimant.kind, claimant.name, [{ propertyPath: "name", reason }]);
    }
    names.add(label);
}
/**
 * Claims things for a component.
 *
 * @param claims most important one first: only the first problem is reported, because others follow from the same mistake
 * @throws InputPropertiesError if another component of the deployment has claimed one
 */
async function claim(claimant, claims) {
    // Before the first wait, because the engine's connection may differ afterwards.
    const { owners } = stateOf((0, deployment_1.deploymentOf)());
    const wanted = await claims;
    for (const { things, problem } of wanted) {
        const taken = things.filter((thing) => owners.has(thing));
        if (taken.length > 0)
            throw (0, wrong_arguments_1.wrongArguments)(claimant.kind, claimant.name, [problem(taken, labelOf(owners.get(taken[0])))]);
    }
    for (const thing of wanted.flatMap(({ things }) => things))
        owners.set(thing, claimant);
}
function stateOf(deployment) {
    const state = DEPLOYMENTS.get(deployment) ?? { owners: new Map(), declared: new WeakMap() };
    DEPLOYMENTS.set(deployment, state);
    return state;
}
