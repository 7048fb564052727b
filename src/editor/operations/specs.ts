import type { Wish } from '../../changes/index.ts';
import type { GuestRow } from '../../inventory/index.ts';
import { askClone, askDeleteSnapshot, askDestroy, askMigrate, askNotes, askPool, askProtection, askRename, askRollBack, askSnapshot, askTags, type Asked } from './ask-guest.ts';
import { askMaintenance, askStartAll } from './ask-node.ts';
import { askBackup, askDownload, askMoveDisk, askResizeDisk, askRestore, askUpload } from './ask-storage.ts';
import type { Place } from './place.ts';
import type { OperationName } from './services.ts';
import type { Subject } from './subject.ts';

type About = Subject['target']['kind'];
type On<K extends About> = Extract<Subject, { readonly target: { readonly kind: K } }>;

/** A command that changes a cluster: what it is about, what it needs, and what it asks. */
export interface Spec<K extends About = About> {
  readonly title: string;
  readonly about: K;
  /** Whether it may be about several at once, which make one proposal. */
  readonly many: boolean;
  /** Of guests: those that the palette offers. */
  readonly suits?: (row: GuestRow) => boolean;
  /** What the user needs to be asked anything at all: privileges on the ACL path, one of which is enough. The door checks everything. */
  readonly needs?: (subject: On<K>) => { readonly path: string; readonly privileges: readonly string[] };
  readonly ask: (place: Place, subjects: readonly On<K>[]) => Asked;
}

const isUp = ({ status }: GuestRow): boolean => status === 'running' || status === 'paused' || status === 'suspended';
const ordinary = ({ template }: GuestRow): boolean => !template;

/** Asks nothing: the operation as it is, on each. */
const simply = (operation: string, parameters: Wish['parameters'] = {}) => (_place: Place, subjects: readonly Subject[]): Asked => Promise.resolve(subjects.map(({ target }) => ({ operation, target, parameters })));

type GuestSpec = Pick<Spec<'guest'>, 'ask'> & Partial<Pick<Spec<'guest'>, 'many' | 'suits'>>;

function guest(title: string, privileges: string | readonly string[], { many = true, suits = ordinary, ask }: GuestSpec): Spec {
  return {
    title, about: 'guest', many, suits, ask,
    needs: ({ target }) => ({ path: `/vms/${target.vmid}`, privileges: typeof privileges === 'string' ? [privileges] : privileges }),
  } satisfies Spec<'guest'> as unknown as Spec;
}

function other<K extends About>(spec: Spec<K>): Spec {
  return spec as unknown as Spec;
}

const power = (title: string, operation: string, suits: (row: GuestRow) => boolean, parameters: Wish['parameters'] = {}): Spec => guest(title, 'VM.PowerMgmt', { suits, ask: simply(operation, parameters) });
const node = (title: string, ask: Spec<'node'>['ask']): Spec => other({ title, about: 'node', many: true, needs: ({ target }) => ({ path: `/nodes/${target.node}`, privileges: ['Sys.PowerMgmt'] }), ask });

export const specs: Readonly<Record<OperationName, Spec>> = {
  startGuest: power('Start', 'guest.start', (row) => ordinary(row) && !isUp(row)),
  shutDownGuest: power('Shut Down', 'guest.shutdown', isUp),
  stopGuest: power('Stop', 'guest.stop', isUp),
  rebootGuest: power('Reboot', 'guest.reboot', isUp),
  resetGuest: power('Reset', 'guest.reset', (row) => row.kind === 'qemu' && isUp(row)),
  suspendGuest: power('Suspend', 'guest.suspend', ({ status }) => status === 'running'),
  hibernateGuest: power('Hibernate', 'guest.suspend', ({ kind, status }) => kind === 'qemu' && status === 'running', { todisk: true }),
  resumeGuest: power('Resume', 'guest.resume', ({ status, lock }) => status === 'paused' || status === 'suspended' || lock === 'suspended'),
  takeSnapshot: guest('Take Snapshot', 'VM.Snapshot', { ask: askSnapshot }),
  rollBackSnapshot: guest('Roll Back to Snapshot', ['VM.Snapshot', 'VM.Snapshot.Rollback'], { many: false, ask: askRollBack }),
  deleteSnapshot: guest('Delete Snapshot', 'VM.Snapshot', { ask: askDeleteSnapshot }),
  backUpGuest: guest('Back Up Now', 'VM.Backup', { suits: () => true, ask: askBackup }),
  cloneGuest: guest('Clone', 'VM.Clone', { many: false, suits: () => true, ask: askClone }),
  migrateGuest: guest('Migrate', 'VM.Migrate', { suits: () => true, ask: askMigrate }),
  renameGuest: guest('Rename', ['VM.Config.Options', 'VM.Config.Network'], { many: false, suits: () => true, ask: askRename }),
  editNotes: guest('Edit Notes', 'VM.Config.Options', { many: false, suits: () => true, ask: askNotes }),
  editTags: guest('Edit Tags', 'VM.Config.Options', { suits: () => true, ask: askTags }),
  changeProtection: guest('Protect or Unprotect', 'VM.Config.Options', { suits: () => true, ask: askProtection }),
  moveToPool: guest('Move to Pool', ['VM.Allocate', 'Permissions.Modify'], { suits: () => true, ask: askPool }),
  resizeDisk: guest('Resize Disk', 'VM.Config.Disk', { many: false, ask: askResizeDisk }),
  moveDisk: guest('Move Disk', 'VM.Config.Disk', { many: false, ask: askMoveDisk }),
  convertToTemplate: guest('Convert to Template', 'VM.Allocate', { suits: (row) => ordinary(row) && row.status === 'stopped', ask: simply('guest.template') }),
  destroyGuest: guest('Destroy', 'VM.Allocate', { suits: () => true, ask: askDestroy }),
  startAllGuests: other<'node'>({ title: 'Start All Guests', about: 'node', many: true, needs: () => ({ path: '/', privileges: ['VM.PowerMgmt'] }), ask: askStartAll }),
  shutDownAllGuests: other<'node'>({ title: 'Shut Down All Guests', about: 'node', many: true, needs: () => ({ path: '/', privileges: ['VM.PowerMgmt'] }), ask: simply('node.stop-all') }),
  rebootNode: node('Reboot Node', simply('node.reboot')),
  shutDownNode: node('Shut Down Node', simply('node.shutdown')),
  wakeNode: node('Wake Node', simply('node.wake')),
  enterMaintenance: other<'node'>({ title: 'Enter Maintenance Mode', about: 'node', many: true, ask: askMaintenance(true) }),
  leaveMaintenance: other<'node'>({ title: 'Leave Maintenance Mode', about: 'node', many: true, ask: askMaintenance(false) }),
  uploadFile: other<'storage'>({ title: 'Upload File', about: 'storage', many: false, needs: ({ target }) => ({ path: `/storage/${target.storage}`, privileges: ['Datastore.AllocateTemplate'] }), ask: askUpload }),
  downloadFromUrl: other<'storage'>({ title: 'Download from URL', about: 'storage', many: false, needs: ({ target }) => ({ path: `/storage/${target.storage}`, privileges: ['Datastore.AllocateTemplate'] }), ask: askDownload }),
  deleteVolume: other<'volume'>({ title: 'Delete', about: 'volume', many: true, ask: simply('volume.delete') }),
  restoreBackup: other<'volume'>({ title: 'Restore from Backup', about: 'volume', many: false, ask: askRestore }),
};
