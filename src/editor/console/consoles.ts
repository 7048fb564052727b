import type * as vscode from 'vscode';
import type { Disposable } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { showWarningMessage } from '../notices/index.ts';
import { type ConsolePlace, clientOf, placeName, targetOf } from './console-place.ts';
import type { Displays } from './displays.ts';

/** The consoles of nodes and guests: terminals and displays. What they need is loaded when the first is opened. */
export class Consoles implements Disposable {
  readonly #clusters: Clusters;
  readonly #extensionUri: vscode.Uri;
  #displays: Promise<Displays> | undefined;

  constructor(clusters: Clusters, extensionUri: vscode.Uri) {
    this.#clusters = clusters;
    this.#extensionUri = extensionUri;
  }

  /** A terminal; for a VM without a serial port the display is offered instead. */
  async openTerminal(place: ConsolePlace): Promise<void> {
    if (place.rowId.startsWith('qemu/') && !(await this.#hasSerialPort(place))) {
      const chosen = await showWarningMessage(
        `${placeName(place)} has no serial port, so there is no terminal on it. Add one (serial0: socket) to its configuration and let the guest's system use it, or open its display.`,
        'Open Display',
      );
      if (chosen !== undefined) await this.openDisplay(place);
      return;
    }
    const { showTerminal } = await import('./terminals.ts');
    showTerminal(this.#clusters, place);
  }

  async openDisplay(place: ConsolePlace): Promise<void> {
    this.#displays ??= import('./displays.ts').then(({ Displays }) => new Displays(this.#clusters, this.#extensionUri));
    (await this.#displays).show(place);
  }

  dispose(): void {
    void this.#displays?.then((displays) => displays.dispose());
  }

  async #hasSerialPort(place: ConsolePlace): Promise<boolean> {
    const target = await targetOf(this.#clusters, place);
    if (target.kind !== 'qemu') return false;
    const client = await clientOf(this.#clusters, place);
    const config = await client.get(`/nodes/${encodeURIComponent(target.node)}/qemu/${target.vmid}/config`);
    return typeof config === 'object' && config !== null && Object.entries(config).some(([option, value]) => /^serial[0-3]$/.test(option) && value === 'socket');
  }
}
