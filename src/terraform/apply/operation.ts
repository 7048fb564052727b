import { readFile } from 'node:fs/promises';
import {
  backupFirst, capitalised, type Circumstances, type ContributedOperation, type EffectPart, type GuestTarget, nameOf, onGuest, type Part, type PartsReading, type ProjectTarget, protectedAgainst, Refusal, type Requirement,
  type RiskReason, snapshotFirst, type StepParameters,
} from '../../changes/index.ts';
import { partsOf, readPlanJson } from '../plan/index.ts';
import { projectName } from '../project/index.ts';
import type { KeptPlans } from './kept-plans.ts';

/** Terraform works on so many resources at a time. */
const PARALLEL = 10;

/** Applying exactly one plan that is kept: `plan` is its id, `changes` says in words what it does. */
export function applyOperation(plans: KeptPlans): ContributedOperation<ProjectTarget> {
  return {
    name: 'terraform.apply', driver: 'terraform', targets: ['project'] as const, title: 'Apply', needsConfig: true,
    parts: (_target, parameters, reading) => readParts(plans, planIdIn(parameters), reading),
    describe: ({ folder, workspace }, parameters) => `Apply the plan of ${projectName(folder, workspace)}: ${textIn(parameters, 'changes')}`,
    privileges: (target, _parameters, { parts }) => parts(target).flatMap(privilegesOf),
    refusal: (target, _parameters, circumstances) => refusalOf(circumstances.parts(target), circumstances),
    risk: (target, _parameters, circumstances) => risksOf(circumstances.parts(target), circumstances),
    effect: (target, _parameters, { parts }) => effectOf(parts(target)),
    safeguards: (target, _parameters, circumstances) => circumstances.parts(target).flatMap((part) => safeguardsOf(part, circumstances)),
    inverse: () => undefined,
  };
}

const textIn = (parameters: StepParameters, name: string): string => {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
};

/** The id of the plan that a step applies. */
export const planIdIn = (parameters: StepParameters): string => textIn(parameters, 'plan');

async function readParts(plans: KeptPlans, id: string, { guest }: PartsReading): Promise<readonly Part[]> {
  const text = await readFile(plans.at(id).json, 'utf8').catch(() => undefined);
  if (text === undefined) throw new Refusal(['The plan is not there any more. Plan again.']);
  return partsOf(readPlanJson(text), {
    isUp: (vmid) => {
      const status = guest(vmid)?.status;
      return status === undefined || status === 'unknown' ? undefined : status !== 'stopped';
    },
    nameOf: (vmid) => guest(vmid)?.name,
  });
}

const guestOf = ({ target }: Part): GuestTarget | undefined => (target?.kind === 'guest' ? target : undefined);
const destroys = ({ operations }: Part): boolean => operations.includes('guest.destroy');
const has = ({ consequences }: Part, ...kinds: readonly string[]): boolean => consequences.some(({ kind }) => kinds.includes(kind));

function privilegesOf(part: Part): readonly Requirement[] {
  const target = guestOf(part);
  if (target === undefined) return [];
  return [...(destroys(part) ? [onGuest(target, 'VM.Allocate')] : []), ...(part.action === 'update' && has(part, 'reboot', 'restart') ? [onGuest(target, 'VM.PowerMgmt')] : [])];
}

/** A plan is applied as a whole: what one part may not do, it may not do. */
function refusalOf(parts: readonly Part[], circumstances: Circumstances): string | undefined {
  const reasons = parts.filter(destroys).flatMap((part) => {
    const target = guestOf(part);
    return target === undefined ? [] : (protectedAgainst(target, circumstances) ?? []);
  });
  return reasons.length === 0 ? undefined : reasons.join(' ');
}

type Risk = Omit<RiskReason, 'step'>;

function risksOf(parts: readonly Part[], circumstances: Circumstances): readonly Risk[] {
  const restarted = parts.filter((part) => has(part, 'reboot', 'restart'));
  return [
    ...parts.flatMap((part) => riskOf(part, circumstances).map((risk): Risk => ({ ...risk, part: part.id }))),
    ...(restarted.length > 1 ? [{ level: 'medium' as const, text: `${restarted.length} guests are restarted, up to ${PARALLEL} of them at the same time.` }] : []),
  ];
}

function riskOf(part: Part, { guest }: Circumstances): readonly Risk[] {
  const target = guestOf(part);
  const risks: Risk[] = part.consequences.flatMap(({ kind, text }): Risk[] => {
    switch (kind) {
      case 'nothing': return [];
      case 'pending': return [{ level: 'low', text }];
      case 'fails':
      case 'reboot': return [{ level: 'medium', text }];
      case 'restart': return [{ level: part.operations.includes('guest.stop') ? 'high' : 'medium', text }];
      case 'disk-lost': return [{ level: 'high', text }];
      case 'destroyed':
      case 'recreated': return [{ level: target === undefined ? 'medium' : 'high', text }];
    }
  });
  if (target === undefined || !destroys(part)) return risks;
  const row = guest(target.vmid);
  const name = capitalised(nameOf(target));
  return [
    ...risks,
    ...(row !== undefined && row.status !== 'stopped' ? [{ level: 'critical' as const, text: `${name} is running.` }] : []),
    ...(row?.hastate !== undefined && row.hastate !== '' && row.hastate !== 'ignored' ? [{ level: 'critical' as const, text: `${name} is HA-managed (${row.hastate}).` }] : []),
    ...(row?.template === true ? [{ level: 'high' as const, text: `${name} is a template; linked clones may depend on it.` }] : []),
  ];
}

function effectOf(parts: readonly Part[]): EffectPart {
  const sentences = (...kinds: readonly string[]): string[] => parts.flatMap(({ consequences }) => consequences.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text));
  const gone = parts.filter((part) => destroys(part) && part.nodes.some(({ memory }) => memory < 0)).flatMap((part) => (guestOf(part) === undefined ? [] : [`${capitalised(nameOf(guestOf(part)!))} is gone${part.action === 'replace' ? ' until it is made anew' : ''}.`]));
  return {
    interruptions: [...sentences('reboot', 'restart'), ...gone],
    losses: sentences('disk-lost', 'destroyed', 'recreated'),
    nodes: parts.flatMap(({ nodes }) => nodes),
    storages: parts.flatMap(({ storages }) => storages),
  };
}

/** A snapshot goes with its guest: before a guest is destroyed only a backup helps. */
function safeguardsOf(part: Part, circumstances: Circumstances): ReturnType<ContributedOperation['safeguards']> {
  const target = guestOf(part);
  if (target === undefined || circumstances.guest(target.vmid) === undefined) return [];
  if (destroys(part)) return backupFirst(target, circumstances, true);
  if (has(part, 'disk-lost')) return [...backupFirst(target, circumstances, true), ...snapshotFirst(target, circumstances, false)];
  return has(part, 'reboot', 'restart') ? snapshotFirst(target, circumstances, false) : [];
}
