import type { Step } from '../proposal/step.ts';

const PHRASES: Readonly<Record<string, (what: string) => string>> = {
  'guest.start': (what) => `start ${what}`,
  'guest.shutdown': (what) => `shut down ${what}`,
  'guest.stop': (what) => `stop ${what}`,
  'guest.reboot': (what) => `reboot ${what}`,
  'guest.reset': (what) => `reset ${what}`,
  'guest.suspend': (what) => `suspend ${what}`,
  'guest.resume': (what) => `resume ${what}`,
  'guest.snapshot': (what) => `take snapshots of ${what}`,
  'guest.rollback': (what) => `roll back ${what}`,
  'guest.delete-snapshot': (what) => `delete snapshots of ${what}`,
  'guest.clone': (what) => `clone ${what}`,
  'guest.migrate': (what) => `migrate ${what}`,
  'guest.resize-disk': (what) => `resize disks of ${what}`,
  'guest.move-disk': (what) => `move disks of ${what}`,
  'guest.template': (what) => `convert ${what} to templates`,
  'guest.backup': (what) => `back up ${what}`,
  'guest.restore': (what) => `restore ${what}`,
  'guest.configure': (what) => `change the configuration of ${what}`,
  'guest.destroy': (what) => `destroy ${what}`,
  'guest.create': (what) => `create ${what}`,
  'node.start-all': (what) => `start all guests of ${what}`,
  'node.stop-all': (what) => `shut down all guests of ${what}`,
  'node.reboot': (what) => `reboot ${what}`,
  'node.shutdown': (what) => `shut down ${what}`,
  'node.wake': (what) => `wake ${what}`,
  'storage.download-url': (what) => `download to ${what}`,
  'storage.download-template': (what) => `download a template to ${what}`,
  'storage.upload': (what) => `upload to ${what}`,
  'volume.delete': (what) => `delete ${what}`,
  'terraform.apply': (what) => `apply the plans of ${what}`,
  'pool.add-guest': (what) => `add guests to ${what}`,
  'pool.remove-guest': (what) => `remove guests from ${what}`,
};

const PLURALS = { guest: 'guests', node: 'nodes', storage: 'storages', volume: 'volumes', pool: 'pools', project: 'projects' } as const;

/** One line about all steps: the step itself, “Start 3 guests”, “Stop 2 guests, destroy 2 guests”, or how many changes there are. */
export function summarise(steps: readonly Step[]): string {
  const [only] = steps;
  if (only === undefined) return '';
  if (steps.length === 1) return only.description;
  const groups = Map.groupBy(steps, ({ operation }) => operation);
  if (groups.size > 3) return `${steps.length} changes`;
  const phrases = [...groups].map(([operation, those]) => {
    const targets = new Set(those.map(({ target }) => JSON.stringify({ ...target, name: undefined })));
    const kind = those[0]?.target.kind ?? 'guest';
    const what = `${targets.size} ${targets.size === 1 ? kind : PLURALS[kind]}`;
    return (PHRASES[operation] ?? ((each: string) => `${operation} ${each}`))(what);
  });
  const text = phrases.join(', ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
