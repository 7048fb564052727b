export { type NodeShell, type NodeShellOptions, createNodeShell } from './node-shell.ts';
export type { ShellResult } from './run-command.ts';
export { addressText, type SshAddress, type SshSettings } from './settings.ts';
