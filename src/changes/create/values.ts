/** What is typed or chosen, as it stands in the form: numbers are text until they are checked. */
export interface TextValues {
  readonly name: string;
  readonly vmid: string;
  readonly node: string;
  /** A container's template: a volume's id, or {@link TO_DOWNLOAD} and an entry of the index. */
  readonly template: string;
  /** Where the template is downloaded to. */
  readonly templateStorage: string;
  /** What a VM boots: a volume's id, or empty. */
  readonly source: string;
  readonly password: string;
  readonly sshKeys: string;
  readonly storage: string;
  /** GiB */
  readonly size: string;
  readonly cores: string;
  /** MiB */
  readonly memory: string;
  /** MiB */
  readonly swap: string;
  /** Empty: no network card. */
  readonly bridge: string;
  readonly vlan: string;
  readonly ipMode: string;
  readonly ip: string;
  readonly gateway: string;
  readonly ip6Mode: string;
  readonly ip6: string;
  readonly gateway6: string;
  readonly nameserver: string;
  readonly searchDomain: string;
  readonly user: string;
  readonly cloudInitStorage: string;
  readonly ostype: string;
  readonly bios: string;
  readonly machine: string;
  readonly cpu: string;
  readonly tags: string;
  readonly pool: string;
  readonly description: string;
}
export interface FlagValues {
  readonly start: boolean;
  readonly startAtBoot: boolean;
  readonly firewall: boolean;
  readonly unprivileged: boolean;
  readonly nesting: boolean;
  readonly agent: boolean;
  readonly cloudInit: boolean;
}

export type Values = TextValues & FlagValues;
export type Field = keyof Values;
/** What a person has answered; everything else follows from defaults. */
export type Given = Partial<Values>;
export type GuestType = 'lxc' | 'qemu';

const flags: Readonly<Record<keyof FlagValues, true>> = { start: true, startAtBoot: true, firewall: true, unprivileged: true, nesting: true, agent: true, cloudInit: true };
const texts: Readonly<Record<keyof TextValues, true>> = {
  name: true, vmid: true, node: true, template: true, templateStorage: true, source: true, password: true, sshKeys: true, storage: true, size: true, cores: true, memory: true, swap: true, bridge: true, vlan: true,
  ipMode: true, ip: true, gateway: true, ip6Mode: true, ip6: true, gateway6: true, nameserver: true, searchDomain: true, user: true, cloudInitStorage: true, ostype: true, bios: true, machine: true, cpu: true, tags: true, pool: true, description: true,
};

/** Begins a {@link TextValues.template} that is not there yet; no storage's id begins like this. */
export const TO_DOWNLOAD = '+';

/** The answers with one more; what is no answer to any question changes nothing. */
export function withAnswer(given: Given, field: string, value: string | boolean): Given {
  const known = typeof value === 'boolean' ? Object.hasOwn(flags, field) : Object.hasOwn(texts, field);
  return known ? { ...given, [field]: value } : given;
}
