import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { onSettingChanged, readSetting } from '../contributed.ts';

const setting = 'proxmox.explorer.refreshInterval';

/** Calls `work` every so many seconds while the view is visible and the window has the focus, and when that begins. */
export class RefreshSchedule implements Disposable {
  readonly #view: vscode.TreeView<string>;
  readonly #work: () => void;
  readonly #store = new DisposableStore();
  #timer: NodeJS.Timeout | undefined;
  #last = 0;

  constructor(view: vscode.TreeView<string>, work: () => void) {
    this.#view = view;
    this.#work = work;
    this.#store.add(view.onDidChangeVisibility(() => this.#arrange()));
    this.#store.add(vscode.window.onDidChangeWindowState(() => this.#arrange()));
    this.#store.add(onSettingChanged(setting, () => this.#arrange()));
    this.#arrange();
  }

  /** Something else refreshed just now. */
  done(): void {
    this.#last = Date.now();
    this.#arrange();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#store.dispose();
  }

  #arrange(): void {
    clearTimeout(this.#timer);
    if (!this.#view.visible) return;
    const seconds = intervalOf(readSetting(setting));
    // Whoever opens the view sees it fresh, whatever the interval.
    if (this.#last === 0) return this.#tick();
    if (seconds === 0 || !vscode.window.state.focused) return;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#last + seconds * 1000 - Date.now()));
  }

  #tick(): void {
    this.#work();
    this.done();
  }
}

/** The setting as a person wrote it: not checked by VS Code. 0 is never. */
function intervalOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 10;
  return value <= 0 ? 0 : Math.min(3600, Math.max(2, value));
}
