import { policyJsonSchema } from '../../changes/index.ts';
import type { SettingId } from '../../editor/ids.ts';
import type { SettingContribution } from './setting-contribution.ts';
import { terraformSettings } from './terraform.ts';

const connectionSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'endpoints', 'authentication', 'trust'],
  defaultSnippets: [
    {
      label: 'Connection with an API token',
      body: {
        id: '${1:home}',
        name: '${2:Home}',
        endpoints: ['https://${3:pve1}:8006'],
        authentication: { kind: 'token', tokenId: '${4:root@pam!workbench}' },
        trust: { kind: 'system' },
      },
    },
  ],
  properties: {
    id: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', description: 'Stable and unique name of the connection; its secret is kept under it.' },
    name: { type: 'string', minLength: 1, maxLength: 100, description: 'What the explorer calls the connection.' },
    endpoints: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', pattern: '^https://[^/]+$' },
      description: '`https://host:port` of one or more nodes of the same cluster, tried in order.',
    },
    authentication: {
      description: 'Who the workbench is to Proxmox VE. The secret itself is asked for and kept in the secret storage.',
      oneOf: [
        {
          type: 'object',
          additionalProperties: false,
          required: ['kind', 'tokenId'],
          properties: { kind: { const: 'token' }, tokenId: { type: 'string', description: '`user@realm!tokenname`', pattern: '^[^\\s@!]+@[A-Za-z][A-Za-z0-9._-]+![A-Za-z][A-Za-z0-9._-]+$' } },
        },
        {
          type: 'object',
          additionalProperties: false,
          required: ['kind', 'user'],
          properties: { kind: { const: 'password' }, user: { type: 'string', description: '`user@realm`', pattern: '^[^\\s@!]+@[A-Za-z][A-Za-z0-9._-]+$' } },
        },
      ],
    },
    trust: {
      description: "What makes the server's certificate acceptable.",
      oneOf: [
        { type: 'object', additionalProperties: false, required: ['kind'], properties: { kind: { const: 'system' } } },
        { type: 'object', additionalProperties: false, required: ['kind', 'file'], properties: { kind: { const: 'ca' }, file: { type: 'string', description: 'Absolute path of a PEM file.' } } },
        {
          type: 'object',
          additionalProperties: false,
          required: ['kind', 'sha256'],
          properties: { kind: { const: 'fingerprint' }, sha256: { type: 'string', description: 'SHA-256 of the certificate.', pattern: '^([0-9A-F]{2}:){31}[0-9A-F]{2}$' } },
        },
      ],
    },
    ssh: {
      type: 'object',
      additionalProperties: false,
      description: 'How nodes are reached over SSH, for what the API has no way to do (maintenance). The SSH agent and your usual keys are tried by themselves.',
      properties: {
        user: { type: 'string', default: 'root', description: 'User of the nodes.' },
        port: { type: 'integer', minimum: 1, maximum: 65535, default: 22 },
        identityFile: { type: 'string', description: 'Path of a private key without passphrase, such as `~/.ssh/id_proxmox`. Keys with one belong into the SSH agent.' },
        hosts: { type: 'object', additionalProperties: { type: 'string' }, description: '`host` or `host:port` by node name, where the address that the cluster tells is not the one to use.' },
        hostKeys: { type: 'object', additionalProperties: { type: 'string', pattern: '^SHA256:[A-Za-z0-9+/]{43}$' }, description: 'Accepted host keys by `host:port`. They are asked for when they are first met.' },
      },
    },
  },
} as const;

// VS Code knows one dialect of JSON Schema only, whose name it does not want.
const policySchema = Object.fromEntries(Object.entries(policyJsonSchema()).filter(([name]) => name !== '$schema'));

export const settingContributions: Record<SettingId, SettingContribution> = {
  'proxmox.connections': {
    type: 'array',
    default: [],
    // A folder must not be able to point a stored secret at another host: only the user's own settings count.
    scope: 'application',
    order: 1,
    items: connectionSchema,
    markdownDescription: 'Proxmox VE clusters and nodes, without their secrets. *Proxmox: Add Connection…* writes here.',
  },
  'proxmox.explorer.refreshInterval': {
    type: 'integer',
    default: 10,
    scope: 'window',
    order: 2,
    // VS Code draws the first schema's bounds in the settings editor and checks all of them.
    anyOf: [{ const: 0 }, { minimum: 2, maximum: 3600 }],
    minimum: 0,
    maximum: 3600,
    markdownDescription: 'Seconds between refreshes while the explorer is visible and the window has the focus: 2 to 3600, or 0 to refresh by hand only.',
  },
  'proxmox.explorer.sortBy': {
    type: 'string',
    enum: ['vmid', 'name'],
    enumDescriptions: ['By VMID.', 'By name, numbers in names by their value.'],
    default: 'vmid',
    scope: 'window',
    order: 3,
    description: 'How guests are sorted.',
  },
  'proxmox.policy': {
    ...policySchema,
    default: {},
    // A folder must not loosen it; its own `.proxmox/policy.yaml` can only be stricter.
    scope: 'application',
    order: 4,
    markdownDescription: 'What is asked before something is changed on a cluster: rules by connection, pool, tag, operation and origin, read-only connections, quiet hours, budgets. A folder may be stricter with `.proxmox/policy.yaml`.',
  },
  ...terraformSettings,
};
