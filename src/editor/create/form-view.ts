import { type Checked, choicesOf, type ClusterFacts, type Field, type GuestType, type NodeFacts, TO_DOWNLOAD, type Values } from '../../changes/create/index.ts';
import { counted, visible } from '../text/index.ts';
import { fieldView, type Surroundings } from './field-views.ts';
import type { FormView, SectionView } from './messages.ts';

/** How things stand with a form. */
export interface FormState {
  readonly type: GuestType;
  readonly connection: string;
  readonly values: Values;
  readonly checked: Checked;
  readonly cluster: ClusterFacts;
  readonly facts: NodeFacts | undefined;
  /** Whether the person may be told already that the field is wrong. */
  readonly mayTell: (field: Field) => boolean;
  readonly revision: number;
  readonly problems: readonly string[];
  readonly busy: string | undefined;
}

type Section = readonly [id: string, title: string, fields: readonly (Field | false)[]];

export const titles: Readonly<Record<GuestType, string>> = { lxc: 'Create Container', qemu: 'Create VM' };

/** The questions in their order; those that do not arise are left out. */
export function questions(type: GuestType, values: Values): readonly Section[] {
  const card = values.bridge !== '';
  const setUp = type === 'lxc' || values.cloudInit;
  const addresses: readonly (Field | false)[] = [card && setUp && 'ipMode', card && setUp && values.ipMode === 'static' && 'ip', card && setUp && values.ipMode === 'static' && 'gateway'];
  const addresses6: readonly (Field | false)[] = [card && setUp && 'ip6Mode', card && setUp && values.ip6Mode === 'static' && 'ip6', card && setUp && values.ip6Mode === 'static' && 'gateway6'];
  const names: readonly (Field | false)[] = [card && setUp && 'nameserver', card && setUp && 'searchDomain'];
  const common: readonly Field[] = ['startAtBoot', 'pool', 'tags', 'description'];
  const general: Section = ['general', 'General', ['name', 'node', 'vmid']];
  const resources: Section = ['resources', 'Resources', ['storage', 'size', 'cores', 'memory']];
  if (type === 'lxc') {
    return [
      general,
      ['system', 'System', ['template', values.template.startsWith(TO_DOWNLOAD) && 'templateStorage']],
      ['access', 'Access', ['password', 'sshKeys']],
      resources,
      ['network', 'Network', ['bridge', ...addresses]],
      ['finish', 'Afterwards', ['start']],
      ['advanced', 'Advanced', ['swap', card && 'vlan', card && 'firewall', ...addresses6, ...names, 'unprivileged', 'nesting', ...common]],
    ];
  }
  return [
    general,
    ['system', 'System', ['source', 'ostype']],
    resources,
    ['network', 'Network', ['bridge']],
    ['cloud-init', 'Cloud-init', ['cloudInit', values.cloudInit && 'user', values.cloudInit && 'password', values.cloudInit && 'sshKeys', ...addresses]],
    ['finish', 'Afterwards', ['start']],
    ['advanced', 'Advanced', ['bios', 'machine', 'cpu', 'agent', values.cloudInit && 'cloudInitStorage', card && 'vlan', card && 'firewall', ...addresses6, ...names, ...common]],
  ];
}

/** The fields in the order in which they are asked. */
export function fieldsOf(type: GuestType, values: Values): readonly Field[] {
  return questions(type, values).flatMap(([, , fields]) => fields.filter((field) => field !== false));
}

/** What the page shows. */
export function formView(state: FormState): FormView {
  const { type, connection, values, checked, cluster, facts, mayTell, revision, problems, busy } = state;
  const surroundings: Surroundings = {
    type, values, cluster, facts, choices: choicesOf(type, cluster, facts),
    message: (field) => (mayTell(field) ? checked.messages[field] : undefined),
  };
  const wrong = Object.values(checked.messages).filter(({ level }) => level === 'error').length;
  return {
    title: titles[type],
    context: visible(connection, 60),
    revision,
    sections: questions(type, values).map(([id, title, fields]): SectionView => ({ id, title, folded: id === 'advanced', fields: fields.filter((field) => field !== false).map((field) => fieldView(field, surroundings)) })),
    problems: [...problems, ...(facts?.troubles ?? [])].map((problem) => visible(problem, 500)),
    retry: problems.length > 0 && facts === undefined,
    ...(busy !== undefined && { busy }),
    missing: wrong === 0 ? '' : `${counted(wrong, 'answer')} ${wrong === 1 ? 'is' : 'are'} missing or wrong.`,
  };
}
