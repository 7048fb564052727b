import { PROPERTY_FORMATS } from '../../pve/config/index.ts';
import { oneOf, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';
import { QEMU_VERSION } from '../guests/status.ts';
import { AUDIT, NODE, ownIndex, text } from './parameters.ts';

const ARCH = optional(oneOf('x86_64', 'aarch64'));

/** What the codec checks CPU types against, and who makes each. */
const REPORTED: readonly string[] = (PROPERTY_FORMATS['pve-vm-cpu-conf'].keys['reported-model'] as { readonly enum?: readonly string[] }).enum ?? [];
const BUILTIN = ['x86-64-v2', 'x86-64-v2-AES', 'x86-64-v3', 'x86-64-v4'];

function vendorOf(model: string): 'AuthenticAMD' | 'GenuineIntel' | 'ARM' | 'default' {
  if (/^(?:host|max|kvm32|kvm64|qemu32|qemu64)$/.test(model)) return 'default';
  if (/^(?:athlon|phenom|Opteron|EPYC)/.test(model)) return 'AuthenticAMD';
  return /^(?:a64fx|cortex|neoverse)/.test(model) ? 'ARM' : 'GenuineIntel';
}

/** The simulated nodes are x86-64 machines; `host` is a model of their own architecture only. */
function models(call: Call): Record<string, unknown>[] {
  const arm = text(call, 'arch') === 'aarch64';
  const own = REPORTED.filter((name) => (arm ? vendorOf(name) === 'ARM' || name === 'max' : vendorOf(name) !== 'ARM'));
  return [
    ...own.map((name) => ({ name, custom: 0, vendor: vendorOf(name) })),
    ...(arm ? [] : BUILTIN.map((name) => ({ name, custom: 0, abstract: 1, vendor: 'default' }))),
  ];
}

/** Flag, what it is for, and which CPUs have it. */
const FLAGS: readonly (readonly [name: string, description: string, on: 'all' | 'amd' | 'none'])[] = [
  ['nested-virt', 'Nested virtualisation: svm on AMD, vmx on Intel hosts.', 'all'],
  ['aes', 'AES instructions of the host.', 'all'],
  ['amd-no-ssb', 'Tells the guest that the AMD host is not open to Speculative Store Bypass.', 'none'],
  ['amd-ssbd', 'Speculative Store Bypass protection for AMD models; goes with virt-ssbd.', 'amd'],
  ['hv-evmcs', 'Faster nested virtualisation for Windows on Intel hosts.', 'none'],
  ['hv-tlbflush', 'Faster overcommitted Windows guests.', 'all'],
  ['ibpb', 'Branch prediction barrier against Spectre, AMD.', 'amd'],
  ['md-clear', 'Lets the guest see that MDS is mitigated.', 'none'],
  ['pcid', 'Cheaper Meltdown mitigation on older Intel hosts.', 'none'],
  ['pdpe1gb', 'Pages of 1 GiB.', 'all'],
  ['spec-ctrl', 'Better Spectre mitigation, Intel.', 'none'],
  ['ssbd', 'Speculative Store Bypass protection for Intel models.', 'none'],
  ['virt-ssbd', 'Speculative Store Bypass protection for AMD models.', 'amd'],
];

/** Flags that a VM may set; those that no node offers come last. */
function flags(call: Call): Record<string, unknown>[] {
  if (text(call, 'arch') === 'aarch64') return [];
  const { nodes } = call.cluster;
  const emulated = text(call, 'accel') === 'tcg';
  const on = (kind: 'all' | 'amd' | 'none'): string[] =>
    kind === 'none' ? [] : [...nodes.values()].filter((node) => kind === 'all' || (!emulated && node.cpu.model.startsWith('AMD'))).map(({ name }) => name).sort();
  const [nested, ...others] = FLAGS.map(([name, description, kind]) => ({ name, description, 'supported-on': on(kind) }));
  return [...(nested === undefined ? [] : [nested]), ...others.filter((one) => one['supported-on'].length > 0), ...others.filter((one) => one['supported-on'].length === 0)];
}

/** QEMU's machine versions up to the installed one: three a year, from the oldest it still offers. */
const VERSIONS = [
  '10.1', '10.0', '9.2', '9.1', '9.0', '8.2', '8.1', '8.0', '7.2', '7.1', '7.0', '6.2', '6.1', '6.0', '5.2', '5.1', '5.0', '4.2', '4.1', '4.0', '3.1', '3.0', '2.12', '2.11', '2.10', '2.9', '2.8', '2.7', '2.6',
].filter((version) => Number(version.split('.')[0]) <= Number(QEMU_VERSION.split('.')[0]));

/** Proxmox's own revisions of machine versions, highest first. */
const REVISIONS: Readonly<Record<string, readonly (readonly [revision: string, changes: string])[]>> = {
  '10.0': [['+pve1', 'Passes the MTU of the host to the guest even when it is the default.']],
  '9.2': [['+pve1', 'Power states S3 and S4 are off by default.']],
  '4.1': [['+pve2', 'More SCSI drives.'], ['+pve1', 'First version with a revision, no changes.']],
};

function machines(call: Call): Record<string, unknown>[] {
  if (text(call, 'arch') === 'aarch64') return VERSIONS.map((version) => ({ id: `virt-${version}`, type: 'virt', version }));
  return VERSIONS.flatMap((version) =>
    [...(REVISIONS[version] ?? []), ['', ''] as const].flatMap(([revision, changes]) =>
      (['q35', 'i440fx'] as const).map((type) => ({ id: `pc-${type}-${version}${revision}`, type, version: `${version}${revision}`, ...(changes === '' ? {} : { changes }) })),
    ),
  );
}

const ROOT = '/nodes/{node}/capabilities';
const QEMU = `${ROOT}/qemu`;
const ALL = { user: 'all' } as const;

/** What guests of the node can be given. */
export const capabilityRoutes: readonly Route[] = [
  ownIndex(ROOT, 'name', ['qemu']),
  ownIndex(QEMU, 'name', ['cpu', 'cpu-flags', 'machines', 'migration']),
  { method: 'GET', path: `${QEMU}/cpu`, permissions: ALL, anywhere: true, parameters: { ...NODE, arch: ARCH }, run: models },
  { method: 'GET', path: `${QEMU}/cpu-flags`, permissions: ALL, anywhere: true, parameters: { ...NODE, arch: ARCH, accel: optional({ ...oneOf('kvm', 'tcg'), default: 'kvm' }) }, run: flags },
  { method: 'GET', path: `${QEMU}/machines`, permissions: ALL, parameters: { ...NODE, arch: ARCH }, run: machines },
  { method: 'GET', path: `${QEMU}/migration`, permissions: AUDIT, parameters: NODE, run: () => ({ 'has-dbus-vmstate': true }) },
];
