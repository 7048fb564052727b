import type { ContainerAnswers } from '../../changes/create/index.ts';
import { block, type Expression, type Item } from '../hcl/index.ts';
import { dns, ipConfig, sortedTags, userAccount, wholeGigabytes } from './common.ts';
import { attributes, type Draft } from './written.ts';

/**
 * A new container as `proxmox_virtual_environment_container`: the same options as `wishesOf` gives the API. Where the provider's
 * default is not Proxmox's, it is written (proxmoxtf/resource/container/container.go, `dv…`).
 * @param template the template's volume, or a reference to its download
 * @param templateName its file name
 */
export function containerDraft(answers: ContainerAnswers, template: Expression, templateName: string, pool: Expression | undefined, password: Expression | undefined): Draft {
  const { network, disk: { storage } } = answers;
  const { size, notes } = wholeGigabytes(answers.disk.size);
  const type = distribution(templateName);
  const body: Item[] = [
    ...attributes({
      node_name: answers.node,
      vm_id: answers.vmid,
      pool_id: pool,
      description: answers.description,
      tags: sortedTags(answers.tags),
      started: answers.start,
      start_on_boot: answers.startAtBoot,
      unprivileged: answers.unprivileged,
    }),
    block('operating_system', [], attributes({ template_file_id: template, type: type ?? 'unmanaged' })),
    block('cpu', [], attributes({ cores: answers.cores })),
    block('memory', [], attributes({ dedicated: answers.memory, swap: answers.swap })),
    block('disk', [], attributes({ datastore_id: storage, size })),
    ...(answers.nesting ? [block('features', [], attributes({ nesting: true }))] : []),
    ...(network === undefined ? [] : [block('network_interface', [], attributes({ name: 'eth0', bridge: network.bridge, vlan_id: network.vlan, firewall: network.firewall || undefined }))]),
    block('initialization', [], [
      ...attributes({ hostname: answers.name }),
      ...dns(answers.searchDomain, answers.nameserver),
      ...(network === undefined ? [] : ipConfig(answers.ip, answers.ip6)),
      ...userAccount(undefined, password, answers.sshKeys),
    ]),
  ];
  const guessed = type === undefined ? [`The name ${templateName} does not tell its distribution, and Terraform does not look into it: with the type “unmanaged”, Proxmox sets up neither network nor names inside the container.`] : [];
  return { body, notes: [...notes, ...guessed] };
}

/** Proxmox looks into the template (PVE::LXC::Setup, `autodetect_type`); the provider has to be told (`OperatingSystemTypeValidator`). */
const DISTRIBUTIONS: readonly (readonly [start: RegExp, type: string])[] = [
  [/^(alma|rocky)linux|^centos/, 'centos'],
  [/^(opensuse|openSUSE)/, 'opensuse'],
  [/^proxmox-/, 'debian'],
  ...['alpine', 'archlinux', 'debian', 'devuan', 'fedora', 'gentoo', 'nixos', 'ubuntu'].map((name) => [new RegExp(`^${name}\\b`), name] as const),
];

const distribution = (template: string): string | undefined => DISTRIBUTIONS.find(([start]) => start.test(template))?.[1];
