/** Folders of the guests' files under `nodes/<node>/`. */
export const GUEST_FOLDERS = { qemu: 'qemu-server', lxc: 'lxc' } as const;

export const NODE_NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

/** `<vmid>.conf`; other files there (`.tmp`, editors' copies) are none of Proxmox's. */
export const GUEST_FILE = /^([1-9]\d{2,8})\.conf$/;

export function guestFile(node: string, kind: keyof typeof GUEST_FOLDERS, vmid: number): string {
  return `nodes/${node}/${GUEST_FOLDERS[kind]}/${vmid}.conf`;
}
