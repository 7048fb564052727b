import type { VmAnswers } from '../../changes/create/index.ts';
import { block, comment, type Expression, type Item, reference } from '../hcl/index.ts';
import { dns, ipConfig, sortedTags, userAccount, wholeGigabytes } from './common.ts';
import { attributes, type Draft } from './written.ts';

/**
 * A new VM as `proxmox_virtual_environment_vm`: the same options as `wishesOf` gives the API. Where the provider's default is not
 * Proxmox's, it is written (proxmoxtf/resource/vm/vm.go, `dv…`).
 * @param pool the pool's id, or a reference to its resource
 * @param password a reference to the variable that has it
 */
export function vmDraft(answers: VmAnswers, pool: Expression | undefined, password: Expression | undefined): Draft {
  const { source, network, ostype, bios, machine, cpu, agent, cores, memory, disk: { storage } } = answers;
  const { size, notes } = wholeGigabytes(answers.disk.size);
  const image = source.kind === 'image';
  const body: Item[] = [
    ...attributes({
      name: answers.name,
      node_name: answers.node,
      vm_id: answers.vmid,
      pool_id: pool,
      description: answers.description,
      tags: sortedTags(answers.tags),
      started: answers.start,
      on_boot: answers.startAtBoot,
      bios: bios === 'ovmf' ? bios : undefined,
      machine: machine === 'q35' ? machine : undefined,
      scsi_hardware: 'virtio-scsi-single',
      boot_order: source.kind === 'iso' ? ['scsi0', 'ide2'] : ['scsi0'],
    }),
    ...(agent ? [block('agent', [], [...attributes({ enabled: true }), comment('How long every plan waits for an agent that does not answer; 15m if not set'), ...attributes({ timeout: '1m' })])] : []),
    block('cpu', [], attributes({ cores, type: cpu })),
    // Proxmox lets a guest give memory back unless it is told not to; the provider has it the other way round.
    block('memory', [], attributes({ dedicated: memory, floating: memory })),
    block('operating_system', [], attributes({ type: ostype })),
    block('disk', [], attributes({ interface: 'scsi0', datastore_id: storage, size, import_from: image ? source.volid : undefined, discard: 'on', iothread: true })),
    ...(bios === 'ovmf' ? [block('efi_disk', [], attributes({ datastore_id: storage, type: '4m', pre_enrolled_keys: true }))] : []),
    ...(ostype === 'win11' ? [block('tpm_state', [], attributes({ datastore_id: storage, version: 'v2.0' }))] : []),
    ...(source.kind === 'iso' ? [block('cdrom', [], attributes({ interface: 'ide2', file_id: source.volid }))] : []),
    ...(network === undefined ? [] : [block('network_device', [], attributes({ bridge: network.bridge, vlan_id: network.vlan, firewall: network.firewall || undefined }))]),
    // A cloud image writes its console to the serial port.
    ...(image && !ostype.startsWith('w') ? [block('serial_device', [], [])] : []),
    ...initialization(answers, password),
    // Proxmox writes a version in when it makes a Windows VM (PVE::QemuServer::Machine, `check_and_pin_machine_string`).
    ...(ostype.startsWith('w') ? [block('lifecycle', [], [comment('Proxmox pins the version of the machine of a Windows VM'), ...attributes({ ignore_changes: [reference('machine')] })])] : []),
  ];
  return { body, notes };
}

function initialization({ cloudInit, network, nameserver, searchDomain }: VmAnswers, password: Expression | undefined): Item[] {
  if (cloudInit === undefined) return [];
  return [block('initialization', [], [
    ...attributes({ datastore_id: cloudInit.storage, interface: 'ide0' }),
    ...dns(searchDomain, nameserver),
    ...(network === undefined ? [] : ipConfig(cloudInit.ip, cloudInit.ip6)),
    ...userAccount(cloudInit.user, password, cloudInit.sshKeys),
  ])];
}
