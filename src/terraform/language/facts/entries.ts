import type { Entry } from '../tally/index.ts';
import { evaluate, type Scope } from '../values/index.ts';
import { vmidOf } from './claims.ts';
import { instancesOf } from './instances.ts';
import type { MadeKind } from './makes.ts';
import type { Providers } from './providers.ts';
import type { SectionFacts } from './section-facts.ts';

type Kind = MadeKind | 'guest' | 'import' | 'vlan';

/** Under which key something is. */
export const factKey = (kind: Kind, name: string | number): string => `${kind} ${String(name)}`;
/** Under which keys is what decides whether something may be there. */
export const factKeys = (kind: Kind, name: string | number): string[] => [factKey(kind, name), unknownKey(kind)];
/** What has a name that cannot be told. */
const unknownKey = (kind: Kind): string => `${kind} ?`;

/** That something of every kind may be there. */
export const ANYTHING: readonly Entry<string>[] = (['guest', 'pool', 'bridge', 'storage', 'file'] as const).map((kind) => ({ key: unknownKey(kind), value: '' }));

/** Of a guest: where it is described, and by which configuration of the provider; undefined when it may not be there, or on whichever cluster. */
export const guestText = (address: string, provider: string | undefined): string => `${provider ?? ''}\0${address}`;
/** The address of a guest, if it is of that configuration. */
export const guestIn = (text: string, provider: string): string | undefined => (text.startsWith(`${provider}\0`) ? text.slice(provider.length + 1) : undefined);

/** Where code stands that is seen from the module that is planned. */
export interface Outlook {
  readonly prefix: string;
  readonly providers: Providers;
  /** Whether what is at an address of its module is there for certain. */
  readonly certain: (address: string) => boolean;
}

export const HOME: Outlook = { prefix: '', providers: (name) => name, certain: () => true };
export const nothingNamed: Scope = { named: () => undefined };

/** @param plain only what stands there as it is, or only what does not; everything when it is not given */
export function* entriesOf({ described, imports }: SectionFacts, scope: Scope, outlook: Outlook, plain?: boolean): Generator<Entry<string>> {
  for (const { address, repeat, vmid, makes, claims, provider, plain: own } of described) {
    if (plain !== undefined && own !== plain) continue;
    const known = instancesOf(repeat, scope);
    const certain = known !== undefined && provider !== undefined && outlook.certain(address);
    for (const { suffix, scope: inside } of known ?? [{ suffix: '', scope: nothingNamed }]) {
      if (vmid !== undefined) {
        const number = vmidOf(evaluate(vmid, inside));
        yield { key: number === undefined ? unknownKey('guest') : factKey('guest', number), value: guestText(`${outlook.prefix}${address}${suffix}`, certain ? outlook.providers(provider) : undefined) };
      }
      for (const { meaning, value } of claims) {
        const vlan = meaning.kind === 'vlan' ? Number(evaluate(value, inside) ?? Number.NaN) : Number.NaN;
        if (Number.isInteger(vlan)) yield { key: factKey('vlan', vlan), value: '' };
      }
      for (const { kind, name } of makes) {
        const text = evaluate(name, inside);
        yield { key: typeof text === 'string' ? factKey(kind, kind === 'file' ? (text.split('/').at(-1) ?? text) : text) : unknownKey(kind), value: '' };
      }
    }
  }
  for (const { id, repeat, plain: own } of imports) {
    if (plain !== undefined && own !== plain) continue;
    for (const { scope: inside } of instancesOf(repeat, scope) ?? [{ scope: nothingNamed }]) {
      const known = evaluate(id, inside);
      const vmid = typeof known === 'string' || typeof known === 'number' ? Number(String(known).split('/').at(-1)) : Number.NaN;
      if (Number.isInteger(vmid)) yield { key: factKey('import', vmid), value: '' };
      else if (known === undefined) yield { key: unknownKey('import'), value: '' };
    }
  }
}
