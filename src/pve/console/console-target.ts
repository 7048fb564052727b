/** What a console is opened of. */
export type ConsoleTarget =
  | { readonly kind: 'node'; readonly node: string }
  | { readonly kind: 'qemu' | 'lxc'; readonly node: string; readonly vmid: number };

/** Below `/api2/json`. */
export const consolePath = (target: ConsoleTarget): string =>
  target.kind === 'node' ? `/nodes/${encodeURIComponent(target.node)}` : `/nodes/${encodeURIComponent(target.node)}/${target.kind}/${target.vmid}`;
