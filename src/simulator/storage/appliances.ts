import { createHash } from 'node:crypto';

/** An entry of the appliance index, as `GET /nodes/{node}/aplinfo` tells it. */
export type Appliance = Readonly<Record<string, string>> & { readonly template: string; readonly location: string; readonly sha512sum: string };

const SOURCE = 'http://download.proxmox.com/images';
const WIKI = 'https://pve.proxmox.com/wiki/Linux_Container#pct_supported_distributions';
const CONTAINERS = 'https://linuxcontainers.org';

/** Package, version, operating system, ending, headline, page; the mail gateways stand in a section of their own. */
const INDEX: readonly (readonly [name: string, version: string, os: string, end: string, headline: string, infopage: string])[] = [
  ['almalinux-10-default', '20250930', 'almalinux', 'xz', 'LXC default image for almalinux 10 (20250930)', CONTAINERS],
  ['almalinux-9-default', '20240911', 'almalinux', 'xz', 'LXC default image for almalinux 9 (20240911)', CONTAINERS],
  ['alpine-3.22-default', '20250617', 'alpine', 'xz', 'LXC default image for alpine 3.22 (20250617)', CONTAINERS],
  ['alpine-3.23-default', '20260116', 'alpine', 'xz', 'LXC default image for alpine 3.23 (20260116)', CONTAINERS],
  ['archlinux-base', '20260420-1', 'archlinux', 'zst', 'ArchLinux base image.', 'https://www.archlinux.org'],
  ['centos-10-stream-default', '20260713', 'centos', 'xz', 'LXC default image for centos 10-stream (20260713)', CONTAINERS],
  ['centos-9-stream-default', '20240828', 'centos', 'xz', 'LXC default image for centos 9-stream (20240828)', CONTAINERS],
  ['debian-12-standard', '12.12-1', 'debian-12', 'zst', 'Debian 12 Bookworm (standard)', WIKI],
  ['debian-13-standard', '13.6-1', 'debian-13', 'zst', 'Debian 13 Trixie (standard)', WIKI],
  ['devuan-5.0-standard', '5.0', 'devuan-5.0', 'gz', 'Devuan 5 (standard)', 'https://devuan.org'],
  ['fedora-43-default', '20260115', 'fedora', 'xz', 'LXC default image for fedora 43 (20260115)', CONTAINERS],
  ['fedora-44-default', '20260713', 'fedora', 'xz', 'LXC default image for fedora 44 (20260713)', CONTAINERS],
  ['gentoo-current-openrc', '20250508', 'gentoo', 'xz', 'LXC openrc image for gentoo current (20250508)', CONTAINERS],
  ['openeuler-25.03-default', '20250507', 'openeuler', 'xz', 'LXC default image for openeuler 25.03 (20250507)', CONTAINERS],
  ['opensuse-16.0-default', '20260116', 'opensuse', 'xz', 'LXC default image for opensuse 16.0 (20260116)', CONTAINERS],
  ['proxmox-mail-gateway-8.2-standard', '8.2-1', 'debian-12', 'zst', 'Proxmox Mail Gateway 8.2', 'https://www.proxmox.com/en/proxmox-mail-gateway/overview'],
  ['proxmox-mail-gateway-9.1-standard', '9.1-1', 'debian-13', 'zst', 'Proxmox Mail Gateway 9.1', 'https://www.proxmox.com/en/proxmox-mail-gateway/overview'],
  ['rockylinux-10-default', '20251001', 'rockylinux', 'xz', 'LXC default image for rockylinux 10 (20251001)', CONTAINERS],
  ['rockylinux-9-default', '20240912', 'rockylinux', 'xz', 'LXC default image for rockylinux 9 (20240912)', CONTAINERS],
  ['ubuntu-22.04-standard', '22.04-1', 'ubuntu-22.04', 'zst', 'Ubuntu 22.04 Jammy (standard)', WIKI],
  ['ubuntu-24.04-standard', '24.04-2', 'ubuntu-24.04', 'zst', 'Ubuntu 24.04 Noble (standard)', WIKI],
  ['ubuntu-26.04-standard', '26.04-1', 'ubuntu-26.04', 'zst', 'Ubuntu 26.04 Resolute (standard)', WIKI],
];

const digest = (algorithm: string, location: string): string => createHash(algorithm).update(location).digest('hex');

/** The index of container templates. The checksums are those of the simulated files, not of the real ones. */
export const APPLIANCES: readonly Appliance[] = INDEX.map(([name, version, os, end, headline, infopage]) => {
  const section = os.startsWith('debian') && name.includes('mail') ? 'mail' : 'system';
  const template = `${name}_${version}_amd64.tar.${end}`;
  const location = `${SOURCE}/${section}/${template}`;
  return {
    package: name, version, type: 'lxc', os, section, architecture: 'amd64', maintainer: 'Proxmox Support Team <support@proxmox.com>', infopage, headline, description: headline,
    source: SOURCE, location, template, md5sum: digest('md5', location), sha512sum: digest('sha512', location),
  };
});
