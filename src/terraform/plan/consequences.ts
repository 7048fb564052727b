import { capitalised, type Consequence, type ConsequenceKind, consequenceKinds, type PartAction } from '../../changes/index.ts';
import { type Difference, pathText } from './differences.ts';
import { type Meaning, meaningIn, type Resource, valueAt } from './rules/rule.ts';
import { ruleTables } from './rules/tables.ts';
import { needsPowerOff } from './rules/vm.ts';
import type { SubjectKind } from './subjects.ts';

export interface Changing {
  /** The provider's type of the resource. */
  readonly type: string;
  readonly kind: SubjectKind;
  readonly action: PartAction;
  /** `VM 100 (web)`, `pool shop` */
  readonly name: string;
  readonly differences: readonly Difference[];
  readonly resource: Resource;
}

/** What one attribute's change in place means for what runs now. */
export function meaningOf(changing: Changing, difference: Difference): Meaning {
  const { kind, resource } = changing;
  if (kind !== 'qemu' && kind !== 'lxc') return { kind: 'nothing' };
  // What Terraform will only read once it is done is no change that somebody wants.
  if (difference.unknown && !isSet(difference)) return { kind: 'nothing' };
  const meaning = rawMeaning(changing, difference);
  if (kind === 'qemu' && resource.up !== false && resource.after['reboot_after_update'] === false && !isAbout(difference, 'started')) {
    if (needsStart(meaning)) return needsPowerOff(difference) ? { kind: 'fails', why: 'this is done with the VM off, and reboot_after_update is off' } : { ...meaning, kind: 'pending' };
    // The provider grows disks only after everything that needs a restart, and gives up where it may not do that.
    const isGrowth = isAbout(difference, 'disk') && difference.path[2] === 'size' && meaning.kind === 'nothing';
    if (isGrowth && changing.differences.some((other) => needsStart(rawMeaning(changing, other)))) return { kind: 'fails', why: 'other changes need a restart before its disk grows, and reboot_after_update is off' };
  }
  const waits = meaning.kind === 'pending' || meaning.kind === 'reboot' || (meaning.kind === 'restart' && !isAbout(difference, 'template'));
  return waits && resource.up === false ? { kind: 'nothing' } : meaning;
}

/** By the table, whether the guest runs or not. */
function rawMeaning({ type, resource }: Changing, difference: Difference): Meaning {
  return meaningIn(ruleTables[type] ?? [], difference, resource) ?? { kind: 'restart', why: `what the provider does about ${pathText(difference.path)} is not known here` };
}

const needsStart = ({ kind }: Meaning): boolean => kind === 'restart' || kind === 'reboot';
const isAbout = ({ path }: Difference, name: string): boolean => path[0] === name;
const isSet = ({ before }: Difference): boolean => before !== undefined && before !== null;

/** What a change means, gravest first. */
export function consequencesOf(changing: Changing): readonly Consequence[] {
  const { action, kind, name, differences, resource } = changing;
  const isGuest = kind === 'qemu' || kind === 'lxc';
  const withDisks = isGuest ? ' with its disks and snapshots' : '';
  switch (action) {
    case 'destroy': return [{ kind: 'destroyed', text: `${capitalised(name)} is destroyed${withDisks}.`, attributes: [] }];
    case 'replace': {
      const because = differences.filter(({ replaces }) => replaces).map(({ path }) => pathText(path));
      const why = because.length === 0 ? '' : `, because ${listed(because)} cannot be changed in place`;
      return [{ kind: 'recreated', text: `${capitalised(name)} is destroyed${withDisks} and made anew${why}.`, attributes: because }];
    }
    case 'update': break;
    case 'create':
    case 'import':
    case 'read':
    case 'forget': return [];
  }
  const found = differences.map((difference) => ({ difference, meaning: meaningOf(changing, difference) })).filter(({ meaning }) => meaning.kind !== 'nothing');
  return [...Map.groupBy(found, ({ meaning }) => meaning.kind)]
    .map(([of, those]): Consequence => {
      const whys = [...new Set(those.flatMap(({ meaning }) => (meaning.why === undefined ? [] : [meaning.why])))];
      const attributes = those.map(({ difference }) => pathText(difference.path));
      return { kind: of, text: sentence(of, changing, whys, attributes, resource), attributes };
    })
    .sort((a, b) => consequenceKinds.indexOf(b.kind) - consequenceKinds.indexOf(a.kind));
}

function sentence(of: ConsequenceKind, { kind, name }: Changing, whys: readonly string[], attributes: readonly string[], resource: Resource): string {
  const subject = capitalised(name);
  const because = whys.length === 0 ? '' : `: ${listed(whys)}`;
  switch (of) {
    case 'restart': return `${subject} ${powerWords(kind, resource)}${because}.`;
    case 'reboot': return `${subject} is rebooted${because}.`;
    case 'pending': return `${subject} takes on ${listed(attributes)} only when it is started the next time.`;
    case 'fails': return `The provider will refuse to change ${name}${because}.`;
    case 'disk-lost': return `${subject} loses a disk${because}.`;
    case 'nothing':
    case 'destroyed':
    case 'recreated': return `${subject} is ${of}.`;
  }
}

/** Without its agent a VM is stopped as if the power failed (`EnsureStopped`); what was on is on again only if it is to be. */
function powerWords(kind: SubjectKind, resource: Resource): string {
  const { after, up } = resource;
  const off = after['started'] === false || after['template'] === true;
  if (kind === 'lxc') return off ? 'is shut down' : 'is rebooted';
  const why = 'agent' in after ? ' (its guest agent is not enabled)' : '';
  const stops = isStoppedHard({ kind, resource }) ? `is stopped at once, as if its power failed${why}` : 'is shut down';
  return `${up === undefined ? 'may run: then it ' : ''}${stops}${off ? '' : ', and started again'}`;
}

/** Whether it comes to stopping a VM at once instead of shutting it down. What has no `agent` block, as the newer resources, says how it is stopped. */
export function isStoppedHard({ kind, resource: { after } }: Pick<Changing, 'kind' | 'resource'>): boolean {
  if (kind !== 'qemu') return false;
  return 'agent' in after ? valueAt(after, 'agent', 0, 'enabled') !== true : after['stop_on_destroy'] === true;
}

function listed(words: readonly string[]): string {
  const [first = '', ...others] = words;
  const shown = others.slice(0, 4);
  const more = others.length - shown.length;
  return [first, ...shown].join(', ') + (more > 0 ? ` and ${more} more` : '');
}
