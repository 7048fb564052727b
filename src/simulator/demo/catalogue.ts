/** What a small company runs; the demo's guests are drawn from here. */
export interface Service {
  readonly name: string;
  readonly kind: 'qemu' | 'lxc';
  readonly cores: number;
  /** MiB. */
  readonly memory: number;
  /** GiB. */
  readonly disk: number;
  readonly tags: readonly string[];
  readonly pool?: 'production' | 'staging' | 'lab';
  readonly os: 'debian' | 'ubuntu' | 'alpine' | 'windows' | 'rocky';
  readonly notes?: string;
  /** Levels 0 … 1 of the load curves: CPU, memory, network, disk. */
  readonly load: readonly [number, number, number, number];
  /** Not started, as somebody left it. */
  readonly stopped?: true;
  readonly paused?: true;
}

const production = { pool: 'production' } as const;
const staging = { pool: 'staging' } as const;
const lab = { pool: 'lab' } as const;

/** In the order in which they get their VMIDs; longer demos repeat it with other numbers. */
export const SERVICES: readonly Service[] = [
  { name: 'gateway', kind: 'qemu', cores: 2, memory: 2048, disk: 16, tags: ['critical', 'network'], ...production, os: 'debian', load: [0.18, 0.5, 0.35, 0.02], notes: '# Gateway\nRouter and firewall of the office network.\n\n- WAN on `vmbr1`\n- DHCP and DNS for VLAN 20' },
  { name: 'web-01', kind: 'qemu', cores: 4, memory: 8192, disk: 32, tags: ['critical', 'frontend', 'web'], ...production, os: 'debian', load: [0.32, 0.62, 0.2, 0.04], notes: 'Behind the load balancer. Deploys on Tuesdays.' },
  { name: 'web-02', kind: 'qemu', cores: 4, memory: 8192, disk: 32, tags: ['critical', 'frontend', 'web'], ...production, os: 'debian', load: [0.29, 0.6, 0.19, 0.04] },
  { name: 'db-01', kind: 'qemu', cores: 8, memory: 32768, disk: 200, tags: ['critical', 'database', 'postgresql'], ...production, os: 'debian', load: [0.41, 0.83, 0.12, 0.38], notes: '# PostgreSQL primary\nReplicates to **db-02**. Ask the database team before restarting.' },
  { name: 'db-02', kind: 'qemu', cores: 8, memory: 32768, disk: 200, tags: ['database', 'postgresql', 'replica'], ...production, os: 'debian', load: [0.14, 0.78, 0.09, 0.3] },
  { name: 'proxy', kind: 'lxc', cores: 2, memory: 1024, disk: 8, tags: ['critical', 'network', 'web'], ...production, os: 'debian', load: [0.12, 0.3, 0.4, 0.01] },
  { name: 'dns-01', kind: 'lxc', cores: 1, memory: 512, disk: 4, tags: ['critical', 'network'], ...production, os: 'alpine', load: [0.03, 0.22, 0.03, 0.01] },
  { name: 'dns-02', kind: 'lxc', cores: 1, memory: 512, disk: 4, tags: ['critical', 'network'], ...production, os: 'alpine', load: [0.02, 0.21, 0.02, 0.01] },
  { name: 'mail', kind: 'qemu', cores: 2, memory: 4096, disk: 100, tags: ['critical', 'mail'], ...production, os: 'debian', load: [0.1, 0.55, 0.05, 0.12] },
  { name: 'git', kind: 'lxc', cores: 4, memory: 4096, disk: 120, tags: ['development'], ...production, os: 'debian', load: [0.16, 0.58, 0.08, 0.14], notes: 'Forge for all teams.' },
  { name: 'ci-runner-01', kind: 'qemu', cores: 8, memory: 16384, disk: 80, tags: ['ci', 'development'], ...production, os: 'ubuntu', load: [0.67, 0.45, 0.12, 0.33] },
  { name: 'ci-runner-02', kind: 'qemu', cores: 8, memory: 16384, disk: 80, tags: ['ci', 'development'], ...production, os: 'ubuntu', load: [0.58, 0.43, 0.11, 0.3] },
  { name: 'monitoring', kind: 'lxc', cores: 2, memory: 4096, disk: 60, tags: ['monitoring'], ...production, os: 'debian', load: [0.15, 0.66, 0.06, 0.2] },
  { name: 'grafana', kind: 'lxc', cores: 2, memory: 1024, disk: 10, tags: ['monitoring', 'web'], ...production, os: 'debian', load: [0.05, 0.4, 0.03, 0.02] },
  { name: 'nextcloud', kind: 'qemu', cores: 4, memory: 8192, disk: 250, tags: ['files', 'web'], ...production, os: 'ubuntu', load: [0.11, 0.52, 0.1, 0.15] },
  { name: 'vault', kind: 'lxc', cores: 2, memory: 2048, disk: 10, tags: ['critical', 'security'], ...production, os: 'debian', load: [0.03, 0.35, 0.01, 0.01], notes: 'Sealed after every restart: two key holders needed.' },
  { name: 'win-ad-01', kind: 'qemu', cores: 4, memory: 8192, disk: 80, tags: ['critical', 'windows'], ...production, os: 'windows', load: [0.08, 0.57, 0.02, 0.05] },
  { name: 'win-rds', kind: 'qemu', cores: 8, memory: 16384, disk: 120, tags: ['windows'], ...production, os: 'windows', load: [0.24, 0.71, 0.07, 0.09] },
  { name: 'redis', kind: 'lxc', cores: 2, memory: 4096, disk: 8, tags: ['database'], ...production, os: 'alpine', load: [0.13, 0.73, 0.15, 0.01] },
  { name: 'mqtt', kind: 'lxc', cores: 1, memory: 512, disk: 4, tags: ['iot'], ...production, os: 'alpine', load: [0.04, 0.2, 0.05, 0.01] },
  { name: 'staging-web', kind: 'qemu', cores: 2, memory: 4096, disk: 32, tags: ['frontend', 'web'], ...staging, os: 'debian', load: [0.06, 0.42, 0.03, 0.02] },
  { name: 'staging-db', kind: 'qemu', cores: 4, memory: 8192, disk: 100, tags: ['database', 'postgresql'], ...staging, os: 'debian', load: [0.07, 0.5, 0.02, 0.08] },
  { name: 'staging-cache', kind: 'lxc', cores: 1, memory: 1024, disk: 8, tags: ['database'], ...staging, os: 'alpine', load: [0.02, 0.3, 0.01, 0.01] },
  { name: 'release-candidate', kind: 'qemu', cores: 4, memory: 8192, disk: 40, tags: ['web'], ...staging, os: 'ubuntu', load: [0.1, 0.4, 0.02, 0.02], paused: true, notes: 'Paused while the database is being migrated.' },
  { name: 'k3s-01', kind: 'qemu', cores: 4, memory: 8192, disk: 60, tags: ['kubernetes'], ...staging, os: 'ubuntu', load: [0.22, 0.64, 0.09, 0.11] },
  { name: 'k3s-02', kind: 'qemu', cores: 4, memory: 8192, disk: 60, tags: ['kubernetes'], ...staging, os: 'ubuntu', load: [0.25, 0.66, 0.1, 0.12] },
  { name: 'k3s-03', kind: 'qemu', cores: 4, memory: 8192, disk: 60, tags: ['kubernetes'], ...staging, os: 'ubuntu', load: [0.21, 0.6, 0.08, 0.1] },
  { name: 'wiki', kind: 'lxc', cores: 2, memory: 1024, disk: 12, tags: ['web'], os: 'debian', load: [0.03, 0.38, 0.02, 0.01] },
  { name: 'printserver', kind: 'lxc', cores: 1, memory: 512, disk: 6, tags: [], os: 'debian', load: [0.01, 0.2, 0.01, 0.01], stopped: true },
  { name: 'legacy-erp', kind: 'qemu', cores: 2, memory: 4096, disk: 60, tags: ['deprecated', 'windows'], os: 'windows', load: [0.05, 0.48, 0.01, 0.03], stopped: true, notes: 'Kept for the auditors until **December**. Do not delete.' },
  { name: 'lab-rocky', kind: 'qemu', cores: 2, memory: 4096, disk: 40, tags: ['test'], ...lab, os: 'rocky', load: [0.04, 0.33, 0.01, 0.02] },
  { name: 'lab-alpine', kind: 'lxc', cores: 1, memory: 256, disk: 2, tags: ['test'], ...lab, os: 'alpine', load: [0.01, 0.15, 0.01, 0.01] },
  { name: 'lab-windows-11', kind: 'qemu', cores: 4, memory: 8192, disk: 64, tags: ['test', 'windows'], ...lab, os: 'windows', load: [0.1, 0.5, 0.01, 0.03], stopped: true },
  { name: 'ansible', kind: 'lxc', cores: 2, memory: 1024, disk: 8, tags: ['automation'], os: 'debian', load: [0.02, 0.3, 0.02, 0.01] },
  { name: 'backup-proxy', kind: 'lxc', cores: 2, memory: 2048, disk: 16, tags: ['backup'], os: 'debian', load: [0.06, 0.4, 0.18, 0.22] },
  { name: 'jellyfin', kind: 'lxc', cores: 4, memory: 4096, disk: 20, tags: ['media'], os: 'debian', load: [0.28, 0.44, 0.3, 0.06] },
  { name: 'homeassistant', kind: 'qemu', cores: 2, memory: 4096, disk: 32, tags: ['iot'], os: 'debian', load: [0.09, 0.47, 0.02, 0.04] },
];

/** What new guests are cloned from. */
export const TEMPLATES: readonly Service[] = [
  { name: 'debian-13-cloud', kind: 'qemu', cores: 2, memory: 2048, disk: 8, tags: ['cloud-init', 'template'], os: 'debian', load: [0, 0, 0, 0], notes: 'Cloud image of Debian 13 with the guest agent.' },
  { name: 'ubuntu-24.04-cloud', kind: 'qemu', cores: 2, memory: 2048, disk: 8, tags: ['cloud-init', 'template'], os: 'ubuntu', load: [0, 0, 0, 0] },
  { name: 'alpine-base', kind: 'lxc', cores: 1, memory: 256, disk: 2, tags: ['template'], os: 'alpine', load: [0, 0, 0, 0] },
];

export interface Image {
  readonly name: string;
  readonly content: 'iso' | 'vztmpl' | 'snippets';
  /** Bytes. */
  readonly size: number;
}

export const IMAGES: readonly Image[] = [
  { name: 'debian-13.2.0-amd64-netinst.iso', content: 'iso', size: 784_334_848 },
  { name: 'ubuntu-24.04.3-live-server-amd64.iso', content: 'iso', size: 3_303_444_480 },
  { name: 'Rocky-10.0-x86_64-minimal.iso', content: 'iso', size: 1_494_220_800 },
  { name: 'virtio-win-0.1.285.iso', content: 'iso', size: 790_149_120 },
  { name: 'Win11_25H2_English_x64.iso', content: 'iso', size: 7_736_125_440 },
  { name: 'debian-13-standard_13.1-2_amd64.tar.zst', content: 'vztmpl', size: 129_710_398 },
  { name: 'alpine-3.22-default_20250617_amd64.tar.xz', content: 'vztmpl', size: 3_338_756 },
  { name: 'ubuntu-24.04-standard_24.04-2_amd64.tar.zst', content: 'vztmpl', size: 141_589_318 },
  { name: 'cloud-init-web.yaml', content: 'snippets', size: 1204 },
];
