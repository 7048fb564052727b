/** Where a row is in Proxmox VE's own web interface: `https://host:8006/#v1:0:=qemu%2F100`; its start page without a row. */
export function proxmoxAddress(endpoint: string, rowId: string | undefined): string {
  return rowId === undefined ? endpoint : `${endpoint}/#v1:0:=${encodeURIComponent(rowId)}`;
}
