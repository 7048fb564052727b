import { checkScalarFormat } from '../../pve/config/index.ts';
import type { SectionRules } from './section-config.ts';

const matching = (pattern: RegExp, message: (id: string) => string) => (id: string): string | undefined => (pattern.test(id) ? undefined : message(id));

/** The section-config files that are read and written, by the member of `EtcPve` that holds them. */
export const SECTION_FILES = {
  storages: {
    file: 'storage.cfg',
    // Storage plugins of others bring types of their own.
    rules: { checkId: (id) => checkScalarFormat('pve-storage-id', id), escapedComments: false },
  },
  domains: {
    file: 'domains.cfg',
    rules: {
      types: ['ad', 'ldap', 'openid', 'pam', 'pve'],
      checkId: matching(/^[A-Za-z][A-Za-z0-9.\-_]+$/, (id) => `value '${id}' does not look like a valid realm`),
      escapedComments: true,
    },
  },
  jobs: {
    file: 'jobs.cfg',
    rules: { types: ['vzdump', 'realm-sync'], checkId: (id) => checkJobId(id), escapedComments: true },
  },
  replication: {
    file: 'replication.cfg',
    rules: { types: ['local'], checkId: matching(/^[1-9]\d{2,8}-\d{1,9}$/, (id) => `invalid replication job id '${id}'`), escapedComments: true },
  },
  haResources: {
    file: 'ha/resources.cfg',
    rules: { types: ['vm', 'ct'], checkId: matching(/^[1-9]\d+$/, () => 'invalid VMID'), escapedComments: false },
  },
  haRules: {
    file: 'ha/rules.cfg',
    rules: { types: ['node-affinity', 'resource-affinity'], checkId: (id) => checkScalarFormat('pve-configid', id), escapedComments: true },
  },
} as const satisfies Record<string, { readonly file: string; readonly rules: SectionRules }>;

export type SectionFile = keyof typeof SECTION_FILES;

/** Names that Proxmox gave to the jobs of `vzdump.cron` have digits and dashes in front. */
function checkJobId(id: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(id) ? undefined : `invalid configuration ID '${id}'`;
}
