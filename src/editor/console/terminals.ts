import * as vscode from 'vscode';
import type { Clusters } from '../clusters/index.ts';
import { clientOf, type ConsolePlace, isRunning, placeName, targetOf } from './console-place.ts';
import { TerminalSession, type TerminalSource } from './terminal-session.ts';

/** A VS Code terminal on a node's shell, a container's console or a VM's serial port. */
export function showTerminal(clusters: Clusters, place: ConsolePlace): vscode.Terminal {
  const name = placeName(place);
  const pty = new ConsolePseudoterminal(sourceOf(clusters, place));
  const icon = place.rowId.startsWith('node/') ? 'server' : place.rowId.startsWith('qemu/') ? 'vm' : 'package';
  const terminal = vscode.window.createTerminal({ name, pty, iconPath: new vscode.ThemeIcon(icon), isTransient: true });
  terminal.show();
  return terminal;
}

function sourceOf(clusters: Clusters, place: ConsolePlace): TerminalSource {
  return {
    name: placeName(place),
    async open(signal) {
      const { openTerminal } = await import('../../pve/index.ts');
      return openTerminal(await clientOf(clusters, place), await targetOf(clusters, place), signal);
    },
    // A node's shell ends when somebody leaves it; guests ask for the next login instead, so theirs end with the guest.
    fate: async () => (place.rowId.startsWith('node/') ? 'over' : (await isRunning(clusters, place).catch(() => true)) ? 'running' : 'off'),
    async reopen(open, how) {
      const { reopen } = await import('../../pve/index.ts');
      return reopen(async () => {
        // It may have moved to another node.
        if (!place.rowId.startsWith('node/')) await clusters.refresh([place.connectionId]);
        return open();
      }, how);
    },
  };
}

class ConsolePseudoterminal implements vscode.Pseudoterminal {
  readonly #writes = new vscode.EventEmitter<string>();
  readonly #closes = new vscode.EventEmitter<void>();
  readonly #session: TerminalSession;

  readonly onDidWrite = this.#writes.event;
  readonly onDidClose = this.#closes.event;

  constructor(source: TerminalSource) {
    this.#session = new TerminalSession(source, { write: (text) => this.#writes.fire(text), close: () => this.#closes.fire() });
  }

  open(size: vscode.TerminalDimensions | undefined): void {
    if (size !== undefined) this.setDimensions(size);
    void this.#session.start();
  }

  handleInput(data: string): void {
    this.#session.input(data);
  }

  setDimensions({ columns, rows }: vscode.TerminalDimensions): void {
    this.#session.resize(columns, rows);
  }

  close(): void {
    this.#session.dispose();
    this.#writes.dispose();
    this.#closes.dispose();
  }
}
