import type { ReviewingDoor } from '../config-file/index.ts';
import type { EditorDoor } from './editor-door.ts';

/** The door for surfaces that have to know whether what they propose was done. */
export function reviewingDoor(door: EditorDoor): ReviewingDoor {
  return {
    propose: async (asking, wishes) => (await door.open()).propose(asking, wishes),
    async review(proposal) {
      const journal = await door.review(proposal);
      if (journal === undefined) return false;
      if (journal.state === 'succeeded') return true;
      const failed = Object.values(journal.steps).find(({ error }) => error !== undefined);
      throw new Error(failed?.error?.message ?? `${proposal.summary}: the run ended as ${journal.state}.`);
    },
    keepSecret: (value) => door.secrets.keep(value),
  };
}
