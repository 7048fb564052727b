import { clonedVmRules } from './cloned-vm.ts';
import { containerRules } from './container.ts';
import { plainVmRules } from './plain-vm.ts';
import type { Rule } from './rule.ts';
import { vmRules } from './vm.ts';

/** What a change in place means, attribute by attribute, by the provider's type of the resource. */
export const ruleTables: Readonly<Record<string, readonly Rule[]>> = {
  proxmox_virtual_environment_vm: vmRules,
  proxmox_virtual_environment_container: containerRules,
  proxmox_vm: plainVmRules,
  proxmox_virtual_environment_vm2: plainVmRules,
  proxmox_cloned_vm: clonedVmRules,
  proxmox_virtual_environment_cloned_vm: clonedVmRules,
};
