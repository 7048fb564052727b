import { createHash } from 'node:crypto';

/** One entry of a file below `/etc/apt`, with the member names of the API. */
export interface AptRepository {
  readonly Types: readonly ('deb' | 'deb-src')[];
  readonly URIs: readonly string[];
  readonly Suites: readonly string[];
  readonly Components: readonly string[];
  readonly Options?: readonly { readonly Key: string; readonly Values: readonly string[] }[];
  Enabled: 0 | 1;
}

/** A deb822 file with the repositories in it, in order. */
export interface AptFile {
  readonly path: string;
  readonly repositories: AptRepository[];
}

const DIRECTORY = '/etc/apt/sources.list.d';
const SUITE = 'trixie';
const DEBIAN_KEY = [{ Key: 'Signed-By', Values: ['/usr/share/keyrings/debian-archive-keyring.gpg'] }];
const PROXMOX_KEY = [{ Key: 'Signed-By', Values: ['/usr/share/keyrings/proxmox-archive-keyring.gpg'] }];

/** A repository that Proxmox itself offers; its handle is its name in the API. */
export interface StandardRepository {
  readonly handle: string;
  readonly name: string;
  readonly uri: string;
  readonly component: string;
  /** Where it is written when it is added. */
  readonly path: string;
}

const PUBLIC = 'http://download.proxmox.com/debian';
const ENTERPRISE = 'https://enterprise.proxmox.com/debian';

export const STANDARD: readonly StandardRepository[] = [
  { handle: 'enterprise', name: 'Enterprise', uri: `${ENTERPRISE}/pve`, component: 'pve-enterprise', path: `${DIRECTORY}/pve-enterprise.sources` },
  { handle: 'no-subscription', name: 'No-Subscription', uri: `${PUBLIC}/pve`, component: 'pve-no-subscription', path: `${DIRECTORY}/proxmox.sources` },
  { handle: 'test', name: 'Test', uri: `${PUBLIC}/pve`, component: 'pve-test', path: `${DIRECTORY}/proxmox.sources` },
  { handle: 'ceph-squid-enterprise', name: 'Ceph Squid Enterprise', uri: `${ENTERPRISE}/ceph-squid`, component: 'enterprise', path: `${DIRECTORY}/ceph.sources` },
  { handle: 'ceph-squid-no-subscription', name: 'Ceph Squid No-Subscription', uri: `${PUBLIC}/ceph-squid`, component: 'no-subscription', path: `${DIRECTORY}/ceph.sources` },
  { handle: 'ceph-squid-test', name: 'Ceph Squid Test', uri: `${PUBLIC}/ceph-squid`, component: 'test', path: `${DIRECTORY}/ceph.sources` },
];

export function standardEntry({ uri, component }: StandardRepository, enabled: boolean): AptRepository {
  return { Types: ['deb'], URIs: [uri], Suites: [SUITE], Components: [component], Options: PROXMOX_KEY, Enabled: enabled ? 1 : 0 };
}

/** The standard repository an entry stands for. */
export function standardOf({ URIs, Components }: AptRepository): StandardRepository | undefined {
  return STANDARD.find(({ uri, component }) => URIs.includes(uri) && Components.includes(component));
}

/** What a node without a subscription has: Debian's, the enterprise ones switched off, `no-subscription` added. */
export function defaultAptFiles(): AptFile[] {
  const [enterprise, noSubscription, , cephEnterprise] = STANDARD;
  const debian = (uri: string, ...Suites: string[]): AptRepository => ({ Types: ['deb'], URIs: [uri], Suites, Components: ['main', 'contrib', 'non-free-firmware'], Options: DEBIAN_KEY, Enabled: 1 });
  const one = (standard: StandardRepository | undefined, enabled: boolean): AptFile[] => (standard === undefined ? [] : [{ path: standard.path, repositories: [standardEntry(standard, enabled)] }]);
  return [
    ...one(cephEnterprise, false),
    { path: `${DIRECTORY}/debian.sources`, repositories: [debian('http://deb.debian.org/debian/', SUITE, `${SUITE}-updates`), debian('http://security.debian.org/debian-security/', `${SUITE}-security`)] },
    ...one(noSubscription, true),
    ...one(enterprise, false),
  ];
}

/** The file's text in deb822. */
export function printAptFile({ repositories }: AptFile): string {
  return repositories
    .map(({ Types, URIs, Suites, Components, Options = [], Enabled }) =>
      [
        `Types: ${Types.join(' ')}`, `URIs: ${URIs.join(' ')}`, `Suites: ${Suites.join(' ')}`, `Components: ${Components.join(' ')}`,
        ...Options.map(({ Key, Values }) => `${Key}: ${Values.join(' ')}`), ...(Enabled === 1 ? [] : ['Enabled: false']),
      ].map((line) => `${line}\n`).join(''),
    )
    .join('\n');
}

/** SHA-256 of the file. */
export const fileDigest = (file: AptFile): Buffer => createHash('sha256').update(printAptFile(file)).digest();

/** Over the paths and digests of all files, lower-case hex; the files must be in the order of their paths. */
export function aptDigest(files: readonly AptFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file.path).update(fileDigest(file));
  return hash.digest('hex');
}
