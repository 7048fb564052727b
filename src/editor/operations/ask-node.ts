import type { NodeTarget } from '../../changes/index.ts';
import type { Asked } from './ask-guest.ts';
import { choose } from './ask.ts';
import type { Place } from './place.ts';

export async function askStartAll(place: Place, nodes: readonly { readonly target: NodeTarget }[]): Asked {
  const all = await choose(place.title, nodes.map(({ target }) => target.node).join(', '), [
    { label: 'Guests that start at boot', description: 'in their order', value: false },
    { label: 'All guests', value: true },
  ]);
  return all === undefined ? undefined : nodes.map(({ target }) => ({ operation: 'node.start-all', target, parameters: all ? { force: true } : {} }));
}

/** What is done over SSH: the host keys of the nodes have to be accepted first. */
export const askMaintenance = (enable: boolean) => async (place: Place, nodes: readonly { readonly target: NodeTarget }[]): Asked => {
  for (const { target } of nodes) if (!(await place.reach(target.node))) return undefined;
  return nodes.map(({ target }) => ({ operation: 'node.maintenance', target, parameters: { enable } }));
};
