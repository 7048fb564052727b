import { type Disposable, DisposableStore, type Event, type Logger } from '../../base/index.ts';
import { registerCommand } from '../contributed.ts';
import { commandIds } from '../ids.ts';
import type { Runs, RunsServices } from './runs.ts';

export interface RunsRegistration extends RunsServices {
  readonly logger: Logger;
  /** Fires when the explorer is first seen; runs of former sessions are looked for then. */
  readonly firstSeen: Event<void>;
}

/** Runs, loaded on first use. */
export interface LazyRuns extends Disposable {
  open(): Promise<Runs>;
}

/** Registers what shows runs, and looks for those a former session left: when the explorer is first seen, or a while after the start. */
export function registerRuns({ logger, firstSeen, ...services }: RunsRegistration): LazyRuns {
  const store = new DisposableStore();
  let opening: Promise<Runs> | undefined;
  const open = (): Promise<Runs> => (opening ??= import('./runs.ts').then((room) => store.add(new room.Runs(services))));
  let looked = false;
  const look = (): void => {
    if (looked) return;
    looked = true;
    clearTimeout(idle);
    void open().then((runs) => runs.offerUnfinished()).catch((error: unknown) => logger.error(`Unfinished runs could not be looked for: ${error instanceof Error ? error.message : String(error)}`));
  };
  const idle = setTimeout(look, 15_000);
  store.add({ dispose: () => clearTimeout(idle) });
  store.add(firstSeen(look));
  store.add(registerCommand(commandIds.showRuns, async () => (await open()).list()));
  return { open, dispose: () => store.dispose() };
}
