import { asDefaultKey, flag, integer, oneOf, type PropertyFormat, type PropertyValues, required, text } from './format.ts';

/** The CPU models QEMU emulates, by prefix; `…-v2` and the like spelt out (PVE::QemuServer::CPUConfig). */
const MODELS = [
  'host kvm32 kvm64 qemu32 qemu64 max',
  '486 pentium pentium2 pentium3 coreduo core2duo Conroe Penryn KnightsMill',
  'Nehalem Nehalem-IBRS Westmere Westmere-IBRS SandyBridge SandyBridge-IBRS IvyBridge IvyBridge-IBRS',
  'Haswell Haswell-IBRS Haswell-noTSX Haswell-noTSX-IBRS Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS',
  'Skylake-Client Skylake-Client-IBRS Skylake-Client-noTSX-IBRS Skylake-Client-v4',
  'Skylake-Server Skylake-Server-IBRS Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5',
  'Cascadelake-Server Cascadelake-Server-v2 Cascadelake-Server-noTSX Cascadelake-Server-v4 Cascadelake-Server-v5',
  'Cooperlake Cooperlake-v2 Icelake-Client Icelake-Client-noTSX',
  'Icelake-Server Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 Icelake-Server-v6 Icelake-Server-v7',
  'SapphireRapids SapphireRapids-v2 SapphireRapids-v3 SapphireRapids-v4',
  'GraniteRapids GraniteRapids-v2 GraniteRapids-v3 SierraForest SierraForest-v2 SierraForest-v3 ClearwaterForest',
  'athlon phenom Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5',
  'EPYC EPYC-IBPB EPYC-v3 EPYC-v4 EPYC-v5 EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-Rome-v5',
  'EPYC-Milan EPYC-Milan-v2 EPYC-Milan-v3 EPYC-Genoa EPYC-Genoa-v2 EPYC-Turin',
  'a64fx cortex-a35 cortex-a53 cortex-a55 cortex-a57 cortex-a710 cortex-a72 cortex-a76 neoverse-n1 neoverse-n2 neoverse-v1',
].flatMap((line) => line.split(' '));

/** Models that Proxmox itself makes up of others. */
const BUILTIN_MODELS = ['x86-64-v2', 'x86-64-v2-AES', 'x86-64-v3', 'x86-64-v4'];

/** The flags that may be set for a single VM, sorted. */
const VM_FLAGS = [
  'aes', 'amd-no-ssb', 'amd-ssbd', 'hv-evmcs', 'hv-tlbflush', 'ibpb', 'md-clear', 'nested-virt', 'pcid', 'pdpe1gb', 'spec-ctrl', 'ssbd', 'virt-ssbd',
];

const byLowerCase = (a: string, b: string): number => (a.toLowerCase() < b.toLowerCase() ? -1 : 1);
const KNOWN_TYPES = new Set([...MODELS, ...BUILTIN_MODELS]);
const KNOWN_FLAGS = new Set(VM_FLAGS);

/** Whether a custom model exists only the cluster knows. */
function checkVmCpu({ cputype, flags, 'reported-model': reportedModel }: PropertyValues): string | undefined {
  if (typeof cputype !== 'string' || cputype === '') return 'CPU is missing cputype';
  if (!cputype.startsWith('custom-') && !KNOWN_TYPES.has(cputype)) {
    return `Built-in cputype '${cputype}' is not defined (missing 'custom-' prefix?)`;
  }
  if (Array.isArray(flags) && flags.some((name: string) => !KNOWN_FLAGS.has(name.slice(1)))) {
    return `VM-specific CPU flags must be a subset of: ${VM_FLAGS.join(', ')}`;
  }
  return reportedModel === undefined ? undefined : "Property 'reported-model' not allowed in VM-specific CPU config.";
}

/** PVE::QemuServer::CPUConfig. */
export const CPU_FORMATS = {
  'pve-vm-cpu-conf': {
    keys: {
      cputype: asDefaultKey(text({ default: 'kvm64' })),
      flags: text({ pattern: /^[+-][a-zA-Z0-9\-_.]+(?:;[+-][a-zA-Z0-9\-_.]+)*$/, separator: ';' }),
      'guest-phys-bits': integer({ minimum: 32, maximum: 64 }),
      hidden: flag({ default: 0 }),
      'hv-vendor-id': text({ pattern: /^[a-zA-Z0-9]{1,12}$/ }),
      'phys-bits': text({ format: 'pve-phys-bits' }),
      'reported-model': oneOf([...MODELS].sort(byLowerCase), { default: 'kvm64' }),
    },
    check: checkVmCpu,
  },
  'pve-qemu-sev-fmt': {
    keys: {
      type: required(asDefaultKey(oneOf(['std', 'es', 'snp'], { maxLength: 3 }))),
      'allow-smt': flag({ default: 1 }),
      'kernel-hashes': flag({ default: 0 }),
      'no-debug': flag({ default: 0 }),
      'no-key-sharing': flag({ default: 0 }),
    },
  },
  'pve-qemu-tdx-fmt': {
    keys: {
      type: required(asDefaultKey(oneOf(['tdx']))),
      attestation: required(flag({ default: 1 })),
      'vsock-cid': integer({ minimum: 2, default: 2 }),
      'vsock-port': integer({ minimum: 0, default: 4050 }),
    },
  },
} satisfies Record<string, PropertyFormat>;
