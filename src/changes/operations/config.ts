import { isSecretReference, type StepParameters } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import { isAsWanted, isHarmless } from './config-options.ts';
import { define } from './define.ts';
import { backupFirst, snapshotFirst } from './first.ts';
import { api, capitalised, guestPath, isUp, nameOf, passwordInTheClear, protectedAgainst, sizeOf, task, text, unavailable } from './guest.ts';
import type { Operation } from './operation.ts';
import { optionPrivileges } from './option-privileges.ts';
import { configOf } from './outcomes.ts';
import { allocation, isVolumeKey, readVolume } from './volumes.ts';

/** Parameters of the request that are no options of the configuration. */
const NOT_OPTIONS = new Set(['digest', 'delete', 'revert', 'force', 'skiplock', 'background_delay']);

const setOptions = (parameters: StepParameters): string[] => Object.keys(parameters).filter((name) => !NOT_OPTIONS.has(name));
const deletedOptions = (parameters: StepParameters): string[] => (text(parameters, 'delete') ?? '').split(/[,; ]+/).filter(Boolean);
const changed = (parameters: StepParameters): string[] => [...setOptions(parameters), ...deletedOptions(parameters), ...(text(parameters, 'revert') ?? '').split(/[,; ]+/).filter(Boolean)];
const removedDisks = ({ type }: GuestTarget, parameters: StepParameters): string[] => deletedOptions(parameters).filter((option) => isVolumeKey(type, option));

const FRIENDLY: Readonly<Record<string, string>> = { description: 'the notes', tags: 'the tags', name: 'the name', hostname: 'the name' };

function describe(target: GuestTarget, parameters: StepParameters): string {
  const names = changed(parameters);
  const [only] = names;
  if (names.length === 1 && only === 'protection') return `${setOptions(parameters).length === 1 && ['true', '1'].includes(text(parameters, 'protection') ?? '') ? 'Protect' : 'Unprotect'} ${nameOf(target)}`;
  if (names.length === 1 && (only === 'name' || only === 'hostname') && text(parameters, only) !== undefined) return `Rename ${nameOf(target)} to ${text(parameters, only) ?? ''}`;
  return `Change ${names.map((name) => FRIENDLY[name] ?? name).join(', ')} of ${nameOf(target)}`;
}

/**
 * `PUT …/config`: options of the configuration, `delete` (names, comma-separated), `revert` (VMs: pending changes), `digest`. Notes, tags, a
 * new name, protection and the configuration's editor all go through it.
 */
export const configure: Operation<GuestTarget> = define({
  name: 'guest.configure', targets: ['guest'] as const, title: 'Configure', needsConfig: true, taskTypes: [],
  describe,
  privileges: (target, parameters) =>
    optionPrivileges(`/vms/${target.vmid}`, target.type, [...setOptions(parameters).map((option) => [option, text(parameters, option)] as const), ...deletedOptions(parameters).map((option) => [option, undefined] as const)]),
  refusal(target, parameters, circumstances) {
    if (changed(parameters).length === 0) return `Nothing is to be changed of ${nameOf(target)}.`;
    return passwordInTheClear(parameters) ?? unavailable(target, circumstances) ?? (removedDisks(target, parameters).length > 0 ? protectedAgainst(target, circumstances) : undefined);
  },
  risk(target, parameters, circumstances) {
    const config = circumstances.config(target.vmid) ?? {};
    const name = capitalised(nameOf(target));
    const hard = changed(parameters).filter((option) => !isHarmless(option) && option !== 'hostname');
    const [freed, detached] = [removedDisks(target, parameters).filter((option) => option.startsWith('unused')), removedDisks(target, parameters).filter((option) => !option.startsWith('unused'))];
    return [
      ...(freed.length > 0 ? [{ level: 'high' as const, text: `${name} loses ${freed.map((option) => readVolume(String(config[option] ?? ''))?.volid ?? option).join(', ')} for good.` }] : []),
      ...(detached.length > 0 ? [{ level: 'medium' as const, text: `${name} loses ${detached.join(', ')}.` }] : []),
      ...(hard.length > 0 && isUp(target, circumstances) ? [{ level: 'medium' as const, text: `${name} is running while ${hard.join(', ')} ${hard.length === 1 ? 'changes' : 'change'}; what cannot be changed on the fly waits for its next start.` }] : []),
      ...(deletedOptions(parameters).includes('protection') || ['0', 'false'].includes(text(parameters, 'protection') ?? '') ? [{ level: 'medium' as const, text: `${name} and its disks can be removed from then on.` }] : []),
    ];
  },
  effect(target, parameters, circumstances) {
    const config = circumstances.config(target.vmid) ?? {};
    const storages = setOptions(parameters).flatMap((option) => {
      const allocated = isVolumeKey(target.type, option) ? allocation(text(parameters, option) ?? '') : undefined;
      return allocated === undefined ? [] : [{ ...allocated, node: target.node }];
    });
    const freed = removedDisks(target, parameters).flatMap((option) => {
      const volume = option.startsWith('unused') ? readVolume(String(config[option] ?? '')) : undefined;
      return volume === undefined ? [] : [volume];
    });
    const before = sizeOf(target, circumstances);
    const cpus = parameters['cores'] === undefined && parameters['sockets'] === undefined ? before.cpus : Number(text(parameters, 'cores') ?? config['cores'] ?? 1) * Number(text(parameters, 'sockets') ?? config['sockets'] ?? 1);
    const memory = parameters['memory'] === undefined ? before.memory : Number(/\d+/.exec(text(parameters, 'memory') ?? '')?.[0] ?? 0) * 1024 ** 2;
    return {
      losses: freed.map(({ volid }) => `Volume ${volid} is lost for good.`),
      storages: [...storages, ...freed.flatMap(({ storage, size }) => (size === undefined ? [] : [{ storage, node: target.node, bytes: -size }]))],
      ...(isUp(target, circumstances) && (cpus !== before.cpus || memory !== before.memory) ? { nodes: [{ node: target.node, cpus: cpus - before.cpus, memory: memory - before.memory }] } : {}),
    };
  },
  // A snapshot is written into the configuration and would make the digest stale; a backup is not.
  safeguards(target, parameters, circumstances) {
    if (changed(parameters).every((option) => isHarmless(option) || option === 'hostname')) return [];
    return parameters['digest'] === undefined ? snapshotFirst(target, circumstances, false) : backupFirst(target, circumstances, false);
  },
  inverse(target, parameters, circumstances) {
    const config = circumstances.config(target.vmid);
    // What is freed cannot be brought back, and secrets are never read back.
    if (config === undefined || parameters['revert'] !== undefined || removedDisks(target, parameters).some((option) => option.startsWith('unused'))) return undefined;
    const values: Record<string, string | number> = {};
    const absent: string[] = [];
    for (const option of [...setOptions(parameters), ...deletedOptions(parameters)]) {
      const before = config[option];
      if (isSecretReference(parameters[option]) || option === 'cipassword') return undefined;
      if (before === undefined) absent.push(option);
      else values[option] = before;
    }
    const back: StepParameters = { ...values, ...(absent.length > 0 ? { delete: absent.join(',') } : {}) };
    return api('guest.configure', target, back, describe(target, back));
  },
  request: (target, parameters) => ({ ...task('PUT', guestPath(target, '/config'), parameters), answer: 'done' }),
  async outcome(target, parameters, client) {
    if (parameters['revert'] !== undefined) return 'not-done';
    const now = await configOf(client, target);
    const asWanted = setOptions(parameters).every((option) => isSecretReference(parameters[option]) || isAsWanted(option, text(parameters, option) ?? '', now[option]));
    // A running VM's options may wait: then the configuration names them as pending, which `GET …/config` already includes.
    return asWanted && deletedOptions(parameters).every((option) => now[option] === undefined) ? 'done' : 'not-done';
  },
});
