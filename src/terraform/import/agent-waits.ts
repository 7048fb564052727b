import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import type { Disposable } from '../../base/index.ts';
import type { Message } from '../cli/index.ts';

/** So long nothing may be heard of any resource while a VM is being read, in milliseconds. */
const PATIENCE = 4_000;

/**
 * Ends the provider's waits for guest agents that do not answer. While it reads a VM that runs with an agent it asks that agent
 * for addresses, for 15 minutes if need be, and at an import no setting shortens that: the timeout is then the provider's
 * default, whatever the code says (`getAgentTimeout`). But the wait ends at an interrupt to the provider
 * (`WaitForNetworkInterfacesFromVMAgent`), which then warns, and reads the rest; else a provider passes over an interrupt
 * (go-plugin, `Serve`). Only addresses are missing after that, which no code can say anyway.
 *
 * Not on Windows, which has no interrupts between processes.
 */
export class AgentWaits implements Disposable {
  readonly #reading = new Set<string>();
  readonly #waited = new Set<string>();
  readonly #patience: number;
  #timer: NodeJS.Timeout | undefined;
  #terraform: number | undefined;

  /** @param patience milliseconds; see {@link PATIENCE} */
  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /** The process id of Terraform, whose child the provider is. */
  started(terraform: number): void {
    this.#terraform = terraform;
  }

  heard(message: Message): void {
    if (message.kind === 'progress' && message.address !== undefined) {
      if (message.type === 'refresh_start') this.#reading.add(message.address);
      if (message.type === 'refresh_complete') this.#reading.delete(message.address);
    }
    clearTimeout(this.#timer);
    if (this.#reading.size > 0) this.#arm();
  }

  /** The addresses of the VMs whose agents were waited for in vain. */
  get waited(): readonly string[] {
    return [...this.#waited];
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#terraform = undefined;
  }

  #arm(): void {
    this.#timer = setTimeout(() => void this.#end(), this.#patience);
  }

  async #end(): Promise<void> {
    const terraform = this.#terraform;
    const vms = [...this.#reading].filter((address) => address.includes('proxmox_virtual_environment_vm.'));
    if (terraform === undefined || vms.length === 0) return;
    const providers = await providersOf(terraform);
    if (this.#terraform === undefined) return;
    for (const provider of providers) interrupt(provider);
    if (providers.length > 0) for (const address of vms) this.#waited.add(address);
    this.#arm();
  }
}

function interrupt(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended meanwhile.
  }
}

/** The processes of Proxmox providers that this Terraform started; none where that cannot be found out. */
function providersOf(terraform: number): Promise<number[]> {
  if (process.platform === 'win32') return Promise.resolve([]);
  return new Promise((resolve) => {
    execFile('ps', ['-A', '-o', 'pid=,ppid=,args='], { maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      const rows = error === null ? stdout.split('\n') : [];
      resolve(
        rows.flatMap((row) => {
          const [, pid, parent, program] = /^\s*(\d+)\s+(\d+)\s+(\S+)/.exec(row) ?? [];
          return Number(parent) === terraform && basename(program ?? '').startsWith('terraform-provider-proxmox') ? [Number(pid)] : [];
        }),
      );
    });
  });
}
