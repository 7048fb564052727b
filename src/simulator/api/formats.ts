import { checkScalarFormat, isScalarFormat, splitList } from '../../pve/config/index.ts';
import { CLUSTER_FORMATS } from '../cluster/formats.ts';
import { FIREWALL_FORMATS } from '../firewall/formats.ts';
import { STORAGE_FORMATS } from '../storage/formats.ts';

/** Returns what is wrong with a value, in Proxmox's words, or undefined. */
type Check = (value: string) => string | undefined;

const matching = (pattern: RegExp, message: string | ((value: string) => string)): Check =>
  (value) => (pattern.test(value) ? undefined : typeof message === 'string' ? message : message(value));

const REALM = '[A-Za-z][A-Za-z0-9.\\-_]+';
const USER = '[^\\s:/]+';

/** Formats of parameters that no configuration file uses (PVE::JSONSchema, PVE::AccessControl, PVE::Storage). */
const CHECKS: Readonly<Record<string, Check>> = {
  ...CLUSTER_FORMATS,
  ...FIREWALL_FORMATS,
  ...STORAGE_FORMATS,
  'pve-vmid': matching(/^[1-9][0-9]{2,8}$/, 'value does not look like a valid VM ID'),
  'pve-realm': matching(new RegExp(`^${REALM}$`), 'value does not look like a valid realm'),
  'pve-userid': (value) => (value.length > 64 || !new RegExp(`^${USER}@${REALM}$`).test(value) ? `value '${value}' does not look like a valid user name` : undefined),
  'pve-tokenid': matching(new RegExp(`^${USER}@${REALM}!${REALM}$`), (value) => `value '${value}' does not look like a valid token ID`),
  'pve-groupid': matching(/^[A-Za-z0-9.\-_]+$/, (value) => `group name '${value}' contains invalid characters`),
  'pve-roleid': matching(/^[A-Za-z0-9.\-_]+$/, (value) => `role name '${value}' contains invalid characters`),
  'pve-poolid': (value) => {
    if (value.split('/').length > 3) return `pool name '${value}' nested more than 3 levels deep`;
    return /^[A-Za-z0-9.\-_]+(?:\/[A-Za-z0-9.\-_]+){0,2}$/.test(value) ? undefined : `pool name '${value}' contains invalid characters`;
  },
  'pve-priv': matching(/^[A-Z][A-Za-z]+(?:\.[A-Za-z]+)+$/, (value) => `invalid privilege '${value}'`),
  'pve-vlan-id-or-range': matching(/^\d+(?:-\d+)?$/, 'value is not a valid VLAN ID or range'),
  'storage-pair': matching(/^[a-z][a-z0-9\-_.]*[a-z0-9](?::[a-z][a-z0-9\-_.]*[a-z0-9])?$|^1$/i, (value) => `storage ID pair '${value}' is invalid`),
  'bridge-pair': matching(/^[-_.\w]+(?::[-_.\w]+)?$|^1$/, (value) => `bridge pair '${value}' is invalid`),
};

export { splitList };

/** What is wrong with a value as one of the named format, in Proxmox's words; undefined when nothing is, or nobody says. */
export function checkFormat(format: string, value: string): string | undefined {
  if (format.endsWith('-opt')) return value === '' ? undefined : checkFormat(format.slice(0, -'-opt'.length), value);
  const check = CHECKS[format];
  if (check !== undefined) return check(value);
  if (isScalarFormat(format)) return checkScalarFormat(format, value);
  if (!/-[a]?list$/.test(format)) return undefined;
  for (const item of splitList(value)) {
    const problem = checkFormat(format.replace(/-[a]?list$/, ''), item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
