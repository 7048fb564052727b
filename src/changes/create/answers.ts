import type { SecretReference } from '../proposal/step.ts';

/** How a network card gets its IPv4 or IPv6 address; `auto` (SLAAC) is IPv6 only. */
export type AddressAnswer = 'none' | 'dhcp' | 'auto' | { /** With its prefix: `10.20.0.50/16`. */ readonly cidr: string; readonly gateway?: string };

export interface NetworkAnswer {
  readonly bridge: string;
  /** 1 … 4094 */
  readonly vlan?: number;
  readonly firewall: boolean;
}

export interface DiskAnswer {
  readonly storage: string;
  /** GiB */
  readonly size: number;
}

/** A file on a storage, or an entry of the template index (`GET /nodes/{node}/aplinfo`) that is to be downloaded first. */
export type TemplateAnswer = { readonly volid: string } | { readonly download: string; /** Where to. */ readonly storage: string };

interface GuestAnswers {
  readonly vmid: number;
  readonly node: string;
  readonly name: string;
  readonly cores: number;
  /** MiB */
  readonly memory: number;
  readonly disk: DiskAnswer;
  readonly network?: NetworkAnswer;
  readonly start: boolean;
  readonly startAtBoot: boolean;
  readonly tags: readonly string[];
  readonly pool?: string;
  readonly description?: string;
  readonly nameserver?: string;
  readonly searchDomain?: string;
}

/** Everything that decides what a new container is like. */
export interface ContainerAnswers extends GuestAnswers {
  readonly type: 'lxc';
  readonly template: TemplateAnswer;
  readonly password?: SecretReference;
  /** One public key a line, as in `authorized_keys`. */
  readonly sshKeys?: string;
  /** MiB */
  readonly swap: number;
  readonly unprivileged: boolean;
  /** Lets it run containers itself; systemd wants it, too. */
  readonly nesting: boolean;
  readonly ip: AddressAnswer;
  readonly ip6: AddressAnswer;
}

/** What a VM boots first: an installer, a copy of a disk image, or nothing. */
export type VmSource = { readonly kind: 'none' } | { readonly kind: 'iso'; readonly volid: string } | { readonly kind: 'image'; readonly volid: string };

export interface CloudInitAnswer {
  /** Where its drive lies. */
  readonly storage: string;
  readonly user?: string;
  readonly password?: SecretReference;
  /** One public key a line. */
  readonly sshKeys?: string;
  readonly ip: AddressAnswer;
  readonly ip6: AddressAnswer;
}

/** Everything that decides what a new VM is like. */
export interface VmAnswers extends GuestAnswers {
  readonly type: 'qemu';
  readonly source: VmSource;
  /** `l26`, `win11`, … (qm(1), `ostype`) */
  readonly ostype: string;
  readonly bios: 'seabios' | 'ovmf';
  readonly machine: 'i440fx' | 'q35';
  /** `x86-64-v2-AES`, `host`, … */
  readonly cpu: string;
  readonly agent: boolean;
  readonly cloudInit?: CloudInitAnswer;
}

/**
 * What a person wants of a new guest, once everything is answered: plain data without secrets. {@link wishesOf} makes the door's wishes of it;
 * whoever writes manifests or Terraform makes theirs of the same.
 */
export type CreateAnswers = ContainerAnswers | VmAnswers;
